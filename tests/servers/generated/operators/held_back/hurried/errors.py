"""Operators that build the list of messages, the body or the status of an answer in a way that is nearly right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Response
from servers.faulty.literals import EVENTS
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.faulty.server import Refused
from servers.generated.deviation import READ, SECRETS, URL, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

from .parts import made, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook

_ALL_WRONG = patch({"url": 7, "events": 7, "secrets": 7})
_EACH_WRONG = patch({"url": "http://hooks.example.com/a", "events": ["nope"], "secrets": [*SECRETS, "a-third-secret"]})
_NO_EVENTS, _NOPE = patch({"events": []}), patch({"events": ["nope"]})
_UNKNOWN = replace(READ, webhook_id="00000000-0000-4000-8000-000000000000")
_STRANGER, _NOBODY = replace(READ, authorization=STRANGER), replace(READ, authorization=None)


def _flat(groups: list[list[str]]) -> list[str]:
    return [message for group in groups for message in group]


@operator("hurried-messages-listed")
def listed() -> Iterator[Deviation]:
    """List the messages in another order, twice, or not all of them, as the list is built wrong."""
    for form, what, change in (
        ("url-last", "those of url last, as it is an optional property", lambda _, groups: _flat(sorted(groups, key=lambda group: _about(group[0]) == "url"))),
        ("rules-reversed", "the rules of a property the other way round, as decorators run", lambda _, groups: _flat([group[::-1] for group in groups])),
        ("twice", "each message twice, as the rules of the creation are inherited", lambda _, groups: _flat([group * 2 for group in groups])),
        ("first-property", "all messages of the first property only", lambda _, groups: groups[0]),
        ("last-of-each", "the last message of each property, as each overwrites the one before", lambda _, groups: [group[-1] for group in groups if len(group) > 1] + [group[0] for group in groups if len(group) == 1]),
        ("secrets-last-of-all", "the messages of secrets only if all else is right", lambda _, groups: _flat([group for group in groups if _about(group[0]) != "secrets"] or groups)),
        ("arrays-once", "one message for both that are not arrays", lambda _, groups: [one for one in _flat(groups) if one != literals.SECRETS_ARRAY or literals.EVENTS_ARRAY not in _flat(groups)]),
    ):  # fmt: skip
        yield deviation(form, f"Tells {what}", "R-211", telling(change), _ALL_WRONG, _EACH_WRONG, _NOPE)

    class Growing(Reference):
        def reset(self) -> None:
            super().reset()
            self.told: list[str] = []

        def select(self, groups: list[list[str]]) -> list[str]:
            if not groups:
                return []
            self.told = [*dict.fromkeys([*self.told, *super().select(groups)])]
            return self.told

    wrong_url = update(url="http://hooks.example.com/a")
    yield deviation("of-all-requests", "Collects the messages of all requests in one list", "R-211", Growing, Example(wrong_url, (_NOPE,)))  # fmt: skip


def _about(message: str) -> str:
    return next((name for name in ("events", "secrets") if name in message), "url")


@operator("hurried-rules-told")
def rules_told() -> Iterator[Deviation]:
    """Tell one rule too few or too many, as a check returns early or works on another type, or in other words."""

    def telling_of(form: str, what: str, name: str, change: Callable[[Any, list[str]], list[str]], value: Any) -> Deviation:  # fmt: skip
        method = f"{name}_messages"
        right = getattr(Reference, method)

        def messages(self: Reference, body: dict[str, Any]) -> list[str]:
            found: list[str] = right(self, body)
            return change(body.get(name), found) if found else found

        example = update(**{name: value})
        return deviation(form, f"Tells {what}", "R-211", made(**{method: messages}), example)

    def without(message: str, applies: Callable[[Any], Any]) -> Callable[[Any, list[str]], list[str]]:
        return lambda value, found: [one for one in found if one != message or not applies(value)] or found

    for form, what, name, change, value in (
        ("text-is-long-enough", "nothing of the minimum for a text, as its length is counted", "events", without(literals.EVENTS_MINIMUM, lambda value: isinstance(value, str) and value), "nope"),
        ("no-list-no-values", "nothing of the values if events are not a list", "events", without(literals.EVENTS_VALUES, lambda value: not isinstance(value, list)), 7),
        ("empty-has-no-right-value", "of the values for an empty list, as it looks for a right one", "events", lambda value, found: [*found, literals.EVENTS_VALUES] if value == [] else found, []),
        ("url-type-only", "the type alone of a url that is not a text", "url", without(literals.URL_HTTPS, lambda value: not isinstance(value, str)), 7),
        ("short-text-is-no-long-list", "nothing of the maximum for a short text", "secrets", without(literals.SECRETS_MAXIMUM, lambda value: isinstance(value, str) and len(value) <= 2), "ab"),
        ("number-is-no-long-list", "nothing of the maximum for what has no length", "secrets", without(literals.SECRETS_MAXIMUM, lambda value: not isinstance(value, str | list)), 7),
        ("long-list-is-no-array", "of the type for a list of three secrets", "secrets", lambda value, found: [*found, literals.SECRETS_ARRAY] if isinstance(value, list) else found, [*SECRETS, "a-third-secret"]),
    ):  # fmt: skip
        yield telling_of(form, what, name, change, value)
    yield from _sentences()


def _sentences() -> Iterator[Deviation]:
    """Tell a rule in other words: defaults of the library, copies, corrections of the language."""
    values = literals.EVENTS_VALUES.partition(": ")[0]
    for form, what, old, new in (
        ("url-of-the-library", "the library's own sentence about a url", literals.URL_HTTPS, "url must be a URL address"),
        ("one-element", "one element, not 1 elements", literals.EVENTS_MINIMUM, "events must contain at least 1 element"),
        ("not-empty", "that events should not be empty, the sentence of another rule", literals.EVENTS_MINIMUM, "events should not be empty"),
        ("copied-from-secrets", "the sentence about secrets for events", literals.EVENTS_ARRAY, literals.SECRETS_ARRAY),
        ("copied-from-events", "the sentence about events for secrets", literals.SECRETS_ARRAY, literals.EVENTS_ARRAY),
        ("two-as-three", "a maximum of 3", literals.SECRETS_MAXIMUM, "secrets must contain no more than 3 elements"),
        ("values-without-all", "the values without all", literals.EVENTS_VALUES, f"{values}: {', '.join(EVENTS[1:])}"),
    ):  # fmt: skip

        def told(self: Reference, groups: list[list[str]], old: str = old, new: str = new) -> list[str]:
            return [new if message == old else message for message in Reference.select(self, groups)]

        yield deviation(form, f"Tells {what}", "R-211", telling(told), _ALL_WRONG, _EACH_WRONG, _NO_EVENTS)


@operator("hurried-error-bodies")
def error_bodies() -> Iterator[Deviation]:
    """Answer an error in another form: the framework's default, a rewritten filter, a gateway in front."""

    def rendering(form: str, what: str, status: int, change: Callable[[dict[str, Any]], Any]) -> Deviation:
        def render(self: Reference, actual: int, content: Any) -> Response:
            return Reference.render(self, actual, change(content) if actual == status else content)

        example, requirement = {
            400: (_NOPE, "R-602"),
            401: (_NOBODY, "R-604"),
            403: (_STRANGER, "R-606"),
            404: (_UNKNOWN, "R-608"),
        }[status]
        return deviation(form, f"Answers {status} with {what}", requirement, made(render=render), example)

    def joined(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "message": ", ".join(body["message"]) if isinstance(body["message"], list) else body["message"]}

    def objects(body: dict[str, Any]) -> dict[str, Any]:
        told = body["message"] if isinstance(body["message"], list) else [body["message"]]
        return {**body, "message": [{"property": _about(one), "constraints": [one]} for one in told]}

    for form, what, status, change in (
        ("messages-joined", "all messages in one text", 400, joined),
        ("messages-as-objects", "the validator's own objects", 400, objects),
        ("messages-as-errors", "the messages under errors and a text under message", 400, lambda body: {**body, "errors": body["message"], "message": "Validation failed"}),
        ("status-as-text", "the status as a text", 400, lambda body: {**body, "statusCode": str(body["statusCode"])}),
        ("error-in-401", "the error Unauthorized, as in all other errors", 401, lambda body: {**body, "error": "Unauthorized"}),
        ("gateway-401", "the message alone, as the gateway does", 401, lambda body: {"message": body["message"]}),
        ("reason-401", "the reason of the token's library", 401, lambda body: {**body, "message": "No auth token"}),
        ("small-403", "a message in the case of the framework", 403, lambda body: {**body, "message": "Forbidden resource"}),
        ("id-in-404", "the id in its message", 404, lambda body: {**body, "message": "Webhook with id 00000000-0000-4000-8000-000000000000 not found"}),
    ):  # fmt: skip
        yield rendering(form, what, status, change)

    for form, what, status, text, example in (
        ("text-401", "Answers 401 as text, as the framework's middleware does", 401, "Unauthorized", _NOBODY),
        ("page-404", "Answers 404 with the framework's page", 404, "<pre>Cannot PATCH /api/v2/public/webhooks/user</pre>", _UNKNOWN),
    ):  # fmt: skip

        def render(self: Reference, actual: int, content: Any, status: int = status, text: str = text) -> Response:
            right = Reference.render(self, actual, content)
            return Response(status, text.encode(), "text/html; charset=utf-8") if actual == status else right

        yield deviation(form, what, "R-603" if status == 401 else "R-607", made(render=render), example)


