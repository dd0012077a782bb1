"""Loads a mock in trouble for minutes, and sees that it loses and leaks nothing; `make soak` runs it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import linear_regression

from stress.process_metrics import MockProcess, Row, mock_process, wait_for_files, write
from stress.soak_client import Client

CLIENTS = 8
SPARE_FILES = 4
MAX_MEGABYTES_PER_HOUR = 12.0
"""What a fit over the last three quarters may rise by: the noise of ten quiet minutes is a few of them."""

MIN_JUDGED = 300
"""Seconds of a run that are enough for its slope: before, the journal and the caches fill."""

TOLD = 10
MAX_REPORTED = 20


def watch(mock: MockProcess, seconds: float) -> tuple[list[tuple[float, float]], int]:
    """Return memory in MB by hours, sampled each second, and the most files that were open."""
    began = time.monotonic()
    samples, files = [], 0
    while (passed := time.monotonic() - began) < seconds:
        samples.append((passed / 3600, mock.memory / 2**20))
        files = max(files, mock.files)
        if len(samples) % TOLD == 0:
            write(f"\r{passed:>6.0f} of {seconds:.0f} s, {samples[-1][1]:.1f} MB, {mock.files} files ")
        time.sleep(1)
    write("\n")
    return samples, files


def soak(seconds: float, seed: int) -> tuple[list[Row], list[str]]:
    """Return the rows of the summary, and what the clients complain about."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mock_process(
            "--state", f"{folder}/state.db", "--journal", "1000", "--latency", "0ms..2ms", "--fault-seed", str(seed)
        ) as mock,
    ):
        before = mock.files
        clients = [Client(mock.port, f"owned-{number}", seed + number) for number in range(CLIENTS)]
        threads = [threading.Thread(target=client.run, args=(seconds,)) for client in clients]
        for thread in threads:
            thread.start()
        samples, most = watch(mock, seconds)
        for thread in threads:
            thread.join()
        is_back = wait_for_files(mock, before, 10)
        after, tracebacks = mock.files, mock.tracebacks
    counts = sum((client.counts for client in clients), Counter[str]())
    troubles = [text for client in clients for text in client.troubles]
    slope = linear_regression(*zip(*samples[len(samples) // 4 :], strict=True)).slope
    undemanded = sum(count for name, count in counts.items() if name.startswith("5") and name != "503 on 503")
    lost = sum("lost update" in text for text in troubles)
    total = sum(counts.values())
    is_level = seconds < MIN_JUDGED or slope <= MAX_MEGABYTES_PER_HOUR
    fit = f"{slope:+.1f} MB/h over the last three quarters, limit {MAX_MEGABYTES_PER_HOUR:+.0f} from {MIN_JUDGED} s on"
    is_flat = is_back and most <= before + CLIENTS + SPARE_FILES
    return [
        Row("requests", total > 0, f"{total} in {seconds:.0f} s by {CLIENTS} clients"),
        Row("5xx that nobody asked for", not undemanded, str(undemanded)),
        Row("lost updates", not lost, str(lost)),
        Row("other wrong answers", len(troubles) == lost, str(len(troubles) - lost)),
        Row("tracebacks", not tracebacks, str(tracebacks)),
        Row("memory", is_level, f"{samples[0][1]:.1f} to {samples[-1][1]:.1f} MB; {fit}"),
        Row("open files", is_flat, f"{before} before, {most} at most, {after} after"),
        Row("answers", total > 0, ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))),
    ], troubles


def main() -> int:
    """Return 1 where something was lost, leaked or failed unasked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="file for the table")
    options = parser.parse_args()
    rows, troubles = soak(options.seconds, options.seed)
    table = "".join(f"{row}\n" for row in rows)
    write(table + "".join(f"TROUBLE {text}\n" for text in troubles[:MAX_REPORTED]))
    if options.output:
        options.output.write_text(f"| | what | figure |\n|---|---|---|\n{table}", encoding="utf-8")
    return 0 if all(row.is_good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
