"""What the mock prints when it is ready."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from user_webhook_api.bundle import PATH
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.hosts import without_credentials

if TYPE_CHECKING:
    from user_webhook_mock.server.certificate import Certificate

MAX_SHOWN: Final = 8
DEFAULT: Final = Settings()


def banner(settings: Settings, address: str, certificate: Certificate | None = None) -> str:
    """Return the address of the mock, its tokens and webhooks, and a line to try it with."""
    path = PATH.replace("{webhookId}", quote(settings.webhook_id, safe=""))
    authority = certificate and certificate.authority
    words = ["curl", *(["--cacert", str(authority)] if authority else []), "-X", "PATCH", address + path]
    content = ["-H", "Content-Type: application/json", "-d", '{"events":["all"]}']
    ids = [seed.id for seed in settings.seeds[:MAX_SHOWN]] or [settings.webhook_id, settings.second_webhook_id]
    if len(settings.seeds) > MAX_SHOWN:
        ids.append(f"and {len(settings.seeds) - MAX_SHOWN} more")
    if len(settings.seeds) == 1:
        ids.append("(the only one: the seed file has no second webhook)")
    webhooks = "\n                   ".join(ids)
    return f"""\
Update User Webhook, mocked at {address}
  console          {address}/
  reference        {address}/docs
  token            {"any, such as " * (settings.auth == "any")}{_token(settings, "token")}{_lifetime(settings)}
  forbidden token  {_token(settings, "forbidden_token")}
  expired token    {_token(settings, "expired_token")}
  webhooks         {webhooks}
  control API      {_control(settings, address)}
  deliveries       {_deliveries(settings)}

Try it; Ctrl-C stops the mock:

  {shlex.join(words)} -H {_authorization(settings)} {shlex.join(content)}

"""


def _token(settings: Settings, name: str) -> str:
    """Return a default token, and of any other one only that it was given: what is printed may be logged."""
    token: str = getattr(settings, name)
    return token if token == getattr(DEFAULT, name) else f"as given ({name.upper()})"


def _lifetime(settings: Settings) -> str:
    return f", for {settings.token_lifetime:g} s" if settings.token_lifetime else ""


def _authorization(settings: Settings) -> str:
    is_default = settings.token == DEFAULT.token
    return shlex.quote(f"Authorization: Bearer {settings.token}") if is_default else '"Authorization: Bearer $TOKEN"'


def _control(settings: Settings, address: str) -> str:
    if settings.serves_control:
        return f"{address}/__mock__/docs"
    if settings.workers > 1:
        return f"off: {settings.workers} workers share only the webhooks"
    if settings.has_control:
        return f"off: other machines can reach host {settings.host}, so it needs --control-token"
    return "off"


def _deliveries(settings: Settings) -> str:
    if settings.workers > 1:
        return "off: they need a single worker"
    if settings.deliver_to:
        return f"to {without_credentials(settings.deliver_to)}"
    return "to the stored urls, for real" if settings.deliver_for_real else "off: --deliver-to names a receiver"
