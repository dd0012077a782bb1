"""Asks PyPI whether it knows of a vulnerability in a package that requirements.lock pins."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.runtime_packages import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

TOOL = "pip-audit==2.10.1"
UV = [str(Path(sys.executable).with_name("uv")), "tool", "run", "--quiet", "--from", TOOL]
QUESTION = ["pip-audit", "--requirement", "requirements.lock", "--disable-pip", "--require-hashes", "--format", "json"]
DEADLINE = 300


def conclude(answer: dict[str, Any]) -> tuple[int, list[str]]:
    """Return exit status and lines: 0 nothing is known, 1 a vulnerability is, 2 not every package could be asked for."""
    packages = answer["dependencies"]
    vulnerable = [(one, known) for one in packages for known in one.get("vulns", [])]
    unknown = [one for one in packages if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version yet'}"
        for one, known in vulnerable
    ]
    if unknown:
        lines.append(
            f"make audit: {len(unknown)} of {len(packages)} packages could not be audited; the first: "
            f"{unknown[0]['skip_reason'].strip(' .')}. Run it where the JSON API of PyPI is reached."
        )
    if not lines:
        lines = [f"No vulnerability is known in the {len(packages)} packages of requirements.lock."]
    return 1 if vulnerable else 2 if unknown else 0, lines


def audit(command: Sequence[str]) -> tuple[int, list[str]]:
    """Run *command*, which answers as pip-audit does, and conclude from its answer."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=DEADLINE)
        return conclude(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        reason = f"no answer within {DEADLINE} seconds"
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
    except ValueError:
        # The last line says what went wrong, whether uv or pip-audit wrote it.
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1].strip(" .")
    return 2, [f"make audit: {TOOL} could not ask PyPI: {reason}. Run it where the network is reached."]


if __name__ == "__main__":
    status, lines = audit([*UV, *QUESTION])
    (sys.stderr if status == 2 else sys.stdout).writelines(f"{line}\n" for line in lines)
    sys.exit(status)
