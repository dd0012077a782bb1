"""The one HTTP client: it counts and paces requests, and follows no redirects."""

from __future__ import annotations

import math
import socket
import ssl
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum
from http.client import HTTPException
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

from user_webhook_api.numbers import whole_number
from user_webhook_contract.http.address import path_of
from user_webhook_contract.http.authorization import authorization
from user_webhook_contract.http.connection import connect
from user_webhook_contract.http.proxy import ProxyError, proxy_for
from user_webhook_contract.http.response import NOT_JSON, NoResponse, Response
from user_webhook_contract.http.status import OK, TOO_MANY_REQUESTS
from user_webhook_contract.http.tls import tls_context
from user_webhook_contract.settings import DEFAULT_BUDGET, BudgetFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from urllib3.connection import HTTPConnection
    from urllib3.response import HTTPResponse

    from user_webhook_contract.http.connection import Connection, DeadlineSocket
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.settings import Settings

WINDOW: Final = 60.0
"""Seconds that the rate counts over."""

MAX_BODY: Final = 400_000
"""Bytes of a response's body that are read; the rest is not."""

BACK_OFF: Final = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds to wait after each 429 in a row: together just over the provider's window."""

MAX_RETRIED_TIMEOUTS: Final = 3
"""Timeouts of a run after which none is retried: each costs a whole time limit."""

GATEWAY_PAUSE: Final = 1.0
"""Seconds to wait after a gateway's page: the API behind it may be starting."""

_NO_RESPONSE: Final = (OSError, HTTPException, HTTPError)
"""What is raised in place of a response."""

_TLS_REMEDIES: Final = {
    9: "Wait for it, or set the clock",
    10: "Renew it",
    62: "Give the name that it is for",
    64: "Give the name that it is for",
}
"""What to do about a certificate, by the code of OpenSSL's X509_V_ERR."""


class BudgetSpentError(Exception):
    """Every request of the budget has been sent."""


class TimeSpentError(BudgetSpentError):
    """The time of the run is over."""


class TargetDownError(Exception):
    """No connection can be made: that says nothing about the target's conformance."""


class TokenLostError(TargetDownError):
    """The valid token has stopped working; nothing of that is the target's verdict."""


class RateLimitedError(Exception):
    """The target answers 429, however long the client waits."""


class Way(Enum):
    """On which connection a request is sent."""

    OWN = "one of its own, or the first on it"
    KEPT = "one that earlier requests were answered on"
    PIPELINED = "one on which several requests were sent before the first response"


@dataclass(frozen=True)
class Exchange:
    """A request and what came back.

    ``way``: on which connection it was sent.

    ``number`` counts requests on the sock; ``started`` is in seconds of the run, for a request that was sent again those
    of the last time; ``failed_attempts``: why each attempt without an answer had none; ``is_bare``: only the status is left
    of the response, and nothing of the body of the request; ``was_closed``: the target closed the connection that it shares
    with other requests.
    """

    number: int
    request: Request
    response: Response | NoResponse
    started: float
    failed_attempts: tuple[NoResponse, ...] = ()
    is_bare: bool = False
    way: Way = Way.OWN
    was_closed: bool = False


class Wait(NamedTuple):
    """A wait of the client.

    Attributes:
        reason: What it waits for, after "for".
        sent: How many requests were sent so far, of the *budget*.
    """

    seconds: float
    reason: str
    sent: int
    budget: int


