"""The failing requests of a report, sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from user_webhook_contract.commands.replay_result import ReplayedFailure, ReplayResult, replayed
from user_webhook_contract.commands.resending import Resending
from user_webhook_contract.settings import Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Replay:
    """Sends what failed in *report* to the target of *settings* again."""

    def __init__(self, report: dict[str, Any], settings: Settings, requirement: str = "") -> None:
        """Send everything and judge it.

        Raises:
            UsageError: Target, token or webhook are not what the report needs; the target was not judged.
        """
        self._resending = Resending(report, settings)
        self._target = settings.target
        self.failures: list[ReplayedFailure] = []
        failures = [(row, one["request"]) for row in _failing(report, requirement) for one in row["failures"]]
        exchanges = {one["number"]: one for one in report["exchanges"]}
        reasons = self._resending.prepare({number: exchanges.get(number) for _, number in failures})
        sent = self._resending.send() if self._resending.cases else {}
        for row, number in failures:
            if number in reasons:
                words = f"it was not sent: {reasons[number]}"
                self.failures.append(ReplayedFailure(row, number, ReplayResult.INCONCLUSIVE, words))
            else:
                one = sent[number]
                before = self._resending.broken_before
                self.failures.append(replayed(row, exchanges[number], one.case, one.findings, before))

    @property
    def exit_status(self) -> int:
        """0: nothing fails any more; 1: something does; 2: something is inconclusive."""
        results = {one.result for one in self.failures}
        return 1 if ReplayResult.STILL_FAILS in results else 2 if ReplayResult.INCONCLUSIVE in results else 0

    def lines(self) -> Iterator[str]:
        """Yield the fate of each requirement, with the request that shows it, and what was sent."""
        if not self.failures:
            yield "Nothing failed in that run, so nothing was sent."
            return
        results = dict.fromkeys(ReplayResult, 0)
        redactor = self._resending.redactor
        for identifier in dict.fromkeys(one.row["id"] for one in self.failures):
            failures = [one for one in self.failures if one.row["id"] == identifier]
            worst = min(failures, key=lambda one: list(ReplayResult).index(one.result))
            results[worst.result] += 1
            row = worst.row
            yield (
                f"{identifier} ({row['level']}) {row['title']}: {worst.result.value}. "
                f"Request {worst.number} of the report: {redactor.text(worst.words)}."
            )
        yield from (redactor.text(line) for line in self._resending.restored)
        counts = ", ".join(f"{count} {result.value}" for result, count in results.items() if count)
        yield f"{counts}; {self._resending.sent} requests sent to {self._target}."


def _failing(report: dict[str, Any], requirement: str) -> list[dict[str, Any]]:
    """Return the rows to replay: all that fail, or the one that is asked for, even if it is waived."""
    if not requirement:
        return [row for row in report["requirements"] if row["verdict"] == "fail"]
    rows = [row for row in report["requirements"] if row["id"] == requirement]
    if not rows:
        raise UsageError(f"--requirement={requirement!r} is not in the report: give an id such as R-101.")
    return rows
