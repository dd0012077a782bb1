"""One broken requirement, told so that a stranger can act on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

MAX_BODY: Final = 240
"""Characters of a body that a block shows."""


@dataclass(frozen=True)
class FailureDetails:
    """The parts of a failure, redacted, in the order in which they are shown."""

    level: str
    heading: str
    also: str
    count: int
    sent: str
    received: str
    documented: str
    remedy: str
    source: str
    curl: str

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
        if self.also:
            rows.append(("Also breaks", self.also))
        return rows

    def __str__(self) -> str:
        """Return the block as plain text."""
        return "\n".join([self.heading, *(f"  {label:<12}{text}" for label, text in self.rows), f"  {self.curl}"])


def all_failures(report: dict[str, Any]) -> list[FailureDetails]:
    """Return a block for each cause in *report*, ``must`` before ``should``: what one cause breaks is one block."""
    return [failure_details(first, report, others) for first, *others in causes(report)]


def causes(report: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the broken requirements of *report*, ``must`` before ``should``, those of one cause together."""
    found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for row in sorted(report["requirements"], key=lambda one: str(one["level"])):
        if row["verdict"] == "fail":
            found.setdefault(_cause(row, report), []).append(row)
    return list(found.values())


def failure_details(
    row: dict[str, Any], report: dict[str, Any], also: list[dict[str, Any]] | None = None
) -> FailureDetails:
    """Return the block of the requirement *row* of *report*, which failed, and *also* of those with the same cause."""
    failure = row["failures"][0]
    exchange = exchange_of(failure, report)
    request, response = exchange["request"], exchange["answer"]
    received = failure["received"]
    if response["status"] is not None:
        received = f"{received}; the answer is {response['status']} {body_text(response['body'])}"
    return FailureDetails(
        level=row["level"],
        heading=f"{row['id']} ({row['level']}) {headline(row)}",
        also=", ".join(f"{one['id']} {one['title']}" for one in also or ()),
        count=row["failing_requests"],
        sent=f"request {exchange['number']}, {failure['title']}: {request['credential']} token, "
        f"{body_text(request['body'])}",
        received=received,
        documented=failure["documented"],
        remedy=row["remedy"],
        source=row["source"],
        curl=exchange["curl"],
    )


def headline(row: dict[str, Any]) -> str:
    """Return what happened to the requirement *row*, which failed."""
    return str(row["failures"][0].get("headline") or row["title"])


def _cause(row: dict[str, Any], report: dict[str, Any]) -> tuple[object, ...]:
    """Return what the failures of one fault of the target share: the same answer, wrong in the same way."""
    failure = row["failures"][0]
    response = exchange_of(failure, report)["answer"]
    return failure["received"], response["status"], json.dumps(response.get("body"))


def exchange_of(failure: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """Return the request and the answer of *failure*."""
    found: dict[str, Any] = next(one for one in report["exchanges"] if one["number"] == failure["request"])
    return found


def body_text(body: dict[str, Any]) -> str:
    """Return the body of a request or an answer of a report on one line, cut where it is long."""
    if body["kind"] == "none":
        return "no body"
    value = body["value"]
    text = value if isinstance(value, str) and body["kind"] != "json" else json.dumps(value)
    length = body.get("length", len(text))
    return text if len(text) <= MAX_BODY else f"{text[:MAX_BODY]}... ({length} characters)"
