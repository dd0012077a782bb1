"""The options of the benchmark."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final, NoReturn

from servers import SERVERS

NAMES: Final = [server.name for server in SERVERS]
LONGEST: Final = 60
DESCRIPTION: Final = "Measure how fast the mock answers, beside the servers that could stand in its place."


class UsageError(Exception):
    """What the user asked for cannot be done. The message is one line and says what to do."""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to say as a UsageError."""
        raise UsageError(f"{message}. See --help.")


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line asks for.

    Raises:
        UsageError: It is not legal.
    """
    parser = OneLineParser(description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--runs", type=_count, default=5, help="runs of each server, which take turns (default: 5)")
    parser.add_argument(
        "--seconds", type=_seconds, default=3.0, help="length of each load; wrk rounds it up (default: 3)"
    )
    parser.add_argument("--warm-up", type=_seconds, default=3.0, help="load before the first figure (default: 3)")
    parser.add_argument("--connections", type=_connections, default=[1, 32, 256], help="as in 1,32,256, the default")
    parser.add_argument(
        "--peers",
        type=_names,
        default=NAMES,
        help=f"as in prism,scalar; the mock is always there (default: {','.join(NAMES[1:])})",
    )
    parser.add_argument(
        "--load",
        choices=("auto", "wrk", "python"),
        default="auto",
        help="what sends (default: wrk, else a bundled script)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write here, instead of benchmarks/RESULTS.md and the table in docs/performance.md",
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a valid number: use 1 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a valid length: use more than 0 and at most {LONGEST}")
    return seconds


def _connections(text: str) -> list[int]:
    return sorted({_count(part) for part in text.split(",")})


def _names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"{name!r} is not a known peer: use {', '.join(NAMES)}")
    return names
