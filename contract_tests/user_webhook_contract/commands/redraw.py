"""Every form of a report that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from user_webhook_contract.forms.junit import JUNIT, junit
from user_webhook_contract.forms.writer import FORMS, prepare, write_files
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def redraw(report: dict[str, Any], folder: Path) -> list[str]:
    """Write *report* in every form to *folder*; return the paths of the files.

    Raises:
        UsageError: A file cannot be written.
    """
    prepare(folder)
    paths, problem = write_files(report, folder, {**FORMS, JUNIT: junit})
    if problem:
        raise UsageError(problem)
    return paths
