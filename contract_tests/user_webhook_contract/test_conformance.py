"""One test for each requirement: pytest's view of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from user_webhook_api.requirements import Requirement, requirements
from user_webhook_contract.report.failure import failure_details

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("requirement", requirements(), ids=lambda row: row.id)
def test_requirement_is_kept(
    requirement: Requirement, report_of_the_gate: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    """Fail with the block of the requirement where the target breaks it."""
    row = next(one for one in report_of_the_gate["requirements"] if one["id"] == requirement.id)
    for name in ("level", "title", "section", "source", "verdict"):
        record_property(name, row[name])
    if row["verdict"] == "fail":
        pytest.fail(str(failure_details(row, report_of_the_gate)), pytrace=False)
    if row["verdict"] != "pass":
        # No verdict is no pass; JUnit's word for it is skipped, with the reason.
        pytest.skip(f"{row['verdict']}: {row['why']}")
    assert row["proving_requests"]
