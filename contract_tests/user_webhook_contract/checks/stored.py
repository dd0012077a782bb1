"""The checks of the url and the secrets of a 201, against what was sent and what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.secret_strength import weakness
from user_webhook_contract.http.status import BAD_REQUEST, CREATED, FORBIDDEN, NOT_FOUND, UNAUTHORIZED
from user_webhook_contract.judge.url import is_same

if TYPE_CHECKING:
    from user_webhook_contract.checks.history import History, Origin
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.judge.judgement import Judgement

SENT_URL: Final = "R-106"
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
}
"""The requirement that an update which is refused with this status changes nothing."""


def check_url(request: Request, url: str, judgement: Judgement, history: History) -> list[Finding]:
    """Return what the *url* of a 201 keeps and breaks."""
    sent = (judgement.body or {}).get("url")
    if "url_form" in judgement.open_points or ("null_optional" in judgement.open_points and sent is None):
        return []
    if isinstance(sent, str):
        return [kept(SENT_URL) if is_same(url, sent) else broken(SENT_URL, show(url), show(sent))]
    stored = history.webhook(request.webhook_id).urls
    if stored is None:
        return []
    if any(is_same(url, one) for one in stored):
        return [kept(row) for row in (URL_STAYS, *_not_written(request.webhook_id, history))]
    rows = {_attribute(history.urls.get(url), request.webhook_id, URL_STAYS)}
    webhook = history.webhook(request.webhook_id)
    if rows == {URL_STAYS} and webhook.keeps_url:
        # The url stays if nothing happens: what came in between has changed it.
        rows |= {_CHANGES_NOTHING[status] for status in webhook.refusals if status in _CHANGES_NOTHING}
        rows |= {OWN_WEBHOOK_ONLY} if webhook.other_webhook_changed else set()
    documented = " or ".join(map(show, sorted(stored)))
    return [broken(row, show(url), documented) for row in sorted(rows)]


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


def check_secrets(request: Request, secrets: list[Any], judgement: Judgement, history: History) -> list[Finding]:
    """Return what the *secrets* of a 201 keep and break."""
    sent = (judgement.body or {}).get("secrets")
    if sent:
        open_secrets = {"secret_items", "secret_length", "secret_characters", "duplicate_secrets"}
        if open_secrets & set(judgement.open_points):
            return []
        return [kept(SENT_SECRETS) if secrets == sent else broken(SENT_SECRETS, show(secrets), show(sent))]
    if sent == []:
        return []
    if not secrets or not all(isinstance(secret, str) and secret.strip() for secret in secrets):
        return [broken(HAS_A_SECRET, show(secrets), "at least one secret that is not empty")]
    return _check_omitted_secrets(request, secrets, history)


def _check_omitted_secrets(request: Request, secrets: list[str], history: History) -> list[Finding]:
    webhook = history.webhook(request.webhook_id)
    known = {secret: history.secrets[secret] for secret in secrets if secret in history.secrets}
    if webhook.secrets is not None and tuple(secrets) == webhook.secrets:
        if history.keeps_secrets is False and all(origin.is_generated for origin in known.values()):
            return [broken(RANDOM_SECRETS, "the same secret generated twice", "a new secret each time")]
        return [kept(HAS_A_SECRET)]
    for origin in known.values():
        if origin.is_generated:
            whose = "this webhook" if origin.webhook_id == request.webhook_id else "another webhook"
            return [broken(RANDOM_SECRETS, f"a secret that was generated before, for {whose}", "a new secret")]
        is_own = origin.webhook_id == request.webhook_id and origin.status in {None, CREATED}
        if webhook.secrets is None and is_own:
            # After a request without a response, any of the webhook's own secrets may be stored.
            return [kept(HAS_A_SECRET)]
        row = _attribute(origin, request.webhook_id, HAS_A_SECRET)
        return [broken(row, show(secrets), "a new secret, or all those stored before")]
    if webhook.written == 0:
        return [kept(HAS_A_SECRET)]
    if history.keeps_secrets and webhook.secrets is not None and webhook.refusals:
        # A target that keeps secrets has replaced them since, and nothing but refused requests came in between.
        rows = {_CHANGES_NOTHING[status] for status in webhook.refusals if status in _CHANGES_NOTHING}
        return [broken(row, show(secrets), "the secrets stored before") for row in sorted(rows)]
    for secret in secrets:
        reason = weakness(secret, history.generated, request.webhook_id)
        if reason:
            return [broken(RANDOM_SECRETS, f"a generated secret that can be guessed: {reason}", "a random secret")]
    return [kept(HAS_A_SECRET), *([kept(RANDOM_SECRETS)] if history.generated else [])]
