"""The proxy between the suite and its target: that of an option, or that of the environment."""

from __future__ import annotations

import base64
import http.client
import io
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed

from user_webhook_contract.http.status import OK, REDIRECTS
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    import socket
    from urllib.parse import SplitResult

    from user_webhook_contract.settings import Settings


class ProxyError(OSError):
    """The proxy does not lead to the target."""


@dataclass(frozen=True)
class Proxy:
    """A proxy that speaks HTTP; its user name and password are shown nowhere."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers that it asks for."""
        return {"Proxy-Authorization": self.authorization} if self.authorization else {}

    def open_tunnel(self, connected: socket.socket, host: str, port: int) -> None:
        """Let *connected*, which leads to the proxy, lead to *host*.

        Raises:
            ProxyError: The proxy refuses.
        """
        place = f"{f'[{host}]' if ':' in host else host}:{port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", *(f"{k}: {v}" for k, v in self.headers.items())]
        connected.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        reads: Any = _ByteByByte(connected)
        response = http.client.HTTPResponse(reads, method="CONNECT")
        try:
            response.begin()
        except http.client.HTTPException:
            raise ProxyError(f"the proxy {self} does not speak HTTP. Check --proxy") from None
        if not OK <= response.status < min(REDIRECTS):
            raise ProxyError(f"the proxy {self} answers {response.status} to CONNECT. {self.remedy(response.status)}")

    def remedy(self, status: int) -> str:
        """Return what to do about *status* of the proxy itself."""
        if status == http.client.PROXY_AUTHENTICATION_REQUIRED:
            return "Give its user name and password: --proxy http://USER:PASSWORD@HOST:PORT, or by PROXY"
        return "Ask who runs it, or name the target's host in NO_PROXY"


class _ByteByByte:
    """Reads no byte more than the head of a response: what follows is TLS."""

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._connected), buffer_size=1)


class _Incoming(io.RawIOBase):
    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any buffer
        return self._connected.recv_into(memoryview(buffer)[:1])


def proxy_for(settings: Settings) -> Proxy | None:
    """Return the proxy for the target: that of the settings, else the environment's if the target is elsewhere.

    Raises:
        UsageError: It is not an http proxy.
    """
    if settings.proxy is not None:
        return _proxy(settings.proxy, "--proxy") if settings.proxy else None
    parts = urlsplit(settings.target)
    if _is_loopback(parts.hostname or "") or proxy_bypass_environment(parts.netloc):
        return None
    named = getproxies_environment()
    scheme = parts.scheme if named.get(parts.scheme) else "all"
    return _proxy(named[scheme], f"{scheme.upper()}_PROXY") if named.get(scheme) else None


def _proxy(text: str, source: str) -> Proxy:
    try:
        parts: SplitResult = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme != "http":
        # It may hold a password, so it is not shown.
        raise UsageError(
            f"{source} is not the address of an HTTP proxy: give one such as http://proxy.example.com:3128."
        )
    given = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    authorization = f"Basic {base64.b64encode(given.encode()).decode()}" if parts.username else ""
    return Proxy(host, port or 80, authorization)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
