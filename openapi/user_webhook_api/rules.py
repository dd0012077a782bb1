"""The rules of the request body, as the document states them, with the message of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from user_webhook_api.bundle import DocumentError, operation

MESSAGES = "x-message"


@dataclass(frozen=True)
class Rule:
    """One constraint on one property.

    ``subject`` is the property, ``keyword`` the JSON Schema keyword (``items.enum`` for each element), ``value`` what stands beside it.
    """

    subject: str
    keyword: str
    value: Any = field(hash=False)
    message: str

    @property
    def name(self) -> str:
        """``property.keyword``, as requirements.yaml has it."""
        return f"{self.subject}.{self.keyword}"


@dataclass(frozen=True)
class Property:
    """One property of the request body and its rules, in the order of their messages."""

    name: str
    is_required: bool
    rules: tuple[Rule, ...]


def body_properties(document: dict[str, Any] | None = None) -> tuple[Property, ...]:
    """Return the properties of the request body in the documented order.

    Raises:
        DocumentError: A message stands beside no constraint.
    """
    schema = operation(document)["requestBody"]["content"]["application/json"]["schema"]
    return tuple(
        Property(name, name in schema["required"], tuple(_rules(name, stated)))
        for name, stated in schema["properties"].items()
    )


def _rules(name: str, stated: dict[str, Any]) -> list[Rule]:
    found = []
    for keyword, message in stated.get(MESSAGES, {}).items():
        value: Any = stated
        for step in keyword.split("."):
            if step not in value:
                explanation = f"{name}: {MESSAGES} has a message for {keyword!r}, but the schema has no such keyword."
                raise DocumentError(explanation)
            value = value[step]
        found.append(Rule(name, keyword, value, message))
    return found
