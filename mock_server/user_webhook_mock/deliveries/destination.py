"""Where a delivery goes: which host, and at which addresses."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from user_webhook_mock.core.hosts import without_credentials
from user_webhook_mock.core.usage_error import UsageError

PORTS: Final = {"http": 80, "https": 443}
PRINTABLE: Final = "!#$%&'()*+,/:;=?@[]~"
NUMERIC: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?", re.DOTALL)


EXAMPLE: Final = "use one such as http://127.0.0.1:9000/."


class DestinationError(UsageError):
    """A url leads nowhere, or not where it may lead."""


@dataclass(frozen=True)
class Destination:
    """A url in parts.

    Attributes:
        addresses: Tried in this order; the name is not looked up a second time.
    """

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def url(self) -> str:
        """The url without user name, password and fragment."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port == PORTS[self.scheme] else f':{self.port}'}{self.path}"


def locate(url: str) -> Destination:
    """Return the destination that *url* names, wherever it is.

    Raises:
        DestinationError: It is not an http or https url, or its host has no address.
    """
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        what = f"{without_credentials(url)!r} does not have a valid host and port"
        raise DestinationError(what, value=without_credentials(url), remedy=EXAMPLE) from None
    if scheme not in PORTS or not host:
        raise DestinationError(
            f"{without_credentials(url)!r} is not an http or https url", value=without_credentials(url), remedy=EXAMPLE
        )
    port = PORTS[scheme] if port is None else port
    path = quote(urlunsplit(("", "", parts.path or "/", parts.query, "")), safe=PRINTABLE)
    return Destination(scheme, host, port, path, _resolve(host, port))


def locate_local(url: str) -> Destination:
    """Return the destination that *url* names if each of its addresses is this machine.

    Raises:
        DestinationError: One is not, or the host may be read as another address than it is.
    """
    destination = locate(url)
    if not _is_plain(destination.host):
        what = f"{destination.host!r} is an address in an unusual form"
        raise DestinationError(what, value=destination.host, remedy="write 127.0.0.1 or [::1].")
    strangers = [address for address in destination.addresses if not ipaddress.ip_address(address).is_loopback]
    if strangers:
        what = f"{destination.host!r} is {strangers[0]}, which is not this machine"
        raise DestinationError(what, value=destination.host, remedy="use http://127.0.0.1:PORT/.")
    return destination


def _is_plain(host: str) -> bool:
    """Return whether every program reads *host* alike; decimal, octal, short and mapped addresses are read in many ways."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.isascii() and not NUMERIC.fullmatch(host)
    return address.version == 4 or (address.ipv4_mapped is None and "%" not in host)  # noqa: PLR2004  IPv4


def _resolve(host: str, port: int) -> tuple[str, ...]:
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a valid name"
        raise DestinationError(
            f"{host!r} has no address ({reason})", value=host, remedy="check the spelling."
        ) from None
    return tuple(dict.fromkeys(str(address[0]) for *_, address in addresses))
