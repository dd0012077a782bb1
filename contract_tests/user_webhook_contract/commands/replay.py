"""The failing requests of a report, sent again."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.cases.plan import Plan
from user_webhook_contract.checks.history import History
from user_webhook_contract.commands.replay_request import IrreproducibleError, rebuild
from user_webhook_contract.commands.replay_result import Case, ReplayResult, findings_of, replayed
from user_webhook_contract.http.client import BudgetSpentError, Client, RateLimitedError, TargetDownError
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.runner.preflight import setup_error
from user_webhook_contract.settings import DEEP_BUDGET, MIN_BUDGET, Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.http.request import Request

SEEDS: Final = 2**32


class Replay:
    """Sends what failed in *report* to the target of *settings*, after one valid update of each webhook.

    Only the webhooks that were given, and the ids of nobody that the suite's own plan sends, are asked for.
    """

    def __init__(self, report: dict[str, Any], settings: Settings, requirement: str = "") -> None:
        """Send everything and judge it.

        Raises:
            UsageError: Target, token or webhook are not what the report needs; nothing is said of the target.
        """
        _check_webhook(report, settings)
        self._settings = settings
        self._known = frozenset(filter(None, (settings.webhook_id, settings.second_webhook_id)))
        self._history = History()
        self._requests: dict[int, Request] = {}
        self.cases: list[Case] = []
        self.sent = 0
        failures = [(row, one["request"]) for row in _failing(report, requirement) for one in row["failures"]]
        exchanges = {one["number"]: one for one in report["exchanges"]}
        reasons = self._prepare({number: exchanges.get(number) for _, number in failures}, report)
        findings = self._send() if self._requests else {}
        for row, number in failures:
            if number in reasons:
                self.cases.append(Case(row, number, ReplayResult.INCONCLUSIVE, f"it was not sent: {reasons[number]}"))
            else:
                request = self._requests[number]
                self.cases.append(replayed(row, exchanges[number], request, findings[number], self._known))

    @property
    def exit_status(self) -> int:
        """0: nothing fails any more; 1: something does; 2: of something it cannot be told."""
        results = {case.result for case in self.cases}
        return 1 if ReplayResult.STILL_FAILS in results else 2 if ReplayResult.INCONCLUSIVE in results else 0

    def lines(self) -> Iterator[str]:
        """Yield the fate of each requirement, with the request that shows it, and what was sent."""
        if not self.cases:
            yield "Nothing failed in that run: nothing was sent."
            return
        results = dict.fromkeys(ReplayResult, 0)
        redactor = Redactor(self._settings, self._history)
        for identifier in dict.fromkeys(case.row["id"] for case in self.cases):
            cases = [case for case in self.cases if case.row["id"] == identifier]
            worst = min(cases, key=lambda case: list(ReplayResult).index(case.result))
            results[worst.result] += 1
            row = worst.row
            yield (
                f"{identifier} ({row['level']}) {row['title']}: {worst.result.value}. "
                f"Request {worst.number} of the report: {redactor.text(worst.words)}."
            )
        if self.sent:
            yield f"Nothing was put back: {' and '.join(self._webhooks())} as these updates left it."
        counts = ", ".join(f"{count} {result.value}" for result, count in results.items() if count)
        yield f"{counts}; {self.sent} requests sent to {self._settings.target}."

    def _prepare(self, exchanges: dict[int, dict[str, Any] | None], report: dict[str, Any]) -> dict[int, str]:
        """Make the requests of *exchanges*; return why those are not made that cannot be."""
        reasons = {}
        allowed = _allowed(report, self._settings) if exchanges else frozenset()
        for number, exchange in exchanges.items():
            if exchange is None:
                reasons[number] = "the report does not hold it"
                continue
            try:
                has_forbidden_token = bool(self._settings.forbidden_token)
                self._requests[number] = rebuild(exchange, allowed, has_forbidden_token=has_forbidden_token)
            except IrreproducibleError as error:
                reasons[number] = str(error)
        return reasons

    def _webhooks(self) -> list[str]:
        """Return the webhooks that are updated: the first always, as its answer shows whether the token is valid."""
        first, second = self._settings.webhook_id, self._settings.second_webhook_id
        is_used = any(request.webhook_id == second for request in self._requests.values())
        return [first, second] if is_used else [first]

    def _send(self) -> dict[int, list[Finding]]:
        needed = len(self._webhooks()) + len(self._requests)
        # The client tries once more what gets no answer.
        settings = replace(self._settings, budget=max(2 * needed, MIN_BUDGET), seed=secrets.randbelow(SEEDS))
        client, history = Client(settings), self._history
        plan = Plan(settings, history)
        try:
            for webhook_id in self._webhooks():
                opening = client.send(plan.full_request(webhook_id))
                refusal = setup_error(opening, settings)
                if refusal:
                    raise UsageError(refusal)
                findings_of(opening.request, opening.response, self._known, history)
            return {
                number: findings_of(request, client.send(request).response, self._known, history)
                for number, request in sorted(self._requests.items())
            }
        except (TargetDownError, RateLimitedError) as error:
            raise UsageError(str(error)) from None
        except BudgetSpentError:
            raise UsageError(
                f"--target={settings.target!r} leaves too many requests without an answer: run the suite."
            ) from None
        finally:
            self.sent = client.sent


def _check_webhook(report: dict[str, Any], settings: Settings) -> None:
    theirs = report["settings"]["webhook_id"]
    if settings.webhook_id != theirs:
        raise UsageError(
            f"--webhook-id={settings.webhook_id!r} is not the webhook of the report, {theirs!r}: "
            "give the one of the report, if it may be changed."
        )


def _failing(report: dict[str, Any], requirement: str) -> list[dict[str, Any]]:
    """Return the rows to replay: all that fail, or the one that is asked for, even where it is waived."""
    if not requirement:
        return [row for row in report["requirements"] if row["verdict"] == "fail"]
    rows = [row for row in report["requirements"] if row["id"] == requirement]
    if not rows:
        raise UsageError(f"--requirement={requirement!r} is none of the report: give an id such as R-101.")
    return rows


def _allowed(report: dict[str, Any], settings: Settings) -> frozenset[str]:
    """Return the ids that may be asked for: those that were given, and what the plan sends to nobody."""
    planned = dry_run(replace(settings, seed=report["settings"]["seed"], budget=DEEP_BUDGET))
    return frozenset(one.case.request.webhook_id for one in planned)
