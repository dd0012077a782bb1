"""A broken requirement, described so that anybody can act on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from user_webhook_contract.report.causes import by_severity

MAX_BODY: Final = 240
"""Characters of a body that the details show."""

MAX_SHORT_BODY: Final = 100
"""Characters of a body that the first lines of a report show."""


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
    page: str
    curl: str
    curl_note: str

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Label and text of each part between the heading and the curl line."""
        rows = [
            ("Sent", self.sent),
            ("Received", self.received),
            ("Documented", self.documented),
            ("Remedy", self.remedy),
            ("Source", self.source),
            ("Page", self.page),
        ]
        if self.count > 1:
            rows.insert(0, ("Seen in", f"{self.count} requests; one is shown"))
        if self.also:
            rows.append(("Also breaks", self.also))
        if self.curl_note:
            rows.append(("Repeat it", self.curl_note))
        return rows

    def __str__(self) -> str:
        """Return the details as plain text."""
        return "\n".join([self.heading, *(f"  {label:<12}{text}" for label, text in self.rows), f"  {self.curl}"])


def all_failures(report: dict[str, Any]) -> list[FailureDetails]:
    """Return the details of each cause in *report*, the most severe first."""
    return [failure_details(first, report, others) for first, *others in causes(report)]


def causes(report: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the broken requirements of *report*, the most severe first, those of one cause together."""
    found: dict[str, list[dict[str, Any]]] = {}
    failing = [row for row in report["requirements"] if row["verdict"] == "fail"]
    for row in sorted(failing, key=lambda one: by_severity(one["id"], one["level"])):
        found.setdefault(row["follows_from"] or row["id"], []).append(row)
    return list(found.values())


def first_fix(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return label and text of three lines on what to fix first; none if nothing fails.

    They are the most severe requirement that fails, the request that shows it best, and the remedy.
    """
    broken = causes(report)
    if not broken:
        return []
    row = broken[0][0]
    failure = row["failures"][0]
    shown = exchange_of(failure, report)
    return [
        ("Fix first", f"{row['id']} ({row['level']}) {failure['headline'] or row['title']}"),
        ("Shown by", f"request {shown['number']}: {sent_text(shown['request'], MAX_SHORT_BODY)}"),
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
        page=row["page"],
        curl=exchange["curl"],
        curl_note=exchange["curl_note"],
    )


def exchange_of(failure: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """Return the request and the response of *failure*."""
    found: dict[str, Any] = next(one for one in report["exchanges"] if one["number"] == failure["request"])
    return found


def sent_text(request: dict[str, Any], max_length: int = MAX_BODY) -> str:
    """Return the credential, the media type, the form and the body of a request of a report on one line."""
    return f"{manner(request)}, {body_text(request['body'], max_length)}"


def manner(request: dict[str, Any]) -> str:
    """Return how the body of a request of a report was sent."""
    media_type = (
        "no Content-Type" if request["media_type"] is None else request["media_type"] or "an empty Content-Type"
    )
    form = ", chunked" if request["is_chunked"] else ""
    form += ", on a kept connection" if request["is_on_kept_connection"] else ""
    return f"credential {request['credential'].replace('_', ' ')}, {media_type}{form}"


def body_text(body: dict[str, Any], max_length: int = MAX_BODY) -> str:
    """Return the body of a request or a response of a report on one line, cut if it is long."""
    if body["kind"] == "none":
        return "no body"
    value = body["value"]
    if value == "" and body["kind"] == "text":
        return "an empty body"
    text = value if isinstance(value, str) and body["kind"] != "json" else json.dumps(value)
    if body["kind"] == "base64":
        text = f"in Base64: {text}"
    length = body.get("length", len(text))
    return text if len(text) <= max_length else f"{text[:max_length]}... ({length} characters)"
