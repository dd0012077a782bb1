"""The files of a report."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import yaml

from user_webhook_contract.forms.badge import badge_json, badge_svg
from user_webhook_contract.forms.github import workflow_commands
from user_webhook_contract.forms.html import html
from user_webhook_contract.forms.junit import JUNIT
from user_webhook_contract.forms.sarif import sarif
from user_webhook_contract.forms.summary import summary
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Form = Callable[[dict[str, Any]], str]


def prepare(folder: Path) -> None:
    """Make *folder*, remove the report of a former run, and check that files can be written, before any request is sent.

    Raises:
        UsageError: They cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            (folder / name).unlink(missing_ok=True)
        probe = folder / ".writable"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"--report-dir={folder} cannot be written to: {error.strerror}. Give another folder."
        ) from None


def observed_choices(report: dict[str, Any]) -> str:
    """Return the values of the choices as the mock reads them."""
    values = {one["name"]: one["value"] for one in report["choices"]}
    heading = "# The target's choices, as the suite saw them; the mock follows them: make mock CHOICES=this-file\n"
    return heading + yaml.safe_dump(values, sort_keys=False)


def _json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=1) + "\n"


FORMS: Final[dict[str, Form]] = {
    "report.html": html,
    "conformance.json": _json,
    "observed-choices.yaml": observed_choices,
    "results.sarif": sarif,
    "summary.md": summary,
    "annotations.txt": workflow_commands,
    "badge.svg": badge_svg,
    "badge.json": badge_json,
}
"""The forms of a report, but for pytest's own: the name of the file, and what makes it."""

NAMES: Final = (*FORMS, JUNIT)
"""Every file of a report."""


def write_files(report: dict[str, Any], folder: Path, forms: Mapping[str, Form] = FORMS) -> tuple[list[str], str]:
    """Write *report* in *forms*; return the paths of the files, and why some are missing."""
    paths, problem = [], ""
    for name, form in forms.items():
        file = folder / name
        try:
            file.write_text(form(report), encoding="utf-8")
            paths.append(str(file))
        except OSError as error:
            # Half a file, or one of an earlier run, would be taken for the report.
            with suppress(OSError):
                file.unlink(missing_ok=True)
            problem = f"{file} cannot be written: {error.strerror}. The verdict is valid, but its report is incomplete."
    return paths, problem
