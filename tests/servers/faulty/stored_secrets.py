"""Faults of the secrets that are stored and generated."""

from __future__ import annotations

import hashlib
import html
from typing import TYPE_CHECKING, Any

from .fault import declare, fault
from .server import Refused, Server, Webhook, random_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asgi import Response


def storing_secrets(change: Callable[[list[Any], Webhook], list[Any]]) -> type[Server]:
    """Return a server that stores the given secrets changed."""

    class StoringSecrets(Server):
        def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            given = body.get("secrets")
            return change(given, webhook) if given else super().next_secrets(webhook, body)

    return StoringSecrets


_SECRETS: dict[str, tuple[str, Callable[[list[Any], Webhook], list[Any]]]] = {
    "reverses-given-secrets": ("Stores the given secrets the other way round", lambda v, _: v[::-1]),
    "sorts-given-secrets": ("Sorts the given secrets", lambda v, _: sorted(v, key=str)),
    "sorts-given-secrets-downwards": (
        "Sorts the given secrets from the last letter on",
        lambda v, _: sorted(v, key=str)[::-1],
    ),
    "keeps-the-first-given-secret": ("Stores the first of the given secrets only", lambda v, _: v[:1]),
    "keeps-the-last-given-secret": ("Stores the last of the given secrets only", lambda v, _: v[-1:]),
    "adds-given-secrets-to-the-old": (
        "Adds the given secrets to the stored ones",
        lambda v, webhook: [*webhook.secrets, *v],
    ),
    "puts-a-given-secret-before-the-old": (
        "Keeps a stored secret beside a given one",
        lambda v, webhook: [*v, *webhook.secrets][:2],
    ),
    "keeps-the-old-secrets": ("Ignores the given secrets", lambda _, webhook: webhook.secrets),
    "generates-secrets-for-given-ones": (
        "Generates secrets though some are given",
        lambda v, _: [random_text() for _ in v],
    ),
    "adds-a-generated-secret": ("Adds a generated secret to a given one", lambda v, _: [*v, random_text()][:2]),
    "trims-given-secrets": (
        "Stores the given secrets without the blanks around them",
        lambda v, _: [item.strip() if isinstance(item, str) else item for item in v],
    ),
    "escapes-given-secrets": (
        "Stores the given secrets escaped for HTML",
        lambda v, _: [html.escape(item) if isinstance(item, str) else item for item in v],
    ),
    "expands-what-stands-for-a-replaced-text": (
        "Puts the given secrets into a template, and so expands $& in them",
        lambda v, _: [item.replace("$&", "{secret}") if isinstance(item, str) else item for item in v],
    ),
    "hashes-given-secrets": (
        "Stores a hash of each given secret",
        lambda v, _: [hashlib.sha256(str(item).encode("utf-8", "replace")).hexdigest() for item in v],
    ),
    "cuts-given-secrets-at-16": (
        "Cuts the given secrets at 16 characters",
        lambda v, _: [str(item)[:16] for item in v],
    ),
    "cuts-given-secrets-at-32": (
        "Cuts the given secrets at 32 characters",
        lambda v, _: [str(item)[:32] for item in v],
    ),
    "stores-given-secrets-in-lower-case": (
        "Stores the given secrets in lower case",
        lambda v, _: [str(item).lower() for item in v],
    ),
    "doubles-a-lone-secret": ("Stores a lone given secret twice", lambda v, _: v if len(v) > 1 else v * 2),
}

for _name, (_sentence, _change) in _SECRETS.items():
    declare(_name, "R-107", f"{_sentence}.", storing_secrets(_change))


def generating(generate: Callable[[int], Any]) -> type[Server]:
    """Return a server whose generated secrets follow from their number."""

    class Generating(Server):
        def reset(self) -> None:
            super().reset()
            self.generated = 0

        def generate_secret(self) -> Any:
            self.generated += 1
            return generate(self.generated)

    return Generating