class Client:
    """Sends requests to the target; never more than the budget."""

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        on_wait: Callable[[Wait], None] = lambda _: None,
    ) -> None:
        """Connect to nothing yet. *on_wait* is told of each wait; *sleep* and *clock* are replaced by tests."""
        self._settings = settings
        self._parts = urlsplit(settings.target)
        self._context = tls_context(settings)
        self._proxy = proxy_for(settings)
        # A proxy of plain HTTP is asked for the whole address.
        self._origin = f"http://{self._parts.netloc}" if self._proxy and not self._context else ""
        self.sleep = sleep
        self._clock = clock
        self.on_wait = on_wait
        self._start = clock()
        self._departures: deque[float] = deque()
        self._agent = f"user-webhook-contract/{version('user-webhook-contract')}"
        self._timeouts = 0
        self.ends = math.inf
        self.on_exchange: Callable[[Exchange], None] = lambda _exchange: None
        self.sent = 0
        self.waited = 0.0
        self.reserved = 0
        self.remark = ""
        self._kept: Connection | None = None
        self._way = Way.OWN
        self.closed_by_target = 0
        self._budget = settings.budget
        self._is_paced = not settings.waits_for_429

    @property
    def left(self) -> int:
        """How many requests may still be sent, without the reserved ones."""
        return self._budget - self.reserved - self.sent

    def close(self) -> None:
        """Close the connection that requests share, if there is one."""
        if self._kept is not None:
            self._kept.socket.close_now()
            self._kept = None

    def send(self, request: Request) -> Exchange:
        """Send *request* and return what came back.

        What gets no response is tried once more, as the same PATCH again is harmless; a 429 is waited out.
        Both count. No attempt takes longer than the time limit of the settings, or waits past ``ends``, which is of
        ``time.monotonic``.

        Raises:
            BudgetSpentError: Before sending, and before each re-send.
            TimeSpentError: ``ends`` has come.
            TargetDownError: No connection can be made.
            RateLimitedError: 429 after every wait.
        """
        waits, closed_before = iter(BACK_OFF), self.closed_by_target
        failed_attempts: list[NoResponse] = []
        while True:
            response = self._send_past_limit(request, waits)
            if isinstance(response, Response):
                break
            if self._way is not Way.OWN and self.left > 0:
                # A server may close a kept connection at any time: that says nothing.
                self.closed_by_target += 1
                continue
            failed_attempts.append(response)
            self._timeouts += response is NoResponse.TIMED_OUT
            is_last = response is NoResponse.TIMED_OUT and self._timeouts > MAX_RETRIED_TIMEOUTS
            if len(failed_attempts) == 2 or is_last or self.left <= 0:  # noqa: PLR2004  the second of two
                break
            if response is NoResponse.GATEWAY:
                self._wait(GATEWAY_PAUSE, "the API behind the gateway")
        started = self._departures[-1] - self._start
        was_closed = self.closed_by_target > closed_before
        exchange = Exchange(
            self.sent, request, response, started, tuple(failed_attempts), way=self._way, was_closed=was_closed
        )
        self.on_exchange(exchange)
        return exchange

    def send_pipelined(self, requests: Sequence[Request]) -> list[Exchange]:
        """Send all of *requests* on one connection before a response is read; return those that were answered.

        A server may close it after any response.

        Raises:
            BudgetSpentError: Before sending.
            TargetDownError: No connection can be made.
        """
        self.close()
        found: list[Exchange] = []
        for _ in requests:
            self._take_slot()
        first, started = self.sent - len(requests) + 1, self._clock()
        try:
            deadline = min(time.monotonic() + self._settings.timeout, self.ends)
            connection = connect(self._parts, deadline, self._context, self._proxy)
        except (OSError, UnicodeError) as error:
            raise self._unreachable(error) from None
        with connection.socket as sock, suppress(*_NO_RESPONSE):
            speakers = [connection.another() for _ in requests]
            for speaker, request in zip(speakers, requests, strict=True):
                self._write(speaker, request, is_kept=True)
                sock.flush()
            for number, (speaker, request) in enumerate(zip(speakers, requests, strict=True)):
                response, _ = self._answer(sock, speaker, started, is_last=number == len(requests) - 1)
                found.append(Exchange(first + number, request, response, started - self._start, way=Way.PIPELINED))
                sock.renew(time.monotonic() + self._settings.timeout)
        if found and len(found) < len(requests):
            found[-1] = replace(found[-1], was_closed=True)
        for exchange in found:
            self.on_exchange(exchange)
        self.closed_by_target += len(found) < len(requests)
        return found

    def _send_past_limit(self, request: Request, waits: Iterator[float]) -> Response | NoResponse:
        while True:
            response = self._send_once(request)
            if not (isinstance(response, Response) and response.status == TOO_MANY_REQUESTS):
                return response
            self._spare()
            wait = next(waits, None)
            if wait is None:
                raise RateLimitedError("The target still answers 429 after a minute: run again later, or lower --rate.")
            self._wait(_retry_after(response, time.time()) or wait, "the target, which answered 429")

    def _send_once(self, request: Request) -> Response | NoResponse:
        self._take_slot()
        started, limit = self._clock(), time.monotonic() + self._settings.timeout
        response: Response | NoResponse
        try:
            connection = self._connection_for(request, min(limit, self.ends))
            response = self._exchange(connection, request, started)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            response = NoResponse.DROPPED
        except (OSError, UnicodeError) as error:
            if self.ends <= time.monotonic():
                raise TimeSpentError from None
            raise self._unreachable(error) from None
        if response is NoResponse.TIMED_OUT and self.ends <= limit:
            raise TimeSpentError
        return response

    def _connection_for(self, request: Request, deadline: float) -> Connection:
        """Return the connection that is kept, if *request* shares it, or else a new one.

        On its own connection, no request takes bytes behind a response for the response to the next.
        """
        kept, self._way = self._kept, Way.OWN
        if kept is not None and request.shares_connection and kept.socket.is_idle():
            kept.socket.renew(deadline)
            self._kept, self._way = None, Way.KEPT
            return kept
        self.closed_by_target += request.shares_connection and kept is not None
        self.close()
        return connect(self._parts, deadline, self._context, self._proxy)

    def _exchange(self, connection: Connection, request: Request, started: float) -> Response | NoResponse:
        sock, is_kept = connection.socket, False
        try:
            # A server may respond, and close, before it has read the whole request.
            with suppress(ConnectionError):
                self._write(connection.http, request, is_kept=request.shares_connection)
                sock.flush()
            response, is_whole = self._answer(sock, connection.http, started)
            if request.shares_connection:
                is_open = connection.http.sock is not None
                is_kept = is_open and is_whole and isinstance(response, Response) and not response.has_surplus
                self.closed_by_target += not is_open
        except _NO_RESPONSE as error:
            return _silence(error, sock)
        finally:
            if is_kept:
                self._kept = connection
            else:
                sock.close_now()
        return response

    def _write(self, http: HTTPConnection, request: Request, *, is_kept: bool) -> None:
        http.request(
            "PATCH",
            self._origin + path_of(self._settings.target, request.webhook_id),
            body=[request.body] if request.is_chunked and request.body is not None else request.body,
            headers=self._headers(request, is_kept=is_kept),
            preload_content=False,
            chunked=request.is_chunked,
        )

    def _answer(
        self, sock: DeadlineSocket, http: HTTPConnection, started: float, *, is_last: bool = True
    ) -> tuple[Response | NoResponse, bool]:
        """Return the response, and whether it was read to its end; nothing may come behind the last one."""
        received = http.getresponse()
        body, is_whole, is_decoded = _read(received)
        headers = {name.lower(): value for name, value in received.headers.items()}
        seconds = self._clock() - started
        has_surplus = is_last and is_whole and received.status >= OK and sock.has_more()
        response = Response(
            received.status, headers, body, seconds, has_surplus=has_surplus, has_false_coding=not is_decoded
        )
        return (NoResponse.GATEWAY if response.is_gateway_page else response), is_whole

    def _unreachable(self, error: OSError | UnicodeError) -> TargetDownError:
        way = f" through the proxy {self._proxy}" if self._proxy and not isinstance(error, ProxyError) else ""
        return TargetDownError(f"--target={self._settings.target!r} cannot be reached{way}: {_reason(error)}")

    def _headers(self, request: Request, *, is_kept: bool = False) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": self._agent,
            "Connection": "keep-alive" if is_kept else "close",
            **self._settings.header,
            **(self._proxy.headers if self._proxy and self._origin else {}),
        }
        header = authorization(request.credential, self._settings.token, self._settings.forbidden_token)
        if header is not None:
            # In UTF-8, whose bytes http.client writes if it gets them as Latin-1.
            headers["Authorization"] = header.encode().decode("latin-1")
        if request.media_type is not None:
            headers["Content-Type"] = request.media_type
        return headers

    def _spare(self) -> None:
        """Treat a loopback address as any other host, after a 429: it may be the end of a tunnel."""
        if self._is_paced:
            return
        self._is_paced = True
        if self._settings.budget_from is BudgetFrom.LOOPBACK:
            self._budget = min(self._budget, max(DEFAULT_BUDGET, self.sent + 1 + self.reserved))
        self.remark = (
            f"The target answered 429 to request {self.sent}: from then on it was treated as any other host, with at most "
            f"{self._settings.rate} requests a minute and {self._budget} in all."
        )

    def _take_slot(self) -> None:
        if self.left <= 0:
            raise BudgetSpentError
        rate = self._settings.rate
        # Every window keeps what is reserved: putting back waits for no other request.
        allowed = max(rate - self.reserved, 1)
        if self._is_paced and 0 < rate < self._settings.budget and len(self._departures) >= allowed:
            wait = self._departures[-allowed] + WINDOW - self._clock()
            self._wait(wait, f"the rate of {rate} requests a minute, {self._minutes_left} min in all")
        self._departures.append(self._clock())
        while len(self._departures) > max(rate, 1):
            self._departures.popleft()
        self.sent += 1

    @property
    def _minutes_left(self) -> int:
        """How long the rest of the budget takes at the rate."""
        return math.ceil((self._budget - self.sent) / self._settings.rate)

    def _wait(self, seconds: float, reason: str) -> None:
        if seconds > 0:
            self.on_wait(Wait(seconds, reason, self.sent, self._budget))
            self.waited += seconds
            self.sleep(seconds)


