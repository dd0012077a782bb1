"""One test for each requirement: pytest's view of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from user_webhook_api.requirements import Requirement, requirements
from user_webhook_contract.report.failure import failure_details

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("requirement", requirements(), ids=lambda row: row.id)
def test_requirement_is_kept(
    requirement: Requirement, report: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    """Fail with the details of the failure if the target breaks the requirement."""
    row = next(one for one in report["requirements"] if one["id"] == requirement.id)
    for name in ("level", "title", "section", "source", "verdict"):
        record_property(name, row[name])
    if row["verdict"] == "fail":
        pytest.fail(str(failure_details(row, report)), pytrace=False)
    if row["verdict"] != "pass":
        # A missing verdict is not a pass; JUnit's word for it is skipped, with the reason.
        pytest.skip(f"{row['verdict']}: {row['why']}")
    assert row["proving_requests"]
