"""summary.md: the run on one page, for the summary of a CI job."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import all_failures
from user_webhook_contract.report.totals import totals, verdict_text
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.report.failure import FailureDetails

STEP_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
"""The variable in which GitHub Actions names the file that it shows on the page of a job."""

JUDGED: Final = {"pass", "fail", "waived"}
"""Verdicts that a response of the target has led to."""

MAX_CELL: Final = 300
"""Characters of a cell: the page is read at a glance, and GitHub takes one megabyte of it."""

_MARKS: Final = re.compile(r"[\\`*_\[\]<>#!|~&@:$]|(?<=www)\.", re.IGNORECASE)
"""What begins markup, a link, a mention, a formula or a character reference; the rest is harmless without it."""


def summary(report: dict[str, Any]) -> str:
    """Return *report* as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def append_to_step_summary(text: str, place: str) -> None:
    """Add *text* to the file *place*, which GitHub Actions names in ``GITHUB_STEP_SUMMARY``.

    Raises:
        UsageError: It cannot be written to.
    """
    try:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{STEP_SUMMARY}={place!r} cannot be written to: {reason}. The summary is also in the folder of the report."
        ) from None


def escaped(text: str) -> str:
    """Return *text* with every mark as a character reference: Markdown and HTML show it as it is."""
    text = printable(text)
    text = text if len(text) <= MAX_CELL else f"{text[:MAX_CELL]}..."
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", text)


def _lines(report: dict[str, Any]) -> Iterator[str]:
    if not any(row["verdict"] in JUDGED for row in report["requirements"]) and report["stopped"]:
        yield f"**{verdict_text(report).upper()}** {escaped(report['target'])}: {escaped(report['stopped'])}"
        return
    yield f"## {verdict_text(report).upper()}: {escaped(report['target'])}"
    yield ""
    judged = " ".join(filter(None, report["attestation"].values()))
    yield f"{totals(report)}; {report['requests_sent']} requests in " + (
        f"{report['seconds']:.1f} s." + (f" Judged: {escaped(judged)}." if judged else "")
    )
    if report.get("challenge"):
        yield ""
        yield f"Challenge: {escaped(report['challenge'])}. It decided what the run sent."
    for line in [*([report["stopped"]] if report["stopped"] else []), *report["notes"]]:
        yield ""
        yield escaped(line)
    failures = all_failures(report)
    if failures:
        yield ""
        yield "| requirement | received | documented | remedy |"
        yield "|---|---|---|---|"
        yield from (_row(failure) for failure in failures)
    yield from _rest(report)


def _row(failure: FailureDetails) -> str:
    also = f"; also breaks {escaped(failure.also)}" if failure.also else ""
    cells = (
        f"**{escaped(failure.heading)}**{also}",
        f"<code>{escaped(failure.received)}</code>",
        f"<code>{escaped(failure.documented)}</code>",
        escaped(failure.remedy),
    )
    return f"| {' | '.join(cells)} |"


def _reason(row: dict[str, Any], *others: dict[str, Any]) -> str:
    """Return one line for all requirements that have the same reason."""
    names = ", ".join(f"{one['id']} {escaped(one['title'])}" for one in others)
    return f"- {row['id']} {escaped(row['title'])}. {escaped(row['why'])}" + (f" Likewise {names}." if names else "")


def _rest(report: dict[str, Any]) -> Iterator[str]:
    for verdict in ("not-run", "not-applicable", "waived"):
        reasons: dict[str, list[dict[str, Any]]] = {}
        for row in report["requirements"]:
            if row["verdict"] == verdict and row["is_tested"]:
                reasons.setdefault(row["why"], []).append(row)
        if reasons:
            yield ""
            yield f"**{verdict}**"
            yield ""
            yield from (_reason(*rows) for rows in reasons.values())
    seen = [f"{one['name']} {one['value']}" for one in report["choices"] if one["value"] != "unknown"]
    yield ""
    # What the documents leave open fails no target.
    yield f"Choices seen: {', '.join(escaped(one) for one in seen) or 'none'}."
