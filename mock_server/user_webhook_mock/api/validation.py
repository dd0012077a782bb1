"""The validation layer: a layer of Connexion, with the document's rules in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connexion.middleware.abstract import RoutedAPI

from user_webhook_api.rules import body_properties
from user_webhook_mock.api.routing import Layer
from user_webhook_mock.api.rules import Validator, summary
from user_webhook_mock.http.body import BodyReader
from user_webhook_mock.http.errors import ValidationFailed
from user_webhook_mock.http.scope import UNREAD, UPDATE
from user_webhook_mock.store.webhooks import Update

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from user_webhook_mock.state import MockState


class Validated:
    """Passes on what breaks no rule, as an `Update` in the scope."""

    def __init__(self, next_app: ASGIApp, state: MockState) -> None:
        self._next_app = next_app
        self._state = state
        state.watch("choices", self._apply_choices)
        self._apply_choices()

    def _apply_choices(self) -> None:
        choices = self._state.choices
        self._reader = BodyReader(choices)
        self._validator = Validator(body_properties(), choices)
        self._looks_up_first = choices["check_order"] == "lookup_first"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise an ApiError."""
        if self._looks_up_first:
            self._state.webhooks.find(scope["path_params"]["webhookId"])
        body = await self._reader.read(scope, receive)
        violations = self._validator.violations(body)
        if violations:
            raise ValidationFailed(violations, scope.get(UNREAD) or summary(violations))
        sent = body.get("secrets")
        scope[UPDATE] = Update(body.get("url"), body["events"], None if sent is None else self._reader.texts(sent))
        await self._next_app(scope, receive, send)


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
