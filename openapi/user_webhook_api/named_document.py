"""The OpenAPI document with its parts as named components, which generators of types and clients need."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

import yaml

from user_webhook_api.bundle import DOCUMENT, DocumentError, operation, unreadable
from user_webhook_api.cache import FOLDER, per_edition

if TYPE_CHECKING:
    from pathlib import Path

ADDITIONS: Final = FOLDER / "additions.yaml"
"""What the named document has beyond the other one: the answer over the rate limit, and the deliveries."""

SECTIONS: Final = frozenset({"schemas", "responses", "parameters", "examples"})
NAMES: Final = {"user-webhook": "Webhook", "updated": "UpdatedWebhook"}
"""Names of components that are not the name of their file in another spelling."""

OPENAPI_3_1: Final = "3.1.1"
SCHEMAS: Final = frozenset({"schema", "schemas", "properties", "items", "oneOf", "anyOf", "allOf"})
JSON: Final = "application/json"


@per_edition
def named_document() -> dict[str, Any]:
    """Return the document in OpenAPI 3.0.4: only references to files are resolved. Callers must not change it.

    It says what the document without references says, and two things more: `additions.yaml`, and that an error has
    the members that each of its examples has.

    Raises:
        DocumentError: A file cannot be read, or an addition takes the place of something.
    """
    found: dict[str, dict[str, Any]] = {}
    document: dict[str, Any] = _linked(_read(DOCUMENT), DOCUMENT, found)
    for section, parts in found.items():
        document["components"].setdefault(section, {}).update(dict(sorted(parts.items())))
    for status, response in operation()["responses"].items():
        examples = response.get("content", {}).get(JSON, {}).get("examples", {})
        if not status.startswith("2") and examples:
            _require(document, status, examples)
    _merge(document, _read(ADDITIONS), "")
    return document


@per_edition
def named_document_3_1() -> dict[str, Any]:
    """Return the same in OpenAPI 3.1. Callers must not change it."""
    return {**as_3_1(named_document()), "openapi": OPENAPI_3_1}


def as_3_1(node: Any, *, is_schema: bool = False) -> Any:  # noqa: ANN401  any part of a document
    """Return *node* with the words of JSON Schema 2020-12 where OpenAPI 3.0 has its own."""
    if isinstance(node, list):
        return [as_3_1(part, is_schema=is_schema) for part in node]
    if not isinstance(node, dict):
        return node
    changed = {name: as_3_1(part, is_schema=name in SCHEMAS or is_schema) for name, part in node.items()}
    if is_schema and "example" in changed:
        changed["examples"] = [changed.pop("example")]
    if is_schema and changed.pop("nullable", False) and "type" in changed:
        changed["type"] = [changed["type"], "null"]
    return changed


def _linked(node: Any, file: Path, found: dict[str, dict[str, Any]]) -> Any:  # noqa: ANN401  any part of a document
    """Return *node* of *file* with names instead of files, and add what they name to *found*."""
    if isinstance(node, list):
        return [_linked(part, file, found) for part in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if not isinstance(reference, str) or reference.startswith("#"):
        return {name: _linked(part, file, found) for name, part in node.items()}
    target = (file.parent / reference).resolve()
    section, name = target.parent.name, NAMES.get(target.stem) or target.stem.replace("-", " ").title().replace(" ", "")
    if section not in SECTIONS:
        return _linked(_read(target), target, found)
    if name not in found.setdefault(section, {}):
        found[section][name] = {}  # what refers to itself ends here
        found[section][name] = _linked(_read(target), target, found)
    return {"$ref": f"#/components/{section}/{name}"}


def _require(document: dict[str, Any], status: str, examples: dict[str, Any]) -> None:
    """Let the schema of the error *status* require what each of its *examples* has."""
    response = _component(document, operation(document)["responses"][status])
    schema = _component(document, response["content"][JSON]["schema"])
    schema["required"] = [
        name for name in schema.get("properties", {}) if all(name in example["value"] for example in examples.values())
    ]


def _component(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return what *part* refers to, or *part* itself if it is not a reference."""
    if "$ref" not in part:
        return part
    found: dict[str, Any] = document
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def _merge(tree: dict[str, Any], additions: dict[str, Any], place: str) -> None:
    for name, part in additions.items():
        if isinstance(tree.get(name), dict) and isinstance(part, dict) and "$ref" not in part:
            _merge(tree[name], part, f"{place}{name} > ")
        elif name in tree:
            raise DocumentError(f"{ADDITIONS}: {place}{name} is in the document already. Remove it from one of them.")
        else:
            tree[name] = copy.deepcopy(part)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentError(f"{unreadable(file, error)} Correct the file.") from error
    if not isinstance(content, dict):
        raise DocumentError(f"{file} is not a mapping. Correct the file.")
    return content
