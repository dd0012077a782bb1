"""One broken requirement, told so that a stranger can act on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract_tests.answer import Answer
from contract_tests.curl import curl

if TYPE_CHECKING:
    from contract_tests.ledger import Entry
    from contract_tests.redaction import Redactor
    from contract_tests.run import Run

LONGEST = 240
"""Characters of a body that a block shows."""


@dataclass(frozen=True)
class Block:
    """The parts of a failure, redacted, in the order in which they are shown."""

    heading: str
    sent: str
    received: str
    documented: str
    remedy: str
    source: str
    curl: str
    count: int

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Label and text of each part between the heading and the curl line."""
        rows = [
            ("Sent", self.sent),
            ("Received", self.received),
            ("Documented", self.documented),
            ("Remedy", self.remedy),
            ("Source", self.source),
        ]
        if self.count > 1:
            rows.insert(0, ("Count", f"{self.count} requests show it; this is one of them"))
        return rows

    def __str__(self) -> str:
        """Return the block as plain text."""
        return "\n".join([self.heading, *(f"  {label:<11}{text}" for label, text in self.rows), f"  {self.curl}"])


def block_of(entry: Entry, run: Run, redactor: Redactor) -> Block:
    """Return the block of a requirement that failed."""
    failure = entry.failures[0]
    exchange, row = failure.exchange, entry.requirement
    outcome = exchange.outcome
    body = _cut(redactor.body(exchange.request.body))
    if isinstance(outcome, Answer):
        whole = f"{outcome.status} {_cut(redactor.body(outcome.body))}"
        answered = f"{redactor.text(failure.finding.received)}; the answer is {whole}"
    else:
        answered = outcome.value
    return Block(
        heading=f"{row.id} ({row.level}) {row.title}",
        sent=f"request {exchange.number}, {failure.title}: {exchange.request.credential.name.lower()} token, {body}",
        received=answered,
        documented=redactor.text(failure.finding.documented),
        remedy=row.remedy,
        source=row.source,
        curl=curl(exchange.request, run.settings, redactor),
        count=len({one.exchange.number for one in entry.failures}),
    )


def _cut(body: object) -> str:
    if body is None or body == "":
        return "no body"
    text = body if isinstance(body, str) else json.dumps(body)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
