from __future__ import annotations

import json
import signal
import stat
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import DEADLINE, FIRST, SECOND, Mock, command, finish, until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def first_line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


@pytest.mark.parametrize("options", [[], ["--quiet"], ["--workers", "2"]], ids=["plain", "quiet", "workers"])
def test_the_ready_line_says_where_the_mock_is(options: list[str]) -> None:
    process = command("--port", "0", "--ready-line", *options)
    line = first_line(process)
    reply = Mock("127.0.0.1", line["port"]).request("GET", "/health")
    process.terminate()
    status, output, _ = finish(process)

    url = f"http://127.0.0.1:{line['port']}"
    assert line == {
        "ready": True,
        "url": url,
        "port": line["port"],
        "pid": process.pid,
        "webhookIds": [FIRST, SECOND],
        "control": None if "--workers" in options else f"{url}/__mock__",
        "authority": None,
    }
    assert (reply.status, status, output) == (200, 0, "")


def test_the_ready_line_names_the_authority_of_https() -> None:
    process = command("--port", "0", "--ready-line", "--tls")
    line = first_line(process)
    process.terminate()
    finish(process)

    assert line["url"].startswith("https://127.0.0.1:")
    assert line["authority"].endswith(".pem")


def holds_a_port(file: Path) -> bool:
    """Return whether the mock has written *file*; it takes the former one away first, at any moment."""
    try:
        return file.read_text() != "1\n"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=["plain", "workers"])
def test_the_port_is_in_its_file_while_the_mock_serves(options: list[str], number: int, tmp_path: Path) -> None:
    file = tmp_path / "mock.port"
    file.write_text("1\n")
    process = command("--port", "0", "--quiet", "--port-file", str(file), *options)
    until(lambda: holds_a_port(file))
    port = int(file.read_text())
    mode = stat.S_IMODE(file.stat().st_mode)
    reply = Mock("127.0.0.1", port).request("GET", "/health")
    process.send_signal(number)
    process.wait(DEADLINE)

    assert (reply.status, oct(mode), list(tmp_path.iterdir())) == (200, "0o644", [])
    finish(process)


def test_a_command_finds_the_port_file_and_no_banner(tmp_path: Path) -> None:
    file = tmp_path / "mock.port"
    script = f'test "$TARGET" = "http://127.0.0.1:$(cat {file})" && echo same'
    ran = finish(command("--port", "0", "--port-file", str(file), "--run", "sh", "-c", script))

    assert (ran[:2], file.exists()) == ((0, "same\n"), False)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.txt", "my notes", "exists and does not hold a port: name another file."),
        ("notes.txt", "notes", "exists and does not hold a port: name another file."),
        ("none/mock.port", None, "cannot be written: No such file or directory."),
        ("", None, "exists and does not hold a port: name another file."),
    ],
)
def test_a_file_that_is_not_for_a_port_is_left_as_it_is(
    name: str, content: str | None, message: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    status, output, errors = finish(command("--port", "0", "--port-file", str(file)))

    assert (status, output, errors) == (2, "", f"user-webhook-mock: --port-file {str(file)!r} {message}\n")
    assert content is None or file.read_text() == content
