"""Carries a run out, from the first request to the last."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.plan import FOLLOW_UP, Plan
from user_webhook_contract.fuzzing.coverage import coverage_cases
from user_webhook_contract.fuzzing.discovery import JudgedRequest
from user_webhook_contract.http.client import (
    BudgetSpentError,
    Client,
    RateLimitedError,
    TargetDownError,
    TimeSpentError,
)
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import CREATED
from user_webhook_contract.results.ledger import Ledger
from user_webhook_contract.results.run import Run
from user_webhook_contract.results.waivers import read_waivers
from user_webhook_contract.runner.conclusions import conclude
from user_webhook_contract.runner.preflight import is_redirect, setup_error
from user_webhook_contract.runner.recorder import Recorder
from user_webhook_contract.runner.restoration import restore
from user_webhook_contract.runner.token_watch import TokenWatch
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.fuzzing.discovery import Discovery
    from user_webhook_contract.http.client import Exchange, Wait
    from user_webhook_contract.settings import Settings

MAX_FOLLOW_UPS: Final = 8
SHARED_PART: Final = 4
MAX_SHARED: Final = 60
"""With --reuse-connections, one of so many requests of the budget shares a connection, and at most so many do."""

INTERRUPTED: Final = "The run was interrupted."


class Runner:
    """Sends the planned requests, has the responses judged, and puts the webhooks back."""

    def __init__(
        self,
        settings: Settings,
        client: Client | None = None,
        on_progress: Callable[[Run], None] | None = None,
        on_wait: Callable[[Wait], None] = lambda _: None,
    ) -> None:
        """Prepare a run; *on_progress* is called after every request, and *on_wait* before each wait.

        Raises:
            UsageError: The file of waivers is wrong.
        """
        self.run = Run(settings, Ledger(settings))
        self.run.waivers = read_waivers(settings.waivers) if settings.waivers else ()
        self._client = client or Client(settings, sleep=self._sleep, on_wait=on_wait)
        self._factory = CaseFactory(settings)
        self._plan = Plan(self._factory, self.run.history)
        self._recorder = Recorder(self.run, on_progress or (lambda _: None))
        self._token_watch = TokenWatch(self._factory, self._send)
        self._follow_ups = 0
        self._discoveries: list[Discovery] = []

    def __call__(self) -> Run:
        """Run, and return what was found; ``setup_error`` says what is wrong if nothing could be judged."""
        run, started = self.run, time.monotonic()
        webhooks = 2 if self._plan.has_second else 1
        self._client.ends = started + (run.settings.max_time or math.inf)
        self._client.reserved = webhooks if run.settings.restores else 0
        try:
            self._open()
            if run.settings.reuses_connections:
                self._send_on_shared_connections()
            self._send_all(self._plan.cases())
            self._explore()
        except TimeSpentError:
            run.notes.append(f"--max-time={run.settings.max_time:g} s ended the run.")
        except BudgetSpentError:
            pass
        except (TargetDownError, RateLimitedError) as error:
            run.stopped = str(error)
        except KeyboardInterrupt:
            run.stopped = INTERRUPTED
        except UsageError as error:
            run.setup_error = run.stopped = str(error)
            run.ledger = Ledger(run.settings)
        finally:
            self._restore()
            self._client.close()
            run.notes.extend([self._client.remark] if self._client.remark else [])
            self._recorder.kept_connections.were_closed = self._client.closed_by_target > 0
            conclude(run, self._recorder, self._factory, self._discoveries)
            run.requests_sent = self._client.sent
            run.seconds = time.monotonic() - started
        return run

    def _open(self) -> None:
        """Send the first case of each webhook, and make sure that an error is the target's own."""
        for case in self._plan.first_cases():
            try:
                exchange = self._client.send(case.request)
            except (TargetDownError, RateLimitedError) as error:
                raise UsageError(str(error)) from None
            problem = self._setup_error(case, exchange)
            if not problem:
                self._take_in(case, exchange)
                continue
            # A target that refuses one valid update and accepts another is judged; one that refuses both is not.
            full = self._factory.case("a full update", self._factory.full_body(), webhook_id=case.request.webhook_id)
            second = self._client.send(full.request)
            if self._setup_error(case, second):
                raise UsageError(problem)
            self._take_in(case, exchange)
            self._take_in(full, second)

    def _setup_error(self, case: Case, exchange: Exchange) -> str:
        if is_redirect(exchange.response):
            # If a request without a token is redirected, too, it is the address that is wrong.
            anonymous = self._client.send(replace(case.request, credential=Credential.ABSENT))
            if not is_redirect(anonymous.response):
                return ""
        return setup_error(exchange, self.run.settings)

    def _send_all(self, cases: Iterator[Case]) -> None:
        for case in cases:
            self._take_in(case, self._send(case))
            self._recorder.end_if_down()

    def _send_on_shared_connections(self) -> None:
        """Send cases of every kind on one connection, for a part of the budget, and then three at once."""
        pipelined = self._plan.pipelined()
        count = min(max(self.run.settings.budget // SHARED_PART - len(pipelined), 0), MAX_SHARED)
        self._send_all(islice(self._plan.repeated(), count))
        if self._client.left > len(pipelined):
            sent = self._client.send_pipelined([case.request for case in pipelined])
            for case, exchange in zip(pipelined, sent, strict=False):
                self._take_in(case, exchange)

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

    def _take_in(self, case: Case, exchange: Exchange) -> None:
        self._record(case, exchange)
        response = exchange.response
        if isinstance(response, Response) and case.judgement.must_accept and response.status != CREATED:
            self._follow_up(case)

    def _record(self, case: Case, exchange: Exchange) -> frozenset[str]:
        """Record *exchange* and return the requirements that it breaks, unless it is the token that failed."""
        control = self._token_watch.control(case, exchange) if self.run.valid_updates_accepted else []
        broken = self._recorder.take_in(case, exchange)
        for sent in control:
            self._recorder.take_in(*sent)
        return broken

    def _follow_up(self, case: Case) -> None:
        """Send each suspected trait of a refused update alone."""
        suspects = self.run.ledger.suspects(case)
        if len(suspects) < 2 or case.title == FOLLOW_UP:  # noqa: PLR2004  a single suspect is alone already
            return
        for follow_up in self._plan.isolate(case, suspects):
            if self._follow_ups >= MAX_FOLLOW_UPS:
                return
            self._follow_ups += 1
            self._take_in(follow_up, self._send(follow_up))

    def _explore(self) -> None:
        """Send what is generated: coverage of the schema, then random requests."""
        if self._client.left <= 0:
            return
        from user_webhook_contract.fuzzing.fuzz import Fuzzer  # noqa: PLC0415  Hypothesis, which most runs do without
        from user_webhook_contract.fuzzing.shrinking import isolated  # noqa: PLC0415  see above

        with isolated():
            self._send_all(coverage_cases(self._factory, frozenset(self._recorder.tested_rules)))
            fuzzer = Fuzzer(self._factory, self._judge_random, lambda: self._client.left)
            for discovery in fuzzer.discoveries():
                self._discoveries.append(discovery)

    def _judge_random(self, case: Case) -> JudgedRequest:
        exchange = self._send(case)
        broken = self._record(case, exchange)
        self._recorder.end_if_down()
        return JudgedRequest(exchange.number, broken)

    def _restore(self) -> None:
        """Put url and secrets back to what the first response showed, with the requests that were kept for it."""
        self._client.reserved = 0
        self._client.ends = math.inf
        for identifier, webhook in self.run.history.webhooks.items():
            if webhook.first is None or identifier not in self._factory.known_ids:
                continue
            if not self.run.settings.restores:
                self.run.restored.append(f"{identifier}: left as the run made it (--no-restore).")
                continue
            try:
                result = restore(identifier, webhook.first, self._factory, self._client, self.run.history)
            except KeyboardInterrupt:
                self.run.stopped = INTERRUPTED
                result = "not put back: it was interrupted."
            self.run.restored.append(f"{identifier}: {result}")
