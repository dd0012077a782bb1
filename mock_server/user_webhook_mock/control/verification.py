"""Whether the requests came, and the deliveries went out, that a test expects."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.control.body import is_deeper, read_object
from user_webhook_mock.control.response import Unavailable, json_response
from user_webhook_mock.control.waiting import read_timeout, when_verified
from user_webhook_mock.core.usage_error import UsageError, check_names
from user_webhook_mock.deliveries.delivery import State
from user_webhook_mock.deliveries.event import DATA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.core.json import Json
    from user_webhook_mock.journal.entry import Entry
    from user_webhook_mock.state import MockState

BODY: Final = ("url", "events", "secrets")
EXPECTED: Final = ("webhookId", *BODY, "status")
EXPECTED_DELIVERY: Final = ("eventType", "webhookId", "state", "status", "attempts")
COUNTS: Final = ("exactly", "at_least", "at_most")
TIMEOUT: Final = "timeout"


async def verify(state: MockState, request: Request) -> Response:
    """Return 200 once as many updates came as expected, or 409 with the nearest request and what differs."""
    return _response(await verified_requests(state, await read_object(request)))


async def verify_deliveries(state: MockState, request: Request) -> Response:
    """Return 200 once as many deliveries are as expected, or 409 with the nearest one and what differs."""
    return _response(await verified_deliveries(state, await read_object(request)))


async def verified_requests(state: MockState, given: dict[str, Any]) -> dict[str, Any]:
    """Compare the updates in the journal with what is *given*, and return the result in the control API's form.

    Raises:
        UsageError: A member of *given* is not valid, or the journal is off.
    """
    check_names(given, (*EXPECTED, *COUNTS, TIMEOUT), "member")
    journal, bounds, expected = state.journal, _bounds(given), _members(given, EXPECTED)
    if not journal.limit:
        rule = "Requests are verified by the journal."
        raise Unavailable("The journal is off", value=0, rule=rule, remedy="start the mock without --journal 0.")

    def check() -> dict[str, Any]:
        updates = ((entry.number, _received(entry)) for entry in journal.entries() if entry.method == "PATCH")
        result = _compared(updates, expected, *bounds)
        nearest = result.pop("nearest")
        return {**result, "forgotten": journal.forgotten, "nearest": nearest}

    return await when_verified(state, check, read_timeout(given.get(TIMEOUT, 0)))


async def verified_deliveries(state: MockState, given: dict[str, Any]) -> dict[str, Any]:
    """Compare the deliveries with what is *given*, and return the result in the control API's form.

    Raises:
        UsageError: A member of *given* is not valid.
    """
    check_names(given, (*EXPECTED_DELIVERY, *COUNTS, TIMEOUT), "member")
    bounds, expected = _bounds(given), _members(given, EXPECTED_DELIVERY)
    for name, known in (("eventType", list(DATA)), ("state", [str(one) for one in State])):
        if name in expected:
            check_names([str(expected[name])], known, name)

    def check() -> dict[str, Any]:
        sent = ((one["number"], _sent(one)) for one in state.deliveries.deliveries())
        return _compared(sent, expected, *bounds)

    return await when_verified(state, check, read_timeout(given.get(TIMEOUT, 0)))


def _compared(
    items: Iterable[tuple[int, Mapping[str, Json]]], expected: Mapping[str, Json], low: int, high: int | None
) -> dict[str, Any]:
    """Return how many of the numbered *items* are as *expected*, and the nearest of the others if those are too few."""
    compared = [(_differences(received, expected), number) for number, received in items]
    numbers = [number for found, number in compared if not found]
    others = [(found, number) for found, number in compared if found]
    nearest = None
    if len(numbers) < low and others:
        found, number = min(others, key=lambda one: (len(one[0]), "webhookId" in one[0], -one[1]))
        nearest = {"number": number, "differences": found}
    return {
        "verified": low <= len(numbers) and (high is None or len(numbers) <= high),
        "count": len(numbers),
        "expected_count": {"at_least": low, "at_most": high},
        "numbers": numbers,
        "nearest": nearest,
    }


def _received(entry: Entry) -> dict[str, Json]:
    """Return the members of an update that can be expected; one that was not sent is null."""
    body = entry.body
    sent = body if isinstance(body, dict) else {}
    return {"webhookId": entry.webhook_id, "status": entry.status or None} | {name: sent.get(name) for name in BODY}


def _sent(delivery: Mapping[str, Json]) -> dict[str, Json]:
    """Return the members of a delivery that can be expected; the status is that of the latest attempt."""
    attempts = delivery["attempts"]
    status = attempts[-1]["status"] if attempts else None
    return {**delivery, "status": status, "attempts": len(attempts)}


def _differences(received: Mapping[str, Json], expected: Mapping[str, Json]) -> dict[str, dict[str, Any]]:
    """Return what was expected and received, for each member that differs."""
    return {
        name: {"expected": value, "received": "(nested too deeply)" if is_deeper(received[name]) else received[name]}
        for name, value in expected.items()
        if value != received[name]
    }


def _members(given: Mapping[str, Json], names: Collection[str]) -> dict[str, Json]:
    return {name: given[name] for name in names if name in given}


def _response(result: dict[str, Any]) -> Response:
    return json_response(result, HTTPStatus.OK if result["verified"] else HTTPStatus.CONFLICT)


def _bounds(given: dict[str, Any]) -> tuple[int, int | None]:
    for name in COUNTS:
        value = given.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            rule = f"{name} is a whole number."
            raise UsageError(f"{name} is not valid", value=value, rule=rule, remedy="write 0 or more.")
    if "exactly" in given:
        if len(given.keys() & set(COUNTS)) > 1:
            rule = "exactly excludes other counts."
            raise UsageError("There are too many counts", rule=rule, remedy="leave out at_least and at_most.")
        return given["exactly"], given["exactly"]
    at_most = given.get("at_most")
    return given.get("at_least", 1 if at_most is None else 0), at_most
