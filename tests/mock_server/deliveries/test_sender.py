from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from support.bad_targets import full_backlog
from support.receiver import DEADLINE, receiving
from user_webhook_mock.deliveries.destination import Destination, locate, locate_local
from user_webhook_mock.deliveries.sender import post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost that nobody has signed, and its key in one file."""
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 1 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", f"{file}.crt"],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + (file.parent / f"{file.name}.crt").read_text())
    return file


@contextmanager
def receiving_tls(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_certificate_that_nobody_has_signed_is_not_trusted(certificate: Path) -> None:
    with receiving_tls(certificate) as port:
        outcome = post(locate(f"https://localhost:{port}/"), b"{}", {}, timeout=10)

    assert (outcome.status, outcome.error) == (None, "the certificate is not trusted (self-signed certificate)")


def test_a_certificate_of_the_environment_is_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with receiving_tls(certificate) as port:
        outcome = post(locate(f"https://localhost:{port}/"), b"{}", {}, timeout=10)

    assert (outcome.status, outcome.error) == (204, "")


def test_a_certificate_of_another_host_is_not_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with receiving_tls(certificate) as port:
        outcome = post(locate(f"https://127.0.0.1:{port}/"), b"{}", {}, timeout=10)

    assert outcome.status is None
    assert outcome.error.startswith("the certificate is not trusted (IP address mismatch")


def test_a_receiver_that_speaks_tls_only_gives_plain_http_no_answer(certificate: Path) -> None:
    with receiving_tls(certificate) as port:
        outcome = post(locate(f"http://localhost:{port}/"), b"{}", {}, timeout=10)

    assert (outcome.status, outcome.error) == (None, "the connection ended before a response")


def test_a_name_is_looked_up_once_and_its_address_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: Any, **options: Any) -> Any:
        asked.append(host)
        return real(host, *arguments, **options)

    with receiving() as receiver:
        destination = locate_local(receiver.url.replace("127.0.0.1", "localhost"))
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        outcome = post(destination, b"{}", {}, timeout=10)
        got = receiver.next()

    assert (outcome.status, got.headers["host"].partition(":")[0]) == (200, "localhost")
    assert "localhost" not in asked


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, receiving() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        outcome = post(locate_local(receiver.url), b"{}", {}, timeout=10)

        assert (outcome.status, receiver.next().body, proxy.received.empty()) == (200, b"{}", True)


def test_the_next_address_is_tried_where_one_refuses() -> None:
    with receiving() as receiver:
        port = locate(receiver.url).port
        outcome = post(Destination("http", "x.example", port, "/", ("127.0.0.9", "127.0.0.1")), b"{}", {}, timeout=10)

    assert (outcome.status, outcome.response_body) == (200, "answer 200")


def test_no_more_than_the_beginning_of_an_answer_is_kept() -> None:
    class Talker(Handler):
        def do_POST(self) -> None:
            self.send_response(500)
            self.end_headers()
            self.wfile.write(b"\xff" + b"x" * 5000)

    with HTTPServer(("127.0.0.1", 0), Talker) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        outcome = post(locate(f"http://127.0.0.1:{server.server_port}/"), b"{}", {}, timeout=10)
        thread.join()

    assert (outcome.status, outcome.response_body) == (500, "\ufffd" + "x" * 999)


def test_a_dead_first_address_leaves_time_for_the_second() -> None:
    with receiving() as receiver:
        port = urlsplit(receiver.url).port or 0
        place = Destination("http", "two.example.com", port, "/hook", ("127.0.0.2", "127.0.0.1"))
        with full_backlog("127.0.0.2", port):
            outcome = post(place, b"{}", {}, timeout=DEADLINE)

    assert (outcome.error, outcome.status) == ("", 200)
