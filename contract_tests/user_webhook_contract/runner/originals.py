"""What the webhooks held before the run, as far as its responses tell: what is shown need not be what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.run_mark import is_of_a_run
from user_webhook_contract.checks.history import data_of
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import CREATED
from user_webhook_contract.judge.url import is_same

if TYPE_CHECKING:
    from collections.abc import Collection

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import NoResponse

URL: Final = "url"
SECRETS: Final = "secrets"
PARTS: Final = (URL, SECRETS)
"""The parts of a webhook that a run replaces and may be able to put back."""

REFUSALS: Final = range(300, 500)
"""The statuses after which a request is taken not to have been carried out, until a response shows that it was."""

MIN_SECRET: Final = 8
"""Characters of the shortest text that is taken for a whole secret."""

_MASK: Final = re.compile(
    r"\*{2}|(?:%2a){2}|[\u2022\u2026\u25cf\u2588]|\.{3}|x{4}|#{3}|_{4}|-{4}|\?{2}|<[^>]*>|\[[^\]]*\]|\{[^}]*\}"
    r"|redacted|hidden|masked|filtered",
    re.IGNORECASE,
)
"""What masks are made of, and urls and secrets hardly ever."""


@dataclass
class _Webhook:
    """What the exchanges of one webhook have shown.

    Attributes:
        carried: The parts that a request carried so far, whatever came of it.
        replaced: Those of them that may be stored: nothing refused the request.
        before: The parts that a response showed before any request carried them.
        sent: For each part the value that was accepted last; none where anything else may be stored.
        latest: The webhook as the latest 201 showed it.
    """

    carried: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict, repr=False)
    sent: dict[str, Any] = field(default_factory=dict, repr=False)
    latest: dict[str, Any] | None = field(default=None, repr=False)


class Originals:
    """Learns from every exchange what was stored before, and whether the target shows what it stores.

    Attributes:
        echoed: The parts that came back as they were sent.
        kept: The parts that an update without them showed as they had been sent before.
        distorted: The parts that came back otherwise.
        generates_secrets: Whether an update without secrets showed new ones.
    """

    def __init__(self, known_ids: Collection[str]) -> None:
        """Watch the webhooks *known_ids*."""
        self._webhooks = {identifier: _Webhook() for identifier in known_ids}
        self._values: set[int] = set()
        self._shown_for_none: Any = None
        self._unanswered: set[str] = set()
        self.echoed: set[str] = set()
        self.kept: set[str] = set()
        self.distorted: set[str] = set()
        self.generates_secrets = False

    def sends(self, request: Request) -> None:
        """Note that *request* is about to be sent: it may be carried out, whatever is answered."""
        webhook = self._webhooks.get(request.webhook_id)
        if webhook is not None:
            self._unanswered = _carried(request) - webhook.replaced
            webhook.carried |= _carried(request)
            webhook.replaced |= self._unanswered

    def learns(self, case: Case, response: Response | NoResponse) -> None:
        """Take in what *response* shows after *case* was sent."""
        webhook = self._webhooks.get(case.request.webhook_id)
        if webhook is None:
            return
        is_plain = case.judgement.must_accept and case.request.credential is Credential.VALID
        body = case.judgement.body or {}
        data = data_of(response) if isinstance(response, Response) and response.status == CREATED else None
        if isinstance(response, Response) and response.status in REFUSALS:
            webhook.replaced -= self._unanswered
        # Of what must be accepted, the judge has read every spelling.
        carried = set(body) if is_plain else _carried(case.request)
        for part in PARTS:
            if part in carried:
                webhook.sent.pop(part, None)
                self._values.add(_hash(body.get(part)))
                if is_plain and data is not None:
                    webhook.sent[part] = body.get(part)
                    self._compare(part, body.get(part), data.get(part), self.echoed)
            elif is_plain and data is not None and part in webhook.sent:
                self._compare_kept(part, webhook.sent[part], data.get(part))
        if data is None:
            return
        if is_plain and _is_of(data, case.request.webhook_id):
            for part in set(PARTS) - webhook.carried:
                webhook.before.setdefault(part, data.get(part))
                self._values.add(_hash(data.get(part)))
        webhook.latest = data

    def _compare(self, part: str, sent: Any, shown: Any, proven: set[str]) -> None:  # noqa: ANN401  JSON
        if is_alike(part, sent, shown):
            proven.add(part)
        elif _hash(shown) not in self._values:
            # A value of another request, or of before, is a fault; any other text is a mask or a form of what was sent.
            self.distorted.add(part)

    def _compare_kept(self, part: str, sent: Any, shown: Any) -> None:  # noqa: ANN401  JSON
        if part == URL or is_alike(part, sent, shown):
            self._compare(part, sent, shown, self.kept)
        elif shown == self._shown_for_none or _looks_masked(shown):
            self.distorted.add(part)
        else:
            self.generates_secrets = True
            self._shown_for_none = shown

    @property
    def touched(self) -> list[str]:
        """The webhooks that the run may have changed."""
        return [name for name, one in self._webhooks.items() if one.replaced or one.latest is not None]

    def is_replaced(self, identifier: str, part: str) -> bool:
        """Return whether a request may have replaced *part* of *identifier*."""
        webhook = self._webhooks[identifier]
        is_other = part == URL and URL in webhook.before and not self.is_as_before(identifier, URL)
        return part in webhook.replaced or is_other

    def url(self, identifier: str) -> tuple[str, str]:
        """Return the url of *identifier* from before the run, or why it is not known."""
        before = self._webhooks[identifier].before
        if URL not in before:
            return "", "no response showed the url from before the run"
        if not isinstance(before[URL], str) or not before[URL]:
            return "", "the first response showed no url"
        return before[URL], self._doubt(URL, [before[URL]])

    def secrets(self, identifier: str) -> tuple[list[str], str]:
        """Return the secrets of *identifier* from before the run, or why they are not known."""
        before = self._webhooks[identifier].before.get(SECRETS)
        if not isinstance(before, list) or not all(isinstance(one, str) for one in before) or not before:
            return [], "no response showed those from before the run"
        if SECRETS not in self.echoed:
            return [], "the target did not show all of the secrets that it was sent"
        if min(map(len, before)) < MIN_SECRET:
            return [], "what the first response showed is too short for whole secrets"
        return before, self._doubt(SECRETS, before)

    def _doubt(self, part: str, values: list[str]) -> str:
        """Return why *values*, which the first response showed, are not what was stored; empty if nothing says so."""
        if any(map(is_of_a_run, values)):
            return "what was stored before is of another run of the suite"
        if part in self.distorted:
            name = "urls" if part == URL else "secrets"
            return f"the target shows {name} otherwise than they were sent, so that what was stored before is not known"
        if _looks_masked(values):
            return "what the first response showed looks like a mask"
        return ""

    def is_as_before(self, identifier: str, part: str) -> bool:
        """Return whether the latest response shows of *identifier* the *part* that the first one did."""
        webhook = self._webhooks[identifier]
        if part not in webhook.before or webhook.latest is None:
            return False
        return is_alike(part, webhook.before[part], webhook.latest.get(part))


def is_alike(part: str, sent: Any, shown: Any) -> bool:  # noqa: ANN401  JSON
    """Return whether *shown* holds all of *sent*: in a url, other case and a slash at the end lose nothing."""
    if part == URL and isinstance(sent, str) and isinstance(shown, str):
        return is_same(sent, shown) or sent.lower().rstrip("/") == shown.lower().rstrip("/")
    return bool(sent == shown)


def _carried(request: Request) -> set[str]:
    """Return the parts that *request* carries in any spelling: as escapes, in UTF-16, in a body other than JSON."""
    raw = (request.body or b"").lower()
    is_coded = b"\\u" in raw or b"\0" in raw
    return {part for part in PARTS if is_coded or part.encode() in raw}


def _is_of(data: dict[str, Any], identifier: str) -> bool:
    shown = data.get("id")
    return not isinstance(shown, str) or shown.lower() == identifier.lower()


def _looks_masked(value: Any) -> bool:  # noqa: ANN401  JSON
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(one, str) and _MASK.search(one) for one in texts)


def _hash(value: Any) -> int:  # noqa: ANN401  JSON
    return hash(str(value))
