"""Requests that no decent client sends, and what may be answered to them; the same seed gives the same requests."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from support.mock_process import FIRST, USER

BODY = b'{"events":["all"]}'
TARGET = f"{USER}{FIRST}".encode()
LAST = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
STATUSES = frozenset({100, 200, 201, 204, 400, 401, 403, 404, 405, 408, 413, 414, 415, 431})
DOCUMENTED = ({"message", "error", "statusCode"}, {"message", "statusCode"})
CONTROL_FORM = {"what", "value", "rule", "remedy"}

METHODS = (b"PATCH", b"GET", b"POST", b"PUT", b"OPTIONS", b"TRACE", b"CONNECT", b"PRI", b"patch", b"PATCHX", b"", b"\0")
VERSIONS = (b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/9.9", b"http/1.1", b"HTTP/1.1 ", b"HTTP/", b"")
TARGETS = (
    *(
        TARGET + tail
        for tail in (b"%", b"%zz", b"%2F", b"%2f..%2f", b"%00", b"%0d%0aX:y", b"%ff%fe", b"%c0%af", b"/", b"#x")
    ),
    *(
        USER.encode() + tail
        for tail in (b"%2e%2e", b"..", b"%2e%2e%2f%2e%2e", b"%5c", b"\\", b"\x01", b"\xff", b" ", b"*")
    ),
    *(b"http://evil.example" + tail for tail in (TARGET, b"", b":99999/", b":x/", b"@x/")),
    *(b"example.com:443", b"*", b"//evil.example/x", b"", b"?", b"#", b"http:///", b"ftp://x/health", b"health"),
    *(b"/", b"/health", b"/openapi.json", b"/docs", b"/nowhere", b"/api/v2/../v2", b"/%2561", b"/__mock__/webhooks"),
    *(b"/__mock__/webhooks/%00%ff", b"/__mock__/journal?limit=x&since=%ff", b"/__mock__/verify", b"/__mock__/clock"),
    *(b"/" + b"a" * size for size in (5_000, 16_383, 16_384, 70_000)),
)
HEADERS = (
    *(
        b"Host: y",
        b"Host : y",
        b"Host:",
        b" Host: y",
        b"X: a\r\n b",
        b"X: a\x00b",
        b"X: a\x7fb",
        b"X: \xff\xe9",
        b"X: a\rb",
    ),
    *(b"nocolon", b": x", b"X Y: z", b"\xc3\xa9: x", b"X\x00: y", b"X: " + b"a" * 66_000, b"X" * 66_000 + b": a"),
    *(b"Expect: 100-continue", b"Expect: 200-maybe", b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings"),
    *(
        b"Upgrade: websocket\r\nConnection: Upgrade",
        b"Connection: close",
        b"Connection: \xff,,close",
        b"Content-Encoding: gzip",
    ),
    *(
        b"Content-Encoding: br, gzip, gzip",
        b"Content-Type: text/plain",
        b"Content-Type: application/json; charset=utf-16",
    ),
    *(
        b"Authorization: Bearer wrong",
        b"Authorization: \xff",
        b"Trailer: Authorization",
        b"TE: trailers",
        b"Prefer: code=404",
    ),
    *(
        b"Prefer: code=999",
        b"X-Mock-Fault: dorp",
        b"X-Mock-Latency: -1",
        b"Origin: \x80",
        b"Cookie: " + b"a=b;" * 2_000,
    ),
    b"\r\n".join(b"X-%d: y" % number for number in range(300)),
)
FRAMINGS = (
    *(
        b"Content-Length: " + value
        for value in (b"0", b"5", b"99", b"+18", b"-1", b"0x12", b"1 8", b"18, 18", b"", b"\xb2")
    ),
    *(b"Content-Length: " + value for value in (b"18446744073709551616", b"99999999999", b"18\r\nContent-Length: 18")),
    *(b"Content-Length: 18\r\nContent-Length: 3", b"Transfer-Encoding: chunked\r\nContent-Length: 18"),
    *(
        b"Transfer-Encoding: " + value
        for value in (b"chunked", b"CHUNKED", b"gzip, chunked", b"chunked, identity", b"xchunked")
    ),
    *(
        b"Transfer-Encoding: " + value
        for value in (b"\x0bchunked", b"chunked\r\nTransfer-Encoding: chunked", b"", b"identity")
    ),
    *(b"Transfer-Encoding : chunked", b"Transfer-Encoding\t: chunked", b"Transfer_Encoding: chunked"),
)
CHUNKS = (
    *(
        b"12\r\n" + BODY + b"\r\n0\r\n" + tail
        for tail in (b"\r\n", b"A: b\r\n\r\n", b"Authorization: Bearer valid-token\r\n\r\n")
    ),
    *(b"12;" + b"x" * size + b"\r\n" + BODY + b"\r\n0\r\n\r\n" for size in (1, 20_000, 200_000)),
    *(
        size + b"\r\n" + BODY + b"\r\n0\r\n\r\n"
        for size in (b"zz", b"-1", b"0x12", b"12 ", b"f" * 17, b"012", b"", b"13", b"11")
    ),
    *(b"12\n" + BODY + b"\n0\n\n", b"12\r\n" + BODY + b"0\r\n\r\n", b"12\r\n" + BODY[:5], b"0\r\nX: " + b"a" * 70_000),
    b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n",
    (b"2800\r\n" + b" " * 10_240 + b"\r\n") * 12,
)
BODIES = (
    b"",
    b"{",
    b"\x1f\x8b" + b"\0" * 5_000,
    b" " * 103_000,
    b"[" * 20_000,
    b"\xff\xfe",
    b"null",
    BODY + b"\0",
    b"GET / HTTP/1.1\r\n\r\n",
)


@dataclass(frozen=True)
class Hostile:
    """Bytes of one connection; *statuses* are those of its answers in their order, where they are known."""

    raw: bytes
    statuses: tuple[int, ...] = ()


class Generator:
    """Makes hostile requests of *seed*."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311  to be repeated, not to be secret

    def next(self) -> Hostile:
        """Return what is sent next."""
        kinds = (self._odd, self._odd, self._framed, self._mutated, self._cut, self._noise, self._pipelined)
        return self._rng.choice(kinds)()

    def _odd(self) -> Hostile:
        pick = self._rng.choice
        method = pick(METHODS) if self._rng.random() < 0.3 else b"PATCH"
        target = pick(TARGETS) if self._rng.random() < 0.5 else TARGET
        version = pick(VERSIONS) if self._rng.random() < 0.2 else b"HTTP/1.1"
        headers = [pick(HEADERS) for _ in range(self._rng.choice((0, 1, 1, 2)))]
        return Hostile(
            request(
                method=method,
                target=target,
                version=version,
                headers=headers,
                body=pick(BODIES) if self._rng.random() < 0.3 else BODY,
            )
            + LAST
        )

    def _framed(self) -> Hostile:
        content = self._rng.choice((*CHUNKS, *BODIES, BODY))
        headers = [self._rng.choice(FRAMINGS), b"Content-Type: application/json", b"Authorization: Bearer valid-token"]
        return Hostile(head(b"PATCH", TARGET, b"HTTP/1.1", [b"Host: x", *headers]) + content + LAST)

    def _mutated(self) -> Hostile:
        raw = bytearray(request() * 2)
        for _ in range(self._rng.randint(1, 4)):
            place = self._rng.randrange(len(raw))
            raw[place : place + self._rng.choice((0, 1, 1, 5))] = self._rng.randbytes(self._rng.choice((0, 1, 1, 3)))
        return Hostile(bytes(raw) + LAST)

    def _cut(self) -> Hostile:
        raw = request()
        return Hostile(raw[: self._rng.randrange(len(raw))])

    def _noise(self) -> Hostile:
        return Hostile(
            self._rng.choice((b"", b"\r\n", b"GET ", b"\x16\x03\x01")) + self._rng.randbytes(self._rng.randint(1, 400))
        )

    def _pipelined(self) -> Hostile:
        known: tuple[tuple[bytes, int], ...] = (
            (request(), 201),
            (request(target=USER.encode() + b"none"), 404),
            (request(body=b"{"), 400),
        )
        known += (
            (request(authorization=b"Bearer no"), 401),
            (request(headers=[b"Upgrade: h2c", b"Connection: Upgrade"]), 201),
        )
        sent = self._rng.choices(known, k=self._rng.randint(1, 12))
        end, status = self._rng.choice(((LAST, 200), (b"\0\0\r\n\r\n", 400), (b"PATCH / HTTP/3\r\n\r\n", 400)))
        return Hostile(b"".join(raw for raw, _ in sent) + end, (*(one for _, one in sent), status))


