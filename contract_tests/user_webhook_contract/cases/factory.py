"""Makes cases: requests with urls, secrets and ids that no other request has, each with its judgement."""

from __future__ import annotations

import random
import re
import string
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.operators.value import ABSENT, EVENTS
from user_webhook_contract.cases.run_mark import new_mark
from user_webhook_contract.cases.traits import SAME_UPDATE_AGAIN, traits
from user_webhook_contract.http.authorization import is_itself
from user_webhook_contract.http.request import Credential, Json, Request, encode
from user_webhook_contract.judge.judge import judge
from user_webhook_contract.judge.url import MAX_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_contract.judge.judgement import Judgement
    from user_webhook_contract.settings import Settings

MIN_LONG_ID: Final = 16
"""Characters from which an id is not taken for a counter."""

MIN_MARKED_SECRET: Final = 28
"""Characters of a secret that has room for the mark of the run."""

RESERVED_HOST: Final = "hooks.example.com"
"""A host that belongs to nobody (RFC 2606)."""

_SCHEME_AND_HOST: Final = re.compile(r"(?P<scheme>https://(?:[^/?#@]*@)?)(?P<host>[^/?#:]+)", re.IGNORECASE)
_SECRET_CHARACTERS: Final = string.ascii_letters + string.digits
_FILL: Final = re.compile(r"\{(?P<kind>fill|hex|HEX):(?P<length>\d+)\}")


@dataclass(frozen=True)
class Case:
    """A request, why it is sent, and what the documents say of it.

    Attributes:
        title: Why it is sent.
        traits: What is special about a valid update, each with the requirement that says it is accepted.
    """

    title: str
    request: Request
    judgement: Judgement
    traits: dict[str, str] = field(default_factory=dict, hash=False)


