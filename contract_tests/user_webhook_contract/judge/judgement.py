"""What the documents say of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.http.status import (
    BAD_REQUEST,
    CREATED,
    LENGTH_REQUIRED,
    NOT_FOUND,
    PAYLOAD_TOO_LARGE,
    UNAUTHORIZED,
    UNSUPPORTED_MEDIA_TYPE,
    URI_TOO_LONG,
)

if TYPE_CHECKING:
    from user_webhook_api.rules import Rule

CHUNKED: Final = "chunked"
"""The open point of a request whose body a server may be unable to read."""

_OPEN_STATUSES: Final = {
    "media_type": {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE},
    "charset": {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE},
    "body_limit": {BAD_REQUEST, PAYLOAD_TOO_LARGE},
    "odd_id": {BAD_REQUEST, NOT_FOUND, URI_TOO_LONG},
    "uuid_forms": {BAD_REQUEST, NOT_FOUND},
    "token_words": {UNAUTHORIZED},
    "scheme_case": {UNAUTHORIZED},
    CHUNKED: {BAD_REQUEST, LENGTH_REQUIRED},
}
"""The statuses that an open point allows; any other one allows 400."""


@dataclass(frozen=True)
class ExpectedError:
    """An error in a request, with the status that refuses it and the requirement that says so."""

    status: int
    requirement: str


@dataclass(frozen=True)
class Judgement:
    """What the documents say of a request.

    Attributes:
        expected_errors: Each may be answered with its status; which of them comes first is open.
        open_points: What the documents leave open; with any of them, the request may also be refused.
        violated: The rules that the body violates.
        possible: The rules that it violates in some readings.
        has_free_message: Whether no rule says how a 400 is worded.
        body: The JSON object that was sent, if every reader finds the same one.
        possible_body: The JSON object that some reader may find, where not every reader finds one.
        is_unreadable: Whether some reader finds no JSON in what was sent.
        webhook_id: The webhook that the request is about, as its owner writes it.
        may_be_refused_early: Whether what stands in front of the API may refuse it, by a 400 in words of its own.
    """

    expected_errors: tuple[ExpectedError, ...] = ()
    open_points: tuple[str, ...] = ()
    violated: tuple[Rule, ...] = ()
    possible: tuple[Rule, ...] = ()
    has_free_message: bool = False
    body: dict[str, Any] | None = field(default=None, repr=False)
    is_unreadable: bool = False
    possible_body: dict[str, Any] | None = field(default=None, repr=False)
    webhook_id: str = ""
    may_be_refused_early: bool = False

    @property
    def must_accept(self) -> bool:
        """Only a 201 is right."""
        return not self.expected_errors and not self.open_points

    @property
    def must_refuse(self) -> bool:
        """A 201 is wrong."""
        return bool(self.expected_errors)

    @property
    def is_of_unknown_webhook(self) -> bool:
        """No webhook has the id of the request."""
        return any(error.status == NOT_FOUND for error in self.expected_errors)

    @property
    def is_open_by_chunks_alone(self) -> bool:
        """Nothing but its transfer coding can keep the request from being accepted."""
        return self.open_points == (CHUNKED,) and not self.expected_errors

    @property
    def statuses(self) -> frozenset[int]:
        """Every status that is right."""
        expected = {error.status for error in self.expected_errors} or {CREATED}
        early = {BAD_REQUEST} if self.may_be_refused_early else set()
        return frozenset(
            expected.union(early, *(_OPEN_STATUSES.get(point, {BAD_REQUEST}) for point in self.open_points))
        )

    @property
    def has_messages(self) -> bool:
        """The documents say which messages a 400 carries."""
        return bool(self.violated) and not self.has_free_message
