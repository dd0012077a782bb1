"""Puts a webhook back, as far as its state from before the run is known, and says of the rest why not."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.checks.history import data_of
from user_webhook_contract.http.client import BudgetSpentError, Client, RateLimitedError, TargetDownError
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import CREATED
from user_webhook_contract.judge.url import is_same
from user_webhook_contract.runner.originals import PARTS, SECRETS, URL, Originals

if TYPE_CHECKING:
    from user_webhook_contract.cases.factory import Case, CaseFactory

UNTOUCHED: Final = (
    "left alone: no update with a url or secrets was accepted. A target that makes new secrets whenever an update "
    "omits them has made some."
)

REPLACED: Final = "The secrets from before the run were replaced by its requests"


class Restoration:
    """Sends one update with what was stored before, and one without it, whose answer shows whether it is stored."""

    def __init__(self, originals: Originals, factory: CaseFactory, client: Client) -> None:
        """Send by *client* what *originals* knows."""
        self._originals = originals
        self._factory = factory
        self._client = client

    def restore(self, identifier: str) -> str:
        """Put the webhook *identifier* back; return what was put back, and what was not and why."""
        originals = self._originals
        if not any(originals.is_replaced(identifier, part) for part in PARTS):
            return UNTOUCHED
        url, no_url = self._url(identifier)
        old, no_secrets = self._secrets(identifier)
        # A url and secrets of the run follow from its seed and its mark: nobody is to call or to sign with them.
        made_up = [secrets.token_hex(16)]
        body: dict[str, Any] = {"events": ["all"]}
        if originals.is_replaced(identifier, URL):
            body[URL] = url or self._factory.url()
        if originals.is_replaced(identifier, SECRETS):
            body[SECRETS] = old or made_up
        problem, shown = self._send(identifier, body)
        if problem:
            return f"not put back: {problem}"
        back = []
        if url:
            is_back = is_same(url, str(shown.get(URL)))
            no_url = "" if is_back else "the response after it shows another, or another form of it"
            back += [URL] if is_back else []
        if old:
            no_secrets = "" if old == shown.get(SECRETS) else f"{REPLACED}: the response after them shows others."
            back += [] if no_secrets else [SECRETS]
        return " ".join(filter(None, [*self._told(back, no_url), no_secrets, _events(shown)]))

    def _url(self, identifier: str) -> tuple[str, str]:
        """Return the url to send, and why it is none."""
        if not self._originals.is_replaced(identifier, URL):
            return "", ""
        url, doubt = self._originals.url(identifier)
        return ("", doubt) if doubt else (url, "")

    def _secrets(self, identifier: str) -> tuple[list[str], str]:
        """Return the secrets to send, and a sentence if they are not those from before the run."""
        originals = self._originals
        if originals.generates_secrets and SECRETS not in originals.distorted:
            return [], f"{REPLACED}: the target makes new ones whenever an update omits them."
        if not originals.is_replaced(identifier, SECRETS):
            is_as_before = originals.is_as_before(identifier, SECRETS)
            return [], "" if is_as_before else f"{REPLACED}, or are not shown."
        old, doubt = originals.secrets(identifier)
        if not doubt:
            return old, ""
        return [], f"Its secrets are not put back: {doubt}. It was sent a new random one, which is shown nowhere."

    def _send(self, identifier: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Send *body* and read the webhook back; return what went wrong, and what the second response shows."""
        case = self._factory.case("what was stored before", body, webhook_id=identifier)
        problem, _ = self._sent(case)
        if problem:
            # It may be the url alone that is refused: what the run stored is not to stay.
            other = body | ({URL: self._factory.url()} if URL in body else {})
            self._sent(self._factory.case("another url and what was stored before", other, webhook_id=identifier))
            return problem, {}
        case = self._factory.case("whether it is stored", {"events": body["events"]}, webhook_id=identifier)
        problem, shown = self._sent(case)
        return problem and f"the update was accepted, but no response shows that it is stored: {problem}", shown

    def _sent(self, case: Case) -> tuple[str, dict[str, Any]]:
        try:
            response = self._client.send(case.request).response
        except (BudgetSpentError, TargetDownError, RateLimitedError) as error:
            return str(error) or "no request or no time was left.", {}
        if isinstance(response, Response) and response.status == CREATED:
            return "", data_of(response)
        received = response.status if isinstance(response, Response) else response.value
        return f"the target answered {received}.", {}

    def _told(self, back: list[str], no_url: str) -> list[str]:
        """Return what is told of the url, and of the secrets if they are put back."""
        if back == [URL, SECRETS]:
            told = "url and secrets are put back"
        elif back:
            told = "the url is put back" if back == [URL] else "the secrets are put back"
        else:
            told = ""
        if URL in back and URL not in self._originals.kept:
            told += ", as the first response showed it; whether that is all of it, the run did not see"
        return [told and f"{told}.", no_url and f"The url is not put back: {no_url}."]


def _events(shown: dict[str, Any]) -> str:
    now = "it now subscribes to all" if shown.get("events") == ["all"] else "the run has changed them"
    return f"Its events cannot be read first; {now}."
