"""annotations.txt: the run as workflow commands of GitHub Actions, which shows them beside a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import causes
from user_webhook_contract.report.reason import why_inconclusive

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ANNOTATIONS: Final = 10
"""Errors of a step that GitHub shows; the rest it drops without a word."""

_COMMANDS: Final = {"must": "error", "should": "warning"}


def workflow_commands(report: dict[str, Any]) -> str:
    """Return *report* as commands, one a line: why nothing was judged, or what to fix.

    Of a failure, only the kit's own words are shown: what the target sent is in the summary.
    """
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    reason = why_inconclusive(report)
    if reason:
        yield _command("error", "Inconclusive", f"Nothing is said against the target. {reason}")
        return
    broken = causes(report)
    shown = broken if len(broken) <= MAX_ANNOTATIONS else broken[: MAX_ANNOTATIONS - 1]
    for first, *others in shown:
        also = f" Also breaks {', '.join(row['id'] for row in others)}." if others else ""
        requests = f"{first['failing_requests']} request{'' if first['failing_requests'] == 1 else 's'}"
        text = f"Seen in {requests}. {first['remedy']}{also}"
        yield _command(_COMMANDS[first["level"]], f"{first['id']} {first['title']}", text)
    if len(shown) < len(broken):
        yield _command("error", "More failures", f"{len(broken) - len(shown)} more are in the report.")


def _command(name: str, title: str, text: str) -> str:
    return f"::{name} title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
