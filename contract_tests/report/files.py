"""The files of a report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from contract_tests.report.conformance import conformance
from contract_tests.settings import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from contract_tests.redaction import Redactor
    from contract_tests.run import Run

CONFORMANCE = "conformance.json"
JUNIT = "junit.xml"
OBSERVED = "observed-choices.yaml"


def prepare(folder: Path) -> None:
    """Make *folder*, and see that files can be written there before any request is sent.

    Raises:
        UsageError: They cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"--report-dir={folder} cannot be written to: {error.strerror}. Give another folder."
        ) from None


def write_files(run: Run, redactor: Redactor) -> list[str]:
    """Write the report and return the paths of its files."""
    folder = run.settings.report_dir
    report = json.dumps(conformance(run, redactor), indent=2, ensure_ascii=True) + "\n"
    (folder / CONFORMANCE).write_text(report, encoding="utf-8")
    choices = yaml.safe_dump(run.observations.values(run.history), sort_keys=False)
    heading = "# The target's choices, as the suite saw them; the mock plays them: make mock CHOICES=this-file\n"
    (folder / OBSERVED).write_text(heading + choices, encoding="utf-8")
    return [str(folder / name) for name in (CONFORMANCE, JUNIT, OBSERVED)]
