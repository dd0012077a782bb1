"""Carries a run out, from the first request to the last."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.kinds import READ_BACK
from user_webhook_contract.cases.plan import FOLLOW_UP, Plan
from user_webhook_contract.checks.history import data_of
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
from user_webhook_contract.runner.interruption import Interrupted
from user_webhook_contract.runner.originals import URL, Originals, is_alike
from user_webhook_contract.runner.other_runs import OF_STATE, OtherRunError, OtherRuns, forgive, told
from user_webhook_contract.runner.preflight import is_redirect, setup_error
from user_webhook_contract.runner.recorder import Recorder
from user_webhook_contract.runner.restoration import Restoration
from user_webhook_contract.runner.token_watch import TokenWatch
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.fuzzing.discovery import Discovery
    from user_webhook_contract.http.client import Exchange, Wait
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.settings import Settings

MAX_FOLLOW_UPS: Final = 8
SHARED_PART: Final = 4
MAX_SHARED: Final = 60
"""With --reuse-connections, one of so many requests of the budget shares a connection, and at most so many do."""

INTERRUPTED: Final = "The run was interrupted."

HASTE: Final = 2.0
"""Seconds beside twice the time limit that putting back may take after a signal or the end of the time."""


class Runner:
    """Sends the planned requests, has the responses judged, and puts the webhooks back."""

    def __init__(
        self,
        settings: Settings,
        client: Client | None = None,
        on_progress: Callable[[Run], None] | None = None,
        on_wait: Callable[[Wait], None] = lambda _: None,
        on_end: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare a run.

        *on_progress* is called after every request, *on_wait* before each wait, and
        *on_end* with a line on what comes next when a signal or the end of the time ends the run.

        Raises:
            UsageError: The file of waivers is wrong.
        """
        self.run = Run(settings, Ledger(settings))
        waivers = read_waivers(settings.waivers) if settings.waivers else ()
        self.run.waivers = waivers if settings.accepts_waivers else ()
        if waivers and not settings.accepts_waivers:
            self.run.notes.append(f"--no-waivers: no waiver of {settings.waivers} counts.")
        self._client = client or Client(settings, sleep=self._sleep, on_wait=on_wait)
        self._client.on_exchange = self.run.exchanges.add
        self._on_end = on_end or (lambda _: None)
        self._factory = self._make_factory(settings)
        self._originals = Originals([one for one in (settings.webhook_id, settings.second_webhook_id) if one])
        self._other_runs = OtherRuns(self._factory.mark, self._factory.known_ids)
        self._is_alone = True
        self._has_repeated = False
        self._plan = Plan(self._factory, self.run.history)
        self._recorder = Recorder(self.run, on_progress or (lambda _: None))
        self._token_watch = TokenWatch(self._factory, self._send)
        self._follow_ups = 0
        self._discoveries: list[Discovery] = []

    def _make_factory(self, settings: Settings) -> CaseFactory:
        return CaseFactory(settings)

    def __call__(self) -> Run:
        """Run, and return what was found; ``setup_error`` says what is wrong if nothing could be judged."""
        run, started = self.run, time.monotonic()
        self._client.ends = started + (run.settings.max_time or math.inf)
        self._client.reserved = self._plan.reserved if run.settings.restores else 0
        try:
            self._open()
            if run.settings.reuses_connections:
                self._send_on_shared_connections()
            self._send_all(self._plan.cases())
            self._explore()
        except TimeSpentError:
            run.notes.append(f"--max-time={run.settings.max_time:g} s ended the run.")
            self._make_haste("The time of --max-time is over")
        except BudgetSpentError:
            pass
        except OtherRunError as error:
            run.stopped = str(error)
            self._is_alone = False
            forgive(run.ledger)
        except (TargetDownError, RateLimitedError) as error:
            run.stopped = str(error)
        except KeyboardInterrupt as signal:
            run.stopped = _interrupted(signal)
            self._make_haste(run.stopped.rstrip("."))
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

    def _make_haste(self, reason: str) -> None:
        """Let putting back end soon: whoever sent a signal or set a time waits for it."""
        seconds = 2 * self.run.settings.timeout + HASTE
        self._client.ends = time.monotonic() + seconds
        webhooks = len(self._originals.touched)
        if webhooks and self.run.settings.restores:
            names = "1 webhook is" if webhooks == 1 else f"{webhooks} webhooks are"
            self._on_end(f"{reason}: {names} put back, within {seconds:g} s; a second signal gives up.")

    def _open(self) -> None:
        """Send the first case of each webhook, and make sure that an error is the target's own."""
        for case in self._plan.first_cases():
            try:
                exchange = self._exchange(case.request)
            except (TargetDownError, RateLimitedError) as error:
                raise UsageError(str(error)) from None
            problem = self._setup_error(case, exchange)
            if not problem:
                self._take_in(case, exchange)
                continue
            # A target that refuses one valid update and accepts another is judged; one that refuses both is not.
            full = self._factory.case("a full update", self._factory.full_body(), webhook_id=case.request.webhook_id)
            second = self._exchange(full.request)
            if self._setup_error(case, second):
                self._originals.learns(full, second.response)
                raise UsageError(problem)
            self._take_in(case, exchange)
            self._take_in(full, second)

    def _setup_error(self, case: Case, exchange: Exchange) -> str:
        if is_redirect(exchange.response):
            # If a request without a token is redirected, too, it is the address that is wrong.
            anonymous = self._exchange(replace(case.request, credential=Credential.ABSENT))
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
            return self._exchange(case.request)
        except TargetDownError as error:
            raise TargetDownError(f"{error} That was request {self._client.sent}: {case.title}.") from None

    def _exchange(self, request: Request) -> Exchange:
        self._originals.sends(request)
        return self._client.send(request)

    def _sleep(self, seconds: float) -> None:
        """Wait for the client, but not past the end of the run."""
        if time.monotonic() + seconds > self._client.ends:
            raise TimeSpentError
        time.sleep(seconds)

    def _take_in(self, case: Case, exchange: Exchange) -> None:
        self._record(case, exchange)
        response = exchange.response
        if isinstance(response, Response) and case.judgement.must_accept and response.status != CREATED:
            self._plan.learns_refusal(case)
            self._follow_up(case)

    def _record(self, case: Case, exchange: Exchange) -> frozenset[str]:
        """Record *exchange* and return the requirements that it breaks, unless it shows that the world has changed."""
        control = self._token_watch.control(case, exchange) if self.run.valid_updates_accepted else []
        broken = self._take_in_one(case, exchange)
        for sent in control:
            self._take_in_one(*sent)
        if broken & OF_STATE and self._other_runs.left_behind and not self._has_repeated:
            self._repeat(case.request.webhook_id)
        return broken

    def _take_in_one(self, case: Case, exchange: Exchange) -> frozenset[str]:
        self._originals.learns(case, exchange.response)
        self._other_runs.watch(case, exchange.response)
        return self._recorder.take_in(case, exchange)

    def _repeat(self, identifier: str) -> None:
        """Store a url and read it back: what fails once may be the last of another run, what fails again is not.

        Raises:
            OtherRunError: The url is kept.
        """
        self._has_repeated = True
        body = self._factory.full_body()
        for title, content in (("a url of this run", body), (READ_BACK, {"events": body["events"]})):
            case = self._factory.case(title, content, webhook_id=identifier)
            exchange = self._send(case)
            self._take_in_one(case, exchange)
        response = exchange.response
        if isinstance(response, Response) and is_alike(URL, body[URL], data_of(response).get(URL)):
            raise OtherRunError(told(identifier))

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
        from user_webhook_contract.fuzzing.shrinking import isolated, settled  # noqa: PLC0415  see above

        with isolated():
            self._send_all(coverage_cases(self._factory, frozenset(self._recorder.tested_rules)))
            fuzzer = Fuzzer(self._factory, self._judge_random, lambda: self._client.left)
            with settled():
                for discovery in fuzzer.discoveries():
                    self._discoveries.append(discovery)

    def _judge_random(self, case: Case) -> JudgedRequest:
        exchange = self._send(case)
        broken = self._record(case, exchange)
        self._recorder.end_if_down()
        return JudgedRequest(exchange.number, broken)

    def _restore(self) -> None:
        """Put the webhooks back with the requests that were kept for it, and say of each what came of it."""
        self._client.reserved = 0
        self.run.sent_before_restoration = self._client.sent
        if math.isfinite(self._client.ends):
            self._client.ends = max(self._client.ends, time.monotonic() + 2 * self.run.settings.timeout + HASTE)
        restoration = Restoration(self._originals, self._factory, self._client)
        for identifier in self._originals.touched:
            self.run.restored.append(f"{identifier}: {self._restored(identifier, restoration)}")

    def _restored(self, identifier: str, restoration: Restoration) -> str:
        if not self.run.settings.restores:
            return "left as the run made it (--no-restore)."
        try:
            if not self._is_alone and not self._is_other_run_over(identifier):
                return "not put back: another run of the suite still writes to this webhook."
            return restoration.restore(identifier)
        except KeyboardInterrupt as signal:
            self.run.stopped = self.run.stopped or _interrupted(signal)
            return "not put back: it was interrupted."

    def _is_other_run_over(self, identifier: str) -> bool:
        read_back = self._factory.case(READ_BACK, {"events": ["all"]}, webhook_id=identifier)

        def read_url() -> object:
            try:
                response = self._client.send(read_back.request).response
            except (BudgetSpentError, TargetDownError, RateLimitedError):
                return object()  # nothing that was read before or will be
            return data_of(response).get(URL) if isinstance(response, Response) else object()

        return self._other_runs.wait_until_over(read_url, self._client.sleep)


def _interrupted(signal: KeyboardInterrupt) -> str:
    name = str(signal) if isinstance(signal, Interrupted) else ""
    return f"The run was interrupted by {name}." if name not in {"", "SIGINT"} else INTERRUPTED
