"""Reads the file of a report, wherever it comes from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

import jsonschema_rs

from user_webhook_contract.judge.json_text import without_surrogates
from user_webhook_contract.report.conformance import SCHEMA
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.settings import UsageError

MAX_FILE: Final = 100_000_000
"""Bytes of a report that are read; that of the longest run has a tenth of it."""

_MAX_QUOTED: Final = 200


def read_report(path: Path) -> dict[str, Any]:
    """Return the report in the file *path*, which matches the schema; its hash is not checked.

    Raises:
        UsageError: The file cannot be read, or is not a report.
    """
    content = read_file(path, "conformance.json")
    try:
        report = json.loads(content, parse_constant=_refuse)
        plain = without_surrogates(report)
    except (ValueError, RecursionError) as error:
        reason = printable(str(error))[:_MAX_QUOTED] or "it is nested too deep"
        raise UsageError(f"{path} is not JSON: {reason}. Give the conformance.json of a run.") from None
    named = plain.get("schema") if isinstance(plain, dict) else None
    if named != SCHEMA:
        shown = printable(str(named))[:_MAX_QUOTED] if isinstance(named, str) else "missing"
        raise UsageError(f"{path} is not a report of this kit: its schema is {shown}; expected {SCHEMA}.")
    try:
        schema_error = next(_validator().iter_errors(plain), None)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{path} is not a valid report: {printable(str(error))[:_MAX_QUOTED]}.") from None
    if schema_error is not None:
        place = ".".join(map(str, schema_error.instance_path)) or "the report"
        raise UsageError(
            f"{path} is not a valid report: {printable(f'{place}: {schema_error.message}')[:_MAX_QUOTED]}."
        )
    return dict(report)


def read_file(path: Path, what: str) -> bytes:
    """Return the content of the file *path*, of at most ``MAX_FILE`` bytes; *what*: its usual name.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder: give the {what} in it.")
        if not path.exists():
            raise UsageError(f"{path} does not exist: give the {what} of a run.")
        if not path.is_file():
            raise UsageError(f"{path} is not a regular file: give the {what} of a run.")
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageError(f"{str(path)!r} is not a path: {error}.") from None
    if len(content) > MAX_FILE:
        raise UsageError(
            f"{path} is larger than {MAX_FILE // 1_000_000} MB, which no report is: give the {what} of a run."
        )
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    schema = Path(__file__).parent.parent / "report" / "conformance.schema.json"
    return jsonschema_rs.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")), validate_formats=True)
