"""The suite in a process of its own that says how much memory it took."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from support.suite_runs import environment

if TYPE_CHECKING:
    from pathlib import Path

# The peak of getrusage would begin with what the process takes that starts this one.
_COMMAND = """
import re, sys
from pathlib import Path
from user_webhook_contract.__main__ import main
status = main(sys.argv[1:])
kilobytes = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
print(status, int(kilobytes) // 1024)
"""


def judged(target: str, report_dir: Path, *arguments: str) -> tuple[int, int, str]:
    """Judge *target*; return the exit status, the megabytes that the process took at most, and what it said of errors."""
    given = ["--target", target, "--rate", "0", "--report-dir", str(report_dir), *arguments]
    command = [sys.executable, "-c", _COMMAND, *given]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    status, megabytes = map(int, done.stdout.split()[-2:])
    return status, megabytes, done.stderr
