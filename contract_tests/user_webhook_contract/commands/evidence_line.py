"""Reads the lines of evidence.jsonl as the exchanges that they were written from."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.http.client import Exchange, Way
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.results.hidden import TOKEN
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


_CLASS: Final = re.compile(r"<secret (?P<number>\d{1,9}), (?P<length>\d{1,9}) characters>")


def lines_of(text: str) -> dict[int, dict[str, Any]]:
    """Return the lines of the evidence *text* by their numbers, with a text of the same length for each hidden secret.

    Raises:
        UsageError: It has another form.
    """
    found: dict[int, dict[str, Any]] = {}
    for place, raw in enumerate(text.splitlines(), 1):
        try:
            line = json.loads(_CLASS.sub(_stand_in, raw))
            number = line["number"]
            _ = line["is_judged"], line["title"], line["request"]
            _fill_bytes(line["answer"].get("body", {}))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise UsageError(
                f"line {place} of the evidence is not an exchange: give the evidence.jsonl of the run."
            ) from None
        found[number] = line
    return found


def _fill_bytes(body: dict[str, Any]) -> None:
    """Put a text of the same length in place of each hidden secret in a *body* of bytes."""
    if body.get("kind") == "base64":
        text = base64.b64decode(body["value"]).decode("latin-1")
        body["value"] = base64.b64encode(_CLASS.sub(_stand_in, text).encode("latin-1")).decode()


def _stand_in(found: re.Match[str]) -> str:
    number, length = int(found["number"]), min(int(found["length"]), 1_000_000)
    name = f"{number:x}-"
    digest = hashlib.sha256(name.encode()).hexdigest()
    return (name + digest * (length // len(digest) + 1))[: max(length, len(name))]


def exchange_of_line(line: dict[str, Any]) -> Exchange:
    """Return the exchange of *line*; a body of which only the hash is there is empty.

    Raises:
        UsageError: The line is not as the suite writes it.
    """
    try:
        sent = line["request"]
        request = Request(
            sent["webhook_id"],
            _body(sent["body"]),
            Credential[sent["credential"].upper()],
            sent["media_type"],
            sent["is_chunked"],
            sent["shares_connection"],
        )
        attempts = tuple(NoResponse[name] for name in line["failed_attempts"])
        return Exchange(
            line["number"],
            request,
            _response(line["answer"]),
            line["started"],
            attempts,
            way=Way[line["way"]],
            was_closed=line.get("was_closed", False),
        )
    except (LookupError, TypeError, AttributeError, ValueError):
        raise UsageError(
            f"request {line.get('number')} of the evidence is not an exchange as the suite writes it."
        ) from None


def is_shortened(line: Mapping[str, Any]) -> bool:
    """Return whether *line* does not show the body of its request or of its response.

    Of a large one it has the hash alone; and what the suite or the target says may hold the token by chance.
    """
    return any(is_hidden(body) for body in (line["request"]["body"], line["answer"].get("body", {"kind": "none"})))


def is_hidden(body: Mapping[str, Any]) -> bool:
    """Return whether the evidence does not show *body* as it was."""
    return body["kind"] in {"digest", "cut"} or TOKEN in json.dumps(body.get("value"))


def _response(answer: dict[str, Any]) -> Response | NoResponse:
    if answer["status"] is None:
        return NoResponse[answer["silence"]]
    return Response(
        answer["status"],
        answer["headers"],
        _body(answer["body"]) or b"",
        answer["milliseconds"] / 1000,
        answer.get("length"),
        has_surplus=answer.get("has_surplus", False),
        has_false_coding=answer.get("has_false_coding", False),
    )


def _body(body: dict[str, Any]) -> bytes | None:
    match body["kind"]:
        case "none":
            return None
        case "json":
            return (BOM_UTF8 if body.get("has_mark") else b"") + encode(body["value"])
        case "text":
            return str(body["value"]).encode()
        case "base64":
            return base64.b64decode(body["value"])
    return b""
