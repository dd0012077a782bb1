"""matrix.html and matrix.json: requirements and choices of many vendors, side by side."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from user_webhook_contract.forms.html import TEMPLATES, environment
from user_webhook_contract.report.totals import totals, verdict_kind, verdict_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SCHEMA: Final = "urn:user-webhook-contract:matrix:1"
UNSEEN: Final = "unknown"
"""The value of a choice that a run did not see."""

GROUP: Final = 50
"""Vendors side by side: as many as a screen and a sheet of paper hold."""

FEW: Final = 12
"""Vendors up to which there is room for words in place of letters."""

Signed = tuple[dict[str, Any], dict[str, Any]]
"""A report and the state of its signature."""


def matrix_data(reports: Iterable[Signed], now: datetime) -> dict[str, Any]:
    """Return what the page shows, as JSON data: the newest of *reports* of each vendor at the time *now*."""
    newest = _newest(reports)
    columns = [_column(report, signature, now) for report, signature in newest]
    known = [report for report, _ in newest]
    baselines = {column["baseline"] for column in columns}
    rows = _by_id(report["requirements"] for report in known)
    choices = _by_id((report["choices"] for report in known), "name")
    found = {
        "schema": SCHEMA,
        "made": now.isoformat(timespec="seconds"),
        "is_comparable": len(baselines) == 1,
        "vendors": columns,
        "requirements": [
            {
                **{name: row[name] for name in ("id", "level", "title", "section")},
                "verdicts": [_verdict(report, identifier) for report in known],
            }
            for identifier, row in rows.items()
            if row["is_tested"]
        ],
        "choices": [
            {
                "name": name,
                "question": choice["question"],
                "documents": choice["documents"],
                "values": [_value(report, name) for report in known],
            }
            for name, choice in choices.items()
        ],
    }
    return {**found, "sentences": sentences(found)}


def sentences(data: dict[str, Any]) -> list[str]:
    """Return what the documents should say, one sentence for each choice on which vendors differ."""
    names = [vendor["name"] for vendor in data["vendors"]]
    found = []
    for choice in data["choices"]:
        groups: dict[str, list[str]] = defaultdict(list)
        for name, value in zip(names, choice["values"], strict=True):
            if value != UNSEEN:
                groups[value].append(name)
        if len(groups) > 1:
            sides = "; ".join(
                f"{value} ({len(who)}: {', '.join(who[:5])}{', ...' * (len(who) > 5)})"  # noqa: PLR2004  a line
                for value, who in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
            )
            found.append(
                f"{choice['name']}: {choice['question']} Vendors differ: {sides}. The documents should say which."
            )
    return found


def matrix_html(data: dict[str, Any]) -> str:
    """Return the page on *data*: one file without scripts, which loads nothing."""
    style = (TEMPLATES / "matrix.css").read_text(encoding="utf-8")
    sections: dict[str, list[dict[str, Any]]] = {}
    for row in data["requirements"]:
        sections.setdefault(row["section"], []).append(row)
    return (
        environment()
        .get_template("matrix.html")
        .render(
            data=data,
            sections=sections,
            choices=[(choice, seen(choice["values"])) for choice in data["choices"]],
            group_size=GROUP,
            few=FEW,
            style=Markup(style),  # noqa: S704  the kit's own file
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )


def seen(values: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return each of *values* that runs saw, the most frequent first, with a letter from A on and how often it is there."""
    counts = Counter(value for value in values if value != UNSEEN)
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    return {value: (chr(ord("A") + place), counts[value]) for place, value in enumerate(ordered)}


def _newest(reports: Iterable[Signed]) -> Sequence[Signed]:
    """Return the newest report of each vendor's product, in the order of their names."""
    found: dict[str, Signed] = {}
    for report, signature in reports:
        name = vendor_name(report)
        if name not in found or _time(found[name][0]) < _time(report):
            found[name] = report, signature
    return [found[name] for name in sorted(found, key=str.casefold)]


def vendor_name(report: dict[str, Any]) -> str:
    """Return whose product a report is about: vendor, product and environment, or else the target."""
    attestation = report["attestation"]
    parts = [attestation[name] for name in ("vendor", "product") if attestation[name]]
    where = attestation.get("environment", "")
    return f"{' '.join(parts) or report['target']}{f' ({where})' if where else ''}"


def _column(report: dict[str, Any], signature: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "name": vendor_name(report),
        "version": report["attestation"]["product_version"],
        "target": report["target"],
        "verdict": verdict_text(report),
        "kind": verdict_kind(report),
        "passed": totals(report).passed,
        "tested": totals(report).tested,
        "profiles": {one["name"]: one["verdict"] for one in report["profiles"]},
        "is_proof": all(one["is_proof"] for one in report["profiles"]),
        "started": report["started"],
        "age_days": (now - _time(report)).days,
        "is_expired": bool(report["valid_until"]) and report["valid_until"] < now.date().isoformat(),
        "baseline": report["baseline"]["sha256"],
        "signature": signature["state"],
        "key": signature["key"],
        "content_sha256": report["content_sha256"],
        "supersedes": report["supersedes"],
        "challenge": report.get("challenge", ""),
    }


def _time(report: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(report["started"])


def _by_id(tables: Iterable[Iterable[dict[str, Any]]], name: str = "id") -> dict[str, dict[str, Any]]:
    """Return the rows of all *tables* by their field *name*, sorted by it."""
    found = {row[name]: row for table in tables for row in table}
    return dict(sorted(found.items()))


def _verdict(report: dict[str, Any], identifier: str) -> str:
    return next((row["verdict"] for row in report["requirements"] if row["id"] == identifier), "absent")


def _value(report: dict[str, Any], name: str) -> str:
    return next((one["value"] for one in report["choices"] if one["name"] == name), UNSEEN)
