"""How many faults the suite finds, in how many requests, beside stock Schemathesis; and how often it is wrong.

Run it by `make bench-judge`; `--help` lists what can be made smaller.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers.conformant import launch  # noqa: E402 - found by the line above
from servers.faulty import FAULTS, FaultyServers  # noqa: E402 - as above
from user_webhook_api.bundle import bundle  # noqa: E402 - as above
from user_webhook_contract.results.ledger import TargetVerdict  # noqa: E402 - as above
from user_webhook_contract.runner.runner import Runner  # noqa: E402 - as above
from user_webhook_contract.settings import LOCAL_BUDGET, Settings  # noqa: E402 - as above

BUDGETS = (10, 25, 50, 75, 100)
DEEP = 2000
COURSES = ((100, False), (DEEP, True))
"""The budgets with which conformant servers are judged, and whether the run is deep: that begins with the whole plan."""

SLOW = ("fastapi-slow-stream", "fastapi-rate-limited")
"""Conformant servers that wait on purpose, 15 requests a second: one deep run of each has to do."""

TIMEOUT = 1.0
BASE = {"secret_items": "strings", "null_optional": "reject"}
"""The choices under which stock Schemathesis finds nothing wrong with the correct server."""

RESULTS = ROOT / "benchmarks" / "RESULTS-judge.md"
CURVE = ROOT / "benchmarks" / "judge-curve.svg"


@dataclass(frozen=True)
class Judged:
    """One run of the suite on one faulty server."""

    fault: str
    budget: int
    is_found: bool
    sent: int


def judge_faults(task: tuple[list[str], int, bool]) -> list[Judged]:
    """Run the suite with one budget on each of the faults named."""
    names, budget, is_deep = task
    found = []
    with FaultyServers() as servers:
        for name in names:
            settings = Settings(servers.url(name), budget=budget, rate=0, timeout=TIMEOUT, is_deep=is_deep)
            run = Runner(settings)()
            found.append(Judged(name, budget, run.verdict is TargetVerdict.NON_CONFORMANT, run.requests_sent))
    return found


def spread(names: list[str], budget: int, *, is_deep: bool = False) -> list[Judged]:
    """Judge the faults named on all cores."""
    workers = os.cpu_count() or 1
    tasks = [(names[start :: workers * 4], budget, is_deep) for start in range(workers * 4)]
    with ProcessPoolExecutor(workers) as pool:
        return [one for part in pool.map(judge_faults, tasks) for one in part]


def missed_in(judged: list[Judged]) -> list[str]:
    """Return the faults that were not found."""
    return [one.fault for one in judged if not one.is_found]


def row(budget: str, total: int, judged: list[Judged]) -> str:
    """Return the line of the table for *budget*; of *total* faults, those that were not judged again are found."""
    found = total - len(missed_in(judged))
    return f"| {budget} | {found} | {found / total:.1%} | {max(one.sent for one in judged)} |"


def stock(names: list[str]) -> tuple[int, list[int]]:
    """Return how many of the faults named a stock Schemathesis run finds, and how many cases each run generated."""
    import json  # noqa: PLC0415 - needed here only

    folder = Path(tempfile.mkdtemp())
    (folder / "openapi.json").write_text(json.dumps(bundle()), encoding="utf-8")
    (folder / "schemathesis.toml").write_text("[phases.coverage]\nunexpected-methods = []\n", encoding="utf-8")
    found, cases = 0, []
    with FaultyServers() as servers:
        if _stock_one(folder, servers.url("correct", **BASE))[0]:
            sys.exit("Stock Schemathesis finds faults in the correct server: the comparison would be void.")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            urls = [servers.url(name, **BASE) for name in names]
            for failed, count in pool.map(_stock_one, [folder] * len(urls), urls):
                found += failed
                cases.append(count)
    return found, cases


def _stock_one(folder: Path, url: str) -> tuple[bool, int]:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", "openapi.json"]
    options = ["--url", url, "-H", "Authorization: Bearer valid-token", "--request-timeout", str(TIMEOUT)]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    counted = re.search(r"(\d+) generated", done.stdout)
    return done.returncode != 0, int(counted[1]) if counted else 0


@dataclass(frozen=True)
class Alarms:
    """False alarms on one conformant server in each course, and the median seconds of a run of the first one."""

    name: str
    counts: tuple[int, ...]
    seconds: float


def false_alarms(seeds: int) -> list[Alarms]:
    """Judge each conformant server that can be run here with every seed, each with 100 requests and by a deep run."""
    names = []
    for name in launch.variants():
        reason = launch.unavailable(name)
        if reason:
            print(f"  {name} left out: {reason}")
        else:
            names.append(name)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(_alarms, names, [seeds] * len(names)))


def _alarms(name: str, seeds: int) -> Alarms:
    with launch.running(name) as url:
        courses = [
            [_run(url, budget, seed, is_deep=is_deep) for seed in range(1 if is_deep and name in SLOW else seeds)]
            for budget, is_deep in COURSES
        ]
    counts = tuple(sum(is_alarm for is_alarm, _ in runs) for runs in courses)
    told = ", ".join(f"{count} in {len(runs)} runs" for count, runs in zip(counts, courses, strict=True))
    print(f"  {name}: false alarms: {told}")
    return Alarms(name, counts, statistics.median(seconds for _, seconds in courses[0]))


def _run(url: str, budget: int, seed: int, *, is_deep: bool) -> tuple[bool, float]:
    """Return whether a run raises a false alarm, and its seconds."""
    started = time.perf_counter()
    run = Runner(Settings(url, budget=budget, seed=seed, rate=0, is_deep=is_deep))()
    return run.verdict is TargetVerdict.NON_CONFORMANT, time.perf_counter() - started


def wall_time() -> list[float]:
    """Return the seconds from command to verdict of five runs on the mock."""
    seconds = []
    for _ in range(5):
        command = [sys.executable, "-m", "user_webhook_mock", "--port", "0", "--quiet", "--run"]
        with tempfile.TemporaryDirectory() as folder:
            suite = [sys.executable, "-m", "user_webhook_contract", "--budget", "100", "--report-dir", folder]
            started = time.perf_counter()
            subprocess.run([*command, *suite], cwd=ROOT, capture_output=True, check=True)
            seconds.append(time.perf_counter() - started)
    return seconds


def curve(points: list[tuple[int, float]]) -> str:
    """Return the share of faults found against requests as a small SVG."""
    width, height, left, bottom = 520, 300, 50, 40

    def place(requests: int, share: float) -> tuple[float, float]:
        return left + requests * (width - left - 20) / 100, height - bottom - share * (height - bottom - 20)

    line = " ".join("{:.1f},{:.1f}".format(*place(*point)) for point in [(0, 0.0), *points])
    marks = []
    for requests, share in points:
        x, y = place(requests, share)
        label = f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle">{share:.0%}</text>'
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>{label}')
    axis = "".join(
        f'<text x="{place(n, 0)[0]:.1f}" y="{height - bottom + 18}" text-anchor="middle">{n}</text>'
        for n in (0, *BUDGETS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="Share of faults found against requests sent" font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="M{left} 20V{height - bottom}H{width - 20}" fill="none" stroke="#555"/>'
        f'<polyline points="{line}" fill="none" stroke="#0b62a8" stroke-width="2"/>'
        f'<g fill="#0b3d66">{"".join(marks)}</g><g fill="#333">{axis}'
        f'<text x="{width / 2}" y="{height - 6}" text-anchor="middle">requests</text></g></svg>\n'
    )


def main() -> None:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=len(FAULTS), help="how many faults to judge, spread evenly")
    parser.add_argument("--seeds", type=int, default=20, help="runs on each conformant server")
    parser.add_argument(
        "--stock", type=int, default=60, help="how many faults stock Schemathesis is run on; 0 for none"
    )
    parser.add_argument("--no-deep", action="store_true", help="leave out the deep runs")
    parser.add_argument("--no-write", action="store_true", help="print only")
    given = parser.parse_args()

    names = [fault.name for fault in FAULTS][:: max(len(FAULTS) // given.faults, 1)][: given.faults]
    lines = [
        "# How well the suite judges",
        "",
        (
            f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, by `make bench-judge`."
        ),
        "",
        f"## Faults found, of {len(names)}",
        "",
        "Each fault is a server of `tests/servers/faulty` that is right in everything else.",
        "Found means: the verdict of a run with this budget is non-conformant.",
        "",
        "| budget | found | share | most requests sent |",
        "|---|---|---|---|",
    ]
    points, missed = [], names
    for budget in BUDGETS:
        judged = spread(names, budget)
        missed = missed_in(judged)
        points.append((budget, 1 - len(missed) / len(names)))
        lines.append(row(str(budget), len(names), judged))
        print(lines[-1])
    if not given.no_deep and missed:
        # The plan is the same for every budget: what 100 requests find, more find, too.
        lines.append(
            row(f"{LOCAL_BUDGET}, the default for a server on this machine", len(names), spread(missed, LOCAL_BUDGET))
        )
        print(lines[-1])
        judged = spread(missed, DEEP, is_deep=True)
        left = sorted(missed_in(judged))
        lines.append(row(f"{DEEP}, deep", len(names), judged))
        print(lines[-1])
        lines += ["", f"Missed at {BUDGETS[-1]} requests: {', '.join(sorted(missed))}.", ""]
        lines += [f"Missed by the deep run, too: {', '.join(left) or 'none'}.", ""]
    lines += ["", "![Share of faults found against requests](judge-curve.svg)", ""]
    if given.stock:
        few = names[:: max(len(names) // given.stock, 1)][: given.stock]
        found, cases = stock(few)
        lines += [
            "## Stock Schemathesis on the same servers",
            "",
            (
                f"`schemathesis run` with unexpected methods off, on {len(few)} of the faults, spread evenly: "
                f"{found} found ({found / len(few):.0%}), with {min(cases)} to {max(cases)} cases generated, "
                f"{statistics.median(cases):.0f} in the middle."
            ),
            (
                "It is given the document with every constraint in it, and servers that refuse secrets that are no strings: "
                "it fails the correct server otherwise."
            ),
            "",
        ]
        print(lines[-3])
    lines += [
        f"## False alarms, {given.seeds} seeds each",
        "",
        f"| conformant server | with 100 requests | with {DEEP}, deep | seconds for 100 |",
        "|---|---|---|---|",
    ]
    for one in false_alarms(given.seeds):
        counts = " | ".join(map(str, one.counts))
        lines.append(f"| {one.name} | {counts} | {one.seconds:.2f} |")
    lines += ["", f"{' and '.join(SLOW)} wait on purpose: they are judged once by a deep run."]
    seconds = wall_time()
    lines += [
        "",
        "## Wall time",
        "",
        (
            f"100 requests on the mock, from the command (the mock's own start included) to the verdict: "
            f"{statistics.median(seconds):.1f} s in the middle of {len(seconds)} runs, {max(seconds):.1f} s at most."
        ),
    ]
    print(lines[-1])
    if not given.no_write:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        CURVE.write_text(curve(points), encoding="utf-8")
        print(f"Written: {RESULTS.relative_to(ROOT)}, {CURVE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
