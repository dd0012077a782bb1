"""report.html: one page to read, to act on and to sign, which loads nothing from a network."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from user_webhook_contract.forms import charts
from user_webhook_contract.forms.diff import diff
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import body_text, causes, exchange_of, failure_details, first_fix, manner
from user_webhook_contract.report.totals import totals, verdict_kind, verdict_text

TEMPLATES: Final = Path(__file__).parent / "templates"

MAX_TEXT: Final = 4000
"""Characters of a body that the page shows; ``conformance.json`` has the rest."""


def html(report: dict[str, Any]) -> str:
    """Return the page of *report*, complete: style and pictures are in it, and no script."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    broken = causes(report)
    return (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            style=Markup(style),  # noqa: S704  the kit's own file
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            causes=[(rows, failure_details(rows[0], report, rows[1:])) for rows in broken],
            first_fix=first_fix(report),
            sections=_sections(report),
            totals=totals(report),
            exchanges={one["number"]: one for one in report["exchanges"]},
            points={one[0]: one for one in report["course"]},
            named_by=_named_by(report),
            timeline=charts.timeline(report["course"]) if report["course"] else None,
            distribution=charts.distribution(report["course"]),
            outcomes=charts.table(report["course"]),
        )
    )


@cache
def environment() -> Environment:
    """Return the templates of the pages, in which every text is escaped."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        body=body, cut=cut, date=date, duration=duration, milliseconds=charts.milliseconds, number="{:,}".format
    )
    templates.globals.update(body_text=body_text, diff=diff, exchange_of=exchange_of, manner=manner)
    templates.globals.update(verdict_kind=verdict_kind, verdict_text=verdict_text)
    return templates


def visible(value: object) -> object:
    """Return *value*; in a text, what does not print (controls, marks of direction, lone surrogates) is escaped.

    Every expression of the templates passes through here, and is escaped for HTML afterwards.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(printable(line) for line in value.split("\n"))


def body(content: dict[str, Any]) -> str:
    """Return the body of a request or a response, JSON on several lines; cut if it is long."""
    value = content.get("value", "")
    if content["kind"] == "json":
        value = _laid_out(value)
    return cut(value, content.get("length"))


def cut(text: str, length: int | None = None) -> str:
    """Return *text*, or its beginning and how long it is; *length*: that of the whole, if *text* is a part."""
    if length is None and len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}\n... cut here: {length or len(text):,} characters in total"


def date(text: str) -> str:
    """Return the time *text*, in the form of ISO 8601, in words."""
    time = datetime.fromisoformat(text)
    return f"{time.day} {time:%B %Y, %H:%M:%S} {time.tzname() or ''}".strip()


def duration(seconds: float) -> str:
    """Return *seconds* in words."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _laid_out(value: object) -> str:
    try:
        return json.dumps(value, indent=2, ensure_ascii=False)
    except RecursionError:  # nested too deep for the encoder that indents
        return json.dumps(value, ensure_ascii=False)


def _sections(report: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the requirements by their section of the documents."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in report["requirements"]:
        found.setdefault(row["section"], []).append(row)
    return found


def _named_by(report: dict[str, Any]) -> dict[int, list[str]]:
    """Return the requirements that name each request, by its number."""
    found: dict[int, list[str]] = {}
    for row in report["requirements"]:
        for number in sorted({row["first_proof"], *(one["request"] for one in row["failures"])} - {None}):
            found.setdefault(number, []).append(row["id"])
    return found
