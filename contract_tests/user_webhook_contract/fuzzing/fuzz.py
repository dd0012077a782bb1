"""Random requests for what the plan leaves of the budget, and the smallest form of what they find."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from user_webhook_contract.fuzzing.discovery import LAST_WORD, Discovery, Sent
from user_webhook_contract.fuzzing.shrinking import Hunt, chosen_settings
from user_webhook_contract.fuzzing.stateful import Player, hunt_sequences
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

    from user_webhook_contract.cases.factory import Case, Material
    from user_webhook_contract.http.request import Request

    Judge = Callable[[Case], Sent]
    Round = Callable[[frozenset[str], int], Discovery | None]

MOST_SHRINKS = 60
"""Requests that may go into making one failing request smaller."""

MOST_SEQUENCE_SHRINKS = 150
"""Requests that may go into making one failing sequence smaller."""

ROUND, GENERATED_ROUND, SEQUENCES = 160, 25, 20
"""Requests of one round of the kit's own, of Schemathesis' own, and sequences of one round."""

LEAST_FOR_ALL = 50
"""Requests from which Schemathesis and sequences are worth their start."""

SEEDS = 1_000_003
"""Apart enough that the rounds of two neighbouring seeds are not the same."""


def fuzz(material: Material, judge: Judge, left: Callable[[], int]) -> Iterator[Discovery]:
    """Send random requests and sequences by *judge* while any are *left*; yield what each round finds.

    A requirement that was found once is made small once; later failures of it only count. The same seed gives the
    same requests, as long as the answers are the same.
    """
    known: frozenset[str] = frozenset()
    for number, round_ in enumerate(_rounds(material, judge, left)):
        found = round_(known, material.settings.seed * SEEDS + number)
        if found is not None:
            known |= {found.requirement}
            yield found


def _rounds(material: Material, judge: Judge, left: Callable[[], int]) -> Iterator[Round]:
    """Yield one round after the other, for as long as they still send something."""

    def bodies_round(bodies: st.SearchStrategy[Any], examples: int) -> Round:
        return lambda known, number: _hunt_requests(
            Hunt(known, MOST_SHRINKS, left), material, judge, requests(material.settings, bodies), number, examples
        )

    own = st.one_of(valid_bodies(), invalid_bodies(), invalid_bodies(), odd_bodies(), large_bodies(), torn_bodies())
    if left() < LEAST_FOR_ALL:
        yield bodies_round(own, left())
        return
    for _ in count():
        before = left()
        yield bodies_round(own, min(ROUND, left()))
        for bodies in generated_bodies():
            yield lambda known, number: _hunt_sequences(
                Hunt(known, MOST_SEQUENCE_SHRINKS, left), material, judge, number
            )
            yield bodies_round(bodies, min(GENERATED_ROUND, left()))
        if left() in {0, before}:
            return


def generated_bodies() -> list[st.SearchStrategy[Any]]:
    """Return Schemathesis' strategies for the body: of those that keep the schema, and of those that break it."""
    from schemathesis.generation.modes import GenerationMode  # noqa: PLC0415 - as in document

    from user_webhook_contract.fuzzing.schema import operation  # noqa: PLC0415 - as in document

    rest: dict[str, Any] = {"path_parameters": {"webhookId": "-"}, "headers": {}, "query": {}, "cookies": {}}
    return [
        operation().as_strategy(generation_mode=mode, **rest).map(lambda generated: _content(generated.body))
        for mode in GenerationMode
    ]


def _content(body: Any) -> Any:  # noqa: ANN401 - any JSON
    return b"" if type(body).__name__ == "NotSet" else body


def _hunt_requests(  # noqa: PLR0913, PLR0917 - a round's parts
    hunt: Hunt,
    material: Material,
    judge: Judge,
    strategy: st.SearchStrategy[Request],
    number: int,
    examples: int,
) -> Discovery | None:
    def send(request: Request, title: str) -> Sent:
        return judge(_case(material, request, title))

    @chosen_settings(max(examples, 1))
    @given(strategy)
    def probe(request: Request) -> None:
        title = "a smaller form of a random request" if hunt.is_shrinking else "a random request"
        hunt.attempt(request, 1, lambda: send(request, title))

    hunt.run(probe, number)
    return hunt.conclude(lambda request: send(request, f"the smallest form of a random request, {LAST_WORD}"))


def _hunt_sequences(hunt: Hunt, material: Material, judge: Judge, number: int) -> Discovery | None:
    player = Player(material, judge)
    hunt_sequences(hunt, player, material, number, SEQUENCES)
    title = f"the smallest sequence, {LAST_WORD}"
    return hunt.conclude(lambda steps: player.play(steps, hunt.is_wanted, title))


def _case(material: Material, request: Request, title: str) -> Case:
    content = request.body or b""
    if ELSEWHERE.encode() in content:
        content = content.replace(ELSEWHERE.encode(), material.url().encode())
    return material.case(
        title,
        content,
        webhook_id=request.webhook_id,
        credential=request.credential,
        media_type=request.media_type,
        is_chunked=request.is_chunked,
    )
