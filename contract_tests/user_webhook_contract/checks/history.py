"""What the answers so far have shown of the target: its webhooks, its secrets, its manner of naming broken rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judge import Judgement

CREATED: Final = 201
SERVER_ERROR: Final = 500


class MessageMode(Enum):
    """How a 400 names several broken rules.

    The documents leave open whether it names all of them. A validator that names one for each property, or one at all,
    names the first by the documented order, or, if it checks types before all else, that of the type.
    """

    ALL = "all"
    FIRST_PER_PROPERTY = "first_per_property"
    TYPE_PER_PROPERTY = "first_per_property, the type before all else"
    FIRST = "first"
    TYPE_FIRST = "first, the type before all else"

    @property
    def choice(self) -> str:
        """The value of the choice ``messages``."""
        return self.value.partition(",")[0]


FIRST_MODES: Final = frozenset({MessageMode.FIRST, MessageMode.TYPE_FIRST})


_LEFT_OPEN: Final = {
    "url_form": ("url",),
    "null_url": ("url",),
    "null_secrets": ("secrets",),
    "empty_secrets": ("secrets",),
    "secret_items": ("secrets",),
    "secret_length": ("secrets",),
    "secret_characters": ("secrets",),
    "duplicate_secrets": ("secrets",),
}
"""What each doubt leaves in the webhook for later answers to show."""


class Origin(NamedTuple):
    """Where a url or a secret was seen first: sent for which webhook, and with which status answered.

    ``status`` None: no answer came. ``is_generated``: a secret of the target's own. ``is_accused``: the request should have
    been refused, so that what follows from its acceptance is no failure of its own.
    """

    webhook_id: str
    status: int | None
    is_generated: bool = False
    is_accused: bool = False


@dataclass
class Webhook:
    """What is known of one webhook.

    ``urls``: any of them may be stored; None: nothing is known. ``refusals``: statuses of the requests refused since
    the last accepted one; ``keeps_url``: an update without url kept it, with no refusal just before. ``other_webhook_changed``: another webhook was updated since. ``open_parts``:
    properties that hold what the documents leave open, so that nothing can be said of them until they are replaced.
    """

    urls: frozenset[str] | None = None
    secrets: tuple[str, ...] | None = field(default=None, repr=False)
    secrets_were_sent: bool = False
    client_id: str | None = None
    first: dict[str, Any] | None = field(default=None, repr=False)
    written: int = 0
    refusals: set[int] = field(default_factory=set)
    keeps_url: bool = False
    other_webhook_changed: bool = False
    open_parts: set[str] = field(default_factory=set)


@dataclass
class History:
    """Everything that earlier answers tell about the next ones.

    ``confidential``: the secrets that a report would show. ``accepted``: valid updates that were answered rightly.
    ``latest``: the status of the latest answer, None where none came.
    """

    webhooks: dict[str, Webhook] = field(default_factory=dict)
    urls: dict[str, Origin] = field(default_factory=dict)
    secrets: dict[str, Origin] = field(default_factory=dict, repr=False)
    confidential: set[str] = field(default_factory=set, repr=False)
    generated: list[str] = field(default_factory=list, repr=False)
    message_modes: frozenset[MessageMode] = frozenset(MessageMode)
    keeps_secrets: bool | None = None
    accepted: int = 0
    latest: int | None = None

    @property
    def names_first_only(self) -> bool:
        """Whether the target is known to name one broken rule of all."""
        return self.message_modes <= FIRST_MODES

    @property
    def names_all(self) -> bool:
        """Whether the target is known to name every broken rule."""
        return self.message_modes == {MessageMode.ALL}

    def webhook(self, identifier: str) -> Webhook:
        """Return what is known of the webhook *identifier*."""
        return self.webhooks.setdefault(identifier, Webhook())

    def learn(self, request: Request, judgement: Judgement, response: Response | None) -> None:
        """Take in the answer to *request*, after it was checked; None where none came."""
        self.latest = response.status if response is not None else None
        # A crash may come after the webhook was written; whoever sent something that is right does not know.
        is_untold = response is None or (response.status >= SERVER_ERROR and not judgement.must_refuse)
        self._learn_sent(judgement, None if is_untold else self.latest)
        webhook = self.webhook(judgement.webhook_id)
        if response is None or is_untold:
            if judgement.must_refuse:
                return
            sent = (judgement.body or {}).get("url")
            if webhook.urls is not None and isinstance(sent, str):
                webhook.urls = webhook.urls | {sent}
            webhook.secrets = None
        elif response.status == CREATED:
            self._learn_webhook(webhook, judgement, response)
            webhook.refusals.clear()
            for other in self.webhooks.values():
                other.other_webhook_changed = other is not webhook and not judgement.is_of_unknown_webhook
        else:
            webhook.refusals.add(response.status)

    def _learn_sent(self, judgement: Judgement, status: int | None) -> None:
        body = judgement.body or {}
        url, secrets = body.get("url"), body.get("secrets")
        origin = Origin(judgement.webhook_id, status, is_accused=judgement.must_refuse and status == CREATED)
        if isinstance(url, str):
            self.urls.setdefault(url, origin)
        for secret in secrets if isinstance(secrets, list) else [secrets]:
            if isinstance(secret, str) and secret:
                self.secrets.setdefault(secret, origin)

    def _learn_webhook(self, webhook: Webhook, judgement: Judgement, response: Response) -> None:
        data = data_of(response)
        sent = judgement.body or {}
        if judgement.must_accept:
            webhook.open_parts -= set(sent)
        webhook.open_parts |= {part for open_point in judgement.open_points for part in _LEFT_OPEN.get(open_point, ())}
        if judgement.body is None:
            webhook.open_parts = {"url", "secrets"}
        url = data.get("url")
        if isinstance(url, str):
            is_plain = not webhook.refusals and not webhook.other_webhook_changed
            if webhook.urls == frozenset({url}) and sent.get("url") is None and is_plain:
                webhook.keeps_url = True
            webhook.urls = frozenset({url})
            # The answer may be the old state or the new one.
            if isinstance(sent.get("url"), str) and sent["url"] != url:
                webhook.urls |= {sent["url"]}
        else:
            webhook.urls = None
        secrets = data.get("secrets")
        if isinstance(secrets, list) and all(isinstance(secret, str) for secret in secrets):
            self._learn_secrets(webhook, judgement, tuple(secrets))
        if webhook.client_id is None and isinstance(data.get("clientId"), str):
            webhook.client_id = data["clientId"]
        if webhook.first is None:
            webhook.first = dict(data)
        webhook.written += 1

    def _learn_secrets(self, webhook: Webhook, judgement: Judgement, secrets: tuple[str, ...]) -> None:
        sent = (judgement.body or {}).get("secrets")
        # Null is not the same as leaving it out.
        is_omitted = judgement.must_accept and sent is None
        if is_omitted and webhook.secrets_were_sent and webhook.secrets is not None:
            is_kept = secrets == webhook.secrets
            if is_kept or not set(secrets) & set(webhook.secrets):
                self.keeps_secrets = is_kept
        for secret in secrets:
            if secret not in self.secrets:
                self.secrets[secret] = Origin(judgement.webhook_id, CREATED, is_generated=True)
                if webhook.written:
                    self.generated.append(secret)
        webhook.secrets = secrets
        webhook.secrets_were_sent = isinstance(sent, list) and bool(sent)


def data_of(response: Response) -> dict[str, Any]:
    """Return the webhook that *response* carries, or nothing."""
    body = response.json
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, dict) else {}
