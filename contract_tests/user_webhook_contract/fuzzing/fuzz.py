"""Random requests for what the plan leaves of the budget, and the smallest form of what they find."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given
from hypothesis import strategies as st

from user_webhook_contract.fuzzing.discovery import CONFIRMATION, Discovery, JudgedRequest
from user_webhook_contract.fuzzing.shrinking import HypothesisRun, chosen_settings
from user_webhook_contract.fuzzing.stateful import SequenceSender, search_sequences
from user_webhook_contract.fuzzing.strategies import (
    ELSEWHERE,
    invalid_bodies,
    large_bodies,
    odd_bodies,
    requests,
    torn_bodies,
    valid_bodies,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.http.request import Json, Request

    Judge = Callable[[Case], JudgedRequest]
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


def fuzz(factory: CaseFactory, judge: Judge, left: Callable[[], int]) -> Iterator[Discovery]:
    """Send random requests and sequences by *judge* while any are *left*; yield what each round finds.

    A requirement that was found once is made small once; later failures of it only count. The same seed gives the
    same requests, as long as the answers are the same.
    """
    known: frozenset[str] = frozenset()
    for number, round_ in enumerate(_rounds(factory, judge, left)):
        found = round_(known, factory.settings.seed * SEEDS + number)
        if found is not None:
            known |= {found.requirement}
            yield found


def _rounds(factory: CaseFactory, judge: Judge, left: Callable[[], int]) -> Iterator[Round]:
    """Yield one round after the other, for as long as they still send something."""

    def bodies_round(bodies: st.SearchStrategy[Any], examples: int) -> Round:
        return lambda known, number: _search_requests(
            HypothesisRun(known, MAX_SHRINKS, left),
            factory,
            judge,
            requests(factory.settings, bodies),
            number,
            examples,
        )

    own = st.one_of(valid_bodies(), invalid_bodies(), invalid_bodies(), odd_bodies(), large_bodies(), torn_bodies())
    if left() < MIN_FOR_ALL:
        yield bodies_round(own, left())
        return
    for _ in count():
        before = left()
        yield bodies_round(own, min(ROUND, left()))
        for bodies in generated_bodies():
            yield lambda known, number: _search_sequences(
                HypothesisRun(known, MAX_SEQUENCE_SHRINKS, left), factory, judge, number
            )
            yield bodies_round(bodies, min(GENERATED_ROUND, left()))
        if left() in {0, before}:
            return


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


def _search_requests(  # noqa: PLR0913, PLR0917  a round's parts
    search: HypothesisRun,
    factory: CaseFactory,
    judge: Judge,
    strategy: st.SearchStrategy[Request],
    number: int,
    examples: int,
) -> Discovery | None:
    def send(request: Request, title: str) -> JudgedRequest:
        return judge(_case(factory, request, title))

    @chosen_settings(max(examples, 1))
    @given(strategy)
    def probe(request: Request) -> None:
        title = "a smaller form of a random request" if search.is_shrinking else "a random request"
        search.attempt(request, 1, lambda: send(request, title))

    search.run(probe, number)
    return search.conclude(lambda request: send(request, f"the smallest form of a random request, {CONFIRMATION}"))


def _search_sequences(search: HypothesisRun, factory: CaseFactory, judge: Judge, number: int) -> Discovery | None:
    sender = SequenceSender(factory, judge)
    search_sequences(search, sender, factory, number, SEQUENCES)
    title = f"the smallest sequence, {CONFIRMATION}"
    return search.conclude(lambda steps: sender.send(steps, search.is_wanted, title))


def _case(factory: CaseFactory, request: Request, title: str) -> Case:
    content = request.body or b""
    if ELSEWHERE.encode() in content:
        content = content.replace(ELSEWHERE.encode(), factory.url().encode())
    return factory.case(
        title,
        content,
        webhook_id=request.webhook_id,
        credential=request.credential,
        media_type=request.media_type,
        is_chunked=request.is_chunked,
    )
