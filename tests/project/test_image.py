from __future__ import annotations

import re
import subprocess
import sys

import pytest

from scripts.image_check import ROOT, steps

DEADLINE = 300


def pins(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_image_does_not_run_as_root_and_has_what_is_locked() -> None:
    assert [rest for name, rest in steps() if name == "USER"] == ["10001:10001"]
    assert len(pins("mock_server/image.lock")) > 20
    assert pins("mock_server/image.lock") <= pins("requirements.lock")


@pytest.mark.thorough
def test_the_steps_of_the_image_make_a_mock_that_is_healthy() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "scripts.image_check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )

    assert (run.returncode, run.stdout) == (
        0,
        "health check before the start 1, while it serves 0; at the end 0\n",
    ), run.stderr
