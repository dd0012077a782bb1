"""A forward proxy: whatever host a client names, it leads to one server."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

HEAD_END = b"\r\n\r\n"


class ForwardProxy:
    """Leads every tunnel and every request to *upstream*; with *credentials* it asks for them first."""

    def __init__(self, upstream: tuple[str, int], credentials: str = "", refusal: int = 0) -> None:
        self._upstream = upstream
        self._credentials = credentials
        self._refusal = refusal
        self.heads: list[str] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connected, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connected,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            received = b""
            while HEAD_END not in received:
                received += client.recv(65536)
            head, _, rest = received.partition(HEAD_END)
            self.heads.append(head.decode("latin-1"))
            refusal = self._refusal or (407 if self._credentials and self._credentials not in self.heads[-1] else 0)
            if refusal:
                client.sendall(f"HTTP/1.1 {refusal} No\r\nContent-Length: 0\r\n\r\n".encode())
                return
            with socket.create_connection(self._upstream) as server:
                if head.startswith(b"CONNECT "):
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    server.sendall(rest)
                else:
                    method, place, tail = head.split(b" ", 2)
                    path = b"/" + place.split(b"/", 3)[3]
                    server.sendall(b" ".join([method, path, tail]) + HEAD_END + rest)
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                back.start()
                _pump(client, server)
                back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
