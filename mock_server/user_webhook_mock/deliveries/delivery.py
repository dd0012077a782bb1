"""A delivery: one event on its way to one webhook, with every attempt and its response."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.core.clock import timestamp

if TYPE_CHECKING:
    from user_webhook_mock.deliveries.event import Event
    from user_webhook_mock.deliveries.sender import Outcome

RETRY_DELAYS: Final = (5 * 60.0, 30 * 60.0, 60 * 60.0)
"""Seconds before each further attempt. Source: provider's public reference, "Webhooks retry mechanism"."""

MIN_REDIRECT: Final = 300
MIN_FAILURE: Final = 400


class State(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    REDIRECTED = "redirected"
    FAILED = "failed"
    NOT_SENT = "not-sent"


@dataclass(frozen=True)
class Attempt:
    """One POST.

    Attributes:
        at: In the mock's time, as Unix time.
    """

    at: float
    receiver: str
    signature: str
    outcome: Outcome

    def render(self) -> dict[str, Any]:
        """Return the attempt as JSON has it."""
        return {
            "time": timestamp(self.at),
            "receiver": self.receiver,
            "signature": self.signature,
            "status": self.outcome.status,
            "answer": self.outcome.response_body,
            "error": self.outcome.error or None,
            "milliseconds": round(self.outcome.seconds * 1000, 1),
        }


@dataclass
class Delivery:
    """One event on its way to one webhook.

    Attributes:
        reason: Why it is in its state.
        next_at: When it is tried next, in the mock's time.
    """

    number: int
    webhook_id: str
    url: str
    event: Event
    state: State = State.PENDING
    reason: str = ""
    next_at: float | None = None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def is_tried(self) -> bool:
        """Whether there was an attempt, or there will not be one."""
        return bool(self.attempts) or self.state is not State.PENDING

    def note(self, attempt: Attempt, time_scale: float, now: float) -> None:
        """Add *attempt*; the state follows from it, and when the next attempt is due."""
        self.attempts.append(attempt)
        status = attempt.outcome.status
        self.next_at = None
        if status is not None and status < MIN_REDIRECT:
            self.state = State.DELIVERED
        elif status is not None and status < MIN_FAILURE:
            self.state = State.REDIRECTED
            self.reason = f"Status {status}: redirects are not followed, and only 400 and above is retried."
        elif len(self.attempts) > len(RETRY_DELAYS):
            self.state = State.FAILED
            self.reason = f"Failed after {len(self.attempts)} attempts, the provider's number."
        else:
            self.next_at = now + RETRY_DELAYS[len(self.attempts) - 1] / time_scale

    def end(self, state: State, reason: str) -> None:
        """Stop trying."""
        self.state, self.reason, self.next_at = state, reason, None

    def render(self) -> dict[str, Any]:
        """Return the delivery as JSON has it, without any secret."""
        return {
            "number": self.number,
            "eventType": self.event.type,
            "webhookId": self.webhook_id,
            "url": self.url,
            "state": self.state.value,
            "reason": self.reason or None,
            "due": None if self.next_at is None else timestamp(self.next_at),
            "body": self.event.body.decode(),
            "attempts": [attempt.render() for attempt in self.attempts],
        }
