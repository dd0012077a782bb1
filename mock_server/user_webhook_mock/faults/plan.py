"""The faults of all requests that do not ask for their own."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.numbers import decimal, whole_number
from user_webhook_mock.core.usage_error import UsageError, check_names
from user_webhook_mock.faults.kinds import Fault, Repeated, read_repeated
from user_webhook_mock.faults.latency import Latency, read_latency
from user_webhook_mock.faults.rate_limit import RateLimit, Window, read_rate_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from user_webhook_mock.core.clock import Clock
    from user_webhook_mock.core.json import Json

FAILED: Final = Fault("500")
LIMITED: Final = Fault("429")


@dataclass(frozen=True)
class FaultPlan:
    """What goes wrong, in this order: latency, rate limit, script, fail rate.

    Attributes:
        latency: The delay of each response.
        fail_rate: The share of requests that get 500, from 0 to 1.
        fault_seed: The same seed gives the same delays and fails the same requests; without one each start differs.
        rate_limit: More requests than this get 429.
        script: Faults for the next requests, one after the other.
    """

    latency: Latency | None = None
    fail_rate: float = 0.0
    fault_seed: int | None = None
    rate_limit: RateLimit | None = None
    script: tuple[Repeated, ...] = ()

    def render(self) -> dict[str, Any]:
        """Return the plan as JSON has it, in the notation of the start options."""
        return {
            "latency": self.latency and self.latency.text,
            "fail_rate": self.fail_rate,
            "fault_seed": self.fault_seed,
            "rate_limit": self.rate_limit and self.rate_limit.text,
            "script": [repeated.text for repeated in self.script],
        }


class ActiveFaults:
    """The plan that is active, and how far its script has come."""

    def __init__(self, plan: FaultPlan, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._start(plan)

    @property
    def plan(self) -> FaultPlan:
        """What goes wrong from now on; the script without what is done of it."""
        return self._plan

    def set(self, plan: FaultPlan) -> None:
        """Follow *plan* from the next request on; a rate limit starts to count from zero."""
        self._start(plan)
        self._changed()

    def delay(self) -> float:
        """Return for how many seconds to hold back the next response."""
        latency = self._plan.latency
        return latency.draw(self._rng) if latency else 0.0

    def next_fault(self) -> Fault | None:
        """Return what goes wrong with the next request, and count it."""
        if self._window and not self._window.admits(self._clock.now()):
            return LIMITED
        if self._plan.script:
            return self._next_scripted()
        if self._plan.fail_rate and self._rng.random() < self._plan.fail_rate:
            return FAILED
        return None

    def _start(self, plan: FaultPlan) -> None:
        self._rng = random.Random(plan.fault_seed)  # noqa: S311  to be repeated, not to be secret
        self._window = Window(plan.rate_limit) if plan.rate_limit else None
        self._follow(plan)

    def _follow(self, plan: FaultPlan) -> None:
        self._plan = plan
        self.is_empty = plan == FaultPlan(fault_seed=plan.fault_seed)

    def _next_scripted(self) -> Fault:
        first, *rest = self._plan.script
        if first.count is not None:
            left = [Repeated(first.fault, first.count - 1)] if first.count > 1 else []
            self._follow(replace(self._plan, script=(*left, *rest)))
            self._changed()
        return first.fault


def read_fault_plan(given: Mapping[str, Json], former: FaultPlan | None = None) -> FaultPlan:
    """Return *former* with what is *given*, each setting in the notation of its start option; None switches it off.

    Raises:
        UsageError: A name or a value is not valid.
    """
    check_names(given, READERS, "fault setting")
    return replace(former or FaultPlan(), **{name: READERS[name](value) for name, value in given.items()})


def _latency(value: Json) -> Latency | None:
    return None if value is None else read_latency(str(value))


def _rate_limit(value: Json) -> RateLimit | None:
    return None if value is None else read_rate_limit(str(value))


def _fail_rate(value: Json) -> float:
    rate = decimal(value) if isinstance(value, str) else 0 if value is None else value
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        rule = "It is the share of requests that get 500."
        what = f"fail_rate={value!r} is not a number from 0 to 1"
        raise UsageError(what, value=value, rule=rule, remedy="write it like 0.1.")
    return float(rate)


def _fault_seed(value: Json) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    seed = whole_number(value) if isinstance(value, str) else None
    if seed is None:
        what = f"fault_seed={value!r} is not valid"
        raise UsageError(what, value=value, rule="A fault seed is a whole number.", remedy="write it like 7.")
    return seed


def _script(value: Json) -> tuple[Repeated, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        rule = "A script is a list of faults, each as NAME or NAME:COUNT."
        remedy = 'write it like ["503:2", "drop"].'
        raise UsageError("script is not a list of faults", value=value, rule=rule, remedy=remedy)
    return tuple(map(read_repeated, value))


READERS: Final[Mapping[str, Callable[[Json], Any]]] = {
    "latency": _latency,
    "fail_rate": _fail_rate,
    "fault_seed": _fault_seed,
    "rate_limit": _rate_limit,
    "script": _script,
}
