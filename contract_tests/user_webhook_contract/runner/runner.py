"""Carries a run out, from the first request to the last."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.dry_run import uncovered
from user_webhook_contract.cases.factory import Case
from user_webhook_contract.cases.plan import FOLLOW_UP, Plan
from user_webhook_contract.checks.finding import Finding, broken, kept
from user_webhook_contract.checks.history import CREATED
from user_webhook_contract.checks.response import ACCEPTED, check, unanswered
from user_webhook_contract.fuzzing.coverage import coverage_cases
from user_webhook_contract.fuzzing.discovery import CONFIRMATION, Discovery, JudgedRequest, smallest_first
from user_webhook_contract.http.client import (
    BudgetSpentError,
    Client,
    Exchange,
    RateLimitedError,
    TargetDownError,
    TimeSpentError,
)
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.results.ledger import Ledger
from user_webhook_contract.results.retention import Retention
from user_webhook_contract.results.run import Run, point_of
from user_webhook_contract.results.waivers import apply_waivers, read_waivers
from user_webhook_contract.runner.preflight import is_redirect, setup_error
from user_webhook_contract.runner.restoration import restore
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.judge.judge import Judgement
    from user_webhook_contract.settings import Settings

ANSWERED: Final = "R-703"
MAX_UNANSWERED: Final = 3
"""Requests in a row without an answer after which a run is cut short."""

MAX_TIMEOUTS: Final = 5
"""Requests without an answer in time after which a run is cut short: each costs a whole time limit."""

MIN_DROPS: Final = 2
"""Connections without an answer, each answered at the second attempt, that are no accident any more."""

MAX_GATEWAY_PAGES: Final = 5
"""Requests that met a gateway's page after which a run is cut short: whose word the others are is not certain."""

MAX_FOLLOW_UPS: Final = 8
MAX_EXCHANGES: Final = 500
"""Exchanges that are kept: of a longer run the first ones, and the last few."""


INTERRUPTED: Final = "The run was interrupted."


