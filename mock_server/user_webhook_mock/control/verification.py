"""Whether the requests came that a test expects."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.control.body import is_deeper, read_object
from user_webhook_mock.control.response import Unavailable, json_response
from user_webhook_mock.core.usage_error import UsageError, check_names

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.journal.entry import Entry
    from user_webhook_mock.journal.journal import Journal
    from user_webhook_mock.state import MockState

BODY: Final = ("url", "events", "secrets")
EXPECTED: Final = ("webhookId", *BODY, "status")
COUNTS: Final = ("exactly", "at_least", "at_most")


async def verify(state: MockState, request: Request) -> Response:
    """Return 200 if as many updates came as expected, or 409 with the nearest request and what differs."""
    result = check(state.journal, await read_object(request))
    return json_response(result, HTTPStatus.OK if result["verified"] else HTTPStatus.CONFLICT)


def check(journal: Journal, given: dict[str, Any]) -> dict[str, Any]:
    """Compare the updates in *journal* with what is *given*, and return the result in the control API's form.

    Raises:
        UsageError: A member of *given* is not valid, or the journal is off.
    """
    check_names(given, EXPECTED + COUNTS, "member")
    if not journal.limit:
        rule = "Requests are verified by the journal."
        raise Unavailable("The journal is off", value=0, rule=rule, remedy="start the mock without --journal 0.")
    low, high = _bounds(given)
    expected: dict[str, Any] = {name: given[name] for name in EXPECTED if name in given}
    updates = [entry for entry in journal.entries() if entry.method == "PATCH"]
    compared = [(differences(entry, expected), entry) for entry in updates]
    numbers = [entry.number for found, entry in compared if not found]
    is_verified = low <= len(numbers) and (high is None or len(numbers) <= high)
    others = [(found, entry) for found, entry in compared if found]
    nearest = None
    if len(numbers) < low and others:
        found, entry = min(others, key=lambda one: (len(one[0]), "webhookId" in one[0], -one[1].number))
        nearest = {"number": entry.number, "differences": found}
    return {
        "verified": is_verified,
        "count": len(numbers),
        "expected_count": {"at_least": low, "at_most": high},
        "numbers": numbers,
        "forgotten": journal.forgotten,
        "nearest": nearest,
    }


def differences(entry: Entry, expected: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what was expected and received, for each member that differs; a member that was not sent is null."""
    body = entry.body
    sent = body if isinstance(body, dict) else {}
    received = {"webhookId": entry.webhook_id, "status": entry.status or None} | {name: sent.get(name) for name in BODY}
    return {
        name: {"expected": value, "received": "(nested too deeply)" if is_deeper(received[name]) else received[name]}
        for name, value in expected.items()
        if value != received[name]
    }


def _bounds(given: dict[str, Any]) -> tuple[int, int | None]:
    for name in COUNTS:
        value = given.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            rule = f"{name} is a number of requests."
            raise UsageError(f"{name} is not valid", value=value, rule=rule, remedy="write 0 or more.")
    if "exactly" in given:
        if len(given.keys() & set(COUNTS)) > 1:
            rule = "exactly excludes other counts."
            raise UsageError("There are too many counts", rule=rule, remedy="leave out at_least and at_most.")
        return given["exactly"], given["exactly"]
    at_most = given.get("at_most")
    return given.get("at_least", 1 if at_most is None else 0), at_most
