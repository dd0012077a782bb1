"""Whether another run of the suite writes to the same webhooks: each leaves its mark in what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.run_mark import marks_in
from user_webhook_contract.checks.history import data_of
from user_webhook_contract.checks.stored import SENT_SECRETS, SENT_URL
from user_webhook_contract.http.client import TargetDownError
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import CREATED
from user_webhook_contract.runner.originals import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.response import NoResponse
    from user_webhook_contract.results.ledger import Ledger

OF_STATE: Final = frozenset({SENT_URL, SENT_SECRETS, "R-301", "R-302", "R-303", "R-304", "R-305", "R-306", "R-307"})
"""The requirements that another run's writing seems to break."""

QUIET: Final = 12.0
"""Seconds without a change after which the other run is taken to be over."""

LONGEST: Final = 40.0
EVERY: Final = 0.5
"""Seconds between two looks at a webhook that another run writes to, and the seconds of all of them."""

WORDS: Final = "another run of the suite writes to this webhook"


class OtherRunError(TargetDownError):
    """Another run writes to the same webhooks; what they hold says nothing about the target."""


class OtherRuns:
    """Looks for the marks of other runs in what the webhooks hold.

    Attributes:
        left_behind: What other runs had stored when this one began: they may be over.
    """

    def __init__(self, mark: str, known_ids: Collection[str]) -> None:
        """Know the *mark* of this run."""
        self._mark = mark
        self._known_ids = known_ids
        self._own: set[tuple[str, str]] = set()
        self.left_behind: set[str] = set()

    def watch(self, case: Case, response: Response | NoResponse) -> None:
        """Take in *response*.

        Raises:
            OtherRunError: It shows that another run is going on.
        """
        identifier = case.request.webhook_id
        if not isinstance(response, Response) or response.status != CREATED or identifier not in self._known_ids:
            return
        data = data_of(response)
        for part in PARTS:
            value = data.get(part)
            if marks_in(value) - {self._mark}:
                if (identifier, part) in self._own and str(value) not in self.left_behind:
                    raise OtherRunError(told(identifier))
                self.left_behind.add(str(value))
            if case.judgement.must_accept and part in (case.judgement.body or {}):
                self._own.add((identifier, part))

    def wait_until_over(self, read_url: Callable[[], Any], sleep: Callable[[float], None]) -> bool:
        """Look at a webhook by *read_url* until it stays as it is; return whether it does in time."""
        before, quiet = read_url(), 0.0
        for _ in range(int(LONGEST / EVERY)):
            sleep(EVERY)
            now = read_url()
            quiet = quiet + EVERY if now == before else 0.0
            if quiet >= QUIET:
                return True
            before = now
        return False


def told(identifier: str) -> str:
    """Return what is said of another run that was seen in the webhook *identifier*."""
    return (
        f"Another run of the suite writes to this webhook, {identifier}: what it stores is not to be told from what this "
        "run stores. Give each run webhooks of its own, or let one run follow the other."
    )


def forgive(ledger: Ledger) -> None:
    """Drop from *ledger* what the writing of another run may have made of this one's state."""
    for row in OF_STATE:
        ledger.entries[row].failures.clear()
        ledger.entries[row].missing = "Another run of the suite wrote to the same webhook."
