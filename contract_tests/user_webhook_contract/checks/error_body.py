"""The checks of an error's body."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.bundle import operation
from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.messages import check_messages
from user_webhook_contract.http.request import JSON_MEDIA_TYPE
from user_webhook_contract.http.status import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED

if TYPE_CHECKING:
    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

FORBIDDEN_HAS_ITS_BODY: Final = "R-606"

_HAS_ITS_BODY: Final = {
    BAD_REQUEST: "R-602",
    UNAUTHORIZED: "R-604",
    FORBIDDEN: FORBIDDEN_HAS_ITS_BODY,
    NOT_FOUND: "R-608",
}
_SENTENCES: Final = "message an array of sentences"
_MISSING: Final = object()


def check_error(response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return what the body of a 400, 401, 403 or 404 keeps and breaks."""
    requirement = _HAS_ITS_BODY[response.status]
    body = response.json
    if not isinstance(body, dict):
        return [broken(requirement, show(body), "a JSON object with message and statusCode")]
    wrong = _wrong_members(response.status, body, judgement)
    if wrong:
        return [broken(requirement, received, documented) for received, documented in wrong]
    if response.status != BAD_REQUEST or not judgement.has_messages:
        return [kept(requirement)]
    message = body["message"]
    if isinstance(message, list):
        return [kept(requirement), *check_messages(message, judgement, history)]
    if judgement.open_points:
        return [kept(requirement)]
    return [broken(requirement, f"message {show(message)}", _SENTENCES)]


def _wrong_members(status: int, body: dict[str, Any], judgement: Judgement) -> list[tuple[str, str]]:
    """Return received and documented of each member that differs from the examples."""
    found = []
    for name in ("message", "error", "statusCode"):
        examples = [example[name] for example in _examples(status) if name in example]
        value = body.get(name, _MISSING)
        documented = f"{name} {' or '.join(dict.fromkeys(map(show, examples)))}" if examples else f"no {name}"
        is_unread = judgement.is_unreadable or "body_limit" in judgement.open_points
        if name == "error" and value is _MISSING and status == BAD_REQUEST and is_unread:
            # The documents show a 400 for violated rules only; parsers of the reference's family leave it out.
            is_right = True
        elif not examples:
            is_right = value is _MISSING
        elif status == BAD_REQUEST and name == "message":
            is_right = _is_message(value)
            documented = _SENTENCES
        else:
            is_right = any(value == one and type(value) is type(one) for one in examples)
        if not is_right:
            found.append((f"no {name}" if value is _MISSING else f"{name} {show(value)}", documented))
    return found


def _is_message(value: object) -> bool:
    if isinstance(value, str):
        return bool(value)
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)


@cache
def _examples(status: int) -> tuple[dict[str, Any], ...]:
    content = operation()["responses"][str(status)]["content"][JSON_MEDIA_TYPE]
    return tuple(example["value"] for example in content["examples"].values())
