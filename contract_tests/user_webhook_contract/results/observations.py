"""The target's choices, as its responses show them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from user_webhook_api.choices import Value, choices
from user_webhook_contract.checks.history import ALL, FIRST, FIRST_PER_PROPERTY, History, data_of
from user_webhook_contract.http.status import (
    BAD_REQUEST,
    CREATED,
    NOT_FOUND,
    PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
)
from user_webhook_contract.judge.body import BODY_IS_JSON

if TYPE_CHECKING:
    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

UNKNOWN: Final = "unknown"

MAX_NUMBERS: Final = 20
"""Requests that are named for one value of a choice."""

_ABOVE_100_KB: Final = 110_000


class Observations:
    """Which value of each choice was seen, and in which requests."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: dict[str, dict[Value, list[int]]] = defaultdict(lambda: defaultdict(list))

    def see(self, number: int, case: Case, response: Response, history: History) -> None:
        """Note what the response to request *number* shows; *history* is what came before it."""
        for name, value in _shown(case.request, case.judgement, response, history):
            numbers = self._seen[name][value]
            if len(numbers) < MAX_NUMBERS:
                numbers.append(number)

    def values(self, history: History) -> dict[str, Value]:
        """Return the value of every choice; ``unknown`` if none was seen, or more than one."""
        found: dict[str, Value] = {}
        for choice in choices():
            seen = [value for value in choice.values if value in self._seen[choice.name]]
            found[choice.name] = seen[0] if len(seen) == 1 else UNKNOWN
        for mode in (ALL, FIRST_PER_PROPERTY, FIRST):
            if history.message_modes == {mode}:
                found["messages"] = mode
        return found

    def evidence(self, name: str) -> dict[Value, list[int]]:
        """Return the numbers of the requests that showed each value of the choice *name*."""
        return {value: list(numbers) for value, numbers in self._seen[name].items()}


def _shown(request: Request, judgement: Judgement, response: Response, history: History) -> list[tuple[str, Value]]:
    status = response.status
    if status == NOT_FOUND and isinstance(response.json, dict) and judgement.expected_errors:
        message = response.json.get("message")
        found: list[tuple[str, Value]] = []
        if (
            "odd_id" not in judgement.open_points
            and isinstance(message, str)
            and message in {"Webhook not found", "Not Found"}
        ):
            found.append(("not_found_message", "webhook" if message == "Webhook not found" else "generic"))
        return found + _check_order(judgement, status)
    if {error.status for error in judgement.expected_errors} - {BAD_REQUEST}:
        return _check_order(judgement, status)
    if any(error.requirement == BODY_IS_JSON for error in judgement.expected_errors) and status == BAD_REQUEST:
        return _unparseable(response)
    is_accepted = status == CREATED
    if not is_accepted and status not in {BAD_REQUEST, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE}:
        return []
    if judgement.must_accept and is_accepted:
        return _secrets_kept(request, judgement, response, history)
    if len(set(judgement.open_points)) != 1 and not set(judgement.open_points) <= {"body_limit", "unknown_properties"}:
        return []
    if judgement.must_refuse or not judgement.open_points:
        return []
    return _open_point_shown(request, judgement, response, history)


def _check_order(judgement: Judgement, status: int) -> list[tuple[str, Value]]:
    if {error.status for error in judgement.expected_errors} == {BAD_REQUEST, NOT_FOUND} and not judgement.open_points:
        if status == BAD_REQUEST:
            return [("check_order", "body_first")]
        if status == NOT_FOUND:
            return [("check_order", "lookup_first")]
    return []


def _unparseable(response: Response) -> list[tuple[str, Value]]:
    message = response.json.get("message") if isinstance(response.json, dict) else None
    if isinstance(message, str):
        return [("unparseable_message", "string")]
    return [("unparseable_message", "array")] if isinstance(message, list) else []


def _secrets_kept(
    request: Request, judgement: Judgement, response: Response, history: History
) -> list[tuple[str, Value]]:
    webhook = history.webhook(request.webhook_id)
    if "secrets" in (judgement.body or {}) or not webhook.secrets_were_sent or webhook.secrets is None:
        return []
    is_kept = data_of(response).get("secrets") == list(webhook.secrets)
    return [("omitted_secrets", "keep" if is_kept else "generate")]


def _open_point_shown(
    request: Request, judgement: Judgement, response: Response, history: History
) -> list[tuple[str, Value]]:
    is_accepted = response.status == CREATED
    data = data_of(response) if is_accepted else {}
    sent = judgement.body or {}
    open_point = judgement.open_points[0]
    if "body_limit" in judgement.open_points:
        is_large = len(request.body or b"") > _ABOVE_100_KB
        return [("body_limit", "100kB" if response.status == PAYLOAD_TOO_LARGE else "1MB")] if is_large else []
    match open_point:
        case "unknown_properties":
            return [(open_point, "ignore" if is_accepted else "reject")]
        case "null_optional":
            return [(open_point, "omit" if is_accepted else "reject")]
        case "secret_items":
            return [(open_point, "any" if is_accepted else "strings")]
        case "duplicate_events":
            kept = data.get("events") == sent.get("events")
            return [(open_point, ("keep" if kept else "merge") if is_accepted else "reject")]
        case "empty_secrets":
            return [(open_point, _empty_secrets(request, data, history) if is_accepted else "reject")]
        case "media_type" if not is_accepted:
            return [(open_point, response.status)] if response.status != PAYLOAD_TOO_LARGE else []
        case "url_form":
            return _host_form(str(sent.get("url")), "accept" if is_accepted else "reject")
    return []


def _empty_secrets(request: Request, data: dict[str, object], history: History) -> str:
    secrets = data.get("secrets")
    if not secrets:
        return "store"
    return (
        "keep"
        if isinstance(secrets, list) and tuple(secrets) == history.webhook(request.webhook_id).secrets
        else "generate"
    )


def _host_form(url: str, value: str) -> list[tuple[str, Value]]:
    forms = {"://localhost": "dotless_hosts", "://192.0.2.": "ip_hosts", "@hooks.": "userinfo"}
    return [(name, value) for part, name in forms.items() if part in url]
