"""The machine that measures."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import cores


def facts() -> list[str]:
    """Return what a figure depends on, a line each."""
    average = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    own, loads = cores.split()
    pinned = "the server on one core and the load on another" if own and loads else "server and load share all cores"
    return [
        f"{len(cores.usable()) or os.cpu_count()} cores, {_processor()}; {pinned}",
        f"{platform.system()} {platform.machine()}, {platform.python_implementation()} {platform.python_version()}",
        f"load average at the start: {average}",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"
