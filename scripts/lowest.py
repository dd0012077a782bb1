"""Runs tests of the mock and of the suite on the lowest versions of the packages that they ask for."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from scripts.runtime_packages import KIT, ROOT

FOLDER = ROOT / "build" / "lowest"
LOCK = FOLDER / "requirements.txt"
PYTHON = FOLDER / "venv" / "bin" / "python"
UV = [str(Path(sys.executable).with_name("uv")), "--quiet"]
DISTRIBUTIONS = ("openapi", "mock_server", "contract_tests")
TOOLS = ("editables", "fastapi", "flask", "granian", "hatchling", "html5lib", "httpx2", "inline-snapshot", "jsonschema")
MORE_TOOLS = ("markdown-it-py", "packaging", "playwright", "pytest-xdist")
TESTS = ("tests/openapi/test_signature.py", "tests/mock_server", "tests/contract_tests")


def install() -> None:
    """Make the environment anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sources = [f"{name}/pyproject.toml" for name in DISTRIBUTIONS]
    ours = [f"--no-emit-package={name}" for name in KIT]
    compile_them = [*UV, "pip", "compile", "--resolution", "lowest-direct", "--all-extras", "--no-header", *ours]
    subprocess.run([*compile_them, *sources, "--output-file", str(LOCK)], cwd=ROOT, check=True)
    subprocess.run([*UV, "venv", "--clear", "--python", sys.executable, str(FOLDER / "venv")], cwd=ROOT, check=True)
    add = [*UV, "pip", "install", "--compile-bytecode", "--python", str(PYTHON)]
    subprocess.run([*add, "--requirements", str(LOCK), *TOOLS, *MORE_TOOLS], cwd=ROOT, check=True)
    editable = [word for name in DISTRIBUTIONS for word in ("--editable", f"./{name}")]
    subprocess.run([*add, "--no-deps", "--no-build-isolation", *editable], cwd=ROOT, check=True)


def settings() -> str:
    """Return pytest's settings of the workspace as its older versions read them, but for errors made of warnings.

    Old versions of packages are warned of by new ones, which says nothing of this code.
    """
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    words = " ".join(f'"{word}"' for word in ours["addopts"])
    paths = " ".join(f'"{ROOT / path}"' for path in ours["pythonpath"])
    markers = "".join(f"\n  {marker}" for marker in ours["markers"])
    return (
        f"[pytest]\naddopts = {words} --strict-markers\npythonpath = {paths}\nmarkers ={markers}\nxfail_strict = true\n"
    )


def main() -> int:
    """Return the exit status of the tests."""
    sys.stdout.write("Installing the lowest versions ...\n")
    sys.stdout.flush()
    install()
    sys.stdout.write(LOCK.read_text(encoding="utf-8") if "--show" in sys.argv else "")
    sys.stdout.flush()
    (FOLDER / "pytest.ini").write_text(settings(), encoding="utf-8")
    command = [str(PYTHON), "-m", "pytest", "-c", str(FOLDER / "pytest.ini"), "--rootdir", str(ROOT)]
    options = ["-p", "no:cacheprovider", "-n", "4", "--dist", "worksteal"]
    return subprocess.run([*command, *options, *TESTS], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
