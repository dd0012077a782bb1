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

from soak_client import Client
from vital_signs import Patient, patient, wait_for_files

CLIENTS = 8
SPARE_FILES = 4
MOST_MEGABYTES_PER_HOUR = 12.0
"""What a fit over the last three quarters may rise by: the noise of ten quiet minutes is a few of them."""

TOLD = 10


def watch(mock: Patient, seconds: float) -> tuple[list[tuple[float, float]], int]:
    """Return memory in MB by hours, sampled each second, and the most files that were open."""
    began = time.monotonic()
    samples, files = [], 0
    while (passed := time.monotonic() - began) < seconds:
        samples.append((passed / 3600, mock.memory / 2**20))
        files = max(files, mock.files)
        if len(samples) % TOLD == 0:
            sys.stdout.write(f"\r{passed:>6.0f} of {seconds:.0f} s, {samples[-1][1]:.1f} MB, {mock.files} files ")
            sys.stdout.flush()
        time.sleep(1)
    sys.stdout.write("\n")
    return samples, files


def soak(seconds: float, seed: int) -> tuple[list[tuple[bool, str, str]], list[str]]:
    """Return the rows of the summary, and what the clients complain about."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patient(
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
    return [
        (total > 0, "requests", f"{total} in {seconds:.0f} s by {CLIENTS} clients"),
        (not undemanded, "5xx that nobody asked for", str(undemanded)),
        (not lost, "lost updates", str(lost)),
        (not troubles, "other wrong answers", str(len(troubles) - lost)),
        (not tracebacks, "tracebacks", str(tracebacks)),
        (
            slope <= MOST_MEGABYTES_PER_HOUR,
            "memory",
            f"{samples[0][1]:.1f} to {samples[-1][1]:.1f} MB; {slope:+.1f} MB/h over the last three quarters, "
            f"limit {MOST_MEGABYTES_PER_HOUR:+.0f}",
        ),
        (
            is_back and most <= before + CLIENTS + SPARE_FILES,
            "open files",
            f"{before} before, {most} at most, {after} after",
        ),
        (True, "answers", ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))),
    ], troubles


def main() -> int:
    """Return 1 where something was lost, leaked or failed unasked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="file for the table")
    options = parser.parse_args()
    rows, troubles = soak(options.seconds, options.seed)
    table = "".join(f"| {'ok' if is_good else 'FAIL'} | {what} | {text} |\n" for is_good, what, text in rows)
    sys.stdout.write(table + "".join(f"TROUBLE {text}\n" for text in troubles[:20]))
    if options.output:
        options.output.write_text(f"| | what | figure |\n|---|---|---|\n{table}", encoding="utf-8")
    return 0 if all(is_good for is_good, _, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
