"""The checks of the url and the secrets of a 201, against what was sent and what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.checks.finding import Finding, broken, kept, shared_beginning, show, show_apart
from user_webhook_contract.checks.secret_strength import weakness
from user_webhook_contract.http.status import BAD_REQUEST, CREATED, FORBIDDEN, NOT_FOUND, UNAUTHORIZED
from user_webhook_contract.judge.url import is_same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.checks.history import History, Origin, Webhook
    from user_webhook_contract.judge.judgement import Judgement

SENT_URL: Final = "R-106"
SENT_FORM_OF_URL: Final = "R-110"
SENT_SECRETS: Final = "R-107"
URL_STAYS: Final = "R-301"
HAS_A_SECRET: Final = "R-302"  # noqa: S105  a requirement
RANDOM_SECRETS: Final = "R-303"
REFUSED_CHANGES_NOTHING: Final = "R-304"
FORBIDDEN_CHANGES_NOTHING: Final = "R-306"
OWN_WEBHOOK_ONLY: Final = "R-307"

_CHANGES_NOTHING: Final = {
    BAD_REQUEST: REFUSED_CHANGES_NOTHING,
    UNAUTHORIZED: "R-305",
    FORBIDDEN: FORBIDDEN_CHANGES_NOTHING,
    NOT_FOUND: OWN_WEBHOOK_ONLY,
    CREATED: OWN_WEBHOOK_ONLY,
}
"""The requirement that an update with this response does not change the webhook: a refused one, or one of another."""


def check_url(url: str, judgement: Judgement, history: History) -> list[Finding]:
    """Return what the *url* of a 201 keeps and breaks."""
    sent = (judgement.body or {}).get("url")
    if {"url_form", "null_url"} & set(judgement.open_points):
        return []
    if isinstance(sent, str):
        if not is_same(url, sent):
            return [broken(SENT_URL, *show_apart(url, sent))]
        is_exact = url == sent
        return [
            kept(SENT_URL),
            kept(SENT_FORM_OF_URL) if is_exact else broken(SENT_FORM_OF_URL, *show_apart(url, sent)),
        ]
    webhook = history.webhook(judgement.webhook_id)
    if webhook.urls is None:
        return []
    if any(is_same(url, one) for one in webhook.urls):
        return [kept(row) for row in (URL_STAYS, *_not_written(judgement.webhook_id, history))]
    origin = history.origin_of_url(url, judgement.webhook_id)
    if origin is not None and origin.is_accused:
        return []
    row = _attribute(origin, judgement.webhook_id, URL_STAYS)
    if origin is None and webhook.keeps_url and not any(_is_cut(url, one) for one in webhook.urls):
        # Left alone, the url stays, and no request sent this one: the one thing that came in between changed it.
        causes = _causes(webhook)
        row = causes[0] if len(causes) == 1 else row
    received, documented = show_apart(url, min(webhook.urls))
    if len(webhook.urls) > 1:
        received, documented = show(url), " or ".join(map(show, sorted(webhook.urls)))
    return [broken(row, received, documented)]


def _is_cut(url: str, stored: str) -> bool:
    """Return whether *url* is what is left of the *stored* one, or more than that: no other request brought it."""
    return stored.startswith(url) or url.startswith(stored)


def _causes(webhook: Webhook) -> list[str]:
    """Return the requirements that forbid what came between two answers of *webhook*, but for what was harmless before."""
    statuses = webhook.causes - webhook.harmless or webhook.causes
    return sorted({_CHANGES_NOTHING[status] for status in statuses if status in _CHANGES_NOTHING})


def _not_written(webhook_id: str, history: History) -> set[str]:
    """Return what a kept url proves: that neither a refused request nor another webhook's update has changed it."""
    rows = set()
    for origin in history.urls.values():
        if origin.webhook_id == webhook_id and origin.status in {BAD_REQUEST, UNAUTHORIZED, FORBIDDEN}:
            rows.add(_CHANGES_NOTHING[origin.status])
        elif origin.webhook_id != webhook_id and origin.status == CREATED:
            rows.add(OWN_WEBHOOK_ONLY)
    return rows


def _attribute(origin: Origin | None, webhook_id: str, otherwise: str) -> str:
    """Return the requirement that is broken if something of *origin* turns up in the webhook."""
    if origin is None:
        return otherwise
    if origin.webhook_id != webhook_id:
        return OWN_WEBHOOK_ONLY
    if origin.status is not None and origin.status != CREATED:
        return _CHANGES_NOTHING.get(origin.status, REFUSED_CHANGES_NOTHING)
    return otherwise


