"""Sequences of updates, whose answers are judged by all that came before them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, precondition, rule

from user_webhook_contract.cases.values import EVENTS
from user_webhook_contract.fuzzing.discovery import JudgedRequest
from user_webhook_contract.fuzzing.shrinking import chosen_settings
from user_webhook_contract.fuzzing.strategies import event_lists
from user_webhook_contract.http.request import Credential

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.fuzzing.shrinking import HypothesisRun

MAX_STEPS: Final = 12
"""Steps of a sequence."""

_CALLERS: Final = (Credential.ABSENT, Credential.UNKNOWN, Credential.LENGTHENED, Credential.BASIC_SCHEME)
_REFUSED: Final[tuple[dict[str, Any], ...]] = (
    {"events": []},
    {"events": ["nope"]},
    {"events": ["all", "nope"]},
    {"secrets": 3},
    {"secrets": "no-list-of-secrets-00000000000001"},
    {"url": "http://hooks.example.com/refused"},
    {"url": 7},
)


@dataclass(frozen=True)
class Step:
    """One update of a sequence, without the url and the secrets that it will have when it is sent."""

    kind: str
    is_second: bool = False
    has_url: bool = False
    events: tuple[str, ...] = (EVENTS[0],)
    secrets: int = 0
    number: int = 0

    def __str__(self) -> str:
        """Return the step as a title tells it."""
        where = " of the second webhook" if self.is_second else ""
        if self.kind != "update":
            return f"{self.kind}{where}"
        parts = ["a url"] * self.has_url + [f"{self.secrets} secrets"] * bool(self.secrets)
        return f"update{where} with {' and '.join(parts) or 'events alone'}"


class UpdateMachine(RuleBasedStateMachine):
    """Collects the steps of a sequence; ``send`` sends it at its end, when nothing more can be drawn.

    The model that the answers are held against is the run's own history.
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

    @rule(second=st.booleans(), number=st.integers(0, len(_REFUSED) - 1))
    def refuse(self, *, second: bool, number: int) -> None:
        """Send an update that breaks a rule."""
        self._add("refused update", second=second, number=number)

    @rule(second=st.booleans(), number=st.integers(0, len(_CALLERS) - 1))
    def call_without_token(self, *, second: bool, number: int) -> None:
        """Send a valid update by nobody."""
        self._add("unauthorised update", second=second, number=number)

    @precondition(lambda self: self.has_forbidden)
    @rule(second=st.booleans())
    def call_without_scope(self, *, second: bool) -> None:
        """Send a valid update by who may not."""
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
        """Play the sequence, unless Hypothesis gave it up half drawn."""
        if self.steps and sys.exc_info()[0] is None:
            self.send(tuple(self.steps))


class SequenceSender:
    """Makes the requests of a sequence; each sequence stores a url and a secret first, so that it stands for itself."""

    def __init__(self, factory: CaseFactory, judge: Callable[[Case], JudgedRequest]) -> None:
        """Send by *judge* what *factory* makes."""
        self._factory = factory
        self._judge = judge

    def send(self, steps: tuple[Step, ...], wanted: Callable[[JudgedRequest], bool], title: str) -> JudgedRequest:
        """Send *steps* up to the first whose answer is *wanted*; return the last, with all that broke up to it."""
        broken: frozenset[str] = frozenset()
        sent = JudgedRequest(0, broken)
        told: list[str] = []
        for name, case in self._cases(steps):
            told.append(name)
            sent = self._judge(replace(case, title=f"{title}: {', then '.join(told)}"))
            broken |= sent.broken
            if wanted(sent):
                break
        return JudgedRequest(sent.number, broken)

    @staticmethod
    def cost(steps: tuple[Step, ...]) -> int:
        """Return how many requests *steps* are."""
        return len(steps) + len({step.is_second for step in steps})

    def _cases(self, steps: tuple[Step, ...]) -> Iterator[tuple[str, Case]]:
        make = self._factory
        held: dict[bool, list[str]] = {}
        latest: dict[bool, Case] = {}
        for is_second in sorted({step.is_second for step in steps}):
            held[is_second] = make.secrets(1)
            body = {"url": make.url(), "events": ["all"], "secrets": held[is_second]}
            latest[is_second] = make.case("", body, webhook_id=self._identifier(is_second=is_second))
            yield "update of the second webhook" if is_second else "update with all", latest[is_second]
        for step in steps:
            case = self._case(step, held, latest)
            if case.request.credential is Credential.VALID and case.traits:
                latest[step.is_second] = case
            yield str(step), case

    def _identifier(self, *, is_second: bool) -> str:
        settings = self._factory.settings
        return settings.second_webhook_id if is_second else settings.webhook_id

    def _case(self, step: Step, held: dict[bool, list[str]], latest: dict[bool, Case]) -> Case:
        make, mine = self._factory, held[step.is_second]
        body: dict[str, Any] = {"events": list(step.events)}
        rest: dict[str, Any] = {"webhook_id": self._identifier(is_second=step.is_second)}
        match step.kind:
            case "the same again":
                again = latest[step.is_second]
                return replace(again, traits={**again.traits, "the same update again": "R-308"})
            case "update":
                body |= {"url": make.url()} if step.has_url else {}
                body |= {"secrets": make.secrets(step.secrets)} if step.secrets else {}
            case "rotation begun":
                mine[:] = [make.secret(), mine[0]]
                body["secrets"] = list(mine)
            case "rotation ended":
                del mine[1:]
                body["secrets"] = list(mine)
            case "null":
                body |= {name: None for bit, name in ((1, "url"), (2, "secrets")) if step.number & bit}
            case _:
                body |= {"url": make.url(), "secrets": make.secrets(1)}
        if step.kind == "refused update":
            wrong = _REFUSED[step.number]
            body |= {**wrong, **({"secrets": make.secrets(3)} if wrong.get("secrets") == 3 else {})}  # noqa: PLR2004
        elif step.kind == "unauthorised update":
            rest["credential"] = _CALLERS[step.number]
        elif step.kind == "forbidden update":
            rest["credential"] = Credential.FORBIDDEN
        elif step.kind == "update of an unknown webhook":
            rest["webhook_id"] = make.unknown_id
        return make.case("", body, **rest)


def search_sequences(
    search: HypothesisRun, sender: SequenceSender, factory: CaseFactory, number: int, examples: int
) -> None:
    """Have *sender* send up to *examples* sequences, which *number* decides."""

    def send(steps: tuple[Step, ...]) -> None:
        title = "a smaller sequence" if search.is_shrinking else "a random sequence"
        search.attempt(steps, sender.cost(steps), lambda: sender.send(steps, search.is_wanted, title))

    members = {
        "send": staticmethod(send),
        "has_second": bool(factory.settings.second_webhook_id),
        "has_forbidden": bool(factory.settings.forbidden_token),
    }
    machine = type("ChosenUpdates", (UpdateMachine,), members)
    search.run(get_state_machine_test(machine, settings=chosen_settings(examples, MAX_STEPS)), number)