class Runner:
    """Sends the planned requests, judges the answers and puts the webhooks back."""

    def __init__(
        self, settings: Settings, client: Client | None = None, on_progress: Callable[[Run], None] | None = None
    ) -> None:
        """Prepare a run; *on_progress* is called after every request."""
        self.run = Run(settings, Ledger(settings))
        self._client = client or Client(settings, sleep=self._sleep)
        self._plan = Plan(settings, self.run.history)
        self._on_progress = on_progress or (lambda _: None)
        self._unanswered: list[tuple[Case, Exchange]] = []
        self._dropped: list[tuple[Case, Exchange]] = []
        self._pages = 0
        self._follow_ups = 0
        self._last_answer = 0
        self._discoveries: list[Discovery] = []
        self._retention = Retention(self.run.history, self._plan.factory.known_ids)
        self.run.waivers = read_waivers(settings.waivers) if settings.waivers else ()

    def __call__(self) -> Run:
        """Run, and return what was found.

        Raises:
            UsageError: The target is down, or refuses the token or the webhook: nothing was judged, and the run says
                so, too.
        """
        started = time.monotonic()
        webhooks = 2 if self._plan.has_second else 1
        self._client.ends = started + (self.run.settings.max_time or math.inf)
        self._client.reserved = webhooks if self.run.settings.restores else 0
        try:
            self._open()
            self._send_all(self._plan.cases())
            self._explore()
        except TimeSpentError:
            self.run.notes.append(f"--max-time={self.run.settings.max_time:g} s ended the run.")
        except BudgetSpentError:
            pass
        except (TargetDownError, RateLimitedError) as error:
            self.run.stopped = str(error)
        except KeyboardInterrupt:
            self.run.stopped = INTERRUPTED
        except UsageError as error:
            self.run.setup_error = self.run.stopped = str(error)
            self.run.ledger = Ledger(self.run.settings)
            raise
        finally:
            self._restore()
            self._settle()
            self.run.requests_sent = self._client.sent
            self.run.seconds = time.monotonic() - started
        return self.run

    def _open(self) -> None:
        """Send the first request of each webhook, and make sure that a refusal is the target's own."""
        for case in self._plan.first_cases():
            try:
                exchange = self._client.send(case.request)
            except (TargetDownError, RateLimitedError) as error:
                raise UsageError(str(error)) from None
            refusal = self._refusal(case, exchange)
            if refusal:
                # A target that refuses one valid update and takes another is judged; one that refuses both is not.
                second = self._client.send(self._plan.full_request(case.request.webhook_id))
                if self._refusal(case, second):
                    raise UsageError(refusal)
            self._judge(case, exchange)
            if refusal:
                self._judge(Case("a full update", second.request), second)

    def _refusal(self, case: Case, exchange: Exchange) -> str:
        if is_redirect(exchange.response):
            # Where a request without a token is redirected, too, it is the address that is wrong.
            anybody = self._client.send(replace(case.request, credential=Credential.ABSENT))
            if not is_redirect(anybody.response):
                return ""
        return setup_error(exchange, self.run.settings)

    def _send_all(self, cases: Iterator[Case]) -> None:
        for case in cases:
            self._judge(case, self._send(case))
            self._check_unanswered()

    def _send(self, case: Case) -> Exchange:
        if time.monotonic() >= self._client.ends:
            raise TimeSpentError
        try:
            return self._client.send(case.request)
        except TargetDownError as error:
            raise TargetDownError(f"{error} That was request {self._client.sent}: {case.title}.") from None

    def _sleep(self, seconds: float) -> None:
        """Wait for the client, but not past the end of the run."""
        if time.monotonic() + seconds > self._client.ends:
            raise TimeSpentError
        time.sleep(seconds)

    def _check_unanswered(self) -> None:
        if self._unanswered:
            last = self.run.exchanges[-MAX_UNANSWERED:]
            if len(last) == MAX_UNANSWERED and all(isinstance(exchange.response, NoResponse) for _, exchange in last):
                case, first = last[0]
                raise TargetDownError(
                    f"{MAX_UNANSWERED} requests in a row had no answer, from request {first.number} on ({case.title}): "
                    f"{first.failed_attempts[-1].value}. The rest was not sent."
                )
            if sum(exchange.response is NoResponse.TIMED_OUT for _, exchange in self._unanswered) >= MAX_TIMEOUTS:
                raise TargetDownError(f"{MAX_TIMEOUTS} requests had no answer in time; the rest was not sent.")
        if self._pages >= MAX_GATEWAY_PAGES:
            raise TargetDownError(
                f"{MAX_GATEWAY_PAGES} requests met a gateway's page (502, 503 or 504); the rest was not sent. "
                "Judge the API behind the gateway, or see that it is up."
            )

    def _explore(self) -> None:
        """Send what is generated: coverage of the schema, then random requests."""
        if self._client.left <= 0:
            return
        from user_webhook_contract.fuzzing.fuzz import fuzz  # noqa: PLC0415  Hypothesis, which most runs do without
        from user_webhook_contract.fuzzing.shrinking import isolate  # noqa: PLC0415  see above

        with isolate():
            self._send_all(coverage_cases(self._plan.factory, self._proved_keywords()))
            for discovery in fuzz(self._plan.factory, self._judge_random, lambda: self._client.left):
                self._discoveries.append(discovery)

    def _judge_random(self, case: Case) -> JudgedRequest:
        exchange = self._send(case)
        broken_rows = self._take_in(case, exchange)
        self._check_unanswered()
        return JudgedRequest(exchange.number, broken_rows)

    def _judge(self, case: Case, exchange: Exchange) -> None:
        self._take_in(case, exchange)
        found = self._plan.factory.judge(case.request)
        if isinstance(exchange.response, Response) and found.must_accept and exchange.response.status != CREATED:
            self._follow_up(case)

    def _take_in(self, case: Case, exchange: Exchange) -> frozenset[str]:
        """Judge *exchange*, learn from it, and return the requirements that it breaks."""
        run, response = self.run, exchange.response
        run.exchanges.append((case, self._retention.trimmed(exchange)))
        if len(run.exchanges) > MAX_EXCHANGES:
            del run.exchanges[MAX_EXCHANGES - MAX_UNANSWERED]
        found = self._plan.factory.judge(case.request)
        rows: set[str] = set()
        if isinstance(response, NoResponse):
            self._unanswered.append((case, exchange))
            run.history.learn(case.request, found, None)
        else:
            self._last_answer = exchange.number
            findings = [_one_response(response), *check(case.request, response, found, run.history)]
            rows = {finding.requirement for finding in findings if not finding.is_kept}
            if ACCEPTED in rows:
                rows = rows - {ACCEPTED} | set(run.ledger.suspects(case.traits).values() or {ACCEPTED})
            run.history.accepted += found.must_accept and response.status == CREATED and not rows
            kept_exchange = self._retention.keep(exchange, rows, is_confirmation=CONFIRMATION in case.title)
            self._enter(case, kept_exchange, found, findings)
            if set(exchange.failed_attempts) - {NoResponse.GATEWAY}:
                self._dropped.append((case, kept_exchange))
            if run.ledger.is_first_proof(kept_exchange):
                self._retention.remember_secrets(exchange)
            if not rows:
                # A choice that shows through a broken rule is the rule's doing.
                run.observations.see(exchange.number, case.request, found, response, run.history)
            run.history.learn(case.request, found, response)
        self._pages += NoResponse.GATEWAY in exchange.failed_attempts
        self._retention.bound(case.request.webhook_id)
        run.timeline.append(point_of(exchange, found, rows))
        run.requests_sent = self._client.sent
        self._on_progress(run)
        return frozenset(rows)

    def _enter(self, case: Case, exchange: Exchange, found: Judgement, findings: list[Finding]) -> None:
        ledger = self.run.ledger
        for finding in findings:
            if finding.requirement == ACCEPTED and not finding.is_kept:
                ledger.enter_refused(case.title, exchange, finding, case.traits)
            else:
                ledger.enter(case.title, exchange, finding)
        if found.must_accept and isinstance(exchange.response, Response) and exchange.response.status == CREATED:
            ledger.enter_accepted(case.title, exchange, case.traits)

    def _follow_up(self, case: Case) -> None:
        """Send what tells the suspected features of a refused update apart, one at a time."""
        suspects = self.run.ledger.suspects(case.traits)
        if len(suspects) < 2 or case.title == FOLLOW_UP:  # noqa: PLR2004  one suspect is told apart already
            return
        for follow in self._plan.isolate(case, suspects):
            if self._follow_ups >= MAX_FOLLOW_UPS:
                return
            self._follow_ups += 1
            self._judge(follow, self._send(follow))

    def _proved_keywords(self) -> frozenset[str]:
        return frozenset(
            rule.name for case, _ in self.run.exchanges for rule in self._plan.factory.judge(case.request).violated
        )

    def _restore(self) -> None:
        """Put url and secrets back to what the first answer showed, with the requests that were kept for it."""
        self._client.reserved = 0
        self._client.ends = math.inf
        for identifier, webhook in self.run.history.webhooks.items():
            if webhook.first is None or identifier not in self._plan.factory.known_ids:
                continue
            if not self.run.settings.restores:
                self.run.restored.append(f"{identifier}: left as the run made it (--no-restore).")
                continue
            try:
                told = restore(identifier, webhook.first, self._plan.factory, self._client, self.run.history)
            except KeyboardInterrupt:
                self.run.stopped = INTERRUPTED
                told = "not put back: it was interrupted."
            self.run.restored.append(f"{identifier}: {told}")

    def _settle(self) -> None:
        """Draw the conclusions that need the whole run."""
        ledger, history = self.run.ledger, self.run.history
        answered = {point.number for point in self.run.timeline if point.status is not None}
        for case, exchange in self._unanswered:
            # A target that answers afterwards is up: the silence was its own. What a gateway says may be an outage,
            # but for one that is over with the very next request.
            is_page = exchange.response is NoResponse.GATEWAY
            if exchange.number + 1 in answered or (not is_page and exchange.number < self._last_answer):
                row = unanswered(case.request, self._plan.factory.judge(case.request))
                ledger.enter(case.title, exchange, broken(row, exchange.failed_attempts[-1].value, "an answer"))
        if len(self._dropped) >= MIN_DROPS:
            for case, exchange in self._dropped:
                ledger.enter(case.title, exchange, broken(ANSWERED, exchange.failed_attempts[0].value, "an answer"))
        if self._pages:
            self.run.notes.append(f"Requests that met a gateway's page (502, 503 or 504): {self._pages}.")
        if history.keeps_secrets:
            ledger.entries["R-303"].not_applicable = "The target keeps the stored secrets and generated no two."
        ledger.close()
        for entry in ledger.entries.values():
            entry.failures = smallest_first(entry.failures, self._discoveries)
        self._explain_gaps()
        self.run.notes.extend(apply_waivers(self.run.waivers, ledger, self.run.started.date()))

    def _explain_gaps(self) -> None:
        settings, entries = self.run.settings, self.run.ledger.entries
        for row in uncovered(settings):
            entries[row].missing = f"--budget={settings.budget} does not reach it: raise it."
        if not self._plan.factory.has_long_ids:
            entries["R-502"].not_applicable = "The ids are short or plain numbers: one close by may be another webhook."
        if not settings.forbidden_token:
            for row in ("R-306", "R-404", "R-605", "R-606"):
                entries[row].missing = "No token without the scope was given: --forbidden-token."
        if not settings.second_webhook_id:
            entries["R-307"].missing = "No second webhook was given: --second-webhook-id."


def _one_response(response: Response) -> Finding:
    if response.has_surplus:
        return broken(ANSWERED, "an answer with more behind it", "one answer")
    return kept(ANSWERED)
