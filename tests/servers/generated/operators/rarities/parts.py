"""What the operators of this package share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import READ, Deviation, Example, deviation, update
from servers.generated.operators.body.rules import lenient, strict
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook

    Text = tuple[str, str, Callable[[str], Any], str]
    """A form, what is done, what it makes of a text, and a text that shows it."""

A, B = "https://hooks.example.com/a", "https://hooks.example.org/b"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOBODY = Patch(READ.body, authorization=None)
NONSENSE = Patch(READ.body, authorization="Bearer nonsense")
BASIC = Patch(READ.body, authorization="Basic valid-token")
STRANGER = Patch(READ.body, authorization="Bearer forbidden-token")
MISSING = patch({"events": ["all"]}, UNKNOWN)


class Keeping(Reference):
    """The correct server that keeps the secrets if none are sent."""

    def __init__(self, **choices: str) -> None:
        super().__init__(**{"omitted_secrets": "keep", **choices})


def accepting(  # noqa: PLR0913  a table with many columns
    name: str, form: str, what: str, requirements: str, repair: Callable[[Any], Any], *values: Any, is_raw: bool = False
) -> Deviation:
    """Return a server that accepts *values* of a property; with *is_raw* it stores them as they are."""
    examples = [patch({"events": ["all"], name: value}) for value in values]
    server = lenient(name, repair, stores_repaired=not is_raw)
    return deviation(form, f"Accepts {what}", f"{requirements} R-211", server, *examples)


def refusing(
    name: str, form: str, what: str, requirements: str, is_refused: Callable[[Any], Any], *values: Any
) -> Deviation:
    """Return a server that refuses right *values* of a property."""
    examples = [patch({"events": ["all"], name: value}) for value in values]
    return deviation(form, f"Refuses {what}", f"{requirements} R-101", strict(name, is_refused), *examples)


def storing(
    name: str, form: str, what: str, requirements: str, change: Callable[[Any, Any], Any], *examples: Patch | Example
) -> Deviation:
    """Return a server that stores what *change* makes of a property that is sent and of the one that is stored."""

    class Storing(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            old = getattr(webhook, name)
            super().store(webhook, body)
            if body.get(name):
                setattr(webhook, name, change(getattr(webhook, name), old))

    return deviation(form, f"Stores {what}", requirements, Storing, *examples)


def forgetting(
    name: str, form: str, what: str, requirements: str, change: Callable[[Any], Any], *values: Any
) -> Deviation:
    """Return a server that shows a property as it was sent, and as *change* makes it from the next request on."""

    class Forgetting(Reference):
        def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            response = super().succeed(webhook, body)
            if body.get(name):
                setattr(webhook, name, change(getattr(webhook, name)))
            return response

    examples = [Example(update(**{name: value}), after=(READ,)) for value in values]
    return deviation(form, f"Shows {what} from the next request on", requirements, Forgetting, *examples)


def admitting(
    form: str,
    what: str,
    requirements: str,
    is_admitted: Callable[[Any, Request], Any],
    *examples: Patch | Example,
) -> Deviation:
    """Return a server that admits further callers."""

    class Admitting(Reference):
        def reset(self) -> None:
            super().reset()
            self.members: list[Request] = []

        def role(self, request: Request) -> str | None:
            role = super().role(request)
            if role == "member":
                self.members.append(request)
                return role
            return "member" if is_admitted(self, request) else role

    return deviation(form, f"Admits {what}", f"{requirements} R-405", Admitting, *examples)
