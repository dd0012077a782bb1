"""The OpenAPI document with every reference resolved."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from prance.util.resolver import RefResolver
from prance.util.url import absurl

DOCUMENT = Path(__file__).parent / "openapi.yaml"
PATH = "/api/v2/public/webhooks/user/{webhookId}"


class DocumentError(Exception):
    """The document cannot be read, or lacks what the kit is built on."""


def resolve(document: Path = DOCUMENT) -> dict[str, Any]:
    """Return *document* as one tree without references.

    Raises:
        DocumentError: A file is missing, is not YAML, or a reference leads nowhere.
    """
    try:
        root = yaml.safe_load(document.read_text(encoding="utf-8"))
        # without a name for it, prance guesses the encoding of each file, which takes longer than all the rest
        resolver = RefResolver(root, absurl(document.resolve().as_uri()), encoding="utf-8")
        resolver.resolve_references()
    except Exception as error:  # prance raises what its loaders raise; all of it means the same to a caller
        message = f"{document} cannot be resolved: {error}. Check the file and what its references name."
        raise DocumentError(message) from error
    specs: dict[str, Any] = resolver.specs
    return specs


@cache
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
