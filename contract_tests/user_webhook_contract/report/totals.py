"""How a run went, in three numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

from user_webhook_contract.report.failure import causes


class Totals(NamedTuple):
    """How many requirements pass, of those that the suite tests, and how many causes make others fail."""

    passed: int
    failures: int
    tested: int

    def __str__(self) -> str:
        """Return the numbers in words; what one cause breaks is one failure."""
        failures = f"{self.failures} failure{'' if self.failures == 1 else 's'}"
        return f"{self.passed} of {self.tested} requirements pass, {failures}"


def waived_count(report: dict[str, Any]) -> int:
    """Return how many broken requirements do not count, since they are waived."""
    return sum(int(report["counts"][level]["waived"]) for level in ("must", "should"))


def verdict_kind(report: dict[str, Any]) -> str:
    """Return what decides the colour of the verdict: itself, or ``waived`` if it is conformant by waivers only."""
    return "waived" if report["verdict"] == "conformant" and waived_count(report) else str(report["verdict"])


def verdict_text(report: dict[str, Any]) -> str:
    """Return the verdict in words, with the number of waivers that it needs."""
    waived = waived_count(report)
    waivers = f" with {waived} waiver{'s' * (waived > 1)}" if waived else ""
    return f"{report['verdict']}{waivers}"


def challenge(report: dict[str, Any]) -> str:
    """Return words on the challenge of *report*, to stand behind its seed; empty if it has none."""
    found = report.get("challenge", "")
    return f" of the challenge {found}" if found else ""


def totals(report: dict[str, Any]) -> Totals:
    """Return the numbers of *report*, both levels together."""
    levels = [report["counts"][level] for level in ("must", "should")]
    passed = sum(level["pass"] for level in levels)
    return Totals(passed, len(causes(report)), sum(sum(level.values()) for level in levels))
