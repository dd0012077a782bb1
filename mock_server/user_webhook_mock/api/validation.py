"""The validation layer: a layer of Connexion, with the document's rules in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from connexion.middleware.abstract import RoutedAPI

from user_webhook_api.rules import body_properties
from user_webhook_mock.api.routing import Layer
from user_webhook_mock.api.rules import Validator, summary
from user_webhook_mock.http.body import BodyReader
from user_webhook_mock.http.errors import ValidationFailed
from user_webhook_mock.http.scope import STATE, UNREAD, UPDATE
from user_webhook_mock.store.webhooks import Update

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from user_webhook_mock.state import MockState


class Compiled(NamedTuple):
    """How a body is read and checked by the choices of a space."""

    reader: BodyReader
    validator: Validator
    looks_up_first: bool


class Validated:
    """Passes on what breaks no rule, as an `Update` in the scope."""

    def __init__(self, next_app: ASGIApp, state: MockState) -> None:
        """The choices of *state* are compiled at once: a document that the mock cannot follow is an error at the start."""
        self._next_app = next_app
        self._compile(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise an ApiError."""
        state: MockState = scope[STATE]
        reader, validator, looks_up_first = state.compiled.get(self) or self._compile(state)
        if looks_up_first:
            state.webhooks.find(scope["path_params"]["webhookId"])
        body = validator.read(await reader.read(scope, receive))
        violations = validator.violations(body)
        if violations:
            raise ValidationFailed(violations, scope.get(UNREAD) or summary(violations))
        sent = body.get("secrets")
        secrets = None if sent is None else reader.texts(sent)
        has_null_secrets = sent is None and "secrets" in body
        scope[UPDATE] = Update(body.get("url"), body["events"], secrets, has_null_secrets=has_null_secrets)
        await self._next_app(scope, receive, send)

    def _compile(self, state: MockState) -> Compiled:
        choices = state.choices
        validator = Validator(body_properties(), choices)
        compiled = Compiled(BodyReader(choices), validator, choices["check_order"] == "lookup_first")
        state.compiled[self] = compiled
        return compiled


class ValidatedAPI(RoutedAPI[Validated]):  # type: ignore[misc]  # Connexion has no types
    """The operations of the document, each behind its validation."""

    def __init__(self, *args: Any, state: MockState, **options: Any) -> None:  # noqa: ANN401  Connexion has no types
        super().__init__(*args, **options)
        self._state = state
        self.add_paths()

    def make_operation(self, _operation: Any) -> Validated:  # noqa: ANN401  Connexion has no types
        """Return what handles a request for the operation."""
        return Validated(self.next_app, self._state)


class ValidationLayer(Layer):
    """The layer behind router and security."""

    api_cls = ValidatedAPI
