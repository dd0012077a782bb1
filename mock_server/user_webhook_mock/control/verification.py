"""Whether the requests came that a test expects."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.control.body import check_names, is_deeper, read_object
from user_webhook_mock.control.response import Unavailable, json_response
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.journal.entry import Entry
    from user_webhook_mock.journal.journal import Journal
    from user_webhook_mock.state import MockState

BODY: Final = ("url", "events", "secrets")
EXPECTED: Final = ("webhookId", *BODY, "status")
COUNTS: Final = ("exactly", "at_least", "at_most")


async def verify(request: Request) -> Response:
    """Say whether as many updates came as expected: 200, or 409 with the nearest request and what differs."""
    state: MockState = request.app.state.mock
    result = check(state.journal, await read_object(request))
    return json_response(result, HTTPStatus.OK if result["verified"] else HTTPStatus.CONFLICT)


def check(journal: Journal, given: dict[str, Any]) -> dict[str, Any]:
    """Compare the updates in *journal* with what is *given*, and return the result as the control API answers it.

    Raises:
        UsageError: A member of *given* is not legal, or the journal is off.
    """
    check_names(given, EXPECTED + COUNTS)
    if not journal.limit:
        rule = "Requests are verified by the journal."
        raise Unavailable("the journal is off", value=0, rule=rule, remedy="start the mock without --journal 0.")
    low, high = _bounds(given)
    expected: dict[str, Any] = {name: given[name] for name in EXPECTED if name in given}
    updates = [entry for entry in journal.entries() if entry.method == "PATCH"]
    differing = [(differences(entry, expected), entry) for entry in updates]
    numbers = [entry.number for found, entry in differing if not found]
    is_verified = low <= len(numbers) and (high is None or len(numbers) <= high)
    others = [(found, entry) for found, entry in differing if found]
    nearest = None
    if not is_verified and len(numbers) < low and others:
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
            rule = f"{name} is how many requests are expected."
            raise UsageError(f"{name} is no number", value=value, rule=rule, remedy="write 0 or more.")
    if "exactly" in given:
        if len(given.keys() & set(COUNTS)) > 1:
            rule = "exactly stands alone."
            raise UsageError("exactly is not the only count", rule=rule, remedy="leave out at_least and at_most.")
        return given["exactly"], given["exactly"]
    at_most = given.get("at_most")
    return given.get("at_least", 1 if at_most is None else 0), at_most
