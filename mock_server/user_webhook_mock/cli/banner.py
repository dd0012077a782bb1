"""What the mock says when it is ready."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from user_webhook_api.bundle import PATH
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.deliveries.destination import without_credentials

if TYPE_CHECKING:
    from user_webhook_mock.server.certificate import Certificate

MAX_SHOWN: Final = 8
DEFAULT: Final = Settings()


def banner(settings: Settings, address: str, certificate: Certificate | None = None) -> str:
    """Return where the mock is, whom it knows, and a line to try it with."""
    path = PATH.replace("{webhookId}", quote(settings.webhook_id, safe=""))
    authority = certificate and certificate.authority
    words = ["curl", *(["--cacert", str(authority)] if authority else []), "-X", "PATCH", address + path]
    content = ["-H", "Content-Type: application/json", "-d", '{"events":["all"]}']
    ids = [seed.id for seed in settings.seeds[:MAX_SHOWN]] or [settings.webhook_id, settings.second_webhook_id]
    if len(settings.seeds) > MAX_SHOWN:
        ids.append(f"and {len(settings.seeds) - MAX_SHOWN} more")
    webhooks = "\n                   ".join(ids)
    return f"""\
Update User Webhook, mocked at {address}
  console          {address}/
  reference        {address}/docs
  token            {"any, such as " * (settings.auth == "any")}{_token(settings, "token")}
  forbidden token  {_token(settings, "forbidden_token")}
  webhooks         {webhooks}
  control API      {_control(settings, address)}
  deliveries       {_deliveries(settings)}

Try it; Ctrl-C stops the mock:

  {shlex.join(words)} -H {_authorization(settings)} {shlex.join(content)}

"""


def _token(settings: Settings, name: str) -> str:
    """Return a token that everybody knows, and of another one no more than that it was given: what is printed is logged."""
    token: str = getattr(settings, name)
    return token if token == getattr(DEFAULT, name) else f"as given ({name.upper()})"


def _authorization(settings: Settings) -> str:
    is_default = settings.token == DEFAULT.token
    return shlex.quote(f"Authorization: Bearer {settings.token}") if is_default else '"Authorization: Bearer $TOKEN"'


def _control(settings: Settings, address: str) -> str:
    if settings.serves_control:
        return f"{address}/__mock__/docs"
    if settings.workers > 1:
        return f"off: {settings.workers} workers share the webhooks and nothing else"
    if settings.has_control:
        return f"off: host {settings.host} is open to other machines, so it needs --control-token"
    return "off"


def _deliveries(settings: Settings) -> str:
    if settings.workers > 1:
        return "none: several workers deliver nothing"
    if settings.deliver_to:
        return f"to {without_credentials(settings.deliver_to)}"
    return "to the stored urls, for real" if settings.deliver_for_real else "none: --deliver-to names a receiver"
