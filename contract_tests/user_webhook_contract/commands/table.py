"""The commands on reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.commands.options import PROGRAM, TARGET_OPTIONS, Parser, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What a command needs is imported when it is called: a wrong option is answered without it.


def compare(arguments: Sequence[str]) -> int:
    """Print what changed between two reports; return 1 if a ``must`` newly fails."""
    parser = Parser(
        prog=f"{PROGRAM} compare",
        description="Show what changed from one run to another.",
        epilog="exit status: 0 no must newly fails, 1 one does, 2 a file is not usable",
    )
    parser.add_argument("old", type=Path, metavar="A.json", help="conformance.json of the run before")
    parser.add_argument("new", type=Path, metavar="B.json", help="conformance.json of the run after")
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.compare import Comparison  # noqa: PLC0415  see above

    comparison = Comparison(_read(given.old), _read(given.new))
    _print(*comparison.lines())
    return comparison.exit_status


def verify_report(arguments: Sequence[str]) -> int:
    """Print whether a report is as the run wrote it; return 1 if it is not."""
    parser = Parser(
        prog=f"{PROGRAM} verify-report",
        description="Check whether a report matches its schema, and whether its hash is that of its contents.",
        epilog="exit status: 0 unchanged, 1 changed, 2 not usable\n\n"
        "The hash is not a signature: it shows an accidental or careless change. Someone who changes a report on\n"
        "purpose can compute a new hash: sign the file, or keep it where only the CI can write, if that matters.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="conformance.json of a run")
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.report_file import read_report  # noqa: PLC0415  see above
    from user_webhook_contract.report.content_hash import HASH_FIELD, content_hash, is_intact  # noqa: PLC0415  see above

    report = read_report(given.file)
    if not is_intact(report):
        _print(
            f"{given.file} was changed after its run: its {HASH_FIELD} is {report[HASH_FIELD]}, "
            f"but its contents have {content_hash(report)}."
        )
        return 1
    _print(
        f"{given.file} matches its schema, and its hash is that of its contents: {report['verdict']}, "
        f"{report['target']}, {report['started']}.",
        "The hash is not a signature: it shows an accidental or careless change, not a deliberate one.",
    )
    return 0


def replay(arguments: Sequence[str]) -> int:
    """Send what failed again, and print what still fails."""
    parser = Parser(
        prog=f"{PROGRAM} replay",
        description="Send the failing requests of a report again, at most 100, after three valid updates of each webhook.\n"
        "They go to --target, never to the address in the report. Give the same webhooks as in the report; requests to\n"
        "unknown ids are sent, too. What no run of the suite sends is not sent: urls of hosts that somebody may own,\n"
        "and secrets that were made up elsewhere. The webhooks are put back afterwards, as by a run.",
        epilog="exit status: 0 none of them fails any more, 1 some still fail,\n"
        "2 not usable, or some are inconclusive: run the suite",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="conformance.json of a run")
    parser.add_argument("--requirement", default="", metavar="ID", help="replay the failures of this requirement only")
    parser.add_options(TARGET_OPTIONS)
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.replay import Replay  # noqa: PLC0415  see above

    replayed = Replay(_read(given.file), settings_of(given), given.requirement)
    _print(*replayed.lines())
    return replayed.exit_status


def _read(file: Path) -> dict[str, Any]:
    """Return the report in *file*, and say if it was changed."""
    from user_webhook_contract.commands.report_file import read_report  # noqa: PLC0415  see above
    from user_webhook_contract.report.content_hash import is_intact  # noqa: PLC0415  see above

    report = read_report(file)
    if not is_intact(report):
        _print(f"{file} was changed after its run: its hash is not that of its contents.")
    return report


def _print(*lines: str) -> None:
    from user_webhook_contract.report.escaping import printable  # noqa: PLC0415  see above

    for line in lines:
        print(printable(line))  # noqa: T201  a command line prints


COMMANDS: Final[dict[str, Callable[[Sequence[str]], int]]] = {
    "compare": compare,
    "verify-report": verify_report,
    "replay": replay,
}
