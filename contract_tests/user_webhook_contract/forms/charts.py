"""The pictures of a run as numbers: positions are percent of the picture, which the templates draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple

MARKS: Final = ("kept", "observed", "broken", "unanswered")
"""Every outcome of a request, in the order in which they are drawn: the last lies on top."""

RARE: Final = ("broken", "unanswered")

MAX_POINTS: Final = 2000
"""Requests in the picture of the timeline; of a longer run it has a part, and says which."""

MIN_MILLISECONDS: Final = 0.1
"""The shortest time that is drawn, in milliseconds; the report rounds to this."""

BINS: Final = 8
"""Bars for each power of ten in the distribution."""

MAX_TICKS: Final = 6
FROM: Final = 2.0
TO: Final = 98.0
BESIDE: Final = 12.0
"""The end of the strip at the top for requests without a response."""


class Tick(NamedTuple):
    """A position on an axis and its label."""

    at: float
    label: str


class Bar(NamedTuple):
    """A bar of the distribution: where it begins, how wide and how high it is."""

    x: float
    width: float
    height: float


@dataclass(frozen=True)
class Timeline:
    """When each request left and how long its response took.

    Attributes:
        points: x and y of each outcome.
    """

    points: dict[str, list[tuple[float, float]]]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    unit: str
    total: int
    drawn: int
    rare_step: int
    step: int


@dataclass(frozen=True)
class Distribution:
    """How many responses took how long.

    Attributes:
        highest: How many responses the highest bar has.
    """

    bars: list[Bar]
    ticks: list[Tick]
    highest: int
    median: Tick
    slow: Tick


class Row(NamedTuple):
    """One line of the table beside the pictures; the times are milliseconds, None without a response."""

    name: str
    requests: int
    median: float | None
    slow: float | None
    slowest: float | None


def timeline(points: list[list[Any]]) -> Timeline:
    """Return the picture of *points*, rows of ``timeline`` in the report, which are some."""
    drawn, rare_step, step = _thinned(points)
    scale = _Scale([ms for _, _, ms, status, _ in points if status is not None])
    end = max(points[-1][1], MIN_MILLISECONDS)
    places = [(outcome, _across(at / end), _height(scale, ms, status)) for _, at, ms, status, outcome in drawn]
    ticks, unit = _time_ticks(end)
    return Timeline(
        points={outcome: [(x, y) for one, x, y in places if one == outcome] for outcome in MARKS},
        x_ticks=ticks,
        y_ticks=[Tick(round(100 - tick.at * (1 - BESIDE / 100), 1), tick.label) for tick in scale.ticks()],
        unit=unit,
        total=len(points),
        drawn=len(drawn),
        rare_step=rare_step,
        step=step,
    )


def distribution(points: list[list[Any]]) -> Distribution | None:
    """Return the picture of the responses in *points*; None if there are none."""
    times = sorted(max(ms, MIN_MILLISECONDS) for _, _, ms, status, _ in points if status is not None)
    if not times:
        return None
    scale = _Scale(times)
    bins = [(bin_, len(list(same))) for bin_, same in groupby(math.floor(math.log10(ms) * BINS) for ms in times)]
    highest = max(count for _, count in bins)
    width = scale.at(10 ** ((bins[0][0] + 1) / BINS)) - scale.at(10 ** (bins[0][0] / BINS))
    return Distribution(
        bars=[Bar(scale.at(10 ** (one / BINS)), width, round(100 * count / highest, 2)) for one, count in bins],
        ticks=scale.ticks(),
        highest=highest,
        median=Tick(scale.at(_quantile(times, 0.5)), milliseconds(_quantile(times, 0.5))),
        slow=Tick(scale.at(_quantile(times, 0.95)), milliseconds(_quantile(times, 0.95))),
    )


def table(points: list[list[Any]]) -> list[Row]:
    """Return the outcomes, and below them the statuses, with how many requests had them and how long they took."""
    rows = [_row(outcome, [one for one in points if one[4] == outcome]) for outcome in MARKS]
    statuses = sorted({one[3] for one in points if one[3] is not None})
    return rows + [_row(f"status {status}", [one for one in points if one[3] == status]) for status in statuses]


def milliseconds(time: float) -> str:
    """Return *time* with three digits at most."""
    if time >= 10_000:  # noqa: PLR2004  from ten seconds on
        return f"{time / 1000:.0f} s"
    if time >= 1000:  # noqa: PLR2004  a second
        return f"{time / 1000:.1f} s".replace(".0", "")
    return f"{time:.0f} ms" if time >= 10 or time == int(time) else f"{time:.1f} ms"  # noqa: PLR2004  two digits


class _Scale:
    """A logarithmic axis over whole powers of ten."""

    def __init__(self, values: list[float]) -> None:
        bounded = [max(value, MIN_MILLISECONDS) for value in values] or [1.0]
        self._low = math.floor(math.log10(min(bounded)))
        self._high = max(math.ceil(math.log10(max(bounded))), self._low + 1)

    def at(self, value: float) -> float:
        share = (math.log10(max(value, MIN_MILLISECONDS)) - self._low) / (self._high - self._low)
        return round(100 * share, 2)

    def ticks(self) -> list[Tick]:
        values = [10.0**power for power in range(self._low, self._high + 1)]
        return [Tick(self.at(value), milliseconds(value)) for value in values]


def _row(name: str, points: list[list[Any]]) -> Row:
    times = sorted(ms for _, _, ms, status, _ in points if status is not None)
    if not times:
        return Row(name, len(points), None, None, None)
    return Row(name, len(points), _quantile(times, 0.5), _quantile(times, 0.95), times[-1])


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(math.ceil(share * len(ordered)), len(ordered)) - 1]


def _thinned(points: list[list[Any]]) -> tuple[list[list[Any]], int, int]:
    """Return at most MAX_POINTS of *points*, and the step between two rare and two other ones."""
    if len(points) <= MAX_POINTS:
        return points, 1, 1
    rare = [one for one in points if one[4] in RARE]
    rare_step = math.ceil(len(rare) / (MAX_POINTS // 2)) or 1
    usual = [one for one in points if one[4] not in RARE]
    step = math.ceil(len(usual) / (MAX_POINTS - len(rare[::rare_step]))) or 1
    return sorted(rare[::rare_step] + usual[::step]), rare_step, step


def _across(share: float) -> float:
    return round(FROM + share * (TO - FROM), 2)


def _height(scale: _Scale, ms: float, status: int | None) -> float:
    if status is None:
        return BESIDE / 2
    return round(100 - scale.at(ms) * (1 - BESIDE / 100), 2)


def _time_ticks(end: float) -> tuple[list[Tick], str]:
    """Return the ticks of an axis from 0 to *end* seconds, and the unit of their labels."""
    is_long = end > 120  # noqa: PLR2004  seconds from which minutes read better
    length = end / 60 if is_long else end
    power = 10.0 ** math.floor(math.log10(length / MAX_TICKS))
    step = next(factor * power for factor in (1, 2, 5, 10) if length / (factor * power) <= MAX_TICKS)
    values = [step * number for number in range(math.floor(length / step + 1e-9) + 1)]
    return [Tick(_across(value / length), f"{value:.6g}") for value in values], "minutes" if is_long else "seconds"
