"""A broken requirement, described so that anybody can act on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

MAX_BODY: Final = 240
"""Characters of a body that the details show."""

MAX_SHORT_BODY: Final = 100
"""Characters of a body that the first lines of a report show."""

SEVERITY: Final = "43751268"
"""The sections by the first digit of their ids, the most severe first: authorisation, state, robustness, unknown ids,
success, rules of the request, error bodies."""


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
            rows.insert(0, ("Seen in", f"{self.count} requests; one is shown"))
        if self.also:
            rows.append(("Also breaks", self.also))
        return rows

    def __str__(self) -> str:
        """Return the details as plain text."""
        return "\n".join([self.heading, *(f"  {label:<12}{text}" for label, text in self.rows), f"  {self.curl}"])


def all_failures(report: dict[str, Any]) -> list[FailureDetails]:
    """Return the details of each cause in *report*, the most severe first."""
    return [failure_details(first, report, others) for first, *others in causes(report)]


def causes(report: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the broken requirements of *report*, the most severe first, those of one cause together."""
    found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    failing = [row for row in report["requirements"] if row["verdict"] == "fail"]
    for row in sorted(failing, key=lambda one: (one["level"], SEVERITY.find(one["id"][2:3]))):
        found.setdefault(_cause(row, report), []).append(row)
    return list(found.values())


def first_fix(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return label and text of three lines on what to fix first; none if nothing fails.

    They are the most severe requirement that fails, the shortest request that shows it, and the remedy.
    """
    broken = causes(report)
    if not broken:
        return []
    row = broken[0][0]
    failure = min(row["failures"], key=lambda one: len(exchange_of(one, report)["curl"]))
    shortest = exchange_of(failure, report)
    return [
        ("Fix first", f"{row['id']} ({row['level']}) {failure['headline'] or row['title']}"),
        ("Shown by", f"request {shortest['number']}: {sent_text(shortest['request'], MAX_SHORT_BODY)}"),
        ("Remedy", row["remedy"]),
    ]


def failure_details(
    row: dict[str, Any], report: dict[str, Any], also: list[dict[str, Any]] | None = None
) -> FailureDetails:
    """Return the details of the requirement *row* of *report*, which failed, as did *also* from the same cause."""
    failure = row["failures"][0]
    exchange = exchange_of(failure, report)
    request, response = exchange["request"], exchange["answer"]
    received = failure["received"]
    if response["status"] is not None:
        received = f"{received}; the response is {response['status']} {body_text(response['body'])}"
    return FailureDetails(
        level=row["level"],
        heading=f"{row['id']} ({row['level']}) {failure['headline'] or row['title']}",
        also=", ".join(f"{one['id']} {one['title']}" for one in also or ()),
        count=row["failing_requests"],
        sent=f"request {exchange['number']}, {failure['title']}: {sent_text(request)}",
        received=received,
        documented=failure["documented"],
        remedy=row["remedy"],
        source=row["source"],
        curl=exchange["curl"],
    )


def _cause(row: dict[str, Any], report: dict[str, Any]) -> tuple[object, ...]:
    """Return what failures with the same cause share: the same response, wrong in the same way."""
    failure = row["failures"][0]
    response = exchange_of(failure, report)["answer"]
    return failure["received"], response["status"], json.dumps(response.get("body"))


def exchange_of(failure: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """Return the request and the response of *failure*."""
    found: dict[str, Any] = next(one for one in report["exchanges"] if one["number"] == failure["request"])
    return found


def sent_text(request: dict[str, Any], max_length: int = MAX_BODY) -> str:
    """Return the credential and the body of a request of a report on one line."""
    return f"credential {request['credential'].replace('_', ' ')}, {body_text(request['body'], max_length)}"


def body_text(body: dict[str, Any], max_length: int = MAX_BODY) -> str:
    """Return the body of a request or a response of a report on one line, cut if it is long."""
    if body["kind"] == "none":
        return "no body"
    value = body["value"]
    if value == "" and body["kind"] == "text":
        return "an empty body"
    text = value if isinstance(value, str) and body["kind"] != "json" else json.dumps(value)
    length = body.get("length", len(text))
    return text if len(text) <= max_length else f"{text[:max_length]}... ({length} characters)"
