"""The mock with its defaults but quiet, for servers and measurements that take an ASGI application."""

from __future__ import annotations

from user_webhook_mock import create_app
from user_webhook_mock.config.settings import Settings

app = create_app(Settings(is_quiet=True))
lean = create_app(Settings(is_quiet=True, journal=0, has_control=False))