_GENERATED: dict[str, tuple[str, str, Callable[[int], Any]]] = {
    "a-constant": ("R-303", "the same text every time", lambda _: "sDV1aKqitCLClI12m7UPFbAAvZfZquJw"),
    "an-empty-text": ("R-302", "an empty text", lambda _: ""),
    "null": ("R-302", "null", lambda _: None),
    "a-counter": ("R-303", "a counter", lambda number: f"secret-{number}"),
    "a-padded-counter": ("R-303", "a counter of 32 digits", lambda number: f"{number:032d}"),
    "a-hexadecimal-counter": (
        "R-303",
        "a counter behind a long prefix",
        lambda n: f"sDV1aKqitCLClI12m7UPFbAA{0x5EED0000 + n:08x}",
    ),
    "one-of-two": ("R-303", "one of two texts in turn", lambda number: ("tick" if number % 2 else "tock") * 8),
    "one-letter": ("R-303", "one letter, 32 times", lambda number: chr(ord("a") + number % 26) * 32),
    "four-digits": ("R-303", "four random digits", lambda _: f"{int(random_text().encode().hex(), 16) % 10_000:04d}"),
    "three-characters": ("R-303", "three random characters", lambda _: random_text(3)),
    "a-random-end": (
        "R-303",
        "a constant with two random characters behind it",
        lambda _: "sDV1aKqitCLClI12m7UPFbAAvZfZqu" + random_text(2),
    ),
}

for _name, (_requirement, _what, _generate) in _GENERATED.items():
    declare(f"generates-{_name}", _requirement, f"Generates {_what} as secret.", generating(_generate))


def omitting_secrets(value: Callable[[Server, Webhook], Any]) -> type[Server]:
    """Return a server that stores something else where secrets are left out."""

    class OmittingSecrets(Server):
        def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return super().next_secrets(webhook, body) if body.get("secrets") is not None else value(self, webhook)

    return OmittingSecrets


declare(
    "loses-omitted-secrets",
    "R-302",
    "Stores an empty list where secrets are left out.",
    omitting_secrets(lambda *_: []),
)
declare(
    "stores-null-for-omitted-secrets",
    "R-302",
    "Stores null where secrets are left out.",
    omitting_secrets(lambda *_: None),
)
declare(
    "generates-the-id-as-secret",
    "R-303",
    "Takes the webhook's id for the generated secret.",
    omitting_secrets(lambda _, webhook: [webhook.id]),
)
declare(
    "generates-the-client-as-secret",
    "R-303",
    "Takes a hash of the client for the generated secret.",
    omitting_secrets(lambda _, webhook: [hashlib.sha256(str(webhook.client_id).encode()).hexdigest()[:32]]),
)


@fault("R-303")
class SharesGeneratedSecrets(Server):
    """Generates one secret for all webhooks and updates."""

    def reset(self) -> None:
        super().reset()
        self.shared = random_text()

    def generate_secret(self) -> Any:
        return self.shared


@fault("R-303")
class RotatesTheGeneratedSecret(Server):
    """Moves the first character of a generated secret to its end to make the next one."""

    def reset(self) -> None:
        super().reset()
        self.current = random_text()

    def generate_secret(self) -> Any:
        self.current = self.current[1:] + self.current[:1]
        return self.current


@fault("R-302")
class KeepsAnEmptyListOfSecrets(Server):
    """Stores an empty list of secrets, and leaves it where an update has none."""

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        if body.get("secrets") == []:
            return []
        return [] if "secrets" not in body and webhook.secrets == [] else super().next_secrets(webhook, body)


@fault("R-302")
class LosesSecretsAfterARefusal(Server):
    """Answers without secrets to the first update without them after a refusal."""

    def reset(self) -> None:
        super().reset()
        self.has_refused = False

    def refuse(self, refused: Refused) -> Response:
        self.has_refused = self.has_refused or refused.status == 400
        return super().refuse(refused)

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        if self.has_refused and body.get("secrets") is None:
            self.has_refused = False
            return []
        return super().next_secrets(webhook, body)
