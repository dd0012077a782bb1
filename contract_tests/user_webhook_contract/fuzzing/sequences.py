"""Sequences of updates: their steps, and the requests that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.factory import again
from user_webhook_contract.cases.operators.value import EVENTS
from user_webhook_contract.fuzzing.discovery import JudgedRequest
from user_webhook_contract.http.request import Credential

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory

CALLERS: Final = (Credential.ABSENT, Credential.UNKNOWN, Credential.LENGTHENED, Credential.BASIC_SCHEME)
REFUSED: Final[tuple[dict[str, Any], ...]] = (
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
        """Return the step as it is named in a title."""
        whose = " of the second webhook" if self.is_second else ""
        if self.kind != "update":
            return f"{self.kind}{whose}"
        parts = ["a url"] * self.has_url + [f"{self.secrets} secrets"] * bool(self.secrets)
        return f"update{whose} with {' and '.join(parts) or 'events alone'}"


class SequenceSender:
    """Sends sequences; each stores a url and a secret first, so that it needs nothing from before."""

    def __init__(self, factory: CaseFactory, judge: Callable[[Case], JudgedRequest]) -> None:
        """Send by *judge* what *factory* makes."""
        self._factory = factory
        self._judge = judge

    def send(self, steps: tuple[Step, ...], wanted: Callable[[JudgedRequest], bool], title: str) -> JudgedRequest:
        """Send *steps* up to the first whose response is *wanted*; return that one, with all that was broken so far."""
        broken: frozenset[str] = frozenset()
        sent = JudgedRequest(0, broken)
        names: list[str] = []
        for name, case in self._cases(steps):
            names.append(name)
            sent = self._judge(replace(case, title=f"{title}: {', then '.join(names)}"))
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
                return again(latest[step.is_second])
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
            wrong = REFUSED[step.number]
            body |= {**wrong, **({"secrets": make.secrets(3)} if wrong.get("secrets") == 3 else {})}  # noqa: PLR2004
        elif step.kind == "unauthorised update":
            caller = CALLERS[step.number]
            rest["credential"] = caller if make.can_send(caller) else Credential.ABSENT
        elif step.kind == "forbidden update":
            rest["credential"] = Credential.FORBIDDEN
        elif step.kind == "update of an unknown webhook":
            rest["webhook_id"] = make.unknown_id
        return make.case("", body, **rest)
