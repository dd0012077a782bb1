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
        epilog="exit status: 0 as it should be, 1 changed or not accepted, 2 not usable\n\n"
        "The hash is not a signature: it shows an accidental or careless change. Someone who changes a report on\n"
        "purpose can compute a new hash: let who made it sign it, and give their public key by --key, if that matters.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="conformance.json of a run")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="public key of who signed it: check the signature, too"
    )
    parser.add_argument("--signature", type=Path, metavar="FILE", help="the signature, by default that beside FILE")
    parser.add_argument("--judge-again", action="store_true", help="judge its evidence again, without the target")
    parser.add_argument("--evidence", type=Path, metavar="FILE", help="the evidence, by default that beside FILE")
    parser.add_argument("--no-waivers", action="store_true", help="do not accept a verdict that needs waivers")
    parser.add_argument(
        "--challenge", default="", metavar="NONCE", help="the challenge that you gave for it: it has to carry that one"
    )
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.verification import Checks, verification  # noqa: PLC0415  see above

    checks = Checks(
        key=given.key,
        signature=given.signature,
        judges_again=given.judge_again,
        evidence=given.evidence,
        accepts_waivers=not given.no_waivers,
        challenge=given.challenge,
    )
    lines, status = verification(given.file, checks)
    _print(*lines)
    return status


def keygen(arguments: Sequence[str]) -> int:
    """Write a key to sign with, and the public one to check with."""
    parser = Parser(
        prog=f"{PROGRAM} keygen",
        description="Make an Ed25519 key to sign reports with: FILE, for its owner alone, and FILE.pub, for everybody.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where the private key goes; nothing is overwritten")
    given = parser.parse_args(arguments)

    from user_webhook_contract.report.signature import make_keys  # noqa: PLC0415  see above

    public = make_keys(given.file)
    _print(f"{given.file} signs: keep it secret. {public} checks: give it to those who receive reports.")
    return 0


def sign(arguments: Sequence[str]) -> int:
    """Write the signature of a report beside it."""
    parser = Parser(
        prog=f"{PROGRAM} sign",
        description="Sign a report: FILE.json gets FILE.dsse.json beside it, a DSSE envelope with an in-toto statement.",
        epilog="exit status: 0 signed, 2 not usable\n\n"
        "A signature says that the holder of the key vouches for this file. It does not say which server was judged.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="conformance.json of a run")
    parser.add_argument("--key", type=Path, metavar="FILE", required=True, help="private key, as keygen makes it")
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.verification import sign_report  # noqa: PLC0415  see above

    _print(f"{sign_report(given.file, given.key)} is the signature: give it away together with {given.file}.")
    return 0


def report(arguments: Sequence[str]) -> int:
    """Write every form of a report again."""
    parser = Parser(
        prog=f"{PROGRAM} report",
        description="Write every form of a report again from its conformance.json: pages, badges, JUnit, SARIF.",
        epilog="exit status: 0 written, 2 not usable",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="conformance.json of a run")
    parser.add_argument(
        "--report-dir", type=Path, metavar="FOLDER", help="where the files go, by default the folder of FILE"
    )
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.redraw import redraw  # noqa: PLC0415  see above

    _print(f"Reports: {', '.join(redraw(_read(given.file), given.report_dir or given.file.parent))}")
    return 0


def matrix(arguments: Sequence[str]) -> int:
    """Write one page on the reports of many vendors."""
    parser = Parser(
        prog=f"{PROGRAM} matrix",
        description="Write matrix.html and matrix.json: the newest report of each vendor, requirement by requirement.",
        epilog="exit status: 0 written, 2 not usable",
    )
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="searched, with the folders in it, for conformance.json"
    )
    parser.add_argument("--report-dir", type=Path, default=Path("reports"), metavar="FOLDER", help="default: reports")
    parser.add_argument(
        "--key", type=Path, action="append", default=[], metavar="FILE", help="public key whose signatures count"
    )
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.matrix import write_matrix  # noqa: PLC0415  see above

    _print(*write_matrix(given.folders, given.report_dir, given.key))
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


def challenge(arguments: Sequence[str]) -> int:
    """Print a new challenge."""
    parser = Parser(
        prog=f"{PROGRAM} challenge",
        description="Print a new nonce. Whoever asks for a report gives it to who makes the report, for --challenge NONCE of\n"
        "the run. It decides what the run sends, and stands in the report: so the run was not made before, and no target\n"
        "was prepared for it. verify-report --challenge NONCE checks both.",
    )
    parser.parse_args(arguments)

    import secrets  # noqa: PLC0415  see above

    _print(secrets.token_hex(16))
    return 0


def spot_check(arguments: Sequence[str]) -> int:
    """Send a few requests of a report again; return 1 if the target answers otherwise."""
    parser = Parser(
        prog=f"{PROGRAM} spot-check",
        description="Send a few of the requests of a report again, broken and kept ones, chosen by chance, and compare the\n"
        "responses with those of the report. What is sent, where, and how the webhooks are put back is as in replay.",
        epilog="exit status: 0 the target answers as in the report, 1 it answers otherwise,\n"
        "2 not usable, or nothing could be compared",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="conformance.json of a run")
    parser.add_argument(
        "--requests", default="10", metavar="N", help="requests that are compared, from 1 to 50; default 10"
    )
    parser.add_options(TARGET_OPTIONS)
    given = parser.parse_args(arguments)

    from user_webhook_contract.commands.spot_check import SpotCheck, wanted  # noqa: PLC0415  see above

    checked = SpotCheck(_read(given.file), settings_of(given), wanted(given.requests))
    _print(*checked.lines())
    return checked.exit_status


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
    "keygen": keygen,
    "sign": sign,
    "report": report,
    "matrix": matrix,
    "replay": replay,
    "challenge": challenge,
    "spot-check": spot_check,
}
