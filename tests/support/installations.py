"""The distributions of the kit as users install them: wheels in an environment of their own."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from scripts.runtime_packages import API, KIT, MOCK, SUITE, needed
from support.paths import ROOT

FOLDERS = {API: "openapi", MOCK: "mock_server", SUITE: "contract_tests"}
DEADLINE = 120
PROGRAM = "#!{python}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"


@dataclass(frozen=True)
class Installation:
    """An environment with some of the distributions and the packages that these need, no others."""

    environment: Path
    home: Path

    @property
    def packages(self) -> Path:
        [place] = (self.environment / "lib").glob("python*/site-packages")
        return place

    def run(
        self, program: str, *arguments: object, folder: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment in *folder*, with *variables* and none of the kit's own set."""
        programs = self.environment / "bin"
        return subprocess.run(
            [programs / program, *map(str, arguments)],
            cwd=folder or self.home,
            env={"PATH": f"{programs}{os.pathsep}{os.defpath}", "HOME": str(self.home), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )


def built(folder: Path) -> dict[str, list[Path]]:
    """Return wheel and sdist of each distribution, built into *folder* by the first process that asks."""
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for source in FOLDERS.values():
            if not (folder / source).exists():
                build(ROOT / source, folder / source)
    return {name: sorted((folder / source).iterdir()) for name, source in FOLDERS.items()}


def build(source: Path, output: Path, *options: str) -> None:
    """Build *source*, a folder of a distribution, into *output*, without a network."""
    command = [sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", str(output), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=DEADLINE)


def installed(folder: Path, wheels: list[Path], *requirements: str) -> Installation:
    """Install *wheels* into a new environment, and what *requirements* need from the environment of these tests."""
    venv.create(folder / "environment", with_pip=False)
    installation = Installation(folder / "environment", folder)
    python = folder / "environment" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, *map(str, wheels)], check=True, capture_output=True, timeout=DEADLINE)
    for name in needed(requirements).keys() - set(KIT):
        _link(name, installation.packages)
    if (installation.packages / "pytest").exists():
        program = folder / "environment" / "bin" / "pytest"
        [entry] = metadata.entry_points(group="console_scripts", name="pytest")
        text = PROGRAM.format(python=python, module=entry.module, function=entry.attr)
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
    return installation


def _link(name: str, packages: Path) -> None:
    """Let *packages* have what the distribution *name* has here."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return  # another system needs it
    for entry in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
        if not (packages / entry).exists():
            (packages / entry).symlink_to(Path(str(distribution.locate_file(entry))))