class CaseFactory:
    """Makes cases that differ in what they carry: every url and every secret is sent once only.

    The seed of the settings decides all of it but for the mark of the run, which no other run has.
    """

    def __init__(self, settings: Settings) -> None:
        """Make requests to the webhooks of *settings*."""
        self.settings = settings
        self.known_ids = frozenset(filter(None, (settings.webhook_id, settings.second_webhook_id)))
        self._rng = random.Random(settings.seed)  # noqa: S311  to be repeated, not to be secret
        self._count = 0
        self.unknown_id = self.new_id()
        self.mark = new_mark()

    @property
    def has_long_ids(self) -> bool:
        """The ids are long and mixed: an id one character away belongs to no other webhook."""
        return all(map(is_long_id, self.known_ids))

    def new_id(self) -> str:
        """Return an id that no webhook has, another one each time."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def can_send(self, credential: Credential) -> bool:
        """Return whether *credential* is what its name says, with the tokens of the run."""
        return is_itself(credential, self.settings.token, self.settings.forbidden_token)

    @property
    def url_host(self) -> str:
        """The host of the plain urls."""
        return self.settings.url_host or RESERVED_HOST

    def url(self) -> str:
        """Return a plain legal url that no other request has; its path has capitals, to show whether case is kept."""
        self._count += 1
        return f"https://{self.url_host}/Run-{self.mark}/{self._count}"

    def hosted(self, url: str) -> str:
        """Return *url* at the host that the settings name, if they name one; in capitals if its own host has some."""
        if not self.settings.url_host:
            return url

        def replaced(found: re.Match[str]) -> str:
            is_plain = found["host"] == found["host"].lower()
            return found["scheme"] + (self.url_host if is_plain else self.url_host.upper())

        return _SCHEME_AND_HOST.sub(replaced, url, count=1)

    def distinct(self, url: str) -> str:
        """Return *url* with a segment or a query of its own, and the same traits."""
        self._count += 1
        own = f"Run-{self.mark}-{self._count}"
        head, hash_, fragment = url.partition("#")
        if "?" in head:
            return f"{head}&run={own}{hash_}{fragment}"
        if head.count("/") > len("//"):
            return f"{head}{own}/{hash_}{fragment}" if head.endswith("/") else f"{head}-{own}{hash_}{fragment}"
        return url

    def secret(self, length: int = 32, characters: str = _SECRET_CHARACTERS) -> str:
        """Return a secret that no other request has."""
        is_marked = length >= MIN_MARKED_SECRET and characters == _SECRET_CHARACTERS
        beginning = f"Run{self.mark}" if is_marked else ""
        return beginning + "".join(self._rng.choices(characters, k=length - len(beginning)))

    def secrets(self, count: int, length: int = 32) -> list[str]:
        """Return *count* secrets in descending order, to show whether a target sorts or reverses them."""
        return sorted((self.secret(length) for _ in range(count)), reverse=True)

    def filled_url(self, value: Json) -> Json:
        """Return *value*, the host and what no other url has in their places."""
        self._count += 1
        own = f"Run-{self.mark}-{self._count}"

        def fill(text: str) -> str:
            text = text.replace("{host}", self.url_host).replace("{own}", own)
            return text.replace("{fill}", "f" * (MAX_LENGTH - len(text) + len("{fill}"))) if "{fill}" in text else text

        return _mapped(fill, value)

    def legal_url(self, template: str) -> str:
        """Return the legal url of *template*, at the host that the settings name, if they name one."""
        url: str = self.filled_url(template)
        hosted = self.hosted(url)
        return url if hosted == url else self.distinct(hosted)

    def filled_secrets(self, value: Json) -> Json:
        """Return *value* with what no other secret has in its places."""
        own = {
            "{own}": f"Run{self.mark}" + self.secret(5),
            "{short}": self.secret(8),
            "{digits}": self.secret(12, string.digits),
            "{uuid}": self.new_id(),
            "{UUID}": self.new_id().upper(),
            "{upper}": self.secret(12, string.ascii_uppercase),
            "{lower}": self.secret(12, string.ascii_lowercase),
        }

        def fill(text: str) -> str:
            for name, replacement in own.items():
                text = text.replace(name, replacement)
            found = _FILL.search(text)
            if not found:
                return text
            characters = {"hex": "0123456789abcdef", "HEX": "0123456789ABCDEF"}.get(found["kind"], _SECRET_CHARACTERS)
            length = max(int(found["length"]) - len(text) + len(found[0]), 0)
            return text.replace(found[0], "".join(self._rng.choices(characters, k=length)))

        return _mapped(fill, value)

    def full_body(self, **changes: Json) -> dict[str, Json]:
        """Return a valid body with everything in it, but for *changes*."""
        body = {"url": self.url(), "events": [EVENTS[4], EVENTS[1]], "secrets": self.secrets(1), **changes}
        return {name: value for name, value in body.items() if value is not ABSENT}

    def case(
        self,
        title: str,
        body: bytes | dict[str, Any] | None,
        *,
        webhook_id: str = "",
        **rest: Any,  # noqa: ANN401  the fields of Request
    ) -> Case:
        """Return a case of the webhook *webhook_id*, by default the first."""
        content = encode(body) if isinstance(body, dict) else body
        return self.case_of(title, Request(webhook_id or self.settings.webhook_id, content, **rest))

    def case_of(self, title: str, request: Request) -> Case:
        """Return *request* as a case: this is where it is judged, once."""
        judgement = judge(request, self.known_ids)
        if judgement.must_accept and judgement.body is not None:
            return Case(title, request, judgement, traits(request, judgement.body))
        return Case(title, request, judgement)


def is_long_id(identifier: str) -> bool:
    """Return whether *identifier* is long and mixed, so that it is not taken for a counter."""
    return len(identifier) >= MIN_LONG_ID and not identifier.isdigit()


def again(case: Case) -> Case:
    """Return *case* to be sent a second time: that it is accepted again is a trait of its own."""
    return replace(
        case, title="the same update again", traits={**case.traits, "the same update again": SAME_UPDATE_AGAIN}
    )


def _mapped(change: Callable[[str], str], value: Json) -> Json:
    """Return *value* with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(change, one) for one in value]
    return {name: _mapped(change, one) for name, one in value.items()} if isinstance(value, dict) else value
