"""One test for each requirement: pytest's view of a report."""

from __future__ import annotations

from typing import Any

import pytest

from user_webhook_api.requirements import Requirement, requirements
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import failure_details
from user_webhook_contract.report.reason import why_inconclusive


@pytest.fixture
def verdict(report: dict[str, Any]) -> str:
    """Return the verdict on the target; without one, the test is an error, which is not a failure of the target."""
    reason = why_inconclusive(report)
    if reason:
        pytest.fail(printable(reason), pytrace=False)
    return str(report["verdict"])


def test_target_is_judged(verdict: str) -> None:
    """End in an error if nothing is said of the target."""
    assert verdict in {"conformant", "non-conformant"}


@pytest.mark.parametrize("requirement", requirements(), ids=lambda row: row.id)
def test_requirement_is_kept(requirement: Requirement, report: dict[str, Any]) -> None:
    """Fail with the details of the failure if the target breaks the requirement."""
    row = next(one for one in report["requirements"] if one["id"] == requirement.id)
    if row["verdict"] == "fail":
        pytest.fail(str(failure_details(row, report)), pytrace=False)
    if row["verdict"] != "pass":
        # A missing verdict is not a pass; JUnit's word for it is skipped, with the reason.
        pytest.skip(f"{row['verdict']}: {row['why']}")
    assert row["proving_requests"]
