"""Carries the steps of the Containerfile out in a temporary folder, then runs its command and its health check."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60


def steps() -> list[tuple[str, str]]:
    """Return instruction and rest of each line of the Containerfile."""
    return re.findall(r"^([A-Z]+) (.*)$", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)


def build(folder: Path) -> dict[str, str]:
    """Carry out COPY, RUN and ENV in *folder*, in the place of WORKDIR; return the environment of the container."""
    environment = {"PATH": os.environ["PATH"]}
    [workdir] = [rest for name, rest in steps() if name == "WORKDIR"]
    for instruction, rest in steps():
        if instruction == "COPY":
            source, target = rest.split()
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, folder / target)
        elif instruction == "RUN":
            subprocess.run(["/bin/sh", "-ec", rest], cwd=folder, env={**os.environ, **environment}, check=True)
        elif instruction == "ENV":
            environment |= dict(pair.split("=", 1) for pair in rest.replace(workdir, str(folder)).split())
    return environment


def command(instruction: str) -> list[str]:
    """Return the words of HEALTHCHECK or ENTRYPOINT."""
    [rest] = [rest for name, rest in steps() if name == instruction]
    words: list[str] = json.loads(rest[rest.index("[") :])
    return words


def main() -> int:
    """Return 0 where the health check fails before the mock is up, and succeeds while it is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = build(folder) | {"HOST": "127.0.0.1", "PORT": port}
        check = command("HEALTHCHECK")
        early = subprocess.run(check, cwd=folder, env=environment, check=False, capture_output=True, timeout=PATIENCE)
        serving = subprocess.Popen(
            command("ENTRYPOINT"), cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert serving.stdout is not None
            while "curl" not in (line := serving.stdout.readline()):
                assert line, "the command of the image ended"
            late = subprocess.run(check, cwd=folder, env=environment, check=False, timeout=PATIENCE)
        finally:
            serving.terminate()
            status = serving.wait(PATIENCE)
    found = (early.returncode, late.returncode, status)
    sys.stdout.write(f"health check before the start {found[0]}, while it serves {found[1]}; at the end {found[2]}\n")
    return 0 if found == (1, 0, 0) else 1


if __name__ == "__main__":
    sys.exit(main())