def request(  # noqa: PLR0913  the parts of a request
    *,
    method: bytes = b"PATCH",
    target: bytes = TARGET,
    version: bytes = b"HTTP/1.1",
    headers: list[bytes] | None = None,
    body: bytes = BODY,
    authorization: bytes = b"Bearer valid-token",
) -> bytes:
    """Return the bytes of an update, a valid one unless told otherwise."""
    own = [b"Host: 127.0.0.1", b"Authorization: " + authorization, b"Content-Type: application/json"]
    return head(method, target, version, [*own, *(headers or []), b"Content-Length: %d" % len(body)]) + body


def head(method: bytes, target: bytes, version: bytes, headers: list[bytes]) -> bytes:
    """Return the bytes of a head."""
    return b"\r\n".join([b"%b %b %b" % (method, target, version), *headers, b"", b""])


@dataclass(frozen=True)
class Answered:
    """One answer as it came over the wire."""

    status: int
    headers: dict[bytes, bytes]
    content: bytes

    @property
    def is_last(self) -> bool:
        return self.headers.get(b"connection") == b"close"


def read_answers(received: bytes) -> tuple[list[Answered], bytes]:
    """Return the whole answers in *received*, and what stands behind them."""
    answers: list[Answered] = []
    while True:
        start, separator, rest = received.partition(b"\r\n\r\n")
        if not separator:
            return answers, received
        line, *lines = start.split(b"\r\n")
        if not line.startswith(b"HTTP/1.1 "):
            return answers, received
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(b":") for one in lines)}
        length = int(headers.get(b"content-length", b"0"))
        if len(rest) < length:
            return answers, received
        answers.append(Answered(int(line.split()[1]), headers, rest[:length]))
        received = rest[length:]


def fault(hostile: Hostile, answers: list[Answered], rest: bytes, *, is_closed: bool) -> str:
    """Return what is wrong with the answers to *hostile*, and nothing where they are in order."""
    if rest and not (is_closed and (rest.startswith(b"HTTP/1.1 ") or b"HTTP/1.1 ".startswith(rest))):
        return f"no HTTP: {rest[:80]!r}"
    for answer in answers:
        if answer.status not in STATUSES:
            return f"status {answer.status}: {answer.content[:200]!r}"
        if answer.status >= 400 and not is_in_the_envelope(answer):
            return f"not in the envelope: {answer.status} {answer.content[:200]!r}"
    statuses = tuple(answer.status for answer in answers)
    if hostile.statuses and statuses != hostile.statuses:
        return f"{statuses} in place of {hostile.statuses}"
    return ""


def is_in_the_envelope(answer: Answered) -> bool:
    """Say whether a refusal has the form of the API, or that of the control API."""
    try:
        body: Any = json.loads(answer.content)
    except ValueError:
        return False
    if answer.headers.get(b"content-type") != b"application/json" or not isinstance(body, dict):
        return False
    return (set(body) in DOCUMENTED and body["statusCode"] == answer.status) or set(body) == CONTROL_FORM
