"""What the handlers for MSW are made of: the rules of the document, and answers of the mock."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

import orjson

from user_webhook_api.bundle import PATH, operation
from user_webhook_api.choices import Choice, choices, defaults
from user_webhook_api.named_document import named_document
from user_webhook_api.rules import body_properties
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.export.recording import VALID, Recorded, Recorder
from user_webhook_mock.export.typescript import declarations
from user_webhook_mock.http.body import LIMITS
from user_webhook_mock.store.webhooks import ALPHABET, SECRET_LENGTH

STAND_IN: Final = "stand-in"
"""Takes the place of what a request names, in a message that repeats it."""

UNDOCUMENTED: Final = "599"
ANY: Final = "any"
BLANKS: Final = r" \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What both Python and JavaScript take for a blank: each has one more."""

DROPPED: Final = Recorded(0, {}, "")


def material() -> dict[str, Any]:
    """Return the values of the template."""
    mock, settings = Recorder(), Settings()
    rejecting = Recorder(unknown_properties="reject", duplicate_events="reject", empty_secrets="reject")
    strict = Recorder(media_type=415, not_found_message="generic", secret_items="strings")  # noqa: S106  a choice
    not_json = mock.update(b"{")
    seeds = mock.control("/webhooks")["webhooks"]
    return {
        "declarations": declarations(named_document()["components"]["schemas"]),
        "choices": choices(),
        "values": _values,
        "path": PATH.replace("{webhookId}", ":webhookId"),
        "token": settings.token,
        "forbidden_token": settings.forbidden_token,
        "defaults": defaults(),
        "limits": LIMITS,
        "seeds": [{name: seed[name] for name in ("id", "url", "clientId")} for seed in seeds],
        "properties": [asdict(part) for part in body_properties()],
        "added": {
            "unknown": rejecting.update({**VALID, STAND_IN: 1}).message,
            "unique": rejecting.update({"events": ["all", "all"]}).message,
            "strings": strict.update({**VALID, "secrets": [1]}).message,
            "notEmpty": rejecting.update({**VALID, "secrets": []}).message,
        },
        "not_json": not_json.message.removesuffix(_complaint(b"{")),
        "too_deep": mock.update(_nested(_max_depth() + 1)).message,
        "max_depth": _max_depth(),
        "no_charset": mock.update(content_type="application/json; charset=klingon").message,
        "no_coding": mock.update(content_encoding="gzip").message,
        "alphabet": ALPHABET,
        "secret_length": SECRET_LENGTH,
        "stand_in": STAND_IN,
        "answers": {
            "updated": mock.update()._replace(body=""),
            "brokenRule": not_json,
            "unauthorized": mock.update(authorization=None),
            "forbidden": mock.update(authorization=f"Bearer {settings.forbidden_token}"),
            "unknownWebhook": mock.update(webhook_id=STAND_IN),
            "unknownPath": mock.update(webhook_id="a/b"),
            "otherMethod": mock.update(method="PUT"),
            "otherMediaType": strict.update(content_type="text/plain"),
            "tooLarge": mock.update(b" " * (max(LIMITS.values()) + 1)),
            "tooManyRequests": mock.update(x_mock_fault="429"),
            "badPrefer": mock.update(prefer="("),
            "unknownCode": _with_stand_in(mock.update(prefer=f"code={UNDOCUMENTED}"), UNDOCUMENTED),
        },
        "preferred": _preferred(mock),
        "any": ANY,
        "unknown_example": {ANY: mock.update(prefer=f"example={STAND_IN}")}
        | {code: mock.update(prefer=f"code={code}, example={STAND_IN}") for code in operation()["responses"]},
        "faults": _faults(mock),
    }


def _values(choice: Choice) -> str:
    others = [value for value in choice.values if value != choice.default]
    return " | ".join(json.dumps(value) for value in (choice.default, *others))


def portable(value: Any) -> Any:  # noqa: ANN401  the value of a rule
    r"""Return the value of a rule for JavaScript, whose ``\s`` is another one than Python's."""
    return value.replace(r"\s", BLANKS) if isinstance(value, str) else value


def _preferred(mock: Recorder) -> dict[str, Recorded]:
    """Return the answer to each documented code, example, and pair of them; an example of several codes needs one."""
    found = {}
    for code, response in operation()["responses"].items():
        found[code] = mock.update(prefer=f"code={code}")
        for name in response["content"]["application/json"]["examples"]:
            found[name] = mock.update(prefer=f"example={name}")
            found[f"{code} {name}"] = mock.update(prefer=f"code={code}, example={name}")
    return found


def _faults(mock: Recorder) -> dict[str, Recorded]:
    examples = {
        f"{code} {name}": name
        for code, response in operation()["responses"].items()
        for name in response["content"]["application/json"]["examples"]
    }
    statuses = [name for name in mock.control("/settings")["faults"] if name.isdecimal()]
    names = [*statuses, *operation()["responses"], *examples, *examples.values()]
    answered = {name: mock.update(x_mock_fault=name) for name in dict.fromkeys(names)}
    refused = mock.update(x_mock_fault="schema")  # an example of several statuses
    return {name: answer for name, answer in answered.items() if answer.body != refused.body} | {"drop": DROPPED}


def _with_stand_in(answer: Recorded, value: str) -> Recorded:
    return answer._replace(body=answer.body.replace(value, STAND_IN))


def _complaint(content: bytes) -> str:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return str(error)
    raise AssertionError(content)


def _nested(depth: int) -> bytes:
    return b'{"events":["all"],"secrets":[' + b"[" * depth + b"]" * depth + b"]}"


def _max_depth() -> int:
    """Return how deep orjson writes what it has read."""
    value: list[Any] = []
    for depth in range(1, 2000):
        try:
            orjson.dumps(value)
        except orjson.JSONEncodeError:
            return depth - 1
        value = [value]
    raise AssertionError(depth)
