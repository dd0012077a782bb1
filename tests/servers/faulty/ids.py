"""Faults of which webhook an id names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import literals
from .asgi import Crash
from .fault import declare, fault
from .server import Refused, Server, Webhook, random_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asgi import Request, Response


def finding(is_meant: Callable[[str, str], bool]) -> type[Server]:
    """Return a server that finds a webhook by more than its id; the sent id comes first."""

    class Finding(Server):
        def look_up(self, webhook_id: str) -> Webhook:
            for known, webhook in self.webhooks.items():
                if webhook_id == known or is_meant(webhook_id, known):
                    return webhook
            return super().look_up(webhook_id)

    return Finding


_MATCHES: dict[str, tuple[str, Callable[[str, str], bool]]] = {
    "by-its-beginning": ("cut short", lambda sent, known: len(sent) >= 8 and known.startswith(sent)),
    "by-its-first-part": (
        "of which only the first eight characters are right",
        lambda sent, known: sent[:8] == known[:8],
    ),
    "by-all-but-its-end": ("with another last character", lambda sent, known: sent[:-1] == known[:-1]),
    "with-more-behind-it": ("with something behind it", lambda sent, known: sent.startswith(known)),
    "with-more-before-it": ("with something before it", lambda sent, known: sent.endswith(known)),
    "with-more-around-it": ("within other text", lambda sent, known: known in sent),
    "as-a-urn": ("as a URN", lambda sent, known: sent == f"urn:uuid:{known}"),
    "before-a-nul": ("that goes on behind a NUL", lambda sent, known: sent.split("\0")[0] == known),
    "with-spaces-around-it": ("with spaces around it", lambda sent, known: sent.strip() == known),
}

for _name, (_what, _is_meant) in _MATCHES.items():
    declare(f"finds-an-id-{_name}", "R-502", f"Finds a webhook by its id {_what}.", finding(_is_meant))

declare(
    "finds-the-first-webhook-for-any-id",
    "R-501",
    "Updates the first webhook where the id is unknown.",
    finding(lambda sent, known: known == literals.FIRST_ID and sent != literals.SECOND_ID),
)
declare(
    "finds-the-second-webhook-for-any-id",
    "R-501",
    "Updates the second webhook where the id is unknown.",
    finding(lambda sent, known: known == literals.SECOND_ID and sent != literals.FIRST_ID),
)


@fault("R-702")
class CrashesOnAnIdThatIsNoUtf8(Server):
    """Decodes the path strictly."""

    def look_up(self, webhook_id: str) -> Webhook:
        if "\ufffd" in webhook_id:
            raise Crash
        return super().look_up(webhook_id)


@fault("R-702")
class CrashesOnAStrangerAtAnUnknownId(Server):
    """Asks whose webhook it is before there is one, where the token has no scope."""

    def admit(self, request: Request) -> None:
        if self.role(request) == "stranger" and request.webhook_id not in self.webhooks:
            raise Crash
        super().admit(request)


@fault("R-501")
class CreatesUnknownWebhooks(Server):
    """Creates a webhook where the id is unknown."""

    def look_up(self, webhook_id: str) -> Webhook:
        new = Webhook(webhook_id, "https://example.com/new", ["all"], "client-new", [random_text()])
        return self.webhooks.setdefault(webhook_id, new)


@fault("R-501")
class AnswersUnknownWebhooksWith201(Server):
    """Answers an unknown id with 201 and stores nothing."""

    def look_up(self, webhook_id: str) -> Webhook:
        new = Webhook(webhook_id, "https://example.com/new", ["all"], "client-new", [random_text()])
        return self.webhooks.get(webhook_id, new)


@fault("R-501")
class CreatesTheWebhookThatItMisses(Server):
    """Answers an unknown id with 404 at first and creates the webhook all the same."""

    def look_up(self, webhook_id: str) -> Webhook:
        known = webhook_id in self.webhooks
        new = Webhook(webhook_id, "https://example.com/new", ["all"], "client-new", [random_text()])
        webhook = self.webhooks.setdefault(webhook_id, new)
        return webhook if known else Server(**self.choices).look_up(webhook_id)


def missing(status: int, message: str | list[str]) -> type[Server]:
    """Return a server with an answer of its own for an unknown id."""

    class Missing(Server):
        def look_up(self, webhook_id: str) -> Webhook:
            if webhook_id not in self.webhooks:
                raise Refused(status, message)
            return super().look_up(webhook_id)

    return Missing


declare(
    "refuses-unknown-ids-with-400",
    "R-501",
    "Answers an unknown id with 400 and a message.",
    missing(400, ["webhookId must exist"]),
)
declare("forbids-unknown-ids", "R-501", "Answers an unknown id with 403.", missing(403, literals.FORBIDDEN))
declare("unauthorises-unknown-ids", "R-501", "Answers an unknown id with 401.", missing(401, literals.UNAUTHORIZED))
declare(
    "answers-unknown-ids-with-another-404",
    "R-608",
    "Answers an unknown id with the message of another resource.",
    missing(404, "User not found"),
)


class OfAnObject(Server):
    """Keeps webhooks in an object, so that the names of its members are ids, too."""

    members = ("__proto__", "constructor", "toString")


@fault("R-501")
class FindsTheMembersOfAnObject(OfAnObject):
    """Answers an id such as __proto__ with 201 and a webhook without id and url."""

    def update(self, request: Request) -> Response:
        if request.webhook_id not in self.members:
            return super().update(request)
        self.admit(request)
        return self.render(201, {"data": {"events": ["all"], "secrets": [random_text()]}})


@fault("R-702")
class CrashesOnTheMembersOfAnObject(OfAnObject):
    """Answers an id such as constructor with 500."""

    def look_up(self, webhook_id: str) -> Webhook:
        if webhook_id in self.members:
            raise Crash
        return super().look_up(webhook_id)


@fault("R-307")
class UpdatesTheFirstWebhookAlways(Server):
    """Updates the first webhook whichever known id is named."""

    def look_up(self, webhook_id: str) -> Webhook:
        super().look_up(webhook_id)
        return self.webhooks[literals.FIRST_ID]


@fault("R-307")
class CopiesTheFirstUrlToTheSecondWebhook(Server):
    """Gives the second webhook the url of the first whenever a webhook is looked up."""

    def look_up(self, webhook_id: str) -> Webhook:
        super().look_up(webhook_id)
        self.webhooks[literals.SECOND_ID].url = self.webhooks[literals.FIRST_ID].url
        return self.webhooks[webhook_id]


@fault("R-702")
class Answers413ToLongIds(Server):
    """Answers an id of more than 64 characters with 413."""

    def look_up(self, webhook_id: str) -> Webhook:
        if len(webhook_id) > 64:
            raise Refused(413, "id is too long")
        return super().look_up(webhook_id)


@fault("R-104")
class KnowsTheFirstWebhookOnly(Server):
    """Answers the second webhook with the id of the first."""

    def resource(self, webhook: Webhook, body: dict[str, object]) -> object:
        return {**super().resource(webhook, body), "id": literals.FIRST_ID}
