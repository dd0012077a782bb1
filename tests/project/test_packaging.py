from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 120


@dataclass(frozen=True)
class Installed:
    """The wheel in a fresh environment. Its dependencies are those of the environment that runs the tests."""

    wheel: Path
    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the fresh environment outside the clone, with none of the kit's variables set."""
        return subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder,
            env={"PATH": f"{self.programs}{os.pathsep}{os.defpath}", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=DEADLINE)
    [wheel] = (folder / "dist").iterdir()
    venv.create(folder / "fresh", with_pip=False)
    python = folder / "fresh" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, timeout=DEADLINE)
    [packages] = (folder / "fresh" / "lib").glob("python*/site-packages")
    # A path file is not read through another one: the clone's own editable install stays out of sight.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(wheel, folder / "fresh" / "bin", folder)


def test_the_code_comes_from_the_wheel(installed: Installed) -> None:
    code = "import user_webhook_contract, mock_server, openapi; print(contract_tests, mock_server, openapi)"

    run = installed.run("python", "-c", code)

    assert run.stdout.count(str(installed.folder / "fresh")) == 3, run.stderr


def test_the_contract_is_in_the_wheel_and_the_tests_are_not(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    folders = [ROOT / "openapi", ROOT / "mock_server"]
    contract = {file.relative_to(ROOT).as_posix() for folder in folders for file in folder.rglob("*.yaml")}

    console = {file.relative_to(ROOT).as_posix() for file in (ROOT / "mock_server" / "console").glob("*.*")}

    assert len(contract) > 20
    assert len(console) > 15
    assert (contract | console) - names == set()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {
        "contract_tests",
        "mock_server",
        "openapi",
    }


@pytest.mark.parametrize("program", ["user-webhook-mock", "user-webhook-contract"])
def test_a_command_shows_help_and_version_anywhere(program: str, installed: Installed) -> None:
    shown, version = installed.run(program, "--help"), installed.run(program, "--version")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "exit status: 0" in shown.stdout
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.split()[-1] == "0.1.0"


def test_the_suite_judges_the_mock_anywhere(installed: Installed) -> None:
    run = installed.run(
        "user-webhook-mock", "--port", "0", "--quiet", "--run", "user-webhook-contract", "--report-dir", "report"
    )

    assert (run.returncode, run.stderr) == (0, "")
    report = json.loads((installed.folder / "report" / "conformance.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["requests_sent"]) == ("conformant", 100)
    assert (installed.folder / "report" / "junit.xml").exists()
    assert "<h1" in (installed.folder / "report" / "report.html").read_text(encoding="utf-8")


def test_the_document_is_bundled_anywhere(installed: Installed) -> None:
    run = installed.run("python", "-m", "user_webhook_api", "document.json")

    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads((installed.folder / "document.json").read_text(encoding="utf-8"))["openapi"] == "3.0.4"
