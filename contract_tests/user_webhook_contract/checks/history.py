"""What the responses so far have shown: webhooks, secrets, and how the target names violated rules."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from user_webhook_contract.checks.message_mode import ALL_MODES, FIRST_MODES, MessageMode
from user_webhook_contract.http.status import CREATED, SERVER_ERROR, SUCCESSES
from user_webhook_contract.judge.judge import WEBHOOK_EXISTS

if TYPE_CHECKING:
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

MAX_URLS: Final = 300
MAX_SECRETS: Final = 2000
MAX_UNKNOWN_IDS: Final = 100
MAX_GENERATED: Final = 50
"""What is remembered of a long run: the newest urls, secrets, unknown ids and generated secrets in order."""

MAX_STORED_SECRETS: Final = 100
"""Secrets of one webhook that are remembered for certain: no report shows more of a longer list."""

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
"""What an accepted request with an open point leaves in the webhook, for later responses to show."""


class Origin(NamedTuple):
    """Where a url or a secret was seen first.

    Attributes:
        webhook_id: The webhook for which it was sent.
        status: The status of the response; None if there was none.
        is_generated: Whether it is a secret that the target made.
        is_accused: Whether the request was accepted and should not have been: what follows is not a failure of its own.
    """

    webhook_id: str
    status: int | None
    is_generated: bool = False
    is_accused: bool = False


@dataclass
class Webhook:
    """What is known of one webhook.

    Attributes:
        urls: Any of them may be stored; None if nothing is known.
        written: How many updates were accepted.
        refusals: The statuses of the requests that were refused since the last accepted one.
        url_was_sent: Whether the url is one that an update of this run carried.
        keeps_url: Whether an update without url kept such a url, with no refusal just before.
        harmless: The ``causes`` behind which the url was seen to be kept.
        other_webhook_changed: Whether another webhook was updated since.
        open_parts: Properties that hold what the documents leave open: nothing is said of them until they are replaced.
    """

    urls: frozenset[str] | None = None
    secrets: tuple[str, ...] | None = field(default=None, repr=False)
    secrets_were_sent: bool = False
    client_id: str | None = None
    first: dict[str, Any] | None = field(default=None, repr=False)
    written: int = 0
    refusals: set[int] = field(default_factory=set)
    url_was_sent: bool = False
    keeps_url: bool = False
    harmless: set[int] = field(default_factory=set)
    other_webhook_changed: bool = False
    open_parts: set[str] = field(default_factory=set)

    @property
    def causes(self) -> set[int]:
        """What came since the last accepted update: the statuses of refusals, and 201 for an update of another webhook."""
        return self.refusals | ({CREATED} if self.other_webhook_changed else set())


@dataclass
class History:
    """Everything that earlier responses say about the next ones.

    Attributes:
        confidential: Secrets that a report may show.
        made_up: Those of them that stand in requests.
        message_modes: The ways of naming violated rules that fit every 400 so far.
        latest: The status of the latest response; None if there was none.
        makes_webhooks: Whether an update of an unknown webhook was accepted whose id comes near to no known one.
    """

    webhooks: dict[str, Webhook] = field(default_factory=dict)
    urls: dict[str, Origin] = field(default_factory=dict)
    secrets: dict[str, Origin] = field(default_factory=dict, repr=False)
    confidential: set[str] = field(default_factory=set, repr=False)
    made_up: set[str] = field(default_factory=set, repr=False)
    generated: list[str] = field(default_factory=list, repr=False)
    message_modes: frozenset[MessageMode] = ALL_MODES
    keeps_secrets: bool | None = None
    latest: int | None = None
    makes_webhooks: bool = False
    _alike: dict[tuple[str, str], Origin] = field(default_factory=dict, repr=False)
    _alike_secrets: dict[str, Origin] = field(default_factory=dict, repr=False)
    _unknown_ids: list[str] = field(default_factory=list)

    @property
    def names_first_only(self) -> bool:
        """The target is known to name a single violated rule."""
        return self.message_modes <= FIRST_MODES

    @property
    def names_all(self) -> bool:
        """The target is known to name every violated rule."""
        return self.message_modes == {MessageMode.ALL}

    def webhook(self, identifier: str) -> Webhook:
        """Return what is known of the webhook *identifier*."""
        return self.webhooks.setdefault(identifier, Webhook())

    def origin_of_url(self, url: str, identifier: str) -> Origin | None:
        """Return where *url*, or another form of it, was sent first: for the webhook *identifier*, or else for any."""
        alike = _form(url)
        return self._alike.get((identifier, alike)) or self.urls.get(url) or self._alike.get(("", alike))

    def origin_of_secret(self, secret: str) -> Origin | None:
        """Return where *secret* was seen first, or else another form of it in a request."""
        return self.secrets.get(secret) or self._alike_secrets.get(_form(secret))

    def forget(self, identifier: str) -> None:
        """Know nothing of what is stored in the webhook *identifier*: an update of it was one of another."""
        webhook = self.webhook(identifier)
        webhook.urls = webhook.secrets = None

    def learn(self, judgement: Judgement, response: Response | None) -> None:
        """Take in the response to a request, after it was checked; None if there was none."""
        self.latest = response.status if response is not None else None
        if response is not None and _is_unclear(response.status) and not judgement.must_refuse:
            # A crash may come after the webhook was written, as silence may, and another success most likely does.
            response = None
        self._learn_sent(judgement, response.status if response is not None else None)
        self._learn_response(judgement, response)
        self._forget(judgement)

    def _learn_response(self, judgement: Judgement, response: Response | None) -> None:
        webhook = self.webhook(judgement.webhook_id)
        if response is None:
            if judgement.must_refuse:
                return
            sent = (judgement.body or {}).get("url")
            if webhook.urls is not None and isinstance(sent, str):
                webhook.urls = webhook.urls | {sent}
            webhook.secrets = None
        elif response.status == CREATED:
            self.makes_webhooks |= any(error.requirement == WEBHOOK_EXISTS for error in judgement.expected_errors)
            self._learn_webhook(webhook, judgement, response)
            webhook.refusals.clear()
            for other in self.webhooks.values():
                other.other_webhook_changed = other is not webhook and not judgement.is_of_unknown_webhook
        else:
            webhook.refusals.add(response.status)

    def _learn_sent(self, judgement: Judgement, status: int | None) -> None:
        body = judgement.body or judgement.possible_body or {}
        url, secrets = body.get("url"), body.get("secrets")
        origin = Origin(judgement.webhook_id, status, is_accused=judgement.must_refuse and status in SUCCESSES)
        if isinstance(url, str):
            self.urls.setdefault(url, origin)
            for identifier in (judgement.webhook_id, ""):
                self._alike.setdefault((identifier, _form(url)), origin)
        for secret in secrets if isinstance(secrets, list) else [secrets]:
            if isinstance(secret, str) and secret:
                self.secrets.setdefault(secret, origin)
                self._alike_secrets.setdefault(_form(secret), origin)

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
            is_kept = webhook.urls == frozenset({url})
            if is_kept and sent.get("url") is None:
                webhook.keeps_url |= is_plain and webhook.url_was_sent
                webhook.harmless |= webhook.causes
            webhook.url_was_sent = sent.get("url") == url or (is_kept and webhook.url_was_sent)
            webhook.urls = frozenset({url})
            # The response may show the old state or the new one.
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
            if self.origin_of_secret(secret) is None:
                self.secrets[secret] = Origin(judgement.webhook_id, CREATED, is_generated=True)
                if webhook.written:
                    self.generated.append(secret)
        # There are many unknown webhooks, and what one of them holds is compared with nothing.
        webhook.secrets = secrets[:MAX_STORED_SECRETS] if judgement.is_of_unknown_webhook else secrets
        webhook.secrets_were_sent = isinstance(sent, list) and bool(sent)

    def _forget(self, judgement: Judgement) -> None:
        """Drop what is old, so that a run of any length needs the same memory."""
        while len(self.urls) > MAX_URLS:
            del self.urls[next(iter(self.urls))]
        if len(self.secrets) > MAX_SECRETS:
            stored = {one for webhook in self.webhooks.values() for one in (webhook.secrets or ())[:MAX_STORED_SECRETS]}
            for secret in list(self.secrets)[: -MAX_SECRETS // 2]:
                if secret not in stored and secret not in self.confidential:
                    del self.secrets[secret]
        while len(self._alike_secrets) > MAX_SECRETS:
            del self._alike_secrets[next(iter(self._alike_secrets))]
        del self.generated[:-MAX_GENERATED]
        while len(self._alike) > 2 * MAX_URLS:
            del self._alike[next(iter(self._alike))]
        if judgement.is_of_unknown_webhook:
            self._unknown_ids.append(judgement.webhook_id)
            if len(self._unknown_ids) > MAX_UNKNOWN_IDS:
                self.webhooks.pop(self._unknown_ids.pop(0), None)


def data_of(response: Response) -> dict[str, Any]:
    """Return the webhook that *response* carries, or an empty one."""
    body = response.json
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, dict) else {}


def _is_unclear(status: int) -> bool:
    """Return whether an update with this response may be stored, although it is not the documented one."""
    return status >= SERVER_ERROR or (status in SUCCESSES and status != CREATED)


def _form(text: str) -> str:
    """Return what *text* shares with its other forms: escapes, case, blanks around it and slashes at its end are gone."""
    return unicodedata.normalize("NFKC", unquote(text)).casefold().strip().rstrip("/")
