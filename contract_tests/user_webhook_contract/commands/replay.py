"""The failing requests of a report, sent again."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.checks.history import History
from user_webhook_contract.commands.replay_request import IrreproducibleError, rebuild
from user_webhook_contract.commands.replay_result import ReplayedFailure, ReplayResult, findings_of, replayed
from user_webhook_contract.http.client import BudgetSpentError, Client, RateLimitedError, TargetDownError
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.runner.originals import Originals
from user_webhook_contract.runner.preflight import setup_error
from user_webhook_contract.runner.restoration import Restoration
from user_webhook_contract.settings import DEEP_BUDGET, Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.http.client import Exchange

SEEDS: Final = 2**32
MAX_REQUESTS: Final = 100
"""Failing requests of a report that are sent again, however many it has."""


class Replay:
    """Sends what failed in *report* to the target of *settings*, after three valid updates of each webhook.

    Requests go only to the webhooks that were given, and to the unknown ids of the suite's own plan.
    """

    def __init__(self, report: dict[str, Any], settings: Settings, requirement: str = "") -> None:
        """Send everything and judge it.

        Raises:
            UsageError: Target, token or webhook are not what the report needs; the target was not judged.
        """
        _check_webhook(report, settings)
        # Another seed than that of the report: what a target may have stored since is not sent again.
        self._settings = replace(settings, seed=secrets.randbelow(SEEDS))
        self._factory = CaseFactory(self._settings)
        self._history = History()
        self._cases: dict[int, Case] = {}
        self._originals = Originals(self._factory.known_ids)
        self.failures: list[ReplayedFailure] = []
        self.restored: list[str] = []
        self.sent = 0
        failures = [(row, one["request"]) for row in _failing(report, requirement) for one in row["failures"]]
        exchanges = {one["number"]: one for one in report["exchanges"]}
        reasons = self._prepare({number: exchanges.get(number) for _, number in failures}, report)
        findings = self._send() if self._cases else {}
        for row, number in failures:
            if number in reasons:
                words = f"it was not sent: {reasons[number]}"
                self.failures.append(ReplayedFailure(row, number, ReplayResult.INCONCLUSIVE, words))
            else:
                self.failures.append(replayed(row, exchanges[number], self._cases[number], findings[number]))

    def _exchange(self, client: Client, case: Case) -> Exchange:
        self._originals.sends(case.request)
        exchange = client.send(case.request)
        self._originals.learns(case, exchange.response)
        return exchange

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
        redactor = Redactor(self._settings, self._history)
        for identifier in dict.fromkeys(one.row["id"] for one in self.failures):
            failures = [one for one in self.failures if one.row["id"] == identifier]
            worst = min(failures, key=lambda one: list(ReplayResult).index(one.result))
            results[worst.result] += 1
            row = worst.row
            yield (
                f"{identifier} ({row['level']}) {row['title']}: {worst.result.value}. "
                f"Request {worst.number} of the report: {redactor.text(worst.words)}."
            )
        yield from (redactor.text(line) for line in self.restored)
        counts = ", ".join(f"{count} {result.value}" for result, count in results.items() if count)
        yield f"{counts}; {self.sent} requests sent to {self._settings.target}."

    def _prepare(self, exchanges: dict[int, dict[str, Any] | None], report: dict[str, Any]) -> dict[int, str]:
        """Make the cases of *exchanges*; return why some cannot be made."""
        reasons = {}
        allowed = _allowed(report, self._settings) if exchanges else frozenset()
        for number, exchange in exchanges.items():
            if exchange is None:
                reasons[number] = "the report does not hold it"
                continue
            try:
                request = rebuild(
                    exchange,
                    allowed,
                    self._settings.url_host,
                    has_forbidden_token=bool(self._settings.forbidden_token),
                )
            except IrreproducibleError as error:
                reasons[number] = str(error)
                continue
            if len(self._cases) >= MAX_REQUESTS:
                reasons[number] = f"a replay sends {MAX_REQUESTS} requests at most; name one by --requirement"
            elif self._factory.can_send(request.credential):
                self._cases[number] = self._factory.case_of(exchange["title"], request)
            else:
                reasons[number] = "with these tokens, its credential is not a wrong one"
        return reasons

    def _webhooks(self) -> list[str]:
        """Return the webhooks that are updated: always the first, whose response shows whether the token is valid."""
        first, second = self._settings.webhook_id, self._settings.second_webhook_id
        is_used = any(case.request.webhook_id == second for case in self._cases.values())
        return [first, second] if is_used else [first]

    def _send(self) -> dict[int, list[Finding]]:
        make, history = self._factory, self._history
        # The client tries what gets no response a second time; each webhook is read, written and read, before and after.
        shared = sum(case.request.shares_connection for case in self._cases.values())
        budget = 2 * (5 * len(self._webhooks()) + shared + len(self._cases))
        settings = replace(self._settings, budget=budget)
        client = Client(settings)
        try:
            for webhook_id in self._webhooks():
                plain = make.case("what is stored in the webhook", {"events": ["all"]}, webhook_id=webhook_id)
                full = make.case("a full update", make.full_body(), webhook_id=webhook_id)
                findings_of(plain, self._exchange(client, plain).response, history)
                exchange = self._exchange(client, full)
                problem = setup_error(exchange, settings)
                if problem:
                    raise UsageError(Redactor(settings, history).text(problem))
                findings_of(full, exchange.response, history)
                findings_of(plain, self._exchange(client, plain).response, history)
            return {number: self._findings(case, client, history) for number, case in sorted(self._cases.items())}
        except (TargetDownError, RateLimitedError) as error:
            raise UsageError(str(error)) from None
        except BudgetSpentError:
            raise UsageError(
                f"--target={settings.target!r} does not respond to too many requests: run the suite."
            ) from None
        finally:
            restoration = Restoration(self._originals, make, client)
            for webhook_id in self._originals.touched:
                self.restored.append(f"{webhook_id}: {restoration.restore(webhook_id)}")
            client.close()
            self.sent = client.sent

    def _findings(self, case: Case, client: Client, history: History) -> list[Finding]:
        """Return what the response to *case* shows, after an update on its connection if it shares one."""
        if case.request.shares_connection:
            title, body = "an update on the same connection", {"events": ["all"]}
            first = self._factory.case(title, body, shares_connection=True)
            findings_of(first, self._exchange(client, first).response, history)
        return findings_of(case, self._exchange(client, case).response, history)


def _check_webhook(report: dict[str, Any], settings: Settings) -> None:
    theirs = report["settings"]["webhook_id"]
    if settings.webhook_id != theirs:
        raise UsageError(
            f"--webhook-id={settings.webhook_id!r} is not the webhook of the report, {theirs!r}: "
            "give the one of the report, if it may be changed."
        )


def _failing(report: dict[str, Any], requirement: str) -> list[dict[str, Any]]:
    """Return the rows to replay: all that fail, or the one that is asked for, even if it is waived."""
    if not requirement:
        return [row for row in report["requirements"] if row["verdict"] == "fail"]
    rows = [row for row in report["requirements"] if row["id"] == requirement]
    if not rows:
        raise UsageError(f"--requirement={requirement!r} is not in the report: give an id such as R-101.")
    return rows


def _allowed(report: dict[str, Any], settings: Settings) -> frozenset[str]:
    """Return the ids that may be sent: those that were given, and the unknown ones of the plan."""
    planned = dry_run(replace(settings, seed=report["settings"]["seed"], budget=DEEP_BUDGET))
    return frozenset(one.case.request.webhook_id for one in planned)
