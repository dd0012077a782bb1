"""A run: what was sent, and what it showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from user_webhook_contract.checks.history import History
from user_webhook_contract.http.response import Silence
from user_webhook_contract.results.ledger import Ledger, Outcome
from user_webhook_contract.results.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Collection

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.judge.judge import Judgement
    from user_webhook_contract.results.waivers import Waiver
    from user_webhook_contract.settings import Settings


class Mark(Enum):
    """What became of one request."""

    KEPT = "kept"
    BROKEN = "broken"
    OBSERVED = "observed"
    UNANSWERED = "unanswered"


class Moment(NamedTuple):
    """One request in the course of a run: its number, when it left and how long it took (in seconds), its outcome."""

    number: int
    started: float
    seconds: float
    status: int | None
    mark: Mark


@dataclass
class Run:
    """What a run found.

    ``stopped``: why it ended early; ``refusal``: what the user has to mend before anything can be judged; ``restored``:
    one sentence for each webhook.
    """

    settings: Settings
    ledger: Ledger
    history: History = field(default_factory=History)
    observations: Observations = field(default_factory=Observations)
    exchanges: list[tuple[Case, Exchange]] = field(default_factory=list)
    course: list[Moment] = field(default_factory=list)
    waivers: tuple[Waiver, ...] = ()
    restored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: str = ""
    refusal: str = ""
    requests_sent: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0

    @property
    def outcome(self) -> Outcome:
        """The verdict on the target."""
        outcome = self.ledger.outcome
        if self.refusal or (self.stopped and outcome is Outcome.CONFORMANT):
            return Outcome.INCONCLUSIVE
        return outcome


def moment_of(exchange: Exchange, found: Judgement, broken: Collection[str]) -> Moment:
    """Return *exchange*, of a request that was *found* to be such, with the requirements that are *broken* in it."""
    outcome = exchange.outcome
    if isinstance(outcome, Silence):
        return Moment(exchange.number, exchange.started, 0.0, None, Mark.UNANSWERED)
    mark = Mark.OBSERVED if found.doubts and not found.faults else Mark.KEPT
    mark = Mark.BROKEN if broken else mark
    return Moment(exchange.number, exchange.started, outcome.seconds, outcome.status, mark)
