"""Schemas of OpenAPI as types of TypeScript."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SIMPLE: Final = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def declarations(schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """Return an exported interface or type for each schema, in their order."""
    return "\n\n".join(_declaration(name, schema) for name, schema in schemas.items())


def as_type(schema: Mapping[str, Any]) -> str:
    """Return *schema* as a type."""
    if schema.get("nullable") is True:
        return " | ".join([as_type({**schema, "nullable": False}), "null"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return " | ".join(as_type(part) for part in schema[word])
    if schema.get("type") == "array":
        item = as_type(schema["items"])
        return f"({item})[]" if " " in item and not item.startswith("{") else f"{item}[]"
    if "properties" in schema:
        return f"{{\n{_members(schema)}\n}}"
    if schema.get("type") == "object":
        others = schema.get("additionalProperties")
        return f"Record<string, {as_type(others) if isinstance(others, dict) else 'unknown'}>"
    return SIMPLE.get(schema.get("type", ""), "unknown")


def _declaration(name: str, schema: Mapping[str, Any]) -> str:
    kind = as_type(schema)
    opening = f"interface {name} {kind}" if kind.startswith("{") else f"type {name} = {kind};"
    return f"{_comment(schema)}export {opening}"


def _members(schema: Mapping[str, Any]) -> str:
    lines = []
    for name, part in schema["properties"].items():
        mark = "" if name in schema.get("required", ()) else "?"
        key = name if _NAME.fullmatch(name) else json.dumps(name)
        lines.append(f"{_comment(part)}{key}{mark}: {as_type(part)};")
    return "\n".join(f"  {line}" for text in lines for line in text.splitlines())


def _comment(schema: Mapping[str, Any]) -> str:
    text = " ".join(str(schema.get("description", "")).split())
    return f"/** {text} */\n" if text else ""
