"""Whether a report is as it was written, follows from its evidence, and who vouches for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from user_webhook_contract.commands.report_file import read_file, read_report
from user_webhook_contract.report.content_hash import HASH_FIELD, content_hash, is_intact
from user_webhook_contract.report.evidence_file import EVIDENCE
from user_webhook_contract.report.totals import verdict_text, waived_count
from user_webhook_contract.settings import UsageError, check_challenge, seed_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Checks:
    """What is checked beside schema and hash.

    Attributes:
        key: The public key of who has to have signed the report; None for no matter who.
        signature: The file of the signature; None for that beside the report.
        evidence: The file of the evidence; None for that beside the report.
        challenge: What the report has to carry; empty for no matter what.
    """

    key: Path | None = None
    signature: Path | None = None
    judges_again: bool = False
    evidence: Path | None = None
    accepts_waivers: bool = True
    challenge: str = ""


def verification(file: Path, checks: Checks) -> tuple[list[str], int]:
    """Return what to tell about the report *file*, and 0 if it is as it should be, else 1.

    Raises:
        UsageError: A file cannot be read, or is not what it should be.
    """
    if checks.signature and not checks.key:
        raise UsageError("--signature needs --key: give the public key of who signed the report.")
    if checks.evidence and not checks.judges_again:
        raise UsageError("--evidence needs --judge-again.")
    check_challenge(checks.challenge)
    report = read_report(file)
    if not is_intact(report):
        own = content_hash(report)
        told = (
            f"{file} was changed after its run: its {HASH_FIELD} is {report[HASH_FIELD]}, but its contents have {own}."
        )
        return [told], 1
    what = f"{verdict_text(report)}, {report['target']}, {report['started']}"
    lines = [f"{file} matches its schema, and its hash is that of its contents: {what}."]
    problems: list[str] = []
    if checks.challenge:
        found, problems = _challenged(report, checks.challenge)
        lines += found
    if checks.judges_again:
        found, wrong = _judged_again(report, checks.evidence or file.with_name(EVIDENCE))
        lines, problems = lines + found, problems + wrong
    if checks.key:
        found, wrong = _signed(file, checks.signature or beside(file), checks.key)
        lines, problems = lines + found, problems + wrong
    elif not checks.judges_again:
        lines.append("The hash is not a signature: it shows an accidental or careless change, not a deliberate one.")
    if waived_count(report) and not checks.accepts_waivers:
        names = ", ".join(row["id"] for row in report["requirements"] if row["verdict"] == "waived")
        count = waived_count(report)
        problems.append(f"--no-waivers: the verdict needs {count} waiver{'s' * (count > 1)}: {names}.")
    return (problems or lines), int(bool(problems))


def _challenged(report: dict[str, Any], challenge: str) -> tuple[list[str], list[str]]:
    """Return what to tell of the challenge that *report* carries, and what is wrong with it."""
    carried = report.get("challenge", "")
    if carried != challenge:
        told = f"{carried!r} in its place" if carried else "none"
        return [], [f"--challenge: the report does not carry {challenge!r}; it has {told}."]
    if report["settings"]["seed"] != seed_of(challenge):
        return [], ["--challenge: the seed of the report is not the one that the challenge decides."]
    return [f"It carries the challenge {challenge}, and its seed is the one that the challenge decides."], []


def _judged_again(report: dict[str, Any], place: Path) -> tuple[list[str], list[str]]:
    """Return what to tell of the evidence in the file *place*, and what contradicts it."""
    # The judge takes a while to import.
    from user_webhook_contract.commands.judge_again import JudgedAgain  # noqa: PLC0415  see above

    text = read_file(place, EVIDENCE).decode("utf-8", errors="replace")
    again = JudgedAgain(report, text)
    if again.contradictions:
        return [], again.contradictions
    lines = [f"Judged again: everything that it says follows from the {text.count(chr(10))} exchanges in {place}."]
    if report.get("challenge"):
        lines.append(f"The first {again.followed} of these requests are those that the challenge decides.")
    if again.untold:
        lines.append(
            f"Not told by the evidence, since it depends on secrets or bodies that are not in it: {', '.join(again.untold)}."
        )
    lines.append("Evidence can be made up as a whole: a signature says by whom.")
    return lines, []


def _signed(file: Path, signature: Path, key: Path) -> tuple[list[str], list[str]]:
    """Return what to tell of the *signature*, and what is wrong with it."""
    # Its import needs a package that others do without.
    from user_webhook_contract.report.signature import SignatureError, verify  # noqa: PLC0415  see above

    try:
        identity = verify(file.read_bytes(), signature, key)
    except SignatureError as error:
        return [], [str(error)]
    return [
        f"It is signed by {key} (key {identity[:16]}). That says who vouches for it, not which server was judged."
    ], []


def sign_report(file: Path, key: Path) -> Path:
    """Sign the report *file* with the private *key*; return the path of the signature, which is written beside it.

    Raises:
        UsageError: A file cannot be read or written, or is not what it should be.
    """
    from user_webhook_contract.report.signature import sign  # noqa: PLC0415  see above

    report = read_report(file)
    if not is_intact(report):
        raise UsageError(f"{file} was changed after its run: its hash is not that of its contents. Sign the original.")
    place = beside(file)
    try:
        place.write_text(sign(file.read_bytes(), file.name, report, key), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}.") from None
    return place


def beside(file: Path) -> Path:
    """Return the path of the signature of the report *file*."""
    return file.with_suffix(".dsse.json")