@operator("hurried-statuses")
def statuses() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Answer with another status, or with a success in another form, often in one branch only."""

    def succeeding(form: str, what: str, status: int, applies: Callable[[dict[str, Any]], Any], example: Patch) -> Deviation:  # fmt: skip
        def succeed(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Response:
            if not applies(body):
                return Reference.succeed(self, webhook, body)
            return self.render(status, self.success_body(webhook, body))

        return deviation(form, f"Answers {what}", "R-101", made(succeed=succeed), example)

    full = update(url=URL, secrets=[*SECRETS])
    for form, what, status, applies, example in (
        ("200", "200, as other updates do", 200, lambda _: True, READ),
        ("200-without-url", "200 in the branch without a url", 200, lambda body: "url" not in body, READ),
        ("200-for-a-rotation", "200 in the branch that rotates secrets", 200, lambda body: body.get("secrets"), full),
    ):  # fmt: skip
        yield succeeding(form, what, status, applies, example)

    def refusing_with(form: str, what: str, requirement: str, change: Callable[[Any], int], *examples: Patch) -> Deviation:  # fmt: skip
        def refuse(self: Reference, refused: Refused) -> Response:
            status = change(refused)
            return Reference.refuse(self, Refused(status, literals.NOT_FOUND if status == 404 else refused.message))

        return deviation(form, f"Answers {what}", requirement, made(refuse=refuse), *examples)

    def is_about_values(refused: Any) -> bool:
        return refused.status == 400 and isinstance(refused.message, list) and refused.message[0] in literals.MESSAGES

    yield refusing_with("422", "422 to broken rules, as its framework does", "R-205", lambda refused: 422 if is_about_values(refused) else refused.status, _NOPE)  # fmt: skip
    yield refusing_with("422-for-values", "422 to a wrong value and 400 to a wrong type", "R-205", lambda refused: 422 if is_about_values(refused) and not any("array" in one or "string" in one for one in refused.message) else refused.status, _NOPE)  # fmt: skip
    yield refusing_with("unknown-403", "403 to an unknown webhook, as it asks who owns it first", "R-501", lambda refused: 403 if refused.status == 404 else refused.status, _UNKNOWN)  # fmt: skip

    def showing(form: str, what: str, change: Callable[[dict[str, Any]], Any], example: Patch) -> Deviation:
        def success_body(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(Reference.resource(self, webhook, body))

        return deviation(form, f"Shows {what}", "R-103", made(success_body=success_body), example)

    for form, what, change, example in (
        ("no-envelope", "the webhook without data around it", lambda data: data, READ),
        ("snake-case", "client_id for clientId", lambda data: {"data": {"client_id": data["clientId"], **{name: data[name] for name in data if name != "clientId"}}}, READ),
        ("secrets-hidden", "no secrets, as they are hidden from the log", lambda data: {"data": {name: data[name] for name in data if name != "secrets"}}, READ),
        ("lone-event-as-text", "a lone event as a text, as it comes out of a query of one row", lambda data: {"data": {**data, "events": data["events"][0] if len(data["events"]) == 1 else data["events"]}}, READ),
        ("events-in-one-text", "the events as stored, in one text", lambda data: {"data": {**data, "events": ",".join(map(str, data["events"]))}}, READ),
    ):  # fmt: skip
        yield showing(form, what, change, example)

    def silent(self: Reference, request: Request) -> Response:
        return Reference.update(self, request) if request.webhook_id in self.webhooks or self.role(request) != "member" else self.render(201, {"data": None})  # fmt: skip

    yield deviation("unknown-null", "Answers 201 with null for an unknown webhook, as no row was changed", "R-501", made(update=silent), _UNKNOWN)  # fmt: skip
