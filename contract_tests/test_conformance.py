"""One test for each requirement: pytest's view of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract_tests.ledger import Verdict
from contract_tests.redaction import Redactor
from contract_tests.report.block import block_of
from contract_tests.report.conformance import why
from openapi.requirements import Requirement, requirements

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract_tests.run import Run


@pytest.mark.parametrize("requirement", requirements(), ids=lambda row: row.id)
def test_requirement_is_kept(
    requirement: Requirement, run_of_the_gate: Run, record_property: Callable[[str, object], None]
) -> None:
    """Fail with the block of the requirement where the target breaks it."""
    for name in ("level", "title", "section", "source"):
        record_property(name, getattr(requirement, name))
    entry = run_of_the_gate.ledger.entries[requirement.id]
    record_property("verdict", entry.verdict.value)
    if entry.verdict is Verdict.FAIL:
        redactor = Redactor(run_of_the_gate.settings, run_of_the_gate.history)
        pytest.fail(str(block_of(entry, run_of_the_gate, redactor)), pytrace=False)
    if entry.verdict is not Verdict.PASS:
        # No verdict is no pass; JUnit's word for it is skipped, with the reason.
        pytest.skip(f"{entry.verdict.value}: {why(entry)}")
    assert entry.proofs
