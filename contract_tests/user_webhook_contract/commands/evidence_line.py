"""Reads a line of evidence.jsonl as the exchange that it was written from."""

from __future__ import annotations

import base64
import json
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any

from user_webhook_contract.http.client import Exchange, Way
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.results.hidden import TOKEN
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


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
