"""Each environment in which a frontend's tests run reaches the control API, where its origin is named."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.node import DEADLINE, LANE, chromium, environment, project
from support.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.node

DOM = "http://localhost:3000"
"""Where jsdom and happy-dom are by Vitest's settings."""

PASSED = re.compile(r"(?:Tests +|^ +)(\d+) passed", re.MULTILINE)
VITEST = ["vitest", "run", "--project"]
PLAYWRIGHT = ["playwright", "test", "--grep"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "environments"
    shutil.copytree(LANE / "environments", made)
    (made / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    project(made)
    return made


def passed(folder: Path, options: list[str], command: list[str], **variables: str) -> tuple[list[str], str]:
    """Return how many tests passed beside a mock with *options*, and what was printed."""
    mock = [sys.executable, "-m", "user_webhook_mock", "--port", "0", "--quiet", *options, "--run", "npx", *command]
    ran = subprocess.run(
        mock,
        cwd=folder,
        env=environment({"NO_COLOR": "1", **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    return (PASSED.findall(ran.stdout) if ran.returncode == 0 else []), ran.stdout


@pytest.mark.parametrize(
    ("command", "origin", "count"),
    [
        pytest.param([*VITEST, "node"], "", "1", id="node"),
        pytest.param([*VITEST, "jsdom"], DOM, "2", id="jsdom"),
        pytest.param([*VITEST, "happy-dom"], DOM, "2", id="happy-dom"),
        pytest.param([*VITEST, "chromium"], "http://localhost:{port}", "2", id="vitest-browser"),
        pytest.param([*PLAYWRIGHT, "another origin"], "http://localhost:{port}", "1", id="playwright-page"),
        pytest.param([*PLAYWRIGHT, "a proxy"], "http://localhost:{port}", "1", id="vite-proxy"),
    ],
)
@pytest.mark.parametrize("token", ["", "control-token"], ids=["loopback", "token"])
def test_an_environment_reaches_the_control_api(
    command: list[str], origin: str, count: str, token: str, folder: Path
) -> None:
    port = str(free_port())
    options = ["--control-origin", origin.format(port=port)] if origin else []
    variables = {"BROWSER_PORT": port, "VITE_PORT": port, **({"CONTROL_TOKEN": token} if token else {})}
    if origin.endswith("{port}"):
        variables |= chromium()

    found, shown = passed(folder, options, command, **variables)

    assert found == [count], shown
