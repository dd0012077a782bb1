"""Random requests for what the plan leaves of the budget, and the smallest form of what they find."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given
from hypothesis import strategies as st

from user_webhook_contract.fuzzing.discovery import CONFIRMATION, Discovery
from user_webhook_contract.fuzzing.sequences import SequenceSender
from user_webhook_contract.fuzzing.shrinking import HypothesisRun, chosen_settings
from user_webhook_contract.fuzzing.stateful import sequence_test
from user_webhook_contract.fuzzing.strategies import (
    ELSEWHERE,
    invalid_bodies,
    large_bodies,
    odd_bodies,
    requests,
    spelt_bodies,
    torn_bodies,
    valid_bodies,
    walked_bodies,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.fuzzing.discovery import JudgedRequest
    from user_webhook_contract.fuzzing.sequences import Step
    from user_webhook_contract.http.request import Json, Request

    Round = Callable[[frozenset[str], int], Discovery | None]

MAX_SHRINKS: Final = 60
"""Requests that may go into making one failing request smaller."""

MAX_SEQUENCE_SHRINKS: Final = 150
"""Requests that may go into making one failing sequence smaller."""

ROUND: Final = 160
GENERATED_ROUND: Final = 25
SEQUENCES: Final = 20
"""Requests of one round of the kit's own, of Schemathesis' own, and sequences of one round."""

MIN_FOR_ALL: Final = 50
"""Requests from which Schemathesis and sequences are worth their start."""

SEEDS: Final = 1_000_003
"""Apart enough that the rounds of two neighbouring seeds are not the same."""


class Fuzzer:
    """Makes random requests and sequences, and the smallest form of what breaks a requirement."""

    def __init__(self, factory: CaseFactory, judge: Callable[[Case], JudgedRequest], left: Callable[[], int]) -> None:
        """Send by *judge* what *factory* makes, while any requests are *left*."""
        self._factory = factory
        self._judge = judge
        self._left = left
        self._sender = SequenceSender(factory, judge)

    def discoveries(self) -> Iterator[Discovery]:
        """Send one round after the other, for as long as they still send something; yield what each finds.

        A requirement that was found once is made small once; later failures of it only count. The same seed gives
        the same requests if the responses are the same.
        """
        known: frozenset[str] = frozenset()
        for number, search in enumerate(self._rounds()):
            found = search(known, self._factory.settings.seed * SEEDS + number)
            if found is not None:
                known |= {found.requirement}
                yield found

    def _rounds(self) -> Iterator[Round]:
        own = st.one_of(
            valid_bodies(),
            invalid_bodies(),
            invalid_bodies(),
            odd_bodies(),
            large_bodies(),
            torn_bodies(),
            spelt_bodies(),
            walked_bodies(),
        )
        if self._left() < MIN_FOR_ALL:
            yield self._requests(own, self._left())
            return
        for _ in count():
            before = self._left()
            yield self._requests(own, min(ROUND, self._left()))
            for bodies in generated_bodies():
                yield self._sequences
                yield self._requests(bodies, min(GENERATED_ROUND, self._left()))
            if self._left() in {0, before}:
                return

    def _requests(self, bodies: st.SearchStrategy[Any], examples: int) -> Round:
        strategy = requests(self._factory.settings, bodies)

        def search(known: frozenset[str], number: int) -> Discovery | None:
            run = HypothesisRun(known, MAX_SHRINKS, self._left)

            @chosen_settings(max(examples, 1))
            @given(strategy)
            def probe(request: Request) -> None:
                title = "a smaller form of a random request" if run.is_shrinking else "a random request"
                run.attempt(request, 1, lambda: self._send(request, title))

            run.search(probe, number)
            title = f"the smallest form of a random request, {CONFIRMATION}"
            return run.conclude(lambda request: self._send(request, title))

        return search

    def _sequences(self, known: frozenset[str], number: int) -> Discovery | None:
        run, sender = HypothesisRun(known, MAX_SEQUENCE_SHRINKS, self._left), self._sender

        def send(steps: tuple[Step, ...]) -> None:
            title = "a smaller sequence" if run.is_shrinking else "a random sequence"
            run.attempt(steps, sender.cost(steps), lambda: sender.send(steps, run.is_wanted, title))

        run.search(sequence_test(send, self._factory.settings, SEQUENCES), number)
        title = f"the smallest sequence, {CONFIRMATION}"
        return run.conclude(lambda steps: sender.send(steps, run.is_wanted, title))

    def _send(self, request: Request, title: str) -> JudgedRequest:
        content = request.body or b""
        if ELSEWHERE.encode() in content:
            content = content.replace(ELSEWHERE.encode(), self._factory.url().encode())
        return self._judge(self._factory.case_of(title, replace(request, body=content)))


def generated_bodies() -> list[st.SearchStrategy[Any]]:
    """Return Schemathesis' strategies for the body: of those that keep the schema, and of those that break it."""
    from schemathesis.generation.modes import GenerationMode  # noqa: PLC0415  as in document

    from user_webhook_contract.fuzzing.schema import operation  # noqa: PLC0415  as in document

    rest: dict[str, Any] = {"path_parameters": {"webhookId": "-"}, "headers": {}, "query": {}, "cookies": {}}
    return [
        operation().as_strategy(generation_mode=mode, **rest).map(lambda generated: _content(generated.body))
        for mode in GenerationMode
    ]


def _content(body: Json) -> Json:
    return b"" if type(body).__name__ == "NotSet" else body
