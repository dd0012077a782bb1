"""The head of a request: how much of it is read, and what makes it legal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mock_server.errors import HeadTooLarge, NotHttp

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_TARGET: Final = 16 * 1024
LARGEST_HEAD: Final = 64 * 1024
MOST_HEADERS: Final = 200

Headers = list[tuple[bytes, bytes]]


def check_head(method: bytes, version: str, headers: Headers, read: int) -> None:
    """Raise what refuses a head that the parser lets pass; not more than *read* bytes of it came.

    Source: RFC 9112, sections 2.3, 3.2, 6.1; RFC 9110, section 9.3.6.
    """
    if len(headers) > MOST_HEADERS or (read > LARGEST_HEAD and size(headers) > LARGEST_HEAD):
        raise HeadTooLarge
    if version not in {"1.1", "1.0"}:
        raise NotHttp("its version is neither 1.1 nor 1.0")
    if method == b"CONNECT":
        raise NotHttp("CONNECT is not served")
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding" and (version == "1.0" or value.lower() != b"chunked"):
            raise NotHttp("its transfer coding is not chunked alone")
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        raise NotHttp("it has not one Host header")


def size(headers: Sequence[tuple[bytes, bytes]]) -> int:
    """Return how many bytes *headers* take on the wire."""
    return sum(len(name) + len(value) + len(b": \r\n") for name, value in headers)


def without_upgrade(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """Return a head, as it is sent, that does not ask for another protocol."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    lines += [b"%b: %b" % header for header in headers if header[0] != b"upgrade"]
    return b"\r\n".join([*lines, b"", b""])
