"""Answers that are written wrongly, everywhere or in one context only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Crash, Drop, Request, Response
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import READ, SECRETS, Deviation, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_URL, _STRING, _MINIMUM, _ARRAY, _VALUES, _MAXIMUM, _LIST = literals.MESSAGES
_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_THREE = [*SECRETS, SECRETS[0][::-1]]
_STORED = update(url=_A)
_FULL = update(url=_B, secrets=list(SECRETS))
_NOBODY, _STRANGER = Patch(READ.body, authorization=None), Patch(READ.body, authorization="Bearer forbidden-token")
_NONSENSE = Patch(READ.body, authorization="Bearer nonsense")
_UNKNOWN = patch({"events": ["all"]}, "00000000-0000-4000-8000-000000000000")
_NO_URL, _NO_EVENT = update(url="http://a.example"), patch({"events": ["nope"]})
_NO_SECRETS = update(secrets=_THREE)


def _answering(
    form: str, what: str, requirements: str, change: Callable[[Response], Response], *examples: Patch
) -> Deviation:
    class Answering(Reference):
        def answer(self, request: Request) -> Response:
            return change(super().answer(request))

    return deviation(form, what, requirements, Answering, *examples)


@operator("status-slipped", in_contexts=True)
def slipped() -> Iterator[Deviation]:
    """Answer with a neighbouring status."""
    for right, wrong, requirements, request in (
        (201, 200, "R-101 R-221 R-223 R-224 R-225 R-226", READ),
        (201, 202, "R-101 R-221 R-223 R-224 R-225 R-226", READ),
        (400, 422, "R-201 R-205 R-206 R-701", _NO_EVENT),
        (400, 409, "R-201 R-205 R-206 R-701", _NO_EVENT),
        (400, 500, "R-201 R-205 R-206 R-701", _NO_EVENT),
        (401, 403, "R-401 R-402 R-403 R-405", _NOBODY),
        (401, 400, "R-401 R-402 R-403 R-405", _NOBODY),
        (403, 401, "R-404", _STRANGER),
        (404, 400, "R-501 R-502", _UNKNOWN),
        (404, 410, "R-501 R-502 R-702", _UNKNOWN),
    ):

        def change(response: Response, right: int = right, wrong: int = wrong) -> Response:
            return Response(wrong, response.body) if response.status == right else response

        yield _answering(f"{right}-{wrong}", f"Answers {wrong} for {right}", requirements, change, request)


@operator("answer-spoilt", in_contexts=True)
def spoilt() -> Iterator[Deviation]:
    """Write the answer badly."""

    def of_body(edit: Callable[[dict[str, Any]], Any], *statuses: int) -> Callable[[Response], Response]:
        return lambda one: (
            Response(one.status, json.dumps(edit(json.loads(one.body))).encode()) if one.status in statuses else one
        )

    def as_text(one: Response) -> Response:
        return Response(one.status, one.body, "text/html")

    errors = (400, 401, 403, 404)
    for form, what, requirements, change, *examples in (
        ("text", "Names text/html as media type", "R-102 R-601 R-603 R-605 R-607", as_text, READ, _NO_EVENT, _NOBODY),
        ("empty", "Answers without a body", "R-103 R-602", lambda one: Response(one.status), READ, _NO_EVENT),
        (
            "status-as-text",
            "Writes statusCode as a text",
            "R-602 R-604 R-606 R-608",
            of_body(lambda body: {**body, "statusCode": str(body["statusCode"])}, *errors),
            _NO_EVENT,
            _NOBODY,
        ),
        (
            "no-message",
            "Leaves message out",
            "R-602 R-604 R-606 R-608",
            of_body(lambda body: {"statusCode": body["statusCode"]}, *errors),
            _NO_EVENT,
            _NOBODY,
        ),
        (
            "message-as-text",
            "Writes message as a text",
            "R-602",
            of_body(lambda body: {**body, "message": body["message"][0]}, 400),
            _NO_EVENT,
        ),
        ("no-data", "Leaves data out", "R-103", of_body(lambda body: body["data"], 201), READ),
        (
            "no-secrets",
            "Leaves secrets out",
            "R-103",
            of_body(lambda body: {"data": {key: one for key, one in body["data"].items() if key != "secrets"}}, 201),
            READ,
        ),
        (
            "null-url",
            "Shows null as url",
            "R-103",
            of_body(lambda body: {"data": {**body["data"], "url": None}}, 201),
            READ,
        ),
    ):
        yield _answering(form, what, requirements, change, *examples)


@operator("crash", in_contexts=True)
def crashes() -> Iterator[Deviation]:
    """Fall over."""
    for form, what, status, ending, requirements, request in (
        ("500-for-201", "Answers 500 to updates", 201, Crash, "R-101 R-701", READ),
        ("drop-for-201", "Drops the connection at updates", 201, Drop, "R-703", READ),
        ("500-for-400", "Answers 500 to wrong updates", 400, Crash, "R-701 R-201 R-205 R-206", _NO_EVENT),
        ("drop-for-400", "Drops the connection at wrong updates", 400, Drop, "R-703", _NO_EVENT),
        ("500-for-401", "Answers 500 to who may not", 401, Crash, "R-401 R-402 R-403", _NOBODY),
    ):

        class Falling(Reference):
            def answer(self, request: Request, status: int = status, ending: type[Exception] = ending) -> Response:
                response = super().answer(request)
                if response.status == status:
                    raise ending
                return response

        yield deviation(form, what, requirements, Falling, request)