def check_secrets(secrets: list[Any], judgement: Judgement, history: History) -> list[Finding]:
    """Return what the *secrets* of a 201 keep and break."""
    sent = (judgement.body or {}).get("secrets")
    if sent:
        # Whether it is accepted may be open; what is accepted comes back as it was sent, or no receiver can verify with it.
        if {"secret_items", "surrogates"} & set(judgement.open_points):
            return []
        is_merged = "duplicate_secrets" in judgement.open_points and len(set(sent)) == 1 and secrets == sent[:1]
        if secrets == sent or is_merged:
            return [kept(SENT_SECRETS)]
        return [broken(SENT_SECRETS, f"{show(secrets)}, {_difference(secrets, sent)}", show(sent))]
    if sent == [] or "null_secrets" in judgement.open_points:
        return []
    if not secrets or not all(isinstance(secret, str) and secret.strip() for secret in secrets):
        return [broken(HAS_A_SECRET, show(secrets), "at least one secret that is not empty")]
    return _check_omitted_secrets(judgement, secrets, history)


def _difference(received: list[Any], sent: list[str]) -> str:
    """Return how secrets differ from those that were sent, without showing any: a report shows no more of them."""
    if len(received) != len(sent):
        return f"{len(received)} in place of {len(sent)}"
    if sorted(map(str, received)) == sorted(sent):
        return "in another order"
    place, one, other = next(
        (place, str(one), other)
        for place, (one, other) in enumerate(zip(received, sent, strict=True), 1)
        if one != other
    )
    if one.lower() == other.lower():
        return f"secret {place} in another case"
    if one == other.strip():
        return f"secret {place} without the blanks around it"
    return f"secret {place} differs from character {len(shared_beginning(one, other)) + 1} on"


def _check_omitted_secrets(judgement: Judgement, secrets: list[str], history: History) -> list[Finding]:
    webhook = history.webhook(judgement.webhook_id)
    origins = {secret: history.origin_of_secret(secret) for secret in secrets}
    known = {secret: origin for secret, origin in origins.items() if origin is not None}
    if webhook.secrets is not None and tuple(secrets) == webhook.secrets:
        if history.keeps_secrets is False and all(origin.is_generated for origin in known.values()):
            return [broken(RANDOM_SECRETS, "the same secret generated twice", "a new secret each time")]
        return [kept(HAS_A_SECRET)]
    if known:
        return _check_known_secrets(next(iter(known.values())), judgement, secrets, webhook)
    if webhook.written == 0:
        return [kept(HAS_A_SECRET)]
    if history.keeps_secrets and webhook.secrets is not None and webhook.refusals:
        # A target that keeps secrets has replaced them since, and nothing but refused requests came in between.
        causes = _causes(webhook)
        received = f"{show(secrets)}, after requests refused with {_listed(webhook.refusals)}"
        return [broken(row, received, "the secrets stored before") for row in causes[:1]]
    for secret in secrets:
        reason = weakness(secret, history.generated, judgement.webhook_id)
        if reason:
            return [broken(RANDOM_SECRETS, f"a generated secret that can be guessed: {reason}", "a random secret")]
    return [kept(HAS_A_SECRET), *([kept(RANDOM_SECRETS)] if history.generated else [])]


def _check_known_secrets(origin: Origin, judgement: Judgement, secrets: list[str], webhook: Webhook) -> list[Finding]:
    """Return what *secrets* keep and break, of which one was seen before, in a request or a response."""
    if origin.is_accused:
        return []
    if origin.is_generated:
        whose = "this webhook" if origin.webhook_id == judgement.webhook_id else "another webhook"
        return [broken(RANDOM_SECRETS, f"a secret that was generated before, for {whose}", "a new secret")]
    is_own = origin.webhook_id == judgement.webhook_id and origin.status in {None, CREATED}
    if webhook.secrets is None and is_own:
        # After a request without an answer, any of the webhook's own secrets may be stored.
        return [kept(HAS_A_SECRET)]
    row = _attribute(origin, judgement.webhook_id, HAS_A_SECRET)
    return [broken(row, show(secrets), "a new secret, or all those stored before")]


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
