"""What requests are made from: urls, secrets and ids that no other request has."""

from __future__ import annotations

import random
import string
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.traits import traits
from user_webhook_contract.http.request import Json, Request, encode
from user_webhook_contract.judge.judge import Judgement, judge

if TYPE_CHECKING:
    from user_webhook_contract.settings import Settings

MIN_LONG_ID: Final = 16
"""Characters from which an id is no counter."""

_SECRET_CHARACTERS: Final = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Case:
    """A planned request: why it is sent, and what it is about."""

    title: str
    request: Request
    traits: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass
class CaseFactory:
    """Makes requests that are told apart by what they carry: every url and every secret is sent once only.

    The seed decides all of it.
    """

    settings: Settings
    rng: random.Random = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        """Start from the seed."""
        self.rng = random.Random(self.settings.seed)  # noqa: S311  to be repeated, not to be secret
        self.unknown_id = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        self.name = f"{self.rng.getrandbits(32):08x}"

    @property
    def known_ids(self) -> frozenset[str]:
        """The webhooks that exist."""
        return frozenset(filter(None, (self.settings.webhook_id, self.settings.second_webhook_id)))

    @property
    def has_long_ids(self) -> bool:
        """The ids are so long and so mixed that an id one character away belongs to nobody."""
        return all(len(one) >= MIN_LONG_ID and not one.isdigit() for one in self.known_ids)

    def url(self) -> str:
        """Return a plain legal url that no other request has; its path has capitals, so that case is seen to be kept."""
        self.count += 1
        return f"https://hooks.example.com/Run-{self.name}/{self.count}"

    def distinct(self, url: str) -> str:
        """Return *url* with a segment or a query of its own, of the same features."""
        self.count += 1
        head, hash_, fragment = url.partition("#")
        if "?" in head:
            return f"{head}&run={self.name}{self.count}{hash_}{fragment}"
        if head.count("/") > len("//") and head.endswith("/"):
            return f"{head}{self.name}{self.count}/{hash_}{fragment}"
        if head.count("/") > len("//"):
            return f"{head}-{self.name}{self.count}{hash_}{fragment}"
        return url

    def secret(self, length: int = 32) -> str:
        """Return a secret that no other request has."""
        return "".join(self.rng.choices(_SECRET_CHARACTERS, k=length))

    def secrets(self, count: int, length: int = 32) -> list[str]:
        """Return *count* secrets in descending order, so that a sorted or reversed list is told apart."""
        return sorted((self.secret(length) for _ in range(count)), reverse=True)

    def bad_secrets(self, value: Json) -> Json:
        """Return what an entry of ``BAD_SECRETS`` stands for."""
        if value == "same":
            return [self.secret()] * 3
        return self.secrets(value) if type(value) is int else value

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
        request = Request(webhook_id or self.settings.webhook_id, content, **rest)
        found = self.judge(request)
        special = traits(request, found.body) if found.must_accept and found.body is not None else {}
        return Case(title, request, special)

    def judge(self, request: Request) -> Judgement:
        """Return what the documents say of *request*."""
        return judge(request, self.known_ids)
