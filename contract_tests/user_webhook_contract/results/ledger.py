"""The verdict on each requirement, as the findings come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from user_webhook_api.requirements import Requirement, requirements
from user_webhook_contract.checks.finding import Finding

if TYPE_CHECKING:
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.settings import Settings


class Verdict(Enum):
    """The verdict on one requirement."""

    PASS = "pass"  # noqa: S105  a verdict, no password
    FAIL = "fail"
    NOT_RUN = "not-run"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"


class TargetVerdict(Enum):
    """The verdict on the target."""

    CONFORMANT = "conformant"
    NON_CONFORMANT = "non-conformant"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_status(self) -> int:
        """0 conformant, 1 non-conformant, 2 inconclusive."""
        return list(TargetVerdict).index(self)


@dataclass(frozen=True)
class Proof:
    """One exchange that keeps a requirement."""

    title: str
    exchange: Exchange


@dataclass(frozen=True)
class Failure:
    """One exchange that breaks a requirement."""

    title: str
    exchange: Exchange
    finding: Finding


@dataclass
class Entry:
    """What is known of one requirement."""

    requirement: Requirement
    proofs: int = 0
    first_proof: Proof | None = None
    failures: list[Failure] = field(default_factory=list)
    not_applicable: str = ""
    waiver: str = ""
    missing: str = ""

    def keep(self, title: str, exchange: Exchange) -> None:
        """Take in that *exchange* keeps the requirement."""
        self.proofs += 1
        self.first_proof = self.first_proof or Proof(title, exchange)

    @property
    def verdict(self) -> Verdict:
        """The verdict as things stand."""
        if self.waiver:
            return Verdict.WAIVED
        if self.failures:
            return Verdict.FAIL
        if self.proofs:
            return Verdict.PASS
        return Verdict.NOT_APPLICABLE if self.not_applicable else Verdict.NOT_RUN


@dataclass(frozen=True)
class _Refused:
    title: str
    exchange: Exchange
    finding: Finding
    traits: dict[str, str]


class Ledger:
    """Collects findings and tells the verdicts."""

    def __init__(self, settings: Settings) -> None:
        """Start with nothing found."""
        self.entries = {row.id: Entry(row) for row in requirements()}
        self._settings = settings
        self._refused: list[_Refused] = []
        self._accepted: set[str] = set()
        self._broken: list[str] = []

    def enter(self, title: str, exchange: Exchange, finding: Finding) -> None:
        """Take in one finding."""
        entry = self.entries[finding.requirement]
        if finding.is_kept:
            entry.keep(title, exchange)
        else:
            entry.failures.append(Failure(title, exchange, finding))
            self._broken.append(finding.requirement)

    def enter_accepted(self, title: str, exchange: Exchange, traits: dict[str, str]) -> None:
        """Take in that an update with *traits* was accepted."""
        self._accepted |= set(traits)
        for row in set(traits.values()):
            self.entries[row].keep(title, exchange)

    def enter_refused(self, title: str, exchange: Exchange, finding: Finding, traits: dict[str, str]) -> None:
        """Take in that a valid update with *traits* was refused; which of them it was, later requests show."""
        self._refused.append(_Refused(title, exchange, finding, traits))
        self._broken.append(finding.requirement)

    def is_first_proof(self, exchange: Exchange) -> bool:
        """Return whether *exchange* is shown as the proof of a requirement."""
        return any(entry.first_proof and entry.first_proof.exchange is exchange for entry in self.entries.values())

    def count_failures(self) -> int:
        """Return how many findings of a broken requirement came in."""
        return len(self._broken)

    def newest_failure(self) -> str:
        """Return the requirement of the last of them."""
        return self._broken[-1]

    def suspects(self, traits: dict[str, str]) -> dict[str, str]:
        """Return those of *traits* that no accepted update had."""
        return {name: row for name, row in traits.items() if name not in self._accepted}

    def close(self) -> None:
        """Lay each refused update at the door of what no accepted update had, or else of R-101."""
        for one in self._refused:
            suspects = self.suspects(one.traits) if self._accepted else {}
            rows = set(suspects.values()) or {one.finding.requirement}
            for row in rows:
                moved = Finding(row, is_kept=False, received=one.finding.received, documented=one.finding.documented)
                self.entries[row].failures.append(Failure(one.title, one.exchange, moved))
        self._refused.clear()

    @property
    def has_failed(self) -> bool:
        """Something that counts has failed so far."""
        return bool(self._refused) or any(self._counts(entry) and entry.failures for entry in self.entries.values())

    @property
    def verdict(self) -> TargetVerdict:
        """The verdict on the target, after ``close``."""
        counted = [entry for entry in self.entries.values() if self._counts(entry)]
        if any(entry.verdict is Verdict.FAIL for entry in counted):
            return TargetVerdict.NON_CONFORMANT
        if any(entry.verdict is Verdict.NOT_RUN for entry in counted):
            return TargetVerdict.INCONCLUSIVE
        return TargetVerdict.CONFORMANT

    def _counts(self, entry: Entry) -> bool:
        row = entry.requirement
        return not row.not_tested and (row.level == "must" or self._settings.is_strict)
