"""A rule of the document that a body breaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """A broken rule.

    Attributes:
        property: The property of the body.
        keyword: The keyword of JSON Schema; ``items.enum`` for one of each element.
        message: What the API responds.
    """

    property: str
    keyword: str
    message: str
