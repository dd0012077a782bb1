"""A run: what was sent, and what it showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from user_webhook_contract.checks.history import History
from user_webhook_contract.http.response import NoResponse
from user_webhook_contract.results.ledger import Ledger, TargetVerdict
from user_webhook_contract.results.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Collection

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.judge.judge import Judgement
    from user_webhook_contract.results.waivers import Waiver
    from user_webhook_contract.settings import Settings


class Outcome(Enum):
    """What became of one request."""

    KEPT = "kept"
    BROKEN = "broken"
    OBSERVED = "observed"
    UNANSWERED = "unanswered"


class Point(NamedTuple):
    """One request in the course of a run: its number, when it left and how long it took (in seconds), its outcome."""

    number: int
    started: float
    seconds: float
    status: int | None
    outcome: Outcome


@dataclass
class Run:
    """What a run found.

    ``stopped``: why it ended early; ``setup_error``: what the user has to mend before anything can be judged; ``restored``:
    one sentence for each webhook.
    """

    settings: Settings
    ledger: Ledger
    history: History = field(default_factory=History)
    observations: Observations = field(default_factory=Observations)
    exchanges: list[tuple[Case, Exchange]] = field(default_factory=list)
    timeline: list[Point] = field(default_factory=list)
    waivers: tuple[Waiver, ...] = ()
    restored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: str = ""
    setup_error: str = ""
    requests_sent: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0

    @property
    def verdict(self) -> TargetVerdict:
        """The verdict on the target."""
        verdict = self.ledger.verdict
        if self.setup_error or (self.stopped and verdict is TargetVerdict.CONFORMANT):
            return TargetVerdict.INCONCLUSIVE
        return verdict


def point_of(exchange: Exchange, judgement: Judgement, broken: Collection[str]) -> Point:
    """Return the point of *exchange*; *broken*: the requirements that its response breaks."""
    response = exchange.response
    if isinstance(response, NoResponse):
        return Point(exchange.number, exchange.started, 0.0, None, Outcome.UNANSWERED)
    outcome = Outcome.OBSERVED if judgement.open_points and not judgement.expected_errors else Outcome.KEPT
    outcome = Outcome.BROKEN if broken else outcome
    return Point(exchange.number, exchange.started, response.seconds, response.status, outcome)
