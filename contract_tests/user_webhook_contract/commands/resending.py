"""Sends requests of a report again, and puts the webhooks back afterwards."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.checks.history import History
from user_webhook_contract.commands.replay_request import IrreproducibleError, rebuild
from user_webhook_contract.commands.replay_result import findings_of
from user_webhook_contract.http.client import BudgetSpentError, Client, RateLimitedError, TargetDownError
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.runner.originals import Originals
from user_webhook_contract.runner.preflight import setup_error
from user_webhook_contract.runner.restoration import Restoration
from user_webhook_contract.settings import DEEP_BUDGET, Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.http.response import NoResponse, Response

SEEDS: Final = 2**32
MAX_REQUESTS: Final = 100
"""Requests of a report that are sent again, however many are asked for."""


class Sent(NamedTuple):
    """A request that was sent again, the response, and what it shows."""

    case: Case
    response: Response | NoResponse
    findings: list[Finding]


class Resending:
    """Sends requests of *report* to the target of *settings*, after three valid updates of each webhook.

    Requests go only to the webhooks that were given, and to the unknown ids of the suite's own plan.

    Attributes:
        cases: The requests that can be sent again, by their numbers in the report.
        broken_before: What the updates before the cases break: they show a lost state, too.
        restored: One sentence for each webhook, once they were sent.
        sent: How many requests were sent in all.
    """

    def __init__(self, report: dict[str, Any], settings: Settings) -> None:
        """Send nothing yet.

        Raises:
            UsageError: The webhook is not that of the report.
        """
        _check_webhook(report, settings)
        self._report = report
        # Another seed than that of the report: what a target may have stored since is not sent again.
        self._settings = replace(settings, seed=secrets.randbelow(SEEDS))
        self._factory = CaseFactory(self._settings)
        self._history = History()
        self._originals = Originals(self._factory.known_ids)
        self.cases: dict[int, Case] = {}
        self.broken_before: list[Finding] = []
        self.restored: list[str] = []
        self.sent = 0

    @property
    def redactor(self) -> Redactor:
        """What hides tokens, and the secrets that were seen."""
        return Redactor(self._settings, self._history)

    def prepare(self, exchanges: Mapping[int, dict[str, Any] | None]) -> dict[int, str]:
        """Make the cases of *exchanges* of the report; return why some cannot be made, as half a sentence each."""
        reasons = {}
        allowed = _Allowed(self._report, self._settings)
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
            if len(self.cases) >= MAX_REQUESTS:
                reasons[number] = f"a replay sends {MAX_REQUESTS} requests at most; name one by --requirement"
            elif self._factory.can_send(request.credential):
                self.cases[number] = self._factory.case_of(exchange["title"], request)
            else:
                reasons[number] = "with these tokens, its credential is not a wrong one"
        return reasons

    def send(self) -> dict[int, Sent]:
        """Send all cases in the order of the report, put the webhooks back, and return what came of each case.

        Raises:
            UsageError: The target does not respond as one that can be judged.
        """
        make, history = self._factory, self._history
        # The client tries what gets no response a second time; each webhook is read, written and read, before and after.
        shared = sum(case.request.shares_connection for case in self.cases.values())
        budget = 2 * (5 * len(self._webhooks()) + shared + len(self.cases))
        settings = replace(self._settings, budget=budget)
        client = Client(settings)
        try:
            for webhook_id in self._webhooks():
                plain = make.case("what is stored in the webhook", {"events": ["all"]}, webhook_id=webhook_id)
                full = make.case("a full update", make.full_body(), webhook_id=webhook_id)
                self._update(plain, self._exchange(client, plain))
                exchange = self._exchange(client, full)
                problem = setup_error(exchange, settings)
                if problem:
                    raise UsageError(Redactor(settings, history).text(problem))
                self._update(full, exchange)
                self._update(plain, self._exchange(client, plain))
            return {number: self._send_one(case, client) for number, case in sorted(self.cases.items())}
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

    def _webhooks(self) -> list[str]:
        """Return the webhooks that are updated: always the first, whose response shows whether the token is valid."""
        first, second = self._settings.webhook_id, self._settings.second_webhook_id
        is_used = any(case.request.webhook_id == second for case in self.cases.values())
        return [first, second] if is_used else [first]

    def _exchange(self, client: Client, case: Case) -> Exchange:
        self._originals.sends(case.request)
        exchange = client.send(case.request)
        self._originals.learns(case, exchange.response)
        return exchange

    def _update(self, case: Case, exchange: Exchange) -> None:
        """Learn from an update that is there for the sake of the cases, and note what it breaks."""
        findings = findings_of(case, exchange.response, self._history)
        self.broken_before += [one for one in findings if not one.is_kept]

    def _send_one(self, case: Case, client: Client) -> Sent:
        """Send *case*, after an update on its connection if it shares one."""
        history = self._history
        if case.request.shares_connection:
            title, body = "an update on the same connection", {"events": ["all"]}
            first = self._factory.case(title, body, shares_connection=True)
            self._update(first, self._exchange(client, first))
        response = self._exchange(client, case).response
        return Sent(case, response, findings_of(case, response, history))


def _check_webhook(report: dict[str, Any], settings: Settings) -> None:
    theirs = report["settings"]["webhook_id"]
    if settings.webhook_id != theirs:
        raise UsageError(
            f"--webhook-id={settings.webhook_id!r} is not the webhook of the report, {theirs!r}: "
            "give the one of the report, if it may be changed."
        )


class _Allowed:
    """The ids that may be sent: those that were given, and the unknown ones of the plan, which is made as far as asked."""

    def __init__(self, report: dict[str, Any], settings: Settings) -> None:
        planned = dry_run(replace(settings, seed=report["settings"]["seed"], budget=DEEP_BUDGET))
        self._further = (one.case.request.webhook_id for one in planned)
        self._found: set[str] = set()

    def __contains__(self, webhook_id: object) -> bool:
        while webhook_id not in self._found:
            further = next(self._further, None)
            if further is None:
                return False
            self._found.add(further)
        return True
