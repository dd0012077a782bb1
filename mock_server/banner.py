"""What the mock says when it is ready."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote

from openapi.bundle import PATH

if TYPE_CHECKING:
    from mock_server.settings import Settings


def banner(settings: Settings, address: str) -> str:
    """Return where the mock is, whom it knows, and a line to try it with."""
    path = PATH.replace("{webhookId}", quote(settings.webhook_id, safe=""))
    words = ["curl", "-X", "PATCH", address + path, "-H", f"Authorization: Bearer {settings.token}"]
    words += ["-H", "Content-Type: application/json", "-d", '{"events":["all"]}']
    return f"""\
Update User Webhook, mocked at {address}
  reference        {address}/docs
  token            {settings.token}
  forbidden token  {settings.forbidden_token}
  webhooks         {settings.webhook_id}
                   {settings.second_webhook_id}

Try it; Ctrl-C stops the mock:

  {shlex.join(words)}

"""
