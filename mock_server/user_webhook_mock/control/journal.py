"""The requests that came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_api.numbers import whole_number
from user_webhook_mock.control.clock import read_time
from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.control.spaces import QUERY
from user_webhook_mock.core.usage_error import UsageError, check_names

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.journal.entry import Entry
    from user_webhook_mock.state import MockState

FILTERS: Final = ("webhookId", "method", "status", "since", "after", "limit")


async def show(state: MockState, request: Request) -> Response:
    """Show the entries that pass every filter, the oldest first."""
    filters = {name: value for name, value in request.query_params.items() if name != QUERY}
    entries = filtered(state.journal.entries(), filters)
    shown = [entry.render(state.tokens) for entry in entries]
    return json_response({"entries": shown, "limit": state.journal.limit, "forgotten": state.journal.forgotten})


async def remove(state: MockState, _request: Request) -> Response:
    """Drop every entry."""
    state.journal.clear()
    return no_content()


def filtered(entries: list[Entry], filters: dict[str, str]) -> list[Entry]:
    """Return the entries that pass *filters*; ``limit`` keeps the latest of them.

    Raises:
        UsageError: A filter is not known or its value is not valid.
    """
    check_names(filters, FILTERS, "filter")
    limit = len(entries)
    for name, value in filters.items():
        match name:
            case "webhookId":
                entries = [entry for entry in entries if entry.webhook_id == value]
            case "method":
                entries = [entry for entry in entries if entry.method == value]
            case "status":
                status = _number(name, value)
                entries = [entry for entry in entries if entry.status == status]
            case "since":
                since = read_time(name, value)
                entries = [entry for entry in entries if entry.at >= since]
            case "after":
                number = _number(name, value)
                entries = [entry for entry in entries if entry.number > number]
            case "limit":
                limit = _number(name, value)
    return entries[-limit:] if limit else []


def _number(name: str, value: str) -> int:
    number = whole_number(value)
    if number is None:
        raise UsageError(
            f"{name} is not valid", value=value, rule=f"{name} is a whole number.", remedy="write 0 or more."
        )
    return number
