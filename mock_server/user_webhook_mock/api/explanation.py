"""Why a response is what it is: caller, rules, choices, faults and preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from user_webhook_api.choices import choices
from user_webhook_api.requirements import requirements
from user_webhook_api.rules import body_properties
from user_webhook_mock.api.rules import Validator
from user_webhook_mock.http.body import LIMITS, parse_media_type
from user_webhook_mock.http.errors import StorageError, UnknownWebhook
from user_webhook_mock.http.scope import CALLER, STATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_mock.journal.exchange import Exchange
    from user_webhook_mock.state import MockState


class Compiled(NamedTuple):
    """The rules by the choices of a space, and those by each other value of a choice, with its name."""

    validator: Validator
    others: list[tuple[str, Validator]]


class Explainer:
    """Explains responses for the log; it names no value of the request.

    A choice is named if another value of it would have led to another response.
    """

    def __init__(self) -> None:
        self._ids = {row.rule: row.id for row in requirements() if row.rule}

    def explain(self, exchange: Exchange) -> str:
        """Return ``[caller valid | rules R-201 | choices messages=all]``, with all that matters."""
        scope = exchange.scope
        state: MockState = scope[STATE]
        parts = [f"caller {scope.get(CALLER) or state.tokens.identify(scope['headers'])}"]
        rules = [self._ids.get(f"{one.property}.{one.keyword}", "by choice") for one in exchange.violations]
        if rules:
            parts.append(f"rules {', '.join(dict.fromkeys(rules))}")
        try:
            decisive = set(self._decisive(exchange))
        except StorageError:  # the response is one that does not need the store
            parts.append("choices unknown, as the store does not respond")
        else:
            names = [choice.name for choice in choices() if choice.name in decisive]
            if names:
                parts.append(f"choices {', '.join(f'{name}={state.choices[name]}' for name in names)}")
        if exchange.fault:
            parts.append(f"fault {exchange.fault}")
        if exchange.forced:
            parts.append(f"Prefer {exchange.forced}")
        if exchange.delay:
            parts.append(f"delayed by {exchange.delay * 1000:.0f} ms")
        return f"[{' | '.join(parts)}]"

    def _compiled(self, state: MockState) -> Compiled:
        if self not in state.compiled:
            chosen = state.choices
            others = [
                (choice.name, Validator(body_properties(), {**chosen, choice.name: value}))
                for choice in choices()
                for value in choice.values
                if value != chosen[choice.name]
            ]
            state.compiled[self] = Compiled(Validator(body_properties(), chosen), others)
        compiled: Compiled = state.compiled[self]
        return compiled

    def _decisive(self, exchange: Exchange) -> Iterator[str]:
        """Yield the names of the choices that mattered, some of them more than once."""
        yield from self._decisive_for_caller(exchange)
        if exchange.size > min(LIMITS.values()) or exchange.reason.startswith("body: over"):
            yield "body_limit"
        if exchange.reason == "method: not allowed":
            yield "other_methods"
        elif exchange.reason.startswith("body: body is"):
            yield from ("unparseable_message", "unparseable_error")
        elif exchange.reason.startswith(("body: media", "body: charset", "body: content")):
            yield "media_type"
            if exchange.status == 400:  # noqa: PLR2004  a status code is clearest as a number
                yield from ("unparseable_message", "unparseable_error")
        elif exchange.violations or exchange.status == 201 or exchange.reason == "webhookId: unknown":  # noqa: PLR2004  as above
            yield from self._decisive_for_body(exchange)

    def _decisive_for_caller(self, exchange: Exchange) -> Iterator[str]:
        state: MockState = exchange.scope[STATE]
        tokens, headers = state.tokens, exchange.scope["headers"]
        caller = tokens.identify(headers)
        for choice in choices():
            if choice.name in {"token_words", "scheme_case"}:
                others = [{**state.choices, choice.name: value} for value in choice.values]
                if any(tokens.identify(headers, other) != caller for other in others):
                    yield choice.name

    def _decisive_for_body(self, exchange: Exchange) -> Iterator[str]:
        state: MockState = exchange.scope[STATE]
        is_unknown = self._is_unknown(exchange)
        if state.webhooks.has_other_form(exchange.scope.get("path_params", {}).get("webhookId", "")):
            yield "uuid_forms"
        if is_unknown and not exchange.violations:
            yield "not_found_message"
        if exchange.forced or exchange.size > len(exchange.content):
            return
        content_type = dict(reversed(exchange.scope["headers"])).get(b"content-type", b"")
        is_json = parse_media_type(content_type)[0] == "application/json"
        if exchange.content and not is_json:
            yield "media_type"
        sent = _object(exchange.content) if is_json else {}
        validator, others = self._compiled(state)
        body = validator.read(sent)
        violations = validator.violations(body)
        if is_unknown and violations:
            yield "check_order"
        if is_unknown and not exchange.violations:
            return
        for name, other in others:
            if other.violations(other.read(sent)) != violations:
                yield name
        if not violations:
            yield from self._decisive_for_what_is_stored(body, state)

    def _decisive_for_what_is_stored(self, body: dict[str, Any], state: MockState) -> Iterator[str]:
        for name in ("url", "secrets"):
            if name in body and body[name] is None:
                yield f"null_{name}"
        is_omitted = "secrets" not in body or state.choices["null_secrets"] == "as_omitted"
        if body.get("secrets") is None and is_omitted:
            yield "omitted_secrets"

    def _is_unknown(self, exchange: Exchange) -> bool:
        try:
            exchange.scope[STATE].webhooks.find(exchange.scope["path_params"]["webhookId"])
        except UnknownWebhook:
            return True
        except KeyError:  # the request did not reach the router
            pass
        return False


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(content or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