def _retry_after(response: Response, now: float) -> float:
    """Return the seconds to wait that *response* asks for, as a number or by a date; 0 if it does neither.

    A longer wait is cut in pieces: the next 429 asks for the rest of it.
    """
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = whole_number(value)
        return BACK_OFF[-1] if seconds is None else min(float(seconds), BACK_OFF[-1])
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    utc = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(utc.timestamp() - now, 0.0), BACK_OFF[-1])


def _silence(error: Exception, sock: DeadlineSocket) -> NoResponse:
    if isinstance(error, (TimeoutError, ReadTimeoutError)):
        return NoResponse.TIMED_OUT
    return NoResponse.GARBLED if sock.received else NoResponse.DROPPED


def _read(response: HTTPResponse) -> tuple[bytes, bool, bool]:
    """Return the body, decoded, as far as it is read, whether that is all of it, and whether its coding is true."""
    body = bytearray()
    try:
        while len(body) < MAX_BODY:
            chunk = response.read1(65_536, decode_content=True)
            if not chunk:
                return bytes(body), True, not _is_plain(response, bytes(body))
            body += chunk
    except DecodeError:
        return bytes(body[:MAX_BODY]), False, False
    return bytes(body[:MAX_BODY]), False, True


def _is_plain(response: HTTPResponse, body: bytes) -> bool:
    """Return whether *body* is JSON although it should be in a coding that was not undone."""
    codings = {one.strip().lower() for one in response.headers.get("content-encoding", "").split(",")}
    if codings <= {"", "identity", *response.CONTENT_DECODERS}:
        return False
    return Response(response.status, {}, body).json is not NOT_JSON


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, ProxyError):
        return f"{error}."
    if isinstance(error, ssl.SSLCertVerificationError):
        remedy = _TLS_REMEDIES.get(
            error.verify_code, "Name the file of its authority in SSL_CERT_FILE or --ca, if it is yours"
        )
        return f"TLS does not accept its certificate ({error.verify_message.rstrip('.')}). {remedy}."
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "no reason given").replace("_", " ").lower()
        return f"TLS failed ({reason}). Use http:// if it speaks plain HTTP, or check the port."
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "its host has no address. Check the spelling."
    if isinstance(error, TimeoutError):
        return "nothing responded within the time limit. Check host, port and firewall."
    if isinstance(error, ConnectionRefusedError):
        return "the connection is refused. Start the target, or check host and port."
    return f"{error.strerror or error}. Check host and port."
