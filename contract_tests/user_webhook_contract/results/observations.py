"""The target's choices, as its answers show them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from user_webhook_api.choices import Value, choices
from user_webhook_contract.checks.history import CREATED, History, data_of
from user_webhook_contract.judge.judge import (
    BAD_REQUEST,
    NOT_FOUND,
    PAYLOAD_TOO_LARGE,
    UNAUTHORIZED,
    UNSUPPORTED_MEDIA_TYPE,
    Judgement,
)

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response

UNKNOWN: Final = "unknown"

MAX_NUMBERS: Final = 20
"""Requests that are named for one value of a choice."""

_SHOWN_BY_STATUS: Final = {
    "uuid_forms": {CREATED: "any", NOT_FOUND: "exact", BAD_REQUEST: "exact"},
    "token_words": {CREATED: "ignore", UNAUTHORIZED: "refuse"},
    "scheme_case": {CREATED: "any", UNAUTHORIZED: "exact"},
}

_ACCEPTED_OR_REFUSED: Final = {
    "unknown_properties": ("ignore", "reject"),
    "null_url": ("keep", "reject"),
    "key_case": ("any", "exact"),
    "secret_items": ("any", "strings"),
}

_ABOVE_100_KB: Final = 110_000


class Observations:
    """Which value of each choice was seen, and in which requests."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: dict[str, dict[Value, list[int]]] = defaultdict(lambda: defaultdict(list))

    def see(self, number: int, request: Request, judgement: Judgement, response: Response, history: History) -> None:
        """Note what the answer to request *number* shows; *history* is what came before it."""
        for name, value in _shown(request, judgement, response, history):
            numbers = self._seen[name][value]
            if len(numbers) < MAX_NUMBERS:
                numbers.append(number)

    def values(self, history: History) -> dict[str, Value]:
        """Return the value of every choice; ``unknown`` where none was seen, or more than one."""
        found: dict[str, Value] = {}
        for choice in choices():
            seen = [value for value in choice.values if value in self._seen[choice.name]]
            found[choice.name] = seen[0] if len(seen) == 1 else UNKNOWN
        modes = {mode.choice for mode in history.message_modes}
        if len(modes) == 1:
            found["messages"] = modes.pop()
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
    if judgement.is_unreadable and judgement.must_refuse and status == BAD_REQUEST:
        return _unparseable(response)
    is_accepted = status == CREATED
    if len(judgement.open_points) == 1 and judgement.open_points[0] in _SHOWN_BY_STATUS and not judgement.must_refuse:
        name = judgement.open_points[0]
        return [(name, _SHOWN_BY_STATUS[name][status])] if status in _SHOWN_BY_STATUS[name] else []
    if not is_accepted and status not in {BAD_REQUEST, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE}:
        return []
    if judgement.must_accept and is_accepted:
        return _secrets_kept(judgement, response, history)
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
    body = response.json if isinstance(response.json, dict) else {}
    found: list[tuple[str, Value]] = [("unparseable_error", "present" if "error" in body else "absent")] if body else []
    message = body.get("message")
    if isinstance(message, (str, list)):
        found.append(("unparseable_message", "string" if isinstance(message, str) else "array"))
    return found


def _secrets_kept(judgement: Judgement, response: Response, history: History) -> list[tuple[str, Value]]:
    webhook = history.webhook(judgement.webhook_id)
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
    if open_point in _ACCEPTED_OR_REFUSED:
        return [(open_point, _ACCEPTED_OR_REFUSED[open_point][not is_accepted])]
    match open_point:
        case "null_secrets":
            return [(open_point, _secrets_of_null(judgement, data, history) if is_accepted else "reject")]
        case "duplicate_events":
            kept = data.get("events") == sent.get("events")
            return [(open_point, ("keep" if kept else "merge") if is_accepted else "reject")]
        case "empty_secrets":
            return [(open_point, _empty_secrets(judgement, data, history) if is_accepted else "reject")]
        case "media_type" if not is_accepted:
            return [(open_point, response.status)] if response.status != PAYLOAD_TOO_LARGE else []
        case "url_form":
            return _host_form(str(sent.get("url")), "accept" if is_accepted else "reject")
    return []


def _empty_secrets(judgement: Judgement, data: dict[str, object], history: History) -> str:
    secrets = data.get("secrets")
    if not secrets:
        return "store"
    return (
        "keep"
        if isinstance(secrets, list) and tuple(secrets) == history.webhook(judgement.webhook_id).secrets
        else "generate"
    )


def _secrets_of_null(judgement: Judgement, data: dict[str, object], history: History) -> str:
    stored = history.webhook(judgement.webhook_id).secrets
    is_kept = stored is not None and data.get("secrets") == list(stored)
    if history.keeps_secrets == is_kept:
        return "as_omitted"
    return "keep" if is_kept else "generate"


def _host_form(url: str, value: str) -> list[tuple[str, Value]]:
    forms = {"://localhost": "dotless_hosts", "://192.0.2.": "ip_hosts", "@hooks.": "userinfo"}
    return [(name, value) for part, name in forms.items() if part in url]
