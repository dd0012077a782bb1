"""The webhooks that the mock starts with, and how a webhook is written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.rules import body_properties
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.store.store import Webhook, new_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

URL: Final = "https://hooks.example.com/user"
CLIENT_ID: Final = "client-of-the-mock"
MEMBERS: Final = ("id", "url", "events", "clientId", "secrets")
MAX_SECRETS: Final = 2
_ADDRESS: Final = re.compile(r"https?://[^/\s?#]+\S*")
_ID: Final = re.compile(r"[^/\s\x00-\x1f\x7f]+")


def read_webhook(given: Mapping[str, Any]) -> Webhook:
    """Return the webhook that *given* describes; what it leaves out is as in a webhook of the start.

    Raises:
        UsageError: A member is not known or not legal, or the id is missing.
    """
    for name, value in given.items():
        check_member(name, value)
    if "id" not in given:
        raise UsageError("id is missing", rule="Each webhook has an id.", remedy="add one.")
    return Webhook(
        given["id"],
        given.get("url", URL),
        given.get("events", ["all"]),
        given.get("clientId", CLIENT_ID),
        given["secrets"] if "secrets" in given else [new_secret()],
    )


def check_member(name: str, value: Any) -> None:  # noqa: ANN401  any JSON value may be given
    """Raise a UsageError where *value* is not legal for the member *name* of a webhook."""
    known = _events()
    rules = {
        "id": (_is_text(value, _ID), "An id is a string without / and blanks.", "put it in quotes."),
        "url": (_is_text(value, _ADDRESS), "A url begins with https:// or http://.", f"write it as in {URL}."),
        "events": (
            isinstance(value, list)
            and bool(value)
            and all(isinstance(event, str) and event in known for event in value),
            f"events is a list of one or more of {', '.join(known)}.",
            'write it as in ["all"].',
        ),
        "clientId": (_is_text(value), "A clientId is a string.", "put it in quotes."),
        "secrets": (
            isinstance(value, list) and len(value) <= MAX_SECRETS and all(map(_is_text, value)),
            f"secrets is a list of {MAX_SECRETS} strings at most.",
            "correct or leave it out.",
        ),
    }
    if name not in rules:
        rule = f"The members of a webhook are {', '.join(MEMBERS)}."
        raise UsageError(f"{name!r} is no member of a webhook", value=name, rule=rule, remedy="leave it out.")
    is_legal, rule, remedy = rules[name]
    if not is_legal:
        shown = None if name == "secrets" else value
        what = f"{name} is not legal" if shown is None else f"{name}={shown!r} is not legal"
        raise UsageError(what, value=shown, rule=rule, remedy=remedy)


def _is_text(value: Any, form: re.Pattern[str] | None = None) -> bool:  # noqa: ANN401  any JSON value may be given
    """Say whether *value* is a string of this form that can be written as UTF-8."""
    if not isinstance(value, str) or (form is not None and not form.fullmatch(value)):
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _events() -> list[str]:
    rules = [rule for stated in body_properties() for rule in stated.rules]
    return next(list(rule.value) for rule in rules if rule.name == "events.items.enum")
