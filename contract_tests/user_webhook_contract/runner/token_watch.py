"""Whether a 401 is said of the request, or of a token that has stopped working."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_contract.http.client import BudgetSpentError, TimeSpentError, TokenLostError
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.http.client import Exchange

MAX_CONTROLS: Final = 10
"""Control requests of a run: a target that passes them all answers 401 for reasons of its own."""


class TokenWatch:
    """Sends a control request after a 401 that the valid token should not have got."""

    def __init__(self, factory: CaseFactory, send: Callable[[Case], Exchange]) -> None:
        """Send by *send* what *factory* makes."""
        self._factory = factory
        self._send = send
        self._controls = 0

    def control(self, case: Case, exchange: Exchange) -> list[tuple[Case, Exchange]]:
        """Return the control request and its response, if *exchange* asks for one.

        Raises:
            TokenLostError: The control request got 401, too, or there was no request left for it.
        """
        if not _is_unexpected(case, exchange.response) or self._controls >= MAX_CONTROLS:
            return []
        self._controls += 1
        control = self._factory.case("whether the token still works", {"events": ["all"]})
        told = f"Request {exchange.number} ({case.title}) got 401 with a token that was accepted before"
        try:
            answered = self._send(control)
        except TimeSpentError:
            raise
        except BudgetSpentError:
            raise TokenLostError(
                f"{told}, and no request was left to see whether it still is: raise --budget."
            ) from None
        if isinstance(answered.response, Response) and answered.response.status == UNAUTHORIZED:
            raise TokenLostError(
                f"{told}, and so did a plain update after it: the token has expired or was revoked. "
                "Give a --token that is valid for the whole run. What was found before stands."
            )
        return [(control, answered)]


def _is_unexpected(case: Case, response: object) -> bool:
    return (
        isinstance(response, Response)
        and response.status == UNAUTHORIZED
        and case.request.credential is Credential.VALID
        and UNAUTHORIZED not in case.judgement.statuses
    )
