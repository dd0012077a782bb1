"""The files of a report."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import yaml

from user_webhook_contract.forms.badge import badge_json, badge_svg
from user_webhook_contract.forms.html import html
from user_webhook_contract.forms.sarif import sarif
from user_webhook_contract.forms.summary import summary
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from pathlib import Path

CONFORMANCE: Final = "conformance.json"
HTML: Final = "report.html"
JUNIT: Final = "junit.xml"
OBSERVED: Final = "observed-choices.yaml"
SARIF: Final = "results.sarif"
SUMMARY: Final = "summary.md"
BADGE: Final = "badge.svg"
BADGE_ENDPOINT: Final = "badge.json"


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


def write_files(report: dict[str, Any], folder: Path) -> tuple[list[str], str]:
    """Write *report* in every form but pytest's own; return the paths of all files, and why there are not more."""
    contents = {
        HTML: html(report),
        CONFORMANCE: json.dumps(report, indent=1) + "\n",
        OBSERVED: observed_choices(report),
        SARIF: sarif(report),
        SUMMARY: summary(report),
        BADGE: badge_svg(report),
        BADGE_ENDPOINT: badge_json(report),
    }
    trouble = ""
    for name, content in contents.items():
        try:
            (folder / name).write_text(content, encoding="utf-8")
        except OSError as error:
            # Half a file, or that of an earlier run, would be taken for the report.
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)
            trouble = (
                f"{folder / name} cannot be written: {error.strerror}. The verdict stands, its report is not whole."
            )
    return [str(folder / name) for name in (*contents, JUNIT) if (folder / name).exists()], trouble


def observed_choices(report: dict[str, Any]) -> str:
    """Return the values of the choices as the mock reads them."""
    values = {one["name"]: one["value"] for one in report["choices"]}
    heading = "# The target's choices, as the suite saw them; the mock plays them: make mock CHOICES=this-file\n"
    return heading + yaml.safe_dump(values, sort_keys=False)
