"""The mock with its defaults but quiet, for servers and measurements that take an ASGI application."""

from __future__ import annotations

from mock_server import create_app
from mock_server.settings import Settings

app = create_app(Settings(is_quiet=True))
lean = create_app(Settings(is_quiet=True, journal=0, has_control=False))
