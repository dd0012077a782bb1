"""The head of a request: how much of it is read, and what makes it valid."""

from __future__ import annotations

from typing import Final

from user_webhook_mock.http.errors import MalformedRequest, ProtocolError

MAX_TARGET: Final = 16 * 1024
MAX_HEAD: Final = 64 * 1024
MAX_HEADERS: Final = 200
FRAMING: Final = frozenset({b"host", b"transfer-encoding", b"expect"})
"""Headers that say where a request goes, where it ends, and whether its body comes unasked."""

Headers = list[tuple[bytes, bytes]]


def head_too_large() -> ProtocolError:
    """Return the error for headers that are too many, or too large together."""
    return ProtocolError(431, "Request Header Fields Too Large", "headers over the limit")


def check_size(headers: Headers) -> None:
    """Raise `head_too_large` if it applies to *headers*."""
    if len(headers) > MAX_HEADERS or sum(len(name) + len(value) + 4 for name, value in headers) > MAX_HEAD:
        raise head_too_large()


def check_framing(version: str, framing: Headers) -> bool:
    """Return whether the client waits for 100 before it sends the body; *framing* are the headers named in `FRAMING`.

    Raises:
        MalformedRequest: The parser accepts it, but it could be read in two ways, or the mock does not support it.

    Source: RFC 9112, sections 2.3, 3.2 and 6.1; RFC 9110, section 10.1.1.
    """
    if version == "1.1" and len(framing) == 1 and framing[0][0] == b"host":
        return False
    if version not in {"1.1", "1.0"}:
        raise MalformedRequest("its version is neither 1.1 nor 1.0")
    names = [name for name, _ in framing]
    if names.count(b"host") > 1 or (b"host" not in names and version == "1.1"):
        raise MalformedRequest("it does not have exactly one Host header")
    if any(
        name == b"transfer-encoding" and (version == "1.0" or value.lower() != b"chunked") for name, value in framing
    ):
        raise MalformedRequest("its transfer coding is not only chunked")
    return version == "1.1" and any(name == b"expect" and value.lower() == b"100-continue" for name, value in framing)


def without_upgrade(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """Return a head, as it is sent, that does not ask for another protocol."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    lines += [b"%b: %b" % header for header in headers if header[0] != b"upgrade"]
    return b"\r\n".join([*lines, b"", b""])
