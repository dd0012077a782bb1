"""Which broken requirements have one cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_contract.http.response import Response
from user_webhook_contract.results.ledger import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.results.ledger import Entry, Failure

SEVERITY: Final = "43751268"
"""The sections by the first digit of their ids, the most severe first: authorisation, state, robustness, unknown ids,
success, rules of the request, error bodies."""


def by_severity(identifier: str, level: str) -> tuple[str, int]:
    """Return the key by which requirements are sorted, the most severe first."""
    return level, SEVERITY.find(identifier[2:3])


def followed(entries: Iterable[Entry]) -> dict[str, str]:
    """Return, for each broken requirement that follows from another one, that other one: it is counted once.

    It follows where each of its failures is a failure of more severe ones, too, by the same finding, or where what shows
    it best happened to the other one, too: the same headline, or the same response, wrong in the same way.
    """
    broken = [entry for entry in entries if entry.verdict is Verdict.FAIL]
    ordered = sorted(broken, key=lambda one: by_severity(one.requirement.id, one.requirement.level))
    found: dict[str, str] = {}
    seen: dict[tuple[object, ...], str] = {}
    shown: dict[tuple[object, ...], str] = {}
    for entry in ordered:
        name = entry.requirement.id
        keys = [_key(failure) for failure in entry.failures]
        cause = seen[keys[0]] if all(key in seen for key in keys) else shown.get(_event(entry.failures[0]), name)
        if cause != name:
            found[name] = cause
        for key in keys:
            seen.setdefault(key, cause)
        shown.setdefault(_event(entry.failures[0]), cause)
    return found


def _key(failure: Failure) -> tuple[object, ...]:
    finding = failure.finding
    return failure.exchange.number, finding.received, finding.documented, finding.headline


def _event(failure: Failure) -> tuple[object, ...]:
    if failure.finding.headline:
        return (failure.finding.headline,)
    response = failure.exchange.response
    content = (response.status, response.body) if isinstance(response, Response) else (None, response)
    return failure.finding.received, *content
