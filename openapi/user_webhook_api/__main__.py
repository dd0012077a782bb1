"""The command ``python -m user_webhook_api``: writes the document in one file, and the tables of a README."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from user_webhook_api.extras import MissingPackageError, needing

PROGRAM = "python -m user_webhook_api"

try:
    with needing(PROGRAM, "user-webhook-api[validate]"):
        from user_webhook_api.bundle import DocumentError, digest, validated
        from user_webhook_api.choices import choices
        from user_webhook_api.requirements import requirements
except MissingPackageError as error:  # the signature alone needs no package, so none may be installed
    print(error, file=sys.stderr)
    raise SystemExit(2) from error

if TYPE_CHECKING:
    from collections.abc import Sequence

BUNDLE = Path("build/openapi.json")


class UsageError(Exception):
    """What the user asked for cannot be done. The message is one line and says what to do."""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to say as a UsageError."""
        raise UsageError(f"{message}. See {PROGRAM} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit status: 0, 1 for an invalid document, 2 for wrong use."""
    try:
        given = _parser().parse_args(arguments)
        if given.tables is not None:
            _write(given.tables, with_tables(given.tables, _read(given.tables)))
            return 0
        document = validated()
        _write(given.file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    except (UsageError, MissingPackageError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except DocumentError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    print(f"{given.file}  version {document['info']['version']}  sha256 {digest(document)}")
    return 0


def requirements_table() -> str:
    """Return requirements.yaml as a table in Markdown."""
    rows = ["| id | level | title | source |", "|---|---|---|---|"]
    rows += [
        f"| {row.id} | {'not tested' if row.not_tested else row.level} | {row.title} | {row.source} |"
        for row in requirements()
    ]
    return "\n".join(rows)


def choices_table() -> str:
    """Return choices.yaml as a table in Markdown, the default of each choice first."""
    rows = ["| choice | values | question |", "|---|---|---|"]
    for choice in choices():
        others = [str(value) for value in choice.values if value != choice.default]
        rows.append(f"| `{choice.name}` | **{choice.default}**, {', '.join(others)} | {choice.question} |")
    return "\n".join(rows)


def with_tables(file: Path, text: str) -> str:
    """Return *text* with the tables of today between its markers.

    Raises:
        UsageError: *text* lacks a pair of markers; *file* is its name for the message.
    """
    for name, table in (("requirements", requirements_table()), ("choices", choices_table())):
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        between = re.compile(f"{start}\n.*?{end}", re.DOTALL)
        if len(between.findall(text)) != 1:
            raise UsageError(f"{file} has no one place for the table of {name}: write {start} and {end} on two lines.")
        before, after = between.split(text)
        text = f"{before}{start}\n{table}\n{end}{after}"
    return text


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}. Name a Markdown file.") from error


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}. Name another file.") from error


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog=PROGRAM,
        description="Write the OpenAPI document as one JSON file without references, once it is found valid.",
        epilog="exit status: 0 written, 1 the document is not valid, 2 wrong use",
        allow_abbrev=False,
    )
    parser.add_argument("file", nargs="?", type=Path, default=BUNDLE, metavar="FILE", help=f"default: {BUNDLE}")
    parser.add_argument(
        "--tables",
        type=Path,
        metavar="MARKDOWN",
        help="write requirements and choices as tables between the markers of this file, and no document",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
