"""The verdict on each requirement, as the findings come in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from user_webhook_api.requirements import Requirement, requirements
from user_webhook_contract.cases.traits import PROPERTIES, SAME_UPDATE_AGAIN
from user_webhook_contract.checks.messages import says_unread, subjects
from user_webhook_contract.checks.response import UPDATE_IS_ACCEPTED
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.http.response import NoResponse
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


class Proof(NamedTuple):
    """An exchange that keeps a requirement."""

    title: str
    exchange: Exchange


class Failure(NamedTuple):
    """An exchange that breaks a requirement."""

    title: str
    exchange: Exchange
    finding: Finding


@dataclass
class Entry:
    """What is known of one requirement.

    Attributes:
        proofs: How many exchanges keep it.
        not_applicable: Why it does not concern the target.
        waiver: Why it does not count, and until when.
        missing: Why nothing was seen of it.
    """

    requirement: Requirement
    proofs: int = 0
    first_proof: Proof | None = None
    failures: list[Failure] = field(default_factory=list)
    not_applicable: str = ""
    waiver: str = ""
    missing: str = ""

    @property
    def verdict(self) -> Verdict:
        """The verdict so far."""
        if self.waiver:
            return Verdict.WAIVED
        if self.failures:
            return Verdict.FAIL
        if self.proofs:
            return Verdict.PASS
        return Verdict.NOT_APPLICABLE if self.not_applicable else Verdict.NOT_RUN


class Ledger:
    """Collects findings and gives the verdicts."""

    def __init__(self, settings: Settings) -> None:
        """Start with nothing found."""
        self.entries = {row.id: Entry(row) for row in requirements()}
        self._settings = settings
        self._refused: list[tuple[Case, Failure]] = []
        self._accepted_traits: set[str] = set()

    def enter(self, case: Case, exchange: Exchange, findings: Sequence[Finding]) -> None:
        """Add the *findings* of one exchange; which trait of a refused update is to blame, later ones show."""
        for finding in findings:
            failure = Failure(case.title, exchange, finding)
            if not finding.is_kept and finding.requirement == UPDATE_IS_ACCEPTED:
                self._refused.append((case, failure))
            elif not finding.is_kept:
                self.entries[finding.requirement].failures.append(failure)
            else:
                self._prove(finding.requirement, case, exchange)
                if finding.requirement == UPDATE_IS_ACCEPTED:
                    self._accepted_traits |= set(case.traits)
                    for requirement in set(case.traits.values()):
                        self._prove(requirement, case, exchange)

    def _prove(self, requirement: str, case: Case, exchange: Exchange) -> None:
        entry = self.entries[requirement]
        entry.proofs += 1
        entry.first_proof = entry.first_proof or Proof(case.title, exchange)

    def broken(self, case: Case, findings: Sequence[Finding]) -> frozenset[str]:
        """Return the requirements that *findings* break: those of the suspects of a refused update, if there are any."""
        rows = {finding.requirement for finding in findings if not finding.is_kept}
        if UPDATE_IS_ACCEPTED in rows:
            rows = rows - {UPDATE_IS_ACCEPTED} | (set(self.suspects(case).values()) or {UPDATE_IS_ACCEPTED})
        return frozenset(rows)

    def is_must(self, row: str) -> bool:
        """Return whether the documents state the requirement *row*."""
        return self.entries[row].requirement.level == "must"

    def is_first_proof(self, case: Case, findings: Sequence[Finding]) -> bool:
        """Return whether *findings*, before they are entered, prove a requirement for the first time."""
        rows = {finding.requirement for finding in findings if finding.is_kept}
        rows |= set(case.traits.values()) if UPDATE_IS_ACCEPTED in rows else set()
        return any(self.entries[row].first_proof is None for row in rows)

    def suspects(self, case: Case) -> dict[str, str]:
        """Return the traits of *case* that no accepted update had."""
        return {name: row for name, row in case.traits.items() if name not in self._accepted_traits}

    def close(self) -> None:
        """Attribute each refused update to the traits that no accepted update had, or else to R-101.

        If the messages of the response name a property, the others are not to blame. A trait that was
        the only suspect of some refused update explains all others that have it.
        """
        every = [self.suspects(case) if self._accepted_traits else {} for case, _ in self._refused]
        proven = {name for suspects in every if len(suspects) == 1 for name in suspects}
        for (case, failure), suspects in zip(self._refused, every, strict=True):
            rows = {row for name, row in suspects.items() if name in proven} or set(suspects.values())
            for row in _to_blame(rows, case, failure.exchange.response) or {UPDATE_IS_ACCEPTED}:
                self.entries[row].failures.append(failure._replace(finding=replace(failure.finding, requirement=row)))
        self._refused.clear()

    @property
    def verdict(self) -> TargetVerdict:
        """The verdict on the target, after ``close``."""
        counted = {entry.verdict for entry in self.entries.values() if self._counts(entry.requirement)}
        if Verdict.FAIL in counted:
            return TargetVerdict.NON_CONFORMANT
        return TargetVerdict.INCONCLUSIVE if Verdict.NOT_RUN in counted else TargetVerdict.CONFORMANT

    def _counts(self, row: Requirement) -> bool:
        return not row.not_tested and (row.level == "must" or self._settings.is_strict)


def _to_blame(rows: set[str], case: Case, response: Response | NoResponse) -> set[str]:
    """Return which requirements the refusal of *case* breaks, of the suspect *rows*, by what *response* says."""
    if not isinstance(response, Response):
        return rows
    if response.status == NOT_FOUND:
        # What is known and not found is gone, whatever the update looks like.
        rows = rows & {SAME_UPDATE_AGAIN}
    named = {name for name in subjects(response) if not says_unread(response, name)}
    if not named or not rows <= PROPERTIES.keys():
        return rows
    about = {row for row in case.traits.values() if PROPERTIES.get(row) in named}
    return rows & about or about or rows
