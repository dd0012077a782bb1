"""What counts as a secure URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_api.choices import Value

PARTS: Final = re.compile(
    r"(?P<start>[^:/?#]+://(?P<userinfo>[^/?#@]*@)?)(?P<host>\[[^\]]*\]|[^:/?#@]*)(?P<rest>.*)", re.DOTALL
)


class SecureUrl:
    """The document's pattern, with the choices on hosts and on userinfo."""

    def __init__(self, pattern: str, choices: Mapping[str, Value]) -> None:
        # fullmatch, as `$` alone would let a newline stand behind the url
        self._matches = re.compile(pattern).fullmatch
        self._accepts_dotless = choices["dotless_hosts"] == "accept"
        self._rejects_ips = choices["ip_hosts"] == "reject"
        self._rejects_userinfo = choices["userinfo"] == "reject"

    def __call__(self, value: Any) -> bool:  # noqa: ANN401  any JSON value may stand in a body
        """Say whether *value* is a URL that a webhook may have."""
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
    """Return *url* with ``.example`` behind a host that has no dot: it is as legal as that, but for the dot."""
    parts = PARTS.fullmatch(url)
    host = parts["host"].removesuffix(".") if parts else ""
    if parts is None or not host or "." in host:
        return url
    return f"{parts['start']}{host}.example{parts['rest']}"


def is_ip(host: str) -> bool:
    """Say whether *host* is an IP address: in brackets, or with digits behind the last dot, as browsers read it."""
    return host.startswith("[") or host.removesuffix(".").rpartition(".")[2].isdecimal()
