"""summary.txt: the run on one page of plain text, for an e-mail."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import causes, first_fix
from user_webhook_contract.report.totals import totals, verdict_text

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 72
MAX_FAILURES: Final = 12
"""Failures that are named: with them, the text is no longer than a page."""

MAX_WAIVERS: Final = 6
"""Waivers that are told with their reasons."""

MAX_TEXT: Final = 200
"""Characters of a text that the target or its owner chose."""


def letter(report: dict[str, Any]) -> str:
    """Return *report* as plain text of a page, in lines of ``WIDTH`` characters where words allow."""
    return "\n".join(line for part in _parts(report) for line in _folded(part)) + "\n"


def _parts(report: dict[str, Any]) -> Iterator[str]:
    judged = " ".join(filter(None, report["attestation"].values()))
    yield f"{verdict_text(report).upper()}: {judged or report['target']}"
    yield ""
    yield f"Target: {report['target']}"
    yield f"Run: {report['started']}, {report['requests_sent']} requests, seed {report['settings']['seed']}"
    if report.get("challenge"):
        yield f"Challenge: {report['challenge']}, which decided the seed"
    yield f"Result: {totals(report)}"
    for profile in report["profiles"]:
        proof = "" if profile["is_proof"] else "; no proof: a deep run is one"
        yield f"Profile {profile['name']}: {profile['verdict']}{proof}"
    if report["valid_until"]:
        yield f"Valid until: {report['valid_until']}"
    if report["stopped"]:
        yield f"Ended early: {report['stopped']}"
    waived = [row for row in report["requirements"] if row["verdict"] == "waived"]
    for row in waived[:MAX_WAIVERS]:
        yield f"Waived: {row['id']} {row['title']}: {row['why']}"
    if len(waived) > MAX_WAIVERS:
        yield f"Waived, too: {', '.join(row['id'] for row in waived[MAX_WAIVERS:])}"
    yield from _failures(report)
    yield ""
    yield f"SHA-256 of the report: {report['content_sha256']}"
    yield f"Baseline: {report['baseline']['sha256']}"
    yield f"Kit: {report['kit']['name']} {report['kit']['version']}"


def _failures(report: dict[str, Any]) -> Iterator[str]:
    broken = causes(report)
    if not broken:
        return
    yield ""
    for label, text in first_fix(report):
        yield f"{label}: {text}"
    yield ""
    for first, *_ in broken[:MAX_FAILURES]:
        yield f"- {first['id']} ({first['level']}) {first['failures'][0]['headline'] or first['title']}"
    if len(broken) > MAX_FAILURES:
        yield f"- and {len(broken) - MAX_FAILURES} more: see report.html"


def _folded(text: str) -> list[str]:
    text = printable(text)
    text = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) or [""]
