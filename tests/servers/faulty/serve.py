"""Serves faulty servers over HTTP: all of them on one port for the tests, or one in the foreground."""

from __future__ import annotations

import argparse
import difflib
import errno
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

import uvicorn

if not __package__:  # run as a script: the package lies one folder up
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from servers.faulty.asgi import Receive, Response, Scope, Send, send_response
from servers.faulty.catalogue import FAULTS, OPEN
from servers.faulty.literals import FIRST_ID, PATH
from servers.faulty.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

CORRECT = "correct"
BUILDERS: dict[str, Callable[..., Server]] = {
    CORRECT: Server,
    **{fault.name: fault.build for fault in (*FAULTS, *OPEN)},
}


def build(name: str, **choices: str) -> Server:
    """Return a fresh server.

    Raises:
        ValueError: there is no such fault, or no such choice.
    """
    if name not in BUILDERS:
        near = difflib.get_close_matches(name, BUILDERS, n=1)
        question = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(
            f"Unknown fault {name!r}: {question}--list lists the faults; {CORRECT!r} is a server without one."
        )
    return BUILDERS[name](**choices)


def segment(name: str, **choices: str) -> str:
    """Return the path segment of a server, such as `correct;messages=first,omitted_secrets=keep`."""
    listed = ",".join(f"{choice}={value}" for choice, value in sorted(choices.items()))
    return f"{name};{listed}" if listed else name


class FaultyServers:
    """Hosts every faulty server, each under a prefix of its own, for as long as the context lasts."""

    def __init__(self) -> None:
        self._servers: dict[str, Server] = {}
        self._socket = socket.socket()
        config = uvicorn.Config(
            self._dispatch,
            access_log=False,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            log_level="critical",
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._socket.bind(("127.0.0.1", 0))
        self.base = "http://{}:{}".format(*self._socket.getsockname())
        self._thread.start()
        while not self._uvicorn.started:
            if not self._thread.is_alive():
                raise RuntimeError("the faulty servers did not start")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._uvicorn.should_exit = True
        self._thread.join()
        self._socket.close()

    def url(self, name: str, **choices: str) -> str:
        """Return the base address of a server; the endpoint's path goes behind it."""
        self.server(name, **choices)
        return f"{self.base}/{segment(name, **choices)}"

    def reset(self, name: str, **choices: str) -> None:
        """Put a server's first state back."""
        self.server(name, **choices).reset()

    def server(self, name: str, **choices: str) -> Server:
        """Return a hosted server, built at first use."""
        key = segment(name, **choices)
        if key not in self._servers:
            self._servers[key] = build(name, **choices)
        return self._servers[key]

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode("latin-1")
        key, slash, rest = path.removeprefix("/").partition("/")
        name, _, listed = key.partition(";")
        choices = dict(choice.split("=", 1) for choice in listed.split(",") if "=" in choice)
        try:
            server = self.server(name, **choices)
        except ValueError as error:
            await send_response(Response(404, str(error).encode(), "text/plain; charset=utf-8"), send)
            return
        await server(_enter(scope, slash + rest, send), receive, send)


def _enter(scope: Scope, path: str, send: Send) -> Scope:
    # Uvicorn has no way to cut a connection; its `send` belongs to the request, which knows the transport.
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    drop = {"drop": transport.abort} if transport is not None else {}
    extensions = {**scope.get("extensions", {}), "faulty_servers.drop": drop}
    # The client's port names no connection: the next one may have the same.
    client = transport or scope.get("client")
    return {**scope, "client": client, "raw_path": path.encode("latin-1"), "path": path, "extensions": extensions}


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """End with the line alone."""
        self.exit(2, f"{self.prog}: {message}\n")


def _choice(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} has no value: use NAME=VALUE")
    return name, value


def _listen(port: int) -> socket.socket:
    """Return a socket on *port* of this machine.

    Raises:
        ValueError: The port cannot be used.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise ValueError(
                f"Port {port} is in use: end the program that listens there, or use another PORT."
            ) from error
        raise ValueError(
            f"Port {port} cannot be used: use another PORT from 1024 to 65535, or 0 for a free one."
        ) from error
    return listener


def main() -> None:
    """Serve one fault in the foreground."""
    parser = OneLineParser(prog="faulty-server", description=main.__doc__)
    parser.add_argument("name", nargs="?", help="a fault, or `correct`")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--choice", type=_choice, action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--list", action="store_true", help="list the faults")
    options = parser.parse_args()
    if options.list:
        sys.stdout.writelines(f"{fault.requirement}  {fault.name}: {fault.sentence}\n" for fault in FAULTS)
        return
    try:
        server = build(options.name or CORRECT, **dict(options.choice))
        listener = _listen(options.port)
    except ValueError as error:
        parser.error(str(error))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await server(_enter(scope, scope["raw_path"].decode("latin-1"), send), receive, send)

    with listener:
        sys.stdout.write("http://{}:{}\n".format(*listener.getsockname()))
        sys.stdout.write(f"  first webhook: PATCH {PATH}{FIRST_ID}\n  Ctrl-C stops it.\n")
        sys.stdout.flush()
        config = uvicorn.Config(
            serve,
            access_log=False,
            interface="asgi3",
            lifespan="off",
            log_level="warning",
            proxy_headers=False,
            ws="none",
        )
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
