"""What is to go wrong with requests that do not ask for it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from user_webhook_mock.core.duration import Latency, read_latency
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.kinds import Fault, Repeated, read_repeated
from user_webhook_mock.faults.rate_limit import RateLimit, Window, read_rate_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from user_webhook_mock.core.clock import Clock

FAILED = Fault("500")
LIMITED = Fault("429")
MAX_DIGITS = 18
NAMES = ("latency", "fail_rate", "fault_seed", "rate_limit", "script")


@dataclass(frozen=True)
class FaultPlan:
    """What goes wrong: a latency, a share of requests that fail, a rate limit, and a script, in this order of the wire.

    The same *fault_seed* gives the same delays and fails the same requests; without one each start is another.
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
            "script": [scripted.text for scripted in self.script],
        }


def read_fault_plan(given: Mapping[str, Any], former: FaultPlan | None = None) -> FaultPlan:
    """Return *former* with what is *given*, each part in the notation of its start option; None is no plan.

    Raises:
        UsageError: A name or a value is not legal.
    """
    read: dict[str, Any] = {}
    for name, value in given.items():
        match name:
            case "latency":
                read[name] = None if value is None else read_latency(str(value))
            case "fail_rate":
                read[name] = _fail_rate(value)
            case "fault_seed":
                read[name] = _fault_seed(value)
            case "rate_limit":
                read[name] = None if value is None else read_rate_limit(str(value))
            case "script":
                read[name] = _script(value)
            case _:
                rule = f"The parts of trouble are {', '.join(NAMES)}."
                raise UsageError(f"{name!r} is no part of trouble", value=name, rule=rule, remedy="use one of them.")
    return replace(former or FaultPlan(), **read)


class ActiveFaults:
    """The plan of now, and how far it has come."""

    def __init__(self, plan: FaultPlan, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._take(plan)

    @property
    def plan(self) -> FaultPlan:
        """What goes wrong from now on; a script without what was played of it."""
        return self._plan

    def set(self, plan: FaultPlan) -> None:
        """Let *plan* happen from the next request on; a rate limit starts to count anew."""
        self._take(plan)
        self._changed()

    def delay(self) -> float:
        """Return for how many seconds the next answer is held back."""
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

    def _take(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._rng = random.Random(plan.fault_seed)  # noqa: S311  to be repeated, not to be secret
        self._window = Window(plan.rate_limit) if plan.rate_limit else None
        self.is_empty = plan == FaultPlan(fault_seed=plan.fault_seed)

    def _next_scripted(self) -> Fault:
        first, *rest = self._plan.script
        if first.count is not None:
            left = [Repeated(first.fault, first.count - 1)] if first.count > 1 else []
            self._plan = replace(self._plan, script=(*left, *rest))
            self.is_empty = self._plan == FaultPlan(fault_seed=self._plan.fault_seed)
            self._changed()
        return first.fault


def _fail_rate(value: Any) -> float:  # noqa: ANN401  any JSON value may be given
    try:
        rate = float(0 if value is None else value)
    except (TypeError, ValueError):
        rate = -1.0
    if not 0 <= rate <= 1 or isinstance(value, bool):
        rule = "A fail rate is the share of requests that get 500, from 0 to 1."
        raise UsageError(f"fail_rate={value!r} is no share", value=value, rule=rule, remedy="write it as in 0.1.")
    return rate


def _fault_seed(value: Any) -> int | None:  # noqa: ANN401  any JSON value may be given
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS:
        return int(value)
    rule = "A fault seed is a whole number."
    raise UsageError(f"fault_seed={value!r} is no number", value=value, rule=rule, remedy="write it as in 7.")


def _script(value: Any) -> tuple[Repeated, ...]:  # noqa: ANN401  any JSON value may be given
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        rule = "A script is a list of faults, each as NAME or NAME:COUNT."
        raise UsageError(
            "script is no list of faults", value=value, rule=rule, remedy='write it as in ["503:2", "drop"].'
        )
    return tuple(map(read_repeated, value))
