"""Servers whose rules of one property are weaker or stronger than they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

_MESSAGE = {"url": literals.URL_HTTPS, "events": literals.EVENTS_VALUES, "secrets": literals.SECRETS_ARRAY}


def lenient(name: str, repair: Callable[[Any], Any], *, stores_repaired: bool = True) -> type[Reference]:
    """Return a server that accepts a value if *repair* makes it right; an absent one is None."""
    method = f"{name}_messages"
    right = getattr(Reference, method)

    def messages(self: Reference, body: dict[str, Any]) -> list[str]:
        found: list[str] = right(self, body)
        if found and not right(self, {**body, name: (repaired := repair(body.get(name)))}):
            if stores_repaired or name not in body:
                body[name] = repaired
            return []
        return found

    return type("Lenient", (Reference,), {method: messages})


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def strict(name: str, is_refused: Callable[[Any], Any]) -> type[Reference]:
    """Return a server that refuses some of the right values, too."""
    method = f"{name}_messages"
    right = getattr(Reference, method)

    def messages(self: Reference, body: dict[str, Any]) -> list[str]:
        found: list[str] = right(self, body)
        if not found and _is_plain(body.get(name)) and is_refused(body[name]):
            return [_MESSAGE[name]]
        return found

    return type("Strict", (Reference,), {method: messages})
