"""The checks of an error's body."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.bundle import operation
from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.messages import check_messages
from user_webhook_contract.http.request import JSON_MEDIA_TYPE
from user_webhook_contract.http.response import ABSENT, Response
from user_webhook_contract.judge.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement

if TYPE_CHECKING:
    from user_webhook_contract.checks.history import History

_BODY_ROWS: Final = {BAD_REQUEST: "R-602", UNAUTHORIZED: "R-604", FORBIDDEN: "R-606", NOT_FOUND: "R-608"}
_SENTENCES: Final = "message an array of sentences"


def check_error(response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return what the body of a 400, 401, 403 or 404 keeps and breaks."""
    row = _BODY_ROWS[response.status]
    body = response.json
    if not isinstance(body, dict):
        received = "no JSON" if body is ABSENT else show(body)
        return [broken(row, received, "a JSON object with message and statusCode")]
    wrong = _wrong_members(response.status, body, judgement)
    if wrong:
        return [broken(row, received, documented) for received, documented in wrong]
    if response.status != BAD_REQUEST:
        return [kept(row)]
    return _check_bad_request(body["message"], judgement, history)


def _wrong_members(status: int, body: dict[str, Any], judgement: Judgement) -> list[tuple[str, str]]:
    """Return received and documented of each member that differs from the examples."""
    found = []
    for name in ("message", "error", "statusCode"):
        wanted = [example[name] for example in _examples(status) if name in example]
        value = body.get(name, ABSENT)
        documented = f"{name} {' or '.join(dict.fromkeys(map(show, wanted)))}" if wanted else f"no {name}"
        if name == "error" and value is ABSENT and status == BAD_REQUEST and judgement.is_unreadable:
            # The documents show a 400 for broken rules only; parsers of the reference's family leave it out.
            is_right = True
        elif not wanted:
            is_right = value is ABSENT
        elif status == BAD_REQUEST and name == "message":
            is_right = _is_message(value)
            documented = _SENTENCES
        else:
            is_right = any(value == one and type(value) is type(one) for one in wanted)
        if not is_right:
            found.append((f"no {name}" if value is ABSENT else f"{name} {show(value)}", documented))
    return found


def _is_message(value: object) -> bool:
    if isinstance(value, str):
        return bool(value)
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)


@cache
def _examples(status: int) -> tuple[dict[str, Any], ...]:
    content = operation()["responses"][str(status)]["content"][JSON_MEDIA_TYPE]
    return tuple(example["value"] for example in content["examples"].values())


def _check_bad_request(message: str | list[str], judgement: Judgement, history: History) -> list[Finding]:
    row = _BODY_ROWS[BAD_REQUEST]
    has_rules = bool(judgement.violated) and not judgement.has_free_message
    if not has_rules:
        return [kept(row)]
    if isinstance(message, str):
        if judgement.open_points:
            return [kept(row)]
        return [broken(row, f"message {show(message)}", _SENTENCES)]
    return [kept(row), *check_messages(message, judgement, history)]
