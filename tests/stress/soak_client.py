"""A client that owns one webhook of a mock in trouble, and knows after each request what must be stored."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from typing import Any

from support.mock_process import USER

PAUSE = 0.02
TIMEOUT = 30
CORRUPTING = ("cut", "slow", "malformed")
REPLACING = ("503", "drop", "429", "404 not-found")


class Client:
    """Updates its webhook *identifier*, and checks by each next answer that the last acknowledged url was kept."""

    def __init__(self, port: int, identifier: str, seed: int) -> None:
        self._port = port
        self._id = identifier
        self._rng = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._url = ""
        self.counts: Counter[str] = Counter()
        self.troubles: list[str] = []

    def run(self, seconds: float) -> None:
        """WorkerTask for *seconds*."""
        deadline = time.monotonic() + seconds
        self._control("PUT", f"/webhooks/{self._id}", {"url": "https://example.com/0", "events": ["all"]}, 200)
        self._url = "https://example.com/0"
        steps = (
            self._update,
            self._update,
            self._update,
            self._late,
            self._damaged,
            self._failing,
            self._refused,
            self._look,
        )
        while time.monotonic() < deadline and len(self.troubles) < len(steps):
            self._rng.choice(steps)()
            self._expect(self._patch({"events": ["all"]}), 201)
            time.sleep(PAUSE)
        self._connection.close()

    def _update(self) -> None:
        url = self._new_url()
        self._url = url
        self._expect(self._patch({"url": url, "events": ["all"]}), 201)

    def _late(self) -> None:
        self._url = self._new_url()
        self._expect(self._patch({"url": self._url, "events": ["all"]}, "X-Mock-Latency", "1ms..80ms"), 201)

    def _damaged(self) -> None:
        self._url = self._new_url()
        self._patch({"url": self._url, "events": ["all"]}, "X-Mock-Fault", self._rng.choice(CORRUPTING))

    def _failing(self) -> None:
        fault = self._rng.choice(REPLACING)
        status, _ = self._patch({"url": self._new_url(), "events": ["all"]}, "X-Mock-Fault", fault)
        wanted = 0 if fault == "drop" else int(fault.split()[0])
        if status != wanted:
            self._complain(f"{fault} gets {status}")

    def _refused(self) -> None:
        status, _ = self._patch({"url": "http://example.com/", "events": []})
        if status != 400:
            self._complain(f"a refused update gets {status}")

    def _look(self) -> None:
        body = self._control("GET", f"/webhooks/{self._id}", None, 200)
        if body["url"] != self._url:
            self._complain(f"lost update: the control API has {body['url']}, acknowledged was {self._url}")
        self._control("GET", f"/journal?webhookId={self._id}&limit=3", None, 200)
        self._control("PATCH", "/faults", {"latency": self._rng.choice(("0ms..2ms", "1ms..5ms"))}, 200)

    def _expect(self, answer: tuple[int, Any], status: int) -> None:
        if answer[0] != status:
            self._complain(f"a healthy update gets {answer[0]}: {answer[1]}")
        elif answer[1]["data"]["url"] != self._url:
            self._complain(f"lost update: {answer[1]['data']['url']} is stored, acknowledged was {self._url}")

    def _patch(self, body: dict[str, Any], *header: str) -> tuple[int, Any]:
        headers = {"Authorization": "Bearer valid-token", "Content-Type": "application/json"}
        headers |= {header[0]: header[1]} if header else {}
        status, content = self._send("PATCH", USER + self._id, body, headers)
        self.counts[
            f"{status} on {header[1].partition('..')[0] if header else 'no wish'}" if status >= 500 else str(status)
        ] += 1
        return status, content

    def _control(self, method: str, path: str, body: Any, status: int) -> Any:
        got, content = self._send(method, "/__mock__" + path, body, {})
        self.counts["control"] += 1
        if got != status:
            self._complain(f"{method} {path} gets {got}: {content}")
            return {"url": self._url}
        return content

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        """Return status and body; the status is 0 where there is no answer, the body None where it is damaged."""
        try:
            self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = self._connection.getresponse()
        except (OSError, HTTPException):
            self._connection.close()
            return 0, None
        try:
            return response.status, json.loads(response.read())
        except (OSError, HTTPException, ValueError):
            self._connection.close()
            return response.status, None

    def _new_url(self) -> str:
        return f"https://example.com/{self._rng.getrandbits(64):x}"

    def _complain(self, text: str) -> None:
        self.troubles.append(f"{self._id}: {text}")
