"""Drives a server in the process, without sockets, and compares it with the correct one."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from .literals import PATH
from .sequences import SEQUENCES, Patch
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .asgi import Message


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 stands for silence, -1 for a dropped connection."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def send(server: Server, request: Patch) -> Answer:
    """Return the server's answer to one request."""
    path = f"{PATH}{quote(request.webhook_id, safe='')}"
    headers = [(b"host", b"probe")]
    if request.authorization is not None:
        headers.append((b"authorization", request.authorization.encode()))
    if request.content_type is not None:
        headers.append((b"content-type", request.content_type.encode()))
    if request.is_chunked:
        headers.append((b"transfer-encoding", b"chunked"))
    sent: list[Message] = []
    dropped: list[bool] = []
    messages: Iterator[Message] = iter([{"type": "http.request", "body": request.body}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    async def collect(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "PATCH",
        "path": path,
        "raw_path": path.encode(),
        "headers": headers,
        "extensions": {"faulty_servers.drop": {"drop": lambda: dropped.append(True)}},
    }
    # Nothing in a server waits for anything but receive and send, so one step runs to the end.
    coroutine = server(scope, receive, collect)
    with suppress(StopIteration):
        coroutine.__await__().__next__()
    if not sent:
        return Answer(-1 if dropped else 0)
    start, end = sent
    answered = tuple((name.decode(), value.decode()) for name, value in start["headers"] if name != b"content-length")
    return Answer(start["status"], answered, end["body"])


def play(server: Server, sequence: tuple[Patch, ...]) -> list[Answer]:
    """Return the answers to a sequence, each generated secret replaced by its number."""
    sent = b"".join(request.body for request in sequence).decode("utf-8", "replace")
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        text = found[0]
        if text in sent or len(set(text)) < 12:
            return text
        # A secret that follows from another one stays visible: it shares characters or places.
        for known in numbers:
            is_alike = sum(a == b for a, b in zip(known, text, strict=True)) > 12 or sorted(known) == sorted(text)
            if known != text and is_alike:
                return text
        return numbers.setdefault(text, f"<{len(numbers)}>")

    answers = [send(server, request) for request in sequence]
    return [
        Answer(
            answer.status,
            answer.headers,
            re.sub(r"\b[A-Za-z0-9]{32}\b", number, answer.body.decode("latin-1")).encode(),
        )
        for answer in answers
    ]


@cache
def expected(choices: tuple[tuple[str, str], ...]) -> tuple[list[Answer], ...]:
    """Return the correct server's answers to every sequence."""
    return tuple(play(Server(**dict(choices)), sequence) for sequence in SEQUENCES)


def differs(faulty: Server) -> bool:
    """Return whether some sequence tells a server from the correct one with the same choices; it is reset before each."""
    right = expected(tuple(faulty.choices.items()))
    for sequence, answers in zip(SEQUENCES, right, strict=True):
        faulty.reset()
        if play(faulty, sequence) != answers:
            return True
    return False
