"""What counts as a secure URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.core.json import Json

PARTS: Final = re.compile(
    r"(?P<start>[^:/?#]+://(?P<userinfo>[^/?#@]*@)?)(?P<host>\[[^\]]*\]|[^:/?#@]*)(?P<rest>.*)", re.DOTALL
)


class SecureUrl:
    """The document's pattern, with the choices on hosts and on userinfo."""

    def __init__(self, pattern: str, choices: Mapping[str, Value]) -> None:
        # fullmatch, as `$` alone would accept a newline after the url
        self._matches = re.compile(pattern).fullmatch
        self._accepts_dotless = choices["dotless_hosts"] == "accept"
        self._rejects_ips = choices["ip_hosts"] == "reject"
        self._rejects_userinfo = choices["userinfo"] == "reject"

    def __call__(self, value: Json) -> bool:
        """Return whether *value* is a URL that a webhook may have."""
        if not isinstance(value, str):
            return False
        if not self._matches(value) and not (self._accepts_dotless and self._matches(with_dot(value))):
            return False
        if not (self._rejects_ips or self._rejects_userinfo):
            return True
        parts = PARTS.fullmatch(value)
        if parts is None or (self._rejects_ips and is_ip(parts["host"])):
            return False
        return not (self._rejects_userinfo and parts["userinfo"])


def with_dot(url: str) -> str:
    """Return *url* with ``.example`` after a host that has no dot, so that the pattern can judge all the rest of it."""
    parts = PARTS.fullmatch(url)
    host = parts["host"].removesuffix(".") if parts else ""
    if parts is None or not host or "." in host:
        return url
    return f"{parts['start']}{host}.example{parts['rest']}"


def is_ip(host: str) -> bool:
    """Return whether *host* is an IP address: in brackets, or with digits after the last dot, as browsers read it."""
    return host.startswith("[") or host.removesuffix(".").rpartition(".")[2].isdecimal()
