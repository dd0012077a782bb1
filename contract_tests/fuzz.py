"""Random cases for what the plan leaves of the budget, and the smallest form of what they find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from contract_tests.material import Case, Material
from contract_tests.request import encode
from contract_tests.strategies import invalid_bodies, odd_bodies, reserved, valid_bodies

MOST_SHRINKS = 60
"""Requests that may go into making one failure smaller."""

Judge = Callable[[Case], str]
"""Sends a case and returns the requirement that it was seen to break, or nothing."""


class _BrokenError(Exception):
    """Tells Hypothesis that a body breaks a requirement."""


def fuzz(material: Material, judge: Judge, examples: int, *, bodies: st.SearchStrategy[Any] | None = None) -> None:
    """Send up to *examples* random bodies by *judge*; a failing one is made smaller by up to ``MOST_SHRINKS`` more.

    The same seed gives the same bodies, as long as the answers are the same.
    """
    memory: dict[bytes, str] = {}
    shrinks = 0
    is_shrinking = False

    def probe(body: Any) -> None:  # noqa: ANN401 - any JSON
        nonlocal shrinks, is_shrinking
        content = encode(reserved(body, material.url()))
        if content not in memory:
            if is_shrinking:
                if shrinks >= MOST_SHRINKS:
                    return
                shrinks += 1
            title = "the smallest form of a random body" if is_shrinking else "a random body"
            memory[content] = judge(material.case(title, content))
        if memory[content]:
            is_shrinking = True
            raise _BrokenError(memory[content])

    everything = bodies or st.one_of(valid_bodies(), invalid_bodies(), invalid_bodies(), odd_bodies())
    test = given(everything)(probe)
    test = seed(material.settings.seed)(test)
    test = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )(test)
    try:
        test()
    except (_BrokenError, HypothesisException):
        # The failure itself is in the ledger, as it was judged; a body that fails no more is a finding, too.
        return
