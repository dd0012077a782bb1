"""Why nothing, or not enough, was judged: one sentence for a log, an annotation or a test case."""

from __future__ import annotations

from typing import Any


def why_inconclusive(report: dict[str, Any]) -> str:
    """Return why the run of *report* gives no verdict on the target; empty if it gives one."""
    if report["verdict"] != "inconclusive":
        return ""
    if report["stopped"]:
        return str(report["stopped"])
    if report["notes"]:
        return " ".join(report["notes"])
    return untested(report)


def untested(report: dict[str, Any]) -> str:
    """Return how many requirements of level must have no verdict, and the reason of the first; empty if all have one."""
    rows = [row for row in report["requirements"] if row["is_tested"] and row["verdict"] == "not-run"]
    musts = [row for row in rows if row["level"] == "must"] or rows
    if not musts:
        return ""
    verb = "requirement was" if len(musts) == 1 else "requirements were"
    return f"{len(musts)} {verb} not tested. {musts[0]['id']}: {musts[0]['why']}"
