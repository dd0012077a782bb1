"""Webhooks as people write them down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from user_webhook_api.rules import body_properties
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.http.path import fits_into_path
from user_webhook_mock.store.webhooks import Webhook, new_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_mock.core.json import Json

URL: Final = "https://hooks.example.com/user"
CLIENT_ID: Final = "client-of-the-mock"
MEMBERS: Final = ("id", "url", "events", "clientId", "secrets")
MAX_SECRETS: Final = 2
_URL: Final = re.compile(r"https?://[^/\s?#]+\S*")


def new_webhook(identifier: str) -> Webhook:
    """Return a webhook for all events with a random secret."""
    return Webhook(identifier, URL, ["all"], CLIENT_ID, [new_secret()])


def read_webhook(given: Mapping[str, Json]) -> Webhook:
    """Return the webhook that *given* describes; what it leaves out is as in `new_webhook`.

    Raises:
        UsageError: A member is not known or not valid, or the id is missing.
    """
    for name, value in given.items():
        check_member(name, value)
    if "id" not in given:
        raise UsageError("id is missing", rule="Each webhook has an id.", remedy="add one.")
    members = {name: given[name] for name in MEMBERS if name in given}
    return Webhook(**{**vars(new_webhook(given["id"])), **members})


def check_member(name: str, value: Json) -> None:
    """Raise a UsageError if *value* is not valid for the member *name* of a webhook."""
    known = _events()
    rules = {
        "id": (
            _is_text(value) and fits_into_path(value),
            "An id is a string without slashes and blanks.",
            "put it in quotes.",
        ),
        "url": (
            _is_text(value) and _URL.fullmatch(value) is not None,
            "A url begins with https:// or http://.",
            f"write it like {URL}.",
        ),
        "events": (
            isinstance(value, list)
            and bool(value)
            and all(isinstance(event, str) and event in known for event in value),
            f"events is a list of one or more of {', '.join(known)}.",
            'write it like ["all"].',
        ),
        "clientId": (_is_text(value), "A clientId is a string.", "put it in quotes."),
        "secrets": (
            isinstance(value, list) and len(value) <= MAX_SECRETS and all(map(_is_text, value)),
            f"secrets is a list of at most {MAX_SECRETS} strings.",
            "correct it or leave it out.",
        ),
    }
    if name not in rules:
        rule = f"The members of a webhook are {', '.join(MEMBERS)}."
        raise UsageError(f"{name!r} is not a member of a webhook", value=name, rule=rule, remedy="leave it out.")
    is_valid, rule, remedy = rules[name]
    if not is_valid:
        shown = None if name == "secrets" else value
        what = f"{name} is not valid" if shown is None else f"{name}={shown!r} is not valid"
        raise UsageError(what, value=shown, rule=rule, remedy=remedy)


def _is_text(value: Json) -> bool:
    """Return whether *value* is a string that can be written as UTF-8."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _events() -> list[str]:
    rules = [rule for stated in body_properties() for rule in stated.rules]
    return next(list(rule.value) for rule in rules if rule.name == "events.items.enum")
