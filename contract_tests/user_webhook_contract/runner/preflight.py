"""The first responses of a run: whether target, token and id are what the user meant."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.history import History
from user_webhook_contract.http.response import NOT_JSON, NoResponse, Response
from user_webhook_contract.http.status import (
    BAD_REQUEST,
    FORBIDDEN,
    GATEWAY_ERRORS,
    NOT_FOUND,
    REDIRECTS,
    UNAUTHORIZED,
)
from user_webhook_contract.results.redaction import Redactor

if TYPE_CHECKING:
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.settings import Settings

_TLS_WORDS: Final = (b"HTTPS", b"SSL", b"TLS")
"""Words of the page with which a TLS port refuses plain HTTP."""

_TLS_REMEDY: Final = "Check the address; if it asks for a certificate, give --client-cert"

MAX_BODY: Final = 200
"""Characters of a target's own words that a message quotes."""

_REMEDIES: Final = {
    NoResponse.TIMED_OUT: "Check the address, or raise --timeout",
    NoResponse.DROPPED: "Check the address; a TLS port needs https://",
    NoResponse.GARBLED: "Check the address; a TLS port needs https://",
    NoResponse.GATEWAY: "Start the API behind it",
}


def is_redirect(response: Response | NoResponse) -> bool:
    """Return whether the target redirects the client."""
    return isinstance(response, Response) and response.status in REDIRECTS


def setup_error(exchange: Exchange, settings: Settings) -> str:
    """Return what the user has to fix if target, token or id are wrong; empty if *exchange* does not show it."""
    response, identifier = exchange.response, exchange.request.webhook_id
    if isinstance(response, NoResponse):
        remedy = _REMEDIES[response]
        if settings.target.startswith("https:") and response in (NoResponse.DROPPED, NoResponse.GARBLED):
            remedy = _TLS_REMEDY
        return f"--target={settings.target!r} does not respond: {response.value}. {remedy}."
    if is_redirect(response):
        place = response.headers.get("location", "")
        return f"--target={settings.target!r} redirects to {place!r}: give the address that it leads to."
    is_refused = response.status == BAD_REQUEST and response.json is NOT_JSON
    if is_refused and settings.target.startswith("http:") and any(word in response.body for word in _TLS_WORDS):
        return f"--target={settings.target!r} refuses plain HTTP: use https:// if it speaks TLS."
    if response.status in GATEWAY_ERRORS:
        return (
            f"--target={settings.target!r} answers {response.status}, like a gateway whose API is down: start the API."
        )
    option = "--webhook-id" if identifier == settings.webhook_id else "--second-webhook-id"
    if response.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return f"a proxy before --target={settings.target!r} answers 407: give its user name and password in --proxy."
    says = _body_text(response, settings)
    lines = {
        UNAUTHORIZED: f"the target answers 401 to --token: give a token that is valid and not expired.{says}",
        FORBIDDEN: f"the target answers 403 to --token: give a token with the scope to update webhooks.{says}",
        NOT_FOUND: f"the target answers 404 to {option}={identifier!r}: give the id of a webhook that "
        f"exists there, and check that --target={settings.target!r} is the address before /api/v2/public.{says}",
    }
    return lines.get(response.status, "")


def _body_text(response: Response, settings: Settings) -> str:
    """Return what the target says itself, without tokens and on one line: a gateway before it may want something else."""
    if not response.body:
        return ""
    body = Redactor(settings, History()).body(response.body)
    text = body if isinstance(body, str) else json.dumps(body)
    return f" It says: {text if len(text) <= MAX_BODY else f'{text[:MAX_BODY]}...'}"
