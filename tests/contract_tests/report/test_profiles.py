from __future__ import annotations

from typing import Any

import pytest

from user_webhook_contract.report.profiles import profile_results


def row(level: str, verdict: str, *, is_tested: bool = True) -> dict[str, Any]:
    return {"level": level, "verdict": verdict, "is_tested": is_tested}


def results(*rows: dict[str, Any], is_deep: bool = True, is_whole: bool = True) -> dict[str, tuple[str, bool]]:
    found = profile_results(rows, is_deep=is_deep, is_whole=is_whole)
    return {one["name"]: (one["verdict"], one["is_proof"]) for one in found}


@pytest.mark.parametrize(
    ("must", "should", "core", "strict"),
    [
        ("pass", "pass", "kept", "kept"),
        ("pass", "fail", "kept", "broken"),
        ("fail", "pass", "broken", "broken"),
        ("waived", "pass", "waived", "waived"),
        ("not-run", "pass", "open", "open"),
        ("pass", "not-run", "kept", "open"),
        ("pass", "not-applicable", "kept", "kept"),
    ],
)
def test_a_profile_counts_its_levels(must: str, should: str, core: str, strict: str) -> None:
    found = results(row("must", "pass"), row("must", must), row("should", should))

    assert (found["core"][0], found["strict"][0]) == (core, strict)


def test_what_no_run_can_test_leaves_no_profile_open() -> None:
    found = results(row("must", "pass"), row("must", "not-run", is_tested=False))

    assert found["core"] == ("kept", True)


@pytest.mark.parametrize(("is_deep", "is_whole"), [(False, True), (True, False)])
def test_a_run_that_is_short_is_no_proof(is_deep: bool, is_whole: bool) -> None:  # noqa: FBT001  a parameter of the test
    found = results(row("must", "pass"), is_deep=is_deep, is_whole=is_whole)

    assert found["core"] == ("kept", False)
