"""The target's choices, as its responses show them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.choices import Value, choices
from user_webhook_contract.checks.history import History, data_of
from user_webhook_contract.http.status import (
    BAD_REQUEST,
    CREATED,
    NOT_FOUND,
    PAYLOAD_TOO_LARGE,
    UNAUTHORIZED,
    UNSUPPORTED_MEDIA_TYPE,
)
from user_webhook_contract.judge.body import BODY_IS_JSON
from user_webhook_contract.judge.json_text import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

UNKNOWN: Final = "unknown"

MAX_NUMBERS: Final = 20
"""Requests that are named for one value of a choice."""

_BY_STATUS: Final[dict[str, dict[int, str]]] = {
    "uuid_forms": {CREATED: "any", NOT_FOUND: "exact", BAD_REQUEST: "exact"},
    "token_words": {CREATED: "ignore", UNAUTHORIZED: "refuse"},
    "scheme_case": {CREATED: "any", UNAUTHORIZED: "exact"},
    "unknown_properties": {CREATED: "ignore", BAD_REQUEST: "reject"},
    "secret_items": {CREATED: "any", BAD_REQUEST: "strings"},
}
"""The choices that a status shows, if nothing else about the request is open."""

_ABOVE_100_KB: Final = 110_000
_BODY_LIMITS: Final = {CREATED: "1MB", BAD_REQUEST: "1MB", PAYLOAD_TOO_LARGE: "100kB"}
_HOSTS: Final = {"://localhost": "dotless_hosts", "://192.0.2.": "ip_hosts", "@hooks.": "userinfo"}


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
    if any(error.requirement == BODY_IS_JSON for error in judgement.expected_errors) and status == BAD_REQUEST:
        return _unparseable(response)
    is_accepted = status == CREATED
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
    body = response.json
    if not isinstance(body, dict):
        return []
    found: list[tuple[str, Value]] = [("unparseable_error", "present" if "error" in body else "absent")]
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
    status, open_point = response.status, judgement.open_points[0]
    if "body_limit" in judgement.open_points:
        is_large = len(request.body or b"") > _ABOVE_100_KB
        value = _BODY_LIMITS.get(status, "") if is_large else ""
        return [("body_limit", value)] if value else []
    if open_point in _BY_STATUS:
        value = _BY_STATUS[open_point].get(status, "")
        return [(open_point, value)] if value else []
    if open_point == "media_type":
        return [(open_point, status)] if status in {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE} else []
    if status not in {CREATED, BAD_REQUEST}:
        return []
    if open_point == "url_form":
        url = str((judgement.body or {}).get("url"))
        return [(name, "accept" if status == CREATED else "reject") for part, name in _HOSTS.items() if part in url]
    if open_point == "key_case":
        is_telling = "events" not in parse(request.body or b"").value
        return [(open_point, "any" if status == CREATED else "exact")] if is_telling else []
    if open_point not in _ACCEPTED:
        return []
    value = _ACCEPTED[open_point](judgement, data_of(response), history) if status == CREATED else "reject"
    return [(open_point, value)] if value else []


def _duplicate_events(judgement: Judgement, data: dict[str, Any], _: History) -> str:
    return "keep" if data.get("events") == (judgement.body or {}).get("events") else "merge"


def _null_url(judgement: Judgement, data: dict[str, Any], history: History) -> str:
    stored = history.webhook(judgement.webhook_id).urls
    return "keep" if stored is not None and data.get("url") in stored else ""


def _null_secrets(judgement: Judgement, data: dict[str, Any], history: History) -> str:
    stored = history.webhook(judgement.webhook_id).secrets
    if stored is None:
        return ""
    is_kept = data.get("secrets") == list(stored)
    if history.keeps_secrets == is_kept:
        return "as_omitted"
    return "keep" if is_kept else "generate"


def _empty_secrets(judgement: Judgement, data: dict[str, Any], history: History) -> str:
    secrets = data.get("secrets")
    if not secrets:
        return "store"
    stored = history.webhook(judgement.webhook_id).secrets
    return "keep" if stored is not None and secrets == list(stored) else "generate"


_ACCEPTED: Final[dict[str, Callable[[Judgement, dict[str, Any], History], str]]] = {
    "duplicate_events": _duplicate_events,
    "null_url": _null_url,
    "null_secrets": _null_secrets,
    "empty_secrets": _empty_secrets,
}
"""What the webhook in a 201 shows of a choice that may also be ``reject``."""
