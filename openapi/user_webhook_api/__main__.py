"""The command ``python -m user_webhook_api``: writes the document as one file without references."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from user_webhook_api.extras import MissingPackageError, needing

PROGRAM = "python -m user_webhook_api"

try:
    with needing(PROGRAM, "user-webhook-api[validate]"):
        from user_webhook_api.bundle import DocumentError, digest, validated
except MissingPackageError as error:  # the signature alone needs no package, so none may be installed
    print(error, file=sys.stderr)
    raise SystemExit(2) from error

if TYPE_CHECKING:
    from collections.abc import Sequence

BUNDLE = Path("build/openapi.json")


class UsageError(Exception):
    """The command cannot do what it was asked. The message is one line and says what to do."""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the message of argparse as a UsageError."""
        raise UsageError(f"{message}. See {PROGRAM} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document; return the exit status: 0, 1 for an invalid document, 2 for wrong use."""
    try:
        file: Path = _parser().parse_args(arguments).file
        document = validated()
        _write(file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    except (UsageError, MissingPackageError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except DocumentError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    print(f"{file}  version {document['info']['version']}  sha256 {digest(document)}")
    return 0


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}. Name another file.") from error


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog=PROGRAM,
        description="Validate the OpenAPI document, and write it as one JSON file without references.",
        epilog="exit status: 0 written, 1 the document is not valid, 2 wrong use",
        allow_abbrev=False,
    )
    parser.add_argument("file", nargs="?", type=Path, default=BUNDLE, metavar="FILE", help=f"default: {BUNDLE}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
