"""Reads the reports of many vendors, and writes one page on them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.commands.verification import beside
from user_webhook_contract.forms.matrix import matrix_data, matrix_html
from user_webhook_contract.forms.writer import prepare, write_files
from user_webhook_contract.report.content_hash import is_intact
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPORT: Final = "conformance.json"
MAX_REPORTS: Final = 1000


def write_matrix(folders: Sequence[Path], place: Path, keys: Sequence[Path]) -> list[str]:
    """Write matrix.html and matrix.json on the reports below *folders* to the folder *place*; return what to tell.

    *keys*: the public keys whose signatures count.

    Raises:
        UsageError: A folder or a key cannot be read, no report is there, or a file cannot be written.
    """
    found, lines = [], []
    if keys:
        from user_webhook_contract.report.signature import public_key  # noqa: PLC0415  an extra needs it

        for key in keys:
            public_key(key)
    for path in _reports(folders):
        try:
            report = read_report(path)
        except UsageError as error:
            lines.append(f"Left out: {error}")
            continue
        if not is_intact(report):
            lines.append(f"Left out: {path} was changed after its run: its hash is not that of its contents.")
            continue
        found.append((report, _signature(path, keys)))
    if not found:
        raise UsageError(" ".join(["no report was found to show.", *lines]))
    data = matrix_data(found, datetime.now(UTC))
    prepare(place)
    paths, problem = write_files(
        data, place, {"matrix.html": matrix_html, "matrix.json": lambda one: json.dumps(one, indent=1) + "\n"}
    )
    if problem:
        raise UsageError(problem)
    count = len(data["vendors"])
    return [*lines, f"{count} vendor{'' if count == 1 else 's'}: {', '.join(paths)}"]


def _reports(folders: Sequence[Path]) -> Iterator[Path]:
    """Yield the reports in *folders* and below."""
    paths: dict[Path, None] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder: give one with a {REPORT} in it or below.")
        for where, inner, names in os.walk(folder):
            inner.sort()
            if REPORT in names:
                paths.setdefault(Path(where) / REPORT)
    if len(paths) > MAX_REPORTS:
        raise UsageError(f"there are {len(paths)} reports in these folders: give at most {MAX_REPORTS}.")
    yield from paths


def _signature(path: Path, keys: Sequence[Path]) -> dict[str, Any]:
    """Return the state of the signature of the report *path* (signed, unknown, none), and the file of its key."""
    if not beside(path).exists():
        return {"state": "none", "key": ""}
    if keys:
        from user_webhook_contract.report.signature import SignatureError, verify  # noqa: PLC0415  an extra needs it

        content = path.read_bytes()
        for key in keys:
            try:
                verify(content, beside(path), key)
            except (SignatureError, UsageError):
                continue
            return {"state": "signed", "key": key.name}
    return {"state": "unknown", "key": ""}
