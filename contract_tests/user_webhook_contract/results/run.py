"""A run: what was sent, and what it showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from user_webhook_contract.checks.history import History
from user_webhook_contract.http.response import NoResponse
from user_webhook_contract.results.exchange_log import ExchangeLog
from user_webhook_contract.results.ledger import Ledger, TargetVerdict
from user_webhook_contract.results.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Collection

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.results.waivers import Waiver
    from user_webhook_contract.settings import Settings


class Outcome(Enum):
    """What one request showed."""

    KEPT = "kept"
    BROKEN = "broken"
    OBSERVED = "observed"
    UNANSWERED = "unanswered"


class Point(NamedTuple):
    """One request on the timeline of a run.

    Attributes:
        started: When it left, in seconds of the run.
        seconds: How long its response took.
        status: The status of the response; None if there was none.
    """

    number: int
    title: str
    started: float
    seconds: float
    status: int | None
    outcome: Outcome


@dataclass
class Run:
    """What a run found.

    Attributes:
        evidence: The exchanges as a file, once it is made.
        valid_updates_accepted: How many valid updates got the documented response.
        restored: One sentence for each webhook.
        stopped: Why it ended early.
        setup_error: What the user has to fix before anything can be judged.
    """

    settings: Settings
    ledger: Ledger
    history: History = field(default_factory=History)
    observations: Observations = field(default_factory=Observations)
    timeline: list[Point] = field(default_factory=list)
    exchanges: ExchangeLog = field(default_factory=ExchangeLog)
    evidence: str = field(default="", repr=False)
    waivers: tuple[Waiver, ...] = ()
    restored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: str = ""
    setup_error: str = ""
    requests_sent: int = 0
    sent_before_restoration: int = 0
    valid_updates_accepted: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0

    @property
    def verdict(self) -> TargetVerdict:
        """The verdict on the target."""
        verdict = self.ledger.verdict
        if self.setup_error or (self.stopped and verdict is TargetVerdict.CONFORMANT):
            return TargetVerdict.INCONCLUSIVE
        return verdict


def point_of(case: Case, exchange: Exchange, broken: Collection[str]) -> Point:
    """Return the point of *exchange*, which shows that the requirements *broken* are."""
    response, judgement = exchange.response, case.judgement
    if isinstance(response, NoResponse):
        return Point(exchange.number, case.title, exchange.started, 0.0, None, Outcome.UNANSWERED)
    is_open = bool(judgement.open_points) and not judgement.expected_errors
    outcome = Outcome.BROKEN if broken else Outcome.OBSERVED if is_open else Outcome.KEPT
    return Point(exchange.number, case.title, exchange.started, response.seconds, response.status, outcome)
