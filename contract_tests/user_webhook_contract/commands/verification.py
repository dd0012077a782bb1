"""Whether a report is as it was written, and who vouches for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.report.content_hash import HASH_FIELD, content_hash, is_intact
from user_webhook_contract.report.totals import verdict_text, waived_count
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def verification(
    file: Path, key: Path | None = None, signature: Path | None = None, *, accepts_waivers: bool = True
) -> tuple[list[str], int]:
    """Return what to tell about the report *file*, and 0 if it is as it should be, else 1.

    Raises:
        UsageError: A file cannot be read, or is not what it should be.
    """
    report = read_report(file)
    if signature and not key:
        raise UsageError("--signature needs --key: give the public key of who signed the report.")
    if not is_intact(report):
        own = content_hash(report)
        return [
            f"{file} was changed after its run: its {HASH_FIELD} is {report[HASH_FIELD]}, but its contents have {own}."
        ], 1
    what = f"{verdict_text(report)}, {report['target']}, {report['started']}"
    lines = [f"{file} matches its schema, and its hash is that of its contents: {what}."]
    if key:
        # Its import needs a package that others do without.
        from user_webhook_contract.report.signature import SignatureError, verify  # noqa: PLC0415  see above

        try:
            identity = verify(file.read_bytes(), signature or beside(file), key)
        except SignatureError as error:
            return [str(error)], 1
        lines.append(
            f"It is signed by {key} (key {identity[:16]}). That says who vouches for it, not which server was judged."
        )
    else:
        lines.append("The hash is not a signature: it shows an accidental or careless change, not a deliberate one.")
    waived = waived_count(report)
    if waived and not accepts_waivers:
        names = ", ".join(row["id"] for row in report["requirements"] if row["verdict"] == "waived")
        return [*lines, f"--no-waivers: the verdict needs {waived} waiver{'s' * (waived > 1)}: {names}."], 1
    return lines, 0


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
