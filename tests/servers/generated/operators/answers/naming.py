"""Servers that change the messages of a 400, and what such operators need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import SECRETS, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

URL = literals.MESSAGES[:2]
EVENTS = literals.MESSAGES[2:5]
SECRETS_MESSAGES = literals.MESSAGES[5:]

_THREE = [*SECRETS, SECRETS[0][::-1]]

# The rules by their messages: a name, the requirement, and requests that break it.
RULES: dict[str, tuple[str, str, tuple[Patch, ...]]] = {
    literals.URL_HTTPS: ("url-https", "R-201", (update(url="http://a.example"), update(url=7))),
    literals.URL_STRING: ("url-string", "R-202", (update(url=7),)),
    literals.EVENTS_MINIMUM: ("events-minimum", "R-203", (patch({"events": []}), patch({"events": 7}))),
    literals.EVENTS_ARRAY: ("events-array", "R-204", (patch({"events": 7}),)),
    literals.EVENTS_VALUES: ("events-values", "R-205", (patch({"events": ["nope"]}), patch({"events": 7}))),
    literals.SECRETS_MAXIMUM: ("secrets-maximum", "R-206", (update(secrets=_THREE), update(secrets=7))),
    literals.SECRETS_ARRAY: ("secrets-array", "R-207", (update(secrets=7),)),
}

EVERYTHING = (
    patch({"url": 7, "events": 7, "secrets": 7}),
    patch({"url": "http://a.example", "events": ["nope"], "secrets": _THREE}),
    patch({"url": 7, "events": ["all"], "secrets": 7}),
    patch({"events": 7}),
    patch({"url": 7, "events": ["all"]}),
)


def naming(change: Callable[[list[str], dict[str, Any]], Any]) -> type[Reference]:
    """Return a server that changes the list of messages; one that it empties is left as it was."""

    class Naming(Reference):
        def messages(self, body: dict[str, Any]) -> list[str]:
            found = super().messages(body)
            return (change(list(found), body) or found) if found else found

    return Naming


def rows(*messages: str) -> str:
    """Return the requirements that a wrong naming of these rules breaks."""
    return " ".join(["R-211", *(RULES[message][1] for message in messages), "R-602", "R-208"])


def property_of(message: str) -> str:
    """Return the property that the rule of *message* is about."""
    return "url" if message in URL else "events" if message in EVENTS else "secrets"
