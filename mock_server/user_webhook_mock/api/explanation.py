"""Why a response is what it is: caller, rules, choices, faults and preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from user_webhook_api.choices import choices
from user_webhook_api.requirements import requirements
from user_webhook_api.rules import body_properties
from user_webhook_mock.api.rules import Validator
from user_webhook_mock.http.body import LIMITS, parse_media_type
from user_webhook_mock.http.errors import UnknownWebhook
from user_webhook_mock.http.scope import CALLER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_mock.journal.exchange import Exchange
    from user_webhook_mock.state import MockState


class Explainer:
    """Explains responses for the log; it names no value of the request.

    A choice is named if another value of it would have led to another response.
    """

    def __init__(self, state: MockState) -> None:
        self._state = state
        self._ids = {row.rule: row.id for row in requirements() if row.rule}
        state.watch("choices", self._apply_choices)
        self._apply_choices()

    def explain(self, exchange: Exchange) -> str:
        """Return ``[caller valid | rules R-201 | choices messages=all]``, with all that matters."""
        scope = exchange.scope
        parts = [f"caller {scope.get(CALLER) or self._state.tokens.identify(scope['headers'])}"]
        rules = [self._ids.get(f"{one.property}.{one.keyword}", "by choice") for one in exchange.violations]
        if rules:
            parts.append(f"rules {', '.join(dict.fromkeys(rules))}")
        chosen = self._state.choices
        names = [choice.name for choice in choices() if choice.name in set(self._decisive(exchange))]
        if names:
            parts.append(f"choices {', '.join(f'{name}={chosen[name]}' for name in names)}")
        if exchange.fault:
            parts.append(f"fault {exchange.fault}")
        if exchange.forced:
            parts.append(f"Prefer {exchange.forced}")
        if exchange.delay:
            parts.append(f"delayed by {exchange.delay * 1000:.0f} ms")
        return f"[{' | '.join(parts)}]"

    def _apply_choices(self) -> None:
        chosen = self._state.choices
        self._validator = Validator(body_properties(), chosen)
        self._others = [
            (choice.name, Validator(body_properties(), {**chosen, choice.name: value}))
            for choice in choices()
            for value in choice.values
            if value != chosen[choice.name]
        ]

    def _decisive(self, exchange: Exchange) -> Iterator[str]:
        """Yield the names of the choices that mattered, some of them more than once."""
        if exchange.size > min(LIMITS.values()) or exchange.reason.startswith("body: over"):
            yield "body_limit"
        if exchange.reason == "method: not allowed":
            yield "other_methods"
        elif exchange.reason.startswith("body: body is"):
            yield "unparseable_message"
        elif exchange.reason.startswith(("body: media", "body: charset", "body: content")):
            yield "media_type"
            if exchange.status == 400:  # noqa: PLR2004  a status code is clearest as a number
                yield "unparseable_message"
        elif exchange.violations or exchange.status == 201 or exchange.reason == "webhookId: unknown":  # noqa: PLR2004  as above
            yield from self._decisive_for_body(exchange)

    def _decisive_for_body(self, exchange: Exchange) -> Iterator[str]:
        is_unknown = self._is_unknown(exchange)
        if is_unknown and not exchange.violations:
            yield "not_found_message"
        if exchange.forced or exchange.size > len(exchange.content):
            return
        content_type = dict(reversed(exchange.scope["headers"])).get(b"content-type", b"")
        is_json = parse_media_type(content_type)[0] == "application/json"
        if exchange.content and not is_json:
            yield "media_type"
        body = _object(exchange.content) if is_json else {}
        violations = self._validator.violations(body)
        if is_unknown and violations:
            yield "check_order"
        if is_unknown and not exchange.violations:
            return
        for name, other in self._others:
            if other.violations(body) != violations:
                yield name
        if not violations and body.get("secrets") is None:
            yield "omitted_secrets"

    def _is_unknown(self, exchange: Exchange) -> bool:
        try:
            self._state.webhooks.find(exchange.scope["path_params"]["webhookId"])
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
