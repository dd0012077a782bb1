"""Tortures a running mock with hostile connections, and sees it answer healthy ones; `make torture` runs it."""

from __future__ import annotations

import argparse
import asyncio
import socket
import struct
import sys
import time
from contextlib import suppress

from stress.hostile_client import Client
from stress.hostile_requests import BODY, LAST, TARGET, Generator, head
from stress.process_metrics import MockProcess, Pulse, Row, mock_process, wait_for_files, write

SLOW = 200
DROPPED = 10_000
BURST = 50
PAUSE = 0.1
"""Seconds between two bursts of dropped connections: without any, the system's queue of those not accepted is full."""

READERLESS = 20
WARM_UP = 5_000
MOST_MILLISECONDS = 1_000
MOST_GROWTH = 24 * 1024 * 1024
LIMITS = {"head": 10, "body": 30, "reader": 30}
MARGIN = 5
"""Seconds that a limit may be late by: the mock counts whole ones, and this machine may be busy."""


async def send_slowly(port: int, *, is_body: bool) -> float:
    """Send a request by one byte a second; return after how many seconds the mock ended the connection."""
    start = head(
        b"PATCH", TARGET, b"HTTP/1.1", [b"Host: x", b"Authorization: Bearer valid-token", b"Content-Length: 90000"]
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    whole = asyncio.ensure_future(reader.read())
    with suppress(OSError):
        writer.write(start if is_body else start[:-2] + b"X: ")
        while not whole.done():
            await asyncio.wait([whole], timeout=1)
            writer.write(b"a")
    seconds = time.monotonic() - began
    with suppress(OSError):
        received = await whole
        if received and not received.startswith(b"HTTP/1.1 408 "):
            return float("inf")
    writer.transport.abort()
    return seconds


async def read_nothing(port: int) -> float:
    """Ask for many megabytes and read none; return after how many seconds the mock ended the connection."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < LIMITS["reader"] * 2:
                await asyncio.sleep(1)
                connection.send(b"\r\n")
        return time.monotonic() - began


def drop_connections(port: int, count: int) -> None:
    """Open and drop connections: closed or reset, with nothing, a part or a whole request sent."""
    parts = (b"", b"PATCH ", head(b"PATCH", TARGET, b"HTTP/1.1", [b"Host: x", b"Content-Length: 18"]) + BODY[:5], LAST)
    for number in range(count):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
            if number % 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(parts[number // 2 % len(parts)])
        if number % BURST == 0:
            time.sleep(PAUSE)


async def torture(mock_process: MockProcess, client: Client, generator: Generator, requests: int) -> list[Row]:
    """Do all of it at once; return what became of the connections that are slow."""
    began = time.monotonic()

    def tell(sent: int) -> None:
        if sent % 1_000 == 0:
            rate = (sent - WARM_UP) / (time.monotonic() - began)
            write(
                f"\r{sent - WARM_UP:>8} of {requests} requests, {rate:.0f}/s, {mock_process.memory >> 20} MB, {mock_process.files} files "
            )

    heads, bodies, readers, _, _ = await asyncio.gather(
        asyncio.gather(*(send_slowly(mock_process.port, is_body=False) for _ in range(SLOW // 2))),
        asyncio.gather(*(send_slowly(mock_process.port, is_body=True) for _ in range(SLOW // 2))),
        asyncio.gather(*(read_nothing(mock_process.port) for _ in range(READERLESS))),
        asyncio.to_thread(drop_connections, mock_process.port, DROPPED),
        client.send_all(generator, requests, tell),
    )
    write("\n")
    return [
        Row("connections dropped", is_good=True, text=f"{DROPPED}"),
        within("heads by one byte a second", heads, LIMITS["head"]),
        within("bodies by one byte a second", bodies, LIMITS["body"]),
        within("answers that nobody reads", readers, LIMITS["reader"]),
    ]


def within(what: str, seconds: list[float], limit: int) -> Row:
    """Return the row of connections that the mock is to end within *limit* seconds."""
    text = f"{len(seconds)} ended by the mock after {min(seconds):.1f} to {max(seconds):.1f} s, limit {limit} s"
    return Row(what, max(seconds) <= limit + MARGIN, text)


def run(seed: int, requests: int) -> bool:
    """Torture a mock; print a summary, and return whether all of it is good."""
    write(f"SEED={seed} REQUESTS={requests}\n")
    generator = Generator(seed)
    with mock_process("--journal", "200") as mock:
        client = Client("127.0.0.1", mock.port)
        asyncio.run(client.send_all(generator, WARM_UP))
        wait_for_files(mock, 0, LIMITS["head"])
        memory, files = mock.memory, mock.files
        with Pulse(mock.port) as pulse:
            rows = asyncio.run(torture(mock, client, generator, requests))
        is_back = wait_for_files(mock, files, LIMITS["body"] + MARGIN)
        growth = mock.memory - memory
        failed = sum(int(status) >= 500 for status in client.statuses if status.isdigit())
        slowest = max(pulse.milliseconds)
        rows = [
            Row(
                "hostile requests", not client.faults, f"{client.sent - WARM_UP}, {len(client.faults)} answered wrongly"
            ),
            Row("answers of 5xx", not failed, f"{failed}"),
            *rows,
            Row(
                "healthy updates",
                pulse.statuses == {"201"} and slowest <= MOST_MILLISECONDS,
                f"{pulse}; {pulse.statuses}",
            ),
            Row("tracebacks", not mock.tracebacks, f"{mock.tracebacks}"),
            Row("open files", is_back, f"{files} before, {mock.files} after"),
            Row(
                "memory",
                growth <= MOST_GROWTH,
                f"{memory >> 20} MB before, {growth / 2**20:+.1f} MB after, limit +24 MB",
            ),
        ]
    write("".join(f"{row}\n" for row in rows))
    write("first answers: " + ", ".join(f"{status} {count}" for status, count in client.statuses.most_common()) + "\n")
    for text in client.faults:
        write(f"FAULT {text}\n")
    return all(row.is_good for row in rows)


def main() -> int:
    """Return 1 where the mock did not stand it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    return 0 if run(options.seed, options.requests) else 1


if __name__ == "__main__":
    sys.exit(main())
