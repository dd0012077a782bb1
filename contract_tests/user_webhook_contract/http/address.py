"""Where a request goes."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from user_webhook_api.bundle import PATH

BARE_PERCENT: Final = "\ue025"
"""Stands in an id, in a place of private use, for a percent sign that is sent as it is, and so begins no proper escape."""

_SAFE: Final = "/%:@!$&'()*+,;=~"
"""What stays as it is in the path of a target."""


def path_of(target: str, webhook_id: str) -> str:
    """Return the path of a request to *target*, as it is sent."""
    prefix = quote(urlsplit(target).path.rstrip("/"), safe=_SAFE)
    escaped = "%".join(quote(part, safe="") for part in webhook_id.split(BARE_PERCENT))
    return prefix + PATH.replace("{webhookId}", escaped)


def url_of(target: str, webhook_id: str) -> str:
    """Return the address of a request to *target*."""
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}{path_of(target, webhook_id)}"
