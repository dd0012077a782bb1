"""The OpenAPI document with every reference resolved."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import ParseResult

import yaml
from prance.util.resolver import RefResolver

from user_webhook_api.cache import FOLDER, files, per_edition
from user_webhook_api.extras import needing

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = FOLDER / "openapi.yaml"
PATH = "/api/v2/public/webhooks/user/{webhookId}"
LONGEST_REASON: Final = 200


class DocumentError(Exception):
    """The document cannot be read, or lacks what the kit is built on."""


def resolve(document: Path = DOCUMENT) -> dict[str, Any]:
    """Return *document* as one tree without references.

    Raises:
        DocumentError: A file is missing, is not YAML, or a reference leads nowhere.
    """
    try:
        return _resolved(document)
    except Exception as error:  # prance raises what its loaders raise; all of it means the same to a caller
        raise DocumentError(f"{_where(document, 'cannot be resolved', error)} Fix the file.") from error


def validated(document: Path = DOCUMENT) -> dict[str, Any]:
    """Return *document* without references, validated by openapi-spec-validator.

    Raises:
        DocumentError: It cannot be resolved, or is not OpenAPI.
        MissingPackageError: openapi-spec-validator is not installed.
    """
    with needing("The check of the document", "user-webhook-api[validate]"):
        from openapi_spec_validator import validate  # noqa: PLC0415  only those who change the document need it
    try:
        tree = _resolved(document)
        validate(tree)
    except Exception as error:  # prance raises what its loaders raise, the validator what jsonschema raises
        raise DocumentError(f"{_where(document, 'is not valid', error)} Fix the document.") from error
    return tree


def _resolved(document: Path) -> dict[str, Any]:
    root = yaml.safe_load(document.read_text(encoding="utf-8"))
    # in parts, since prance would read the "#" of a folder as that of a url, and keep the "%20" of a url in a path
    place = ParseResult("file", "", document.resolve().as_posix(), "", "", "")
    # without a name for it, prance guesses the encoding of each file, which takes longer than all the rest
    resolver = RefResolver(root, place, encoding="utf-8")
    resolver.resolve_references()
    specs: dict[str, Any] = resolver.specs
    return specs


@per_edition
def bundle() -> dict[str, Any]:
    """Return the shipped document, resolved once. Callers must not change it."""
    return resolve()


def operation(document: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the one operation of the contract."""
    tree = bundle() if document is None else document
    found: dict[str, Any] = tree["paths"][PATH]["patch"]
    return found


def digest(document: dict[str, Any] | None = None) -> str:
    """Return the sha256, in hex, of the resolved document as canonical JSON."""
    tree = bundle() if document is None else document
    return hashlib.sha256(json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def unreadable(file: Path, error: Exception) -> str:
    """Return in one line where *file* is not valid YAML, by *error*."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"{file}, line {mark.line + 1}" if mark else str(file)
    return f"{place}: {_one_line(getattr(error, 'problem', None) or error)}."


def _where(document: Path, what: str, error: Exception) -> str:
    """Return in one line which file is not valid YAML, or where the document breaks a rule of OpenAPI."""
    for file in files(document.parent):
        try:
            content = yaml.safe_load(file.read_bytes())
        except yaml.YAMLError as broken:
            return unreadable(file, broken)
        if content is None:
            return f"{file} is empty."
    path = getattr(error, "absolute_path", None)
    if path is None:
        return f"{document} {what}: {_one_line(error.args[-1] if error.args else error)}."
    reason = str(getattr(error, "message", "")).partition("\n")[0]
    if len(reason) > LONGEST_REASON:  # it repeats half of the document
        reason = "this is not as OpenAPI has it"
    return f"{document} {what} at {' > '.join(map(str, path))}: {reason}."


def _one_line(reason: object) -> str:
    text = " ".join(str(reason).split()).removesuffix(".")
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."
