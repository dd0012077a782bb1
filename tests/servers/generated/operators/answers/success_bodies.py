"""Operators that give a 201 another body."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_FULL = Example(update(url="https://hooks.example.com/a", secrets=list(SECRETS)), after=(READ,))


def _showing(change: Callable[[dict[str, Any]], Any]) -> type[Reference]:
    class Showing(Reference):
        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(dict(super().resource(webhook, body)))

    return Showing


@operator("success-member")
def members() -> Iterator[Deviation]:
    """Leave a member of the webhook out, or give it another type."""
    for name in ("id", "url", "events", "clientId", "secrets"):
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        for form, how, change in (
            ("absent", "without", lambda data, n=name: {key: value for key, value in data.items() if key != n}),
            ("null", "with null in", lambda data, n=name: {**data, n: None}),
            ("number", "with a number in", lambda data, n=name: {**data, n: 7}),
            ("true", "with true in", lambda data, n=name: {**data, n: True}),
            ("object", "with an object in", lambda data, n=name: {**data, n: {"value": data[n]}}),
            ("in-a-list", "with a list more around", lambda data, n=name: {**data, n: [data[n]]}),
            (
                "text",
                "with a text for",
                lambda data, n=name: (
                    {**data, n: ",".join(map(str, data[n]))}
                    if isinstance(data[n], list)
                    else {**data, n: json.dumps(data[n])}
                ),
            ),
            (
                "capitals",
                "with a capital in the name of",
                lambda data, n=name: {(key.capitalize() if key == n else key): value for key, value in data.items()},
            ),
            (
                "singular",
                "with another name for",
                lambda data, n=name, s=snake: {
                    (f"{s}_" if s == n else s) if key == n else key: value for key, value in data.items()
                },
            ),
            (
                "objects",
                "with objects in",
                lambda data, n=name: (
                    {**data, n: [{"name": one} for one in data[n]]} if isinstance(data[n], list) else data
                ),
            ),
            (
                "numbered",
                "with numbers for places in",
                lambda data, n=name: (
                    {**data, n: {str(place): one for place, one in enumerate(data[n])}}
                    if isinstance(data[n], list)
                    else data
                ),
            ),
            (
                "number-among",
                "with a number among",
                lambda data, n=name: {**data, n: [*data[n], 7]} if isinstance(data[n], list) else data,
            ),
            (
                "null-among",
                "with null among",
                lambda data, n=name: {**data, n: [*data[n], None]} if isinstance(data[n], list) else data,
            ),
        ):
            yield deviation(
                f"{name}-{form}",
                f"Shows a webhook {how} {name}",
                "R-103 R-104 R-105 R-106 R-107 R-108",
                _showing(change),
                _FULL,
            )


@operator("success-envelope")
def envelopes() -> Iterator[Deviation]:
    """Put the webhook into another body."""
    for form, how, change in (
        ("bare", "without data", lambda data: data),
        ("result", "in result", lambda data: {"result": data}),
        ("webhook", "in webhook", lambda data: {"webhook": data}),
        ("data-twice", "in data twice", lambda data: {"data": {"data": data}}),
        ("list", "in a list", lambda data: {"data": [data]}),
        ("list-outside", "with a list around all", lambda data: [{"data": data}]),
        ("attributes", "in attributes", lambda data: {"data": {"id": data["id"], "attributes": data}}),
        ("text", "as JSON in a text", lambda data: {"data": json.dumps(data)}),
        ("text-outside", "as a text", lambda data: json.dumps({"data": data})),
        ("null", "as null", lambda _: {"data": None}),
        ("empty", "as an empty object", lambda _: {}),
        ("true", "as true", lambda _: True),
        ("message", "as a message", lambda _: {"message": "Updated"}),
        ("capital", "in Data", lambda data: {"Data": data}),
        ("id-only", "with its id only", lambda data: {"data": {"id": data["id"]}}),
        ("pairs", "as pairs", lambda data: {"data": list(map(list, data.items()))}),
    ):

        class Showing(Reference):
            def success_body(
                self, webhook: Webhook, body: dict[str, Any], change: Callable[[Any], Any] = change
            ) -> Any:
                return change(self.resource(webhook, body))

        yield deviation(form, f"Shows the webhook {how}", "R-103", Showing, _FULL)


@operator("success-id")
def identifiers() -> Iterator[Deviation]:
    """Show another id or another client."""
    for form, what, name, make in (
        (
            "other-webhook",
            "the id of the other webhook",
            "id",
            lambda data, _: SECOND_ID if data["id"] == FIRST_ID else FIRST_ID,
        ),
        ("first-webhook", "the id of one webhook for all", "id", lambda *_: FIRST_ID),
        ("number", "a number in place of the id", "id", lambda *_: "1"),
        ("new", "a new id", "id", lambda _, server: f"{server.random_text(8)}-0000-4000-8000-000000000000"),
        ("prefixed", "the id with a prefix", "id", lambda data, _: f"whk_{data['id']}"),
        ("short", "the beginning of the id", "id", lambda data, _: data["id"][:8]),
        ("empty", "an empty id", "id", lambda *_: ""),
        ("client", "the id of the client", "id", lambda data, _: data["clientId"]),
        ("new-client", "a new client each time", "clientId", lambda _, server: f"client-{server.random_text(8)}"),
    ):

        class Showing(Reference):
            def resource(
                self, webhook: Webhook, body: dict[str, Any], name: str = name, make: Callable[[Any, Any], Any] = make
            ) -> Any:
                data = super().resource(webhook, body)
                return {**data, name: make(data, self)}

        on_second = Example(patch({"events": ["all"]}, SECOND_ID))
        yield deviation(form, f"Shows {what}", "R-104 R-108", Showing, _FULL, on_second, Example(READ, (READ,)))


def _assigning(name: str, attribute: str, is_meant: Callable[[Any], bool]) -> type[Reference]:
    """Return a server that shows, and in an *attribute* stores, what the body names *name*."""

    class Assigning(Reference):
        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            shown = super().resource(webhook, body)
            if name not in body or not is_meant(body):
                return shown
            if attribute:
                setattr(webhook, attribute, body[name])
            return {**shown, "clientId" if name == "client_id" else name: body[name]}

    return Assigning


@operator("mass-assignment")
def assigned() -> Iterator[Deviation]:
    """Let the body set what is not its own."""
    for name, attribute, value in (
        ("id", "id", "mine"),
        ("clientId", "client_id", "mine"),
        ("client_id", "client_id", "mine"),
    ):
        for form, what, is_meant in (
            ("always", "", lambda _: True),
            ("with-url", " beside a url", lambda body: "url" in body),
            ("with-secrets", " beside secrets", lambda body: "secrets" in body),
            ("alone", " beside events alone", lambda body: not {"url", "secrets"} & set(body)),
            ("text", " as a text", lambda body: isinstance(body.get("id", body.get("clientId", "")), str)),
        ):
            for how in ("stored", "shown"):
                server = _assigning(name, attribute if how == "stored" else "", is_meant)
                examples = [
                    Example(patch({"events": ["all"], name: value, **rest}), before=(READ,), after=(READ,))
                    for rest in ({}, {"url": "https://hooks.example.com/a"}, {"secrets": list(SECRETS)})
                ]
                yield deviation(
                    f"{name}-{form}-{how}",
                    f"Takes {name} from the body{what} ({how})",
                    "R-104 R-108",
                    server,
                    *examples,
                )
    for name in ("data", "attributes"):

        class Merging(Reference):
            def resource(self, webhook: Webhook, body: dict[str, Any], name: str = name) -> Any:
                return super().resource(webhook, body) | (body[name] if isinstance(body.get(name), dict) else {})

        yield deviation(
            f"in-{name}",
            f"Takes clientId from {name} in the body",
            "R-108",
            Merging,
            patch({"events": ["all"], name: {"clientId": "mine"}}),
        )
