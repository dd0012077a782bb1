"""The files of a report."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import yaml

from user_webhook_contract.forms.badge import badge_json, badge_svg, strict_badge_svg
from user_webhook_contract.forms.github import workflow_commands
from user_webhook_contract.forms.html import html
from user_webhook_contract.forms.junit import JUNIT
from user_webhook_contract.forms.letter import letter
from user_webhook_contract.forms.sarif import sarif
from user_webhook_contract.forms.summary import summary
from user_webhook_contract.report.evidence_file import EVIDENCE
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    Form = Callable[[dict[str, Any]], str]

SIGNATURE: Final = "conformance.dsse.json"
"""What ``sign`` writes beside a report."""


def prepare(folder: Path, former: Iterable[str] = ()) -> None:
    """Make *folder*, remove the files *former* from it, and check that files can be written there.

    Raises:
        UsageError: They cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in former:
            (folder / name).unlink(missing_ok=True)
        _new_file(folder, "").unlink()
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
    "summary.txt": letter,
    "annotations.txt": workflow_commands,
    "badge.svg": badge_svg,
    "badge-strict.svg": strict_badge_svg,
    "badge.json": badge_json,
}
"""The forms of a report, but for pytest's own: the name of the file, and what makes it."""

NAMES: Final = (*FORMS, JUNIT, EVIDENCE, SIGNATURE)
"""Every file of a report; its signature is none of the next run's."""


def write_files(report: dict[str, Any], folder: Path, forms: Mapping[str, Form] = FORMS) -> tuple[list[str], str]:
    """Write *report* in *forms*; return the paths of the files, and why some are missing."""
    paths, problem = [], ""
    for name, form in forms.items():
        file = folder / name
        try:
            # What stands under the name, or where a link there leads, is never opened: it may be somebody's.
            _new_file(folder, form(report)).replace(file)
            paths.append(str(file))
        except OSError as error:
            # One of an earlier run would be taken for the report.
            with suppress(OSError):
                file.unlink(missing_ok=True)
            problem = f"{file} cannot be written: {error.strerror}. The verdict is valid, but its report is incomplete."
    return paths, problem


def _new_file(folder: Path, text: str) -> Path:
    """Write *text* to a file in *folder* that nobody else has made, and return its path.

    Raises:
        OSError: It cannot be written; nothing of it is left.
    """
    file = folder / f".{secrets.token_hex(8)}.part"
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        with open(number, "w", encoding="utf-8") as opened:  # noqa: PTH123  a descriptor
            opened.write(text)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise
    return file
