"""A receiver of deliveries on a real port, for the tests of the mock."""

from __future__ import annotations

import queue
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

from user_webhook_api.signature import SignatureError, verify_signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEADLINE: Final = 20


@dataclass(frozen=True)
class Received:
    """A request as the receiver got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_with(self, *secrets: str) -> bool:
        """Say whether the signature verifies, by the clock of the machine."""
        try:
            verify_signature(self.headers.get("nursa-signature"), self.body, secrets)
        except SignatureError:
            return False
        return True


@dataclass
class Receiver:
    """What came in, and how the next requests are answered: with a status, ``hang``, ``drip``, ``drop`` or ``noise``."""

    url: str
    script: Iterator[int | str]
    received: queue.Queue[Received] = field(default_factory=queue.Queue)
    ended: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Received:
        """Wait for the next request."""
        return self.received.get(timeout=DEADLINE)


@contextmanager
def receiving(script: Iterable[int | str] = (), location: str = "/elsewhere") -> Iterator[Receiver]:
    """Receive on a free port, answering as *script* says and with 200 after its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook", iter(script))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = next(receiver.script, 200)
            receiver.received.put(Received(self.command, self.path, headers, body))
            if isinstance(answer, int):
                self.send_response(answer)
                self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(f"answer {answer}".encode())
            elif answer == "hang":
                receiver.ended.wait(DEADLINE)
            elif answer == "drip":
                while not receiver.ended.wait(0.01):
                    self.wfile.write(b"H")
            elif answer == "noise":
                self.wfile.write(b"no HTTP at all\r\n\r\n")
            self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            pass

    server.RequestHandlerClass = Handler
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]  # a sender that hangs up is no news
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(DEADLINE)


@contextmanager
def silent_port() -> Iterator[str]:
    """Give the url of a port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"
