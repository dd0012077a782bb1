"""Operators on what an ORM, a driver or a column makes of an update."""

from __future__ import annotations

import html
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS, SECOND_ID, URL_HTTPS, WEBHOOK_NOT_FOUND
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.faulty.server import Refused, Webhook
from servers.generated.deviation import READ, SECRETS, URL, Deviation, Example, deviation, operator, update
from servers.generated.operators.held_back.frameworks.handling import respond
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response

_OTHER_URL = "https://hooks.example.org/other"
_FULL = patch({"url": URL, "events": [EVENTS[1], EVENTS[3]], "secrets": list(SECRETS)})
_READ_SECOND = patch({"events": ["all"]}, SECOND_ID)


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


def _three_bytes(text: str) -> str:
    return re.split(r"[\U00010000-\U0010ffff]", text, maxsplit=1)[0]


def _each(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda given: [change(one) if isinstance(one, str) else one for one in given]


@operator("framework-text-column")
def text_columns() -> Iterator[Deviation]:
    """Store secrets in a way that does not give back all texts."""
    for form, what, change, *given in (
        ("trimmed", "without blanks at the ends, as a middleware trims all texts", _each(str.strip), " padded-secret-0001 "),
        ("cut", "with 32 characters at most, as the database cuts them off", _each(lambda one: one[:32]), "k" * 30 + "Q" * 30),
        ("entities", "with entities for & and <, as a middleware cleans all texts", _each(html.escape), "salt&pepper<0001>"),
        ("comma", "as a text with commas, which is split again", lambda given: ",".join(map(str, given)).split(","), "first,second-0001"),
        ("backslash", "with backslashes taken as escapes", _each(lambda one: re.sub(r"\\(.)", r"\1", one)), "back\\slash\\0001"),
        ("dollars", "with $$ as $, as they are the replacement of a pattern", _each(lambda one: one.replace("$$", "$")), "money$$secret-01"),
        ("unescaped", "with + as a blank, as texts of a form are read", _each(lambda one: one.replace("+", " ")), "one+two+three/0001="),
        ("latin-1", "with ? for what ISO-8859-1 lacks", _each(_latin), "\u043a\u043b\u044e\u0447-secret-0001"),
        ("three-bytes", "up to the first character of four bytes, as utf8 of MySQL has three", _each(_three_bytes), "key-\U0001f511-secret-0001"),
        ("sorted", "in the order of their values, as the query sorts them", lambda given: sorted(given, key=str), SECRETS[1], SECRETS[0]),
    ):  # fmt: skip

        class Storing(Reference):
            def next_secrets(
                self, webhook: Webhook, body: dict[str, Any], change: Callable[[list[str]], list[str]] = change
            ) -> Any:
                secrets = super().next_secrets(webhook, body)
                return change(secrets) if body.get("secrets") else secrets

        yield deviation(form, f"Stores secrets {what}", "R-107", Storing, update(secrets=given))


def _merged(old: list[Any], new: list[Any]) -> list[Any]:
    return [other if one is None else one for one, other in zip_longest(new, old)]


def _storing(name: str, change: Callable[[Webhook, dict[str, Any], Any], Any]) -> type[Reference]:
    method = f"next_{name}"
    right = getattr(Reference, method)
    return type(
        "Storing",
        (Reference,),
        {method: lambda self, webhook, body: change(webhook, body, right(self, webhook, body))},
    )


class _BeforeUpdate(Reference):
    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        self.shown = self.resource(webhook, body)
        super().store(webhook, body)

    def success_body(self, webhook: Webhook, body: dict[str, Any]) -> Any:  # noqa: ARG002  # it shows the row before
        return {"data": self.shown}


def _assigning(name: str) -> type[Reference]:
    class Assigning(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            super().store(webhook, body)
            key = {"id": "id", "clientId": "client_id"}[name]
            setattr(webhook, key, body.get(name, getattr(webhook, key)))

    return Assigning


class _Everywhere(Reference):
    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        super().store(webhook, body)
        for other in self.webhooks.values():
            other.url = webhook.url


class _CachedByNothing(Reference):
    def reset(self) -> None:
        super().reset()
        self.cached: Webhook | None = None

    def look_up(self, webhook_id: str) -> Webhook:
        found = super().look_up(webhook_id)
        self.cached = self.cached or found
        return self.cached


def _unchanged(make: Callable[[], Exception]) -> type[Reference]:
    class Unchanged(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            before = (webhook.url, webhook.events, webhook.secrets)
            super().store(webhook, body)
            if before == (webhook.url, webhook.events, webhook.secrets):
                raise make()

    return Unchanged


def _unique(make: Callable[[], Exception], *, is_own: bool) -> type[Reference]:
    class Unique(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            taken = [one.url for one in self.webhooks.values() if is_own or one is not webhook]
            if body.get("url") in taken:
                raise make()
            super().store(webhook, body)

    return Unique


@operator("framework-entity")
def entities() -> Iterator[Deviation]:
    """Carry an update out with the ORM's idea of one."""
    some = Example(patch({"events": [EVENTS[2]]}), before=(_FULL,))
    own = Example(update(clientId="client-of-the-body"), after=(READ,))
    other_id = Example(update(id=SECOND_ID), after=(READ,))
    one_secret = Example(update(secrets=["n" * 8 + "E" * 16]), before=(_FULL,))
    for form, title, requirements, build, example in (
        ("null-url", "Sets the url to null if it is left out, as the mapper copies all properties", "R-301 R-103", _storing("url", lambda _w, body, new: new if body.get("url") else None), some),
        ("deep-events", "Merges the events by their places, as a deep merge does", "R-105", _storing("events", lambda webhook, _b, new: _merged(webhook.events, new)), some),
        ("deep-secrets", "Merges the secrets by their places, as a deep merge does", "R-107", _storing("secrets", lambda webhook, body, new: _merged(webhook.secrets, new) if body.get("secrets") else new), one_secret),
        ("untracked-events", "Stores the events only with a url, as a change within a list is not tracked", "R-105", _storing("events", lambda webhook, body, new: new if body.get("url") else webhook.events), some),
        ("row-before", "Shows the row before the update, as findOneAndUpdate does by default", "R-105 R-106 R-107", _BeforeUpdate, _FULL),
        ("assigned-client", "Stores clientId from the body, as all properties are assigned", "R-108", _assigning("clientId"), own),
        ("assigned-id", "Stores id from the body, as all properties are assigned", "R-108 R-104", _assigning("id"), other_id),
        ("where-lost", "Stores the url in every webhook, as the id is not in the statement", "R-307", _Everywhere, Example(update(url=URL), after=(_READ_SECOND,))),
        ("cached-by-nothing", "Takes the first webhook for each, as the key of the cache lacks the id", "R-104 R-307", _CachedByNothing, Example(_READ_SECOND, before=(READ,))),
        ("no-row-changed", "Answers 404 if nothing changes, as the driver counts changed rows", "R-308", _unchanged(lambda: Refused(404, WEBHOOK_NOT_FOUND)), Example(_FULL, before=(_FULL,))),
        ("own-url-taken", "Refuses the url that it has, as the unique rule does not leave out the own row", "R-308", _unique(lambda: Refused(400, ["The url has already been taken."]), is_own=True), Example(update(url=URL), before=(update(url=URL),))),
        ("url-taken", "Answers 409 to the url of another webhook, as the column is unique", "R-101", _unique(lambda: Refused(409, "Webhook already exists"), is_own=False), Example(patch({"url": URL, "events": ["all"]}, SECOND_ID), before=(update(url=URL),))),
    ):  # fmt: skip
        yield deviation(form, title, requirements, build, example)


@operator("framework-missing-return")
def missing_returns() -> Iterator[Deviation]:
    """Go on after a refusal, as nothing returns or the order of steps is wrong."""

    def going_on(
        status: int, *, is_appended: bool, is_meant: Callable[[Refused], bool] = lambda _: True
    ) -> type[Reference]:
        class GoingOn(Reference):
            def refuse(self, refused: Refused) -> Response:
                right = super().refuse(refused)
                if refused.status != status or not is_meant(refused):
                    return right
                written = self.go_on()
                return respond(status, right.body.decode() + written) if is_appended else right

            def answer(self, request: Request) -> Response:
                self.request = request
                return super().answer(request)

            def go_on(self) -> str:
                try:
                    body = self.read_body(self.request)
                    webhook = self.look_up(self.request.webhook_id)
                except Refused:
                    return ""
                secrets = body.get("secrets")
                kept = {"url": body.get("url"), "secrets": secrets if isinstance(secrets, list) else None}
                self.store(webhook, {"events": webhook.events, **kept})
                return self.succeed(webhook, body).body.decode()

        return GoingOn

    class Creating(Reference):
        def look_up(self, webhook_id: str) -> Webhook:
            made = Webhook(webhook_id, "https://example.com/webhook", [], "client-one", [])
            return self.webhooks.setdefault(webhook_id, made)

    nobody = Patch(update(url=_OTHER_URL).body, authorization=None)
    stranger = Patch(update(url=_OTHER_URL).body, authorization=STRANGER)
    invalid = patch({"url": _OTHER_URL, "events": ["nope"]})
    insecure = update(url="http://hooks.example.com/a")
    for form, title, requirements, build, example in (
        ("unauthorized", "Stores the update after a 401, as the middleware calls next all the same", "R-305", going_on(401, is_appended=False), Example(nobody, after=(READ,))),
        ("forbidden", "Stores the update after a 403, as the middleware calls next all the same", "R-306", going_on(403, is_appended=False), Example(stranger, after=(READ,))),
        ("invalid", "Stores a right url after a 400 for the rest, as the entity is changed before it is validated", "R-304", going_on(400, is_appended=False, is_meant=lambda one: URL_HTTPS not in one.message), Example(invalid, after=(READ,))),
        ("insecure", "Stores a url after a 400 for it, as the changed entity stays in the session", "R-304", going_on(400, is_appended=False, is_meant=lambda one: URL_HTTPS in one.message), Example(insecure, after=(READ,))),
        ("both-401", "Writes the webhook behind a 401, as the handler does not return", "R-604 R-305", going_on(401, is_appended=True), Example(nobody)),
        ("both-403", "Writes the webhook behind a 403, as the handler does not return", "R-606 R-306", going_on(403, is_appended=True), Example(stranger)),
        ("both-400", "Writes the webhook behind a 400, as the handler does not return", "R-602 R-304", going_on(400, is_appended=True), Example(invalid)),
        ("upsert", "Creates an unknown webhook, as save inserts what has no row", "R-501", Creating, Example(patch({"events": ["all"]}, SECOND_ID[:-1] + "b"))),
    ):  # fmt: skip
        yield deviation(form, title, requirements, build, example)


@operator("framework-secret-default")
def secret_defaults() -> Iterator[Deviation]:
    """Generate a secret with a default that runs once, never, or from what everybody knows."""

    def generating(make: Callable[[Reference, Webhook], Any]) -> type[Reference]:
        class Generating(Reference):
            def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return super().next_secrets(webhook, body) if body.get("secrets") else make(self, webhook)

        return Generating

    class AtImport(Reference):
        def reset(self) -> None:
            super().reset()
            self.default = self.random_text()

        def generate_secret(self) -> Any:
            return self.default

    both = Example(READ, after=(READ, _READ_SECOND))
    for form, title, requirements, build in (
        ("at-import", "Generates one secret for all updates, as the default is called when the class is read", "R-303", AtImport),
        ("on-insert-only", "Has no secret after an update without one, as the hook runs at an insert only", "R-302", generating(lambda _s, _w: [])),
        ("empty-text", "Has an empty secret after an update without one, the default of the column", "R-302", generating(lambda _s, _w: [""])),
        ("null", "Has null for a secret after an update without one", "R-302 R-103", generating(lambda _s, _w: None)),
        ("from-the-id", "Generates the secret from the id of the webhook", "R-303", generating(lambda _s, webhook: [webhook.id.replace("-", "")])),
    ):  # fmt: skip
        yield deviation(form, title, requirements, build, both)
