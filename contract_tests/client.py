"""The one place where requests leave: counted, paced, without redirects."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from contract_tests.answer import Answer, Silence
from openapi.bundle import PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contract_tests.request import Request
    from contract_tests.settings import Settings

WINDOW = 60.0
"""Seconds that the rate counts over."""

LARGEST_BODY = 1_000_000
"""Bytes of an answer that are read; the rest is left."""

TOO_MANY_REQUESTS = 429
BACK_OFF = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds to wait after each 429 in a row: together just over the provider's window."""

MOST_TIMEOUTS_TRIED = 3
"""Timeouts of a run after which none is tried once more: each costs a whole time limit."""


class BudgetSpentError(Exception):
    """Every request of the budget has been sent."""


class TargetDownError(Exception):
    """No connection can be made; nothing of that is the target's verdict."""


class RateLimitedError(Exception):
    """The target answers 429 however long the client waits."""


@dataclass(frozen=True)
class Exchange:
    """A request and what came back.

    ``number`` counts requests on the wire; ``started`` is in seconds of the run, for a request that was sent again those
    of the last time; ``drops`` counts the new connections that were closed before an answer, and the answers that did
    not come in time.
    """

    number: int
    request: Request
    outcome: Answer | Silence
    started: float
    drops: int = 0


class Client:
    """Sends requests to the target; never more than the budget."""

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect to nothing yet. *sleep* and *clock* are replaced by tests."""
        self._settings = settings
        self._parts = urlsplit(settings.target)
        self._prefix = self._parts.path.rstrip("/")
        self._pool = self._connect()
        self._sleep = sleep
        self._clock = clock
        self._start = clock()
        self._departures: deque[float] = deque()
        self._agent = f"user-webhook-contract/{version('user-webhook-contract')}"
        self._is_fresh = False
        self._timeouts = 0
        self.sent = 0
        self.waited = 0.0
        self.reserved = 0

    def _connect(self) -> urllib3.HTTPConnectionPool:
        kind = urllib3.HTTPSConnectionPool if self._parts.scheme == "https" else urllib3.HTTPConnectionPool
        timeout = urllib3.Timeout(connect=self._settings.timeout, read=self._settings.timeout)
        return kind(self._parts.hostname or "", self._parts.port, maxsize=1, timeout=timeout, retries=False)

    @property
    def left(self) -> int:
        """How many requests may still be sent, without the reserved ones."""
        return self._settings.budget - self.reserved - self.sent

    def send(self, request: Request) -> Exchange:
        """Send *request* and return what came back.

        What has no answer is tried once more, as one PATCH more of the same is harmless; a 429 is waited out.
        Both count.

        Raises:
            BudgetSpentError: Before sending, and before each re-send.
            TargetDownError: No connection can be made.
            RateLimitedError: 429 after every wait.
        """
        waits = iter(BACK_OFF)
        drops = 0
        for attempt in (1, 2):
            is_new = self._is_fresh or self._pool.num_requests == 0
            outcome = self._send_past_limit(request, waits)
            if isinstance(outcome, Answer):
                break
            if outcome is Silence.TIMED_OUT:
                self._timeouts += 1
                drops += 1
                is_last = self._timeouts > MOST_TIMEOUTS_TRIED
            else:
                # A server may close a connection between two requests, but no new one before it has answered.
                drops += is_new
                self._is_fresh = True
                is_last = False
            if attempt == 2 or is_last or self.left <= 0:  # noqa: PLR2004 - the second of two
                break
        return Exchange(self.sent, request, outcome, self._departures[-1] - self._start, drops)

    def _send_past_limit(self, request: Request, waits: Iterator[float]) -> Answer | Silence:
        while True:
            outcome = self._send_once(request)
            if not (isinstance(outcome, Answer) and outcome.status == TOO_MANY_REQUESTS):
                return outcome
            wait = next(waits, None)
            if wait is None:
                raise RateLimitedError("The target still answers 429 after a minute: run again later, or lower --rate.")
            self._wait(_retry_after(outcome) or wait)

    def _send_once(self, request: Request) -> Answer | Silence:
        self._take_slot()
        if self._is_fresh:
            self._pool.close()
            self._pool = self._connect()
        started = self._clock()
        try:
            response = self._pool.urlopen(
                "PATCH",
                self._prefix + PATH.replace("{webhookId}", quote(request.webhook_id, safe="")),
                body=[request.body] if request.is_chunked and request.body is not None else request.body,
                headers=self._headers(request),
                redirect=False,
                preload_content=False,
                chunked=request.is_chunked,
            )
            return self._read(response, started)
        except (NewConnectionError, ConnectTimeoutError, NameResolutionError, SSLError) as error:
            raise TargetDownError(f"--target={self._settings.target!r} cannot be reached: {_reason(error)}") from None
        except ReadTimeoutError:
            return Silence.TIMED_OUT
        except HTTPError:
            return Silence.DROPPED

    def _read(self, response: urllib3.BaseHTTPResponse, started: float) -> Answer | Silence:
        body = bytearray()
        is_whole = True
        try:
            while len(body) < LARGEST_BODY:
                chunk = response.read1(65_536, decode_content=True)
                if not chunk:
                    break
                body += chunk
                if self._clock() - started > self._settings.timeout:
                    is_whole = False
                    break
            else:
                is_whole = False
        except DecodeError:
            is_whole = False
        finally:
            # A body that was not read to its end would be taken for the next answer.
            if is_whole:
                response.release_conn()
            else:
                response.close()
        if self._clock() - started > self._settings.timeout:
            return Silence.TIMED_OUT
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, bytes(body[:LARGEST_BODY]), self._clock() - started)

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": self._agent}
        template = request.credential.value
        if template is not None:
            token = self._settings.token
            headers["Authorization"] = template.format(
                valid=token,
                forbidden=self._settings.forbidden_token,
                shortened=token[: max(len(token) * 3 // 4, 1)],
                swapped=token.swapcase(),
                altered=token[: len(token) * 3 // 4] + "0" * (len(token) - len(token) * 3 // 4),
            )
        if request.media_type is not None:
            headers["Content-Type"] = request.media_type
        return headers

    def _take_slot(self) -> None:
        if self.left <= 0:
            raise BudgetSpentError
        rate = self._settings.rate
        if 0 < rate < self._settings.budget and len(self._departures) >= rate:
            self._wait(self._departures[0] + WINDOW - self._clock())
        self._departures.append(self._clock())
        while len(self._departures) > max(rate, 1):
            self._departures.popleft()
        self.sent += 1

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.waited += seconds
            self._sleep(seconds)


def _retry_after(answer: Answer) -> float:
    value = answer.headers.get("retry-after", "")
    return min(float(value), BACK_OFF[-1]) if value.isdigit() else 0.0


def _reason(error: HTTPError) -> str:
    text = str(error)
    if isinstance(error, SSLError):
        return f"TLS failed ({text.rsplit('] ', 1)[-1].rstrip(')')}). Check the certificate and the host's name."
    if isinstance(error, NameResolutionError):
        return "its host has no address. Check the spelling."
    # A refused connection is a kind of time-out to urllib3.
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return "nothing answered within the time limit. Check host, port and firewall."
    return "the connection is refused. Start the target, or check host and port."
