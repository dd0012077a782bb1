"""Random sequences of updates, whose responses are judged by all that came before them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, precondition, rule

from user_webhook_contract.fuzzing.sequences import CALLERS, REFUSED, Step
from user_webhook_contract.fuzzing.shrinking import chosen_settings
from user_webhook_contract.fuzzing.strategies import event_lists
from user_webhook_contract.http.authorization import is_itself
from user_webhook_contract.http.request import Credential

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_contract.settings import Settings

MAX_STEPS: Final = 12
"""Steps of a sequence."""


class UpdateMachine(RuleBasedStateMachine):
    """Collects the steps of a sequence; ``send`` sends it at its end, when nothing more can be drawn.

    The model that the responses are compared with is the run's own history.
    """

    send: Callable[[tuple[Step, ...]], None]
    has_second = False
    has_forbidden = False

    def __init__(self) -> None:
        """Start with nothing stored but what each sequence stores first."""
        super().__init__()
        self.steps: list[Step] = []
        self.rotating: set[bool] = set()

    def _add(self, kind: str, *, second: bool, **rest: Any) -> None:  # noqa: ANN401  the fields of Step
        self.steps.append(Step(kind, is_second=second and self.has_second, **rest))

    @rule(second=st.booleans(), has_url=st.booleans(), events=event_lists(), secrets=st.integers(0, 2))
    def update(self, *, second: bool, has_url: bool, events: list[str], secrets: int) -> None:
        """Send a valid update."""
        self._add("update", second=second, has_url=has_url, events=tuple(events), secrets=secrets)

    @rule(second=st.booleans())
    def read(self, *, second: bool) -> None:
        """Send the least that an update can hold: url and secrets show."""
        self._add("update", second=second)

    @rule(second=st.booleans())
    def rotate(self, *, second: bool) -> None:
        """Send the new secret beside the one that is stored."""
        self._add("rotation begun", second=second)
        self.rotating.add(second and self.has_second)

    @precondition(lambda self: self.rotating)
    @rule(second=st.booleans())
    def finish_rotation(self, *, second: bool) -> None:
        """Send the new secret alone."""
        if (second and self.has_second) in self.rotating:
            self._add("rotation ended", second=second)

    @precondition(lambda self: self.steps)
    @rule(second=st.booleans())
    def repeat(self, *, second: bool) -> None:
        """Send the last update of the webhook again."""
        self._add("the same again", second=second)

    @rule(second=st.booleans(), number=st.integers(0, len(REFUSED) - 1))
    def refuse(self, *, second: bool, number: int) -> None:
        """Send an update that breaks a rule."""
        self._add("refused update", second=second, number=number)

    @rule(second=st.booleans(), number=st.integers(0, len(CALLERS) - 1))
    def call_without_token(self, *, second: bool, number: int) -> None:
        """Send a valid update without a valid token."""
        self._add("unauthorised update", second=second, number=number)

    @precondition(lambda self: self.has_forbidden)
    @rule(second=st.booleans())
    def call_without_scope(self, *, second: bool) -> None:
        """Send a valid update with the token without the scope."""
        self._add("forbidden update", second=second)

    @rule(second=st.booleans(), number=st.integers(1, 3))
    def send_null(self, *, second: bool, number: int) -> None:
        """Send null for url, secrets or both."""
        self._add("null", second=second, number=number)

    @rule()
    def call_nobody(self) -> None:
        """Send a valid update of a webhook that does not exist."""
        self._add("update of an unknown webhook", second=False)

    def teardown(self) -> None:
        """Send the sequence, unless Hypothesis gave it up half drawn."""
        if self.steps and sys.exc_info()[0] is None:
            self.send(tuple(self.steps))


def sequence_test(send: Callable[[tuple[Step, ...]], None], settings: Settings, examples: int) -> Callable[[], None]:
    """Return the Hypothesis test that has *send* send up to *examples* sequences."""
    members = {
        "send": staticmethod(send),
        "has_second": bool(settings.second_webhook_id),
        "has_forbidden": is_itself(Credential.FORBIDDEN, settings.token, settings.forbidden_token),
    }
    machine = type("ChosenUpdates", (UpdateMachine,), members)
    return get_state_machine_test(machine, settings=chosen_settings(examples, MAX_STEPS))
