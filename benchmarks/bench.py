"""How fast the mock answers, beside the servers that could stand in its place.

Run it by `make bench`; `--help` lists what can be made smaller.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

from load import Generator, LoadError
from machine import facts
from measurement import Measurement, Plan, measure, request_bytes
from options import UsageError, read_options
from page import command, page
from process import StartError
from results import markdown, ratios, replaced, terminal
from rich.console import Console

from servers import ROOT, SERVERS
from user_webhook_api.bundle import bundle

if TYPE_CHECKING:
    import argparse

PROGRAM = "bench"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PAGE = ROOT / "docs" / "performance.md"


def main() -> int:
    """Measure, print and write the results; return the exit status: 0, 2 for wrong use or nothing to compare, 130 after Ctrl-C."""
    try:
        return _bench(read_options(sys.argv[1:]))
    except (UsageError, LoadError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _bench(given: argparse.Namespace) -> int:
    generator, began, noted = Generator(given.load), dt.datetime.now(dt.UTC), facts()
    if generator.is_second_choice:
        print("wrk is not on the PATH: the load comes from a bundled script, whose own limit is lower.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(bundle()), encoding="utf-8")
        plan = Plan(generator, given.connections, given.seconds, given.warm_up, document)
        chosen = _measured(given, plan)
        measured = [one for one in chosen if one.runs]
        for one in measured:
            one.request_bytes = _request_bytes(one, document)
    if chosen[0] not in measured:
        raise UsageError("The mock was not measured, so there is nothing to compare with: see what stands above.")
    compared = ratios(measured, plan)
    Console(width=None if sys.stdout.isatty() else 160).print(terminal(compared))
    lines = [
        f"Measured on {began:%Y-%m-%d at %H:%M} UTC by `{command(sys.argv[1:])}`; the servers take turns, {given.runs} each.",
        "",
        *(
            f"- {fact}"
            for fact in [
                *noted,
                f"load: {generator.name}, {plan.seconds:g} s for each figure, after {plan.warm_up:g} s to warm up",
            ]
        ),
    ]
    report = page(lines, compared, chosen, plan)
    output = given.output or RESULTS
    _write(output, replaced(_text(output) or "# How fast the mock is\n\n", "measured", report))
    if not given.output:
        _write(PAGE, replaced(_text(PAGE), "speed", markdown(compared)))
    return 0


def _measured(given: argparse.Namespace, plan: Plan) -> list[Measurement]:
    chosen = [Measurement(server) for server in SERVERS if server.name in ("mock", *given.peers)]
    for one in chosen:
        one.trouble = one.server.unavailable()
        if one.trouble:
            print(f"  {one.server.name} left out: {one.trouble}", flush=True)
    for number in range(1, given.runs + 1):
        for one in chosen:
            if not one.trouble:
                _run(one, plan, f"run {number} of {given.runs}")
    return chosen


def _run(one: Measurement, plan: Plan, name: str) -> None:
    try:
        measure(one, plan)
    except (StartError, LoadError, OSError) as error:
        one.trouble = str(error)
        print(f"  {name}, {one.server.name} left out from here on: {error}", flush=True)
        return
    rate, start = one.rates(plan.middle)[-1], one.runs[-1].seconds
    ready = f"ready in {start:.2f} s" if start else "no 201"
    print(f"  {name}, {one.server.name}: {ready}, {rate:,.0f} requests/s with {plan.middle} connections", flush=True)


def _request_bytes(one: Measurement, document: Path) -> int | None:
    try:
        return request_bytes(one.server, document)
    except subprocess.CalledProcessError as error:
        print(f"  {one.server.name}: what a request holds is left empty: {error.stderr.strip().splitlines()[-1]}")
        return None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}. Name another file.") from error


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}. Name another file.") from error
    print(f"Written: {file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}")


if __name__ == "__main__":
    raise SystemExit(main())
