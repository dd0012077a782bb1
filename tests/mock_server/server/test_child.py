from __future__ import annotations

import errno
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from support.mock_process import DEADLINE, FIRST, SECOND, announced, call, command, finish
from user_webhook_mock.__main__ import main
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.config.options import FILES, OPTIONS, Option
from user_webhook_mock.core.usage_error import UsageError

PYTHON = sys.executable
BOMB = "messages: [&a0 [x, x], " + ", ".join(f"&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)) + "]"
"""A few lines that stand for two thousand million letters."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_stops_the_mock_cleanly(number: signal.Signals) -> None:
    process = command("--port", "0")
    mock, _ = announced(process)
    assert mock.patch({"events": ["all"]}).status == 201

    process.send_signal(number)

    status, _, errors = finish(process)
    assert (status, "Traceback" in errors) == (0, False)


def test_a_mock_under_nohup_outlives_its_terminal() -> None:
    words = ["nohup", PYTHON, "-m", "user_webhook_mock", "--port", "0"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    mock, _ = announced(process)
    process.send_signal(signal.SIGHUP)
    replies = [mock.request("GET", "/health").status for _ in range(20)]
    process.terminate()

    assert (replies, finish(process)[0]) == ([200] * 20, 0)


@pytest.mark.parametrize(
    "option", [option for option in OPTIONS if option.metavar and option.read not in FILES], ids=lambda one: one.flag
)
def test_a_value_that_is_not_utf_8_is_one_line(option: Option) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments([option.flag, os.fsdecode(b"a\xff")], {})

    assert str(caught.value) == f"{option.flag} is not UTF-8: write it in UTF-8."


def test_files_may_have_names_that_are_not_utf_8(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"a\xff")
    folder.mkdir()
    words = [
        "--port",
        "0",
        "--tls",
        "--ready-line",
        "--state",
        str(folder / "state"),
        "--port-file",
        str(folder / "port"),
    ]
    process = command(*words, TMPDIR=str(folder))
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    made = sorted(file.name.partition("-")[0] for file in folder.iterdir())
    process.terminate()

    assert (finish(process)[0], made) == (0, ["port", "state", "state", "state", "user"])
    assert ready["authority"].startswith(f"{tmp_path}/a\\udcff/user-webhook-mock-")


UNSHARE = Path("/usr/bin/unshare")
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  they are made read-only, for this one process


@pytest.mark.skipif(
    os.geteuid() != 0 or not UNSHARE.exists(),
    reason="only the superuser can make file systems read-only",
)
@pytest.mark.parametrize("option", [["--tls"], ["--workers", "2"]], ids=" ".join)
def test_a_system_without_a_folder_to_write_to_is_one_line(option: list[str]) -> None:
    mounts = "; ".join(f"mount --bind {at} {at} && mount -o remount,ro,bind {at}" for at in FOLDERS)
    words = shlex.join([PYTHON, "-m", "user_webhook_mock", "--port", "0", *option])
    script = f"{mounts}; cd /proc; exec {words}"
    done = subprocess.run([UNSHARE, "--mount", "sh", "-c", script], capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this container does not let its superuser mount anything")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert " needs a temporary folder, which cannot be made (No usable temporary directory found" in done.stderr
    assert done.stderr.endswith(": set TMPDIR to a folder that can be written.\n")


def test_a_request_that_never_ends_does_not_hold_the_stop_up() -> None:
    process = command("--port", "0")
    mock, _ = announced(process)
    with mock.connect() as connection:
        head = (
            f"PATCH /api/v2/public/webhooks/user/{FIRST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer valid-token\r\n"
        )
        connection.sendall(head.encode() + b"Content-Length: 10\r\n\r\n{")
        process.send_signal(signal.SIGTERM)

        status, _, errors = finish(process)

    assert (status, errors) == (0, "")


def test_the_line_of_the_banner_is_an_update() -> None:
    process = command("--port", "0", "--webhook-id", "a'b%")
    _, text = announced(process)
    line = shlex.split(next(line for line in text.splitlines() if "curl" in line))
    answer = subprocess.run(line, capture_output=True, text=True, check=True, timeout=DEADLINE).stdout
    process.terminate()
    finish(process)

    assert '"id":"a\'b%"' in answer
    assert "valid-token" in text
    assert re.search(r"reference +http://127\.0\.0\.1:\d+/docs\n", text)


def test_the_banner_repeats_no_token_that_was_given() -> None:
    tokens = {"TOKEN": "it's-mine", "FORBIDDEN_TOKEN": "not-yours", "CONTROL_TOKEN": "nobody's"}
    process = command("--port", "0", **tokens)
    _, text = announced(process)
    line = next(line for line in text.splitlines() if "curl" in line)
    shell = ["/bin/sh", "-c", line]
    run = subprocess.run(shell, env={**os.environ, **tokens}, capture_output=True, text=True, check=True)
    process.terminate()
    finish(process)

    assert f'"id":"{FIRST}"' in run.stdout
    assert [token for token in tokens.values() if token in text] == []


def test_the_environment_sets_what_the_command_line_leaves_out() -> None:
    process = command(
        "--token", "flag", PORT="0", TOKEN="variable", FORBIDDEN_TOKEN="no", WEBHOOK_ID="w", HOST="localhost"
    )
    mock, text = announced(process)
    statuses = [
        mock.patch({"events": ["all"]}, "w", authorization=f"Bearer {t}").status for t in ("flag", "variable", "no")
    ]
    process.terminate()
    finish(process)

    assert statuses == [201, 401, 403]
    assert SECOND in text


def test_an_empty_variable_counts_as_not_set() -> None:
    process = command("--port", "0", HOST="", PORT="", TOKEN="", FORBIDDEN_TOKEN="", WEBHOOK_ID="", CHOICES="")
    mock, text = announced(process)
    status = mock.patch({"events": ["all"]}).status
    process.terminate()
    finish(process)

    assert (status, mock.host) == (201, "127.0.0.1")
    assert FIRST in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--port", "x"], "--port='x' is not a valid port", id="port a word"),
        pytest.param(["--port", "65536"], "--port=65536 is not a valid port", id="port too high"),
        pytest.param(["--port", "-1"], "--port='-1' is not a valid port", id="port negative"),
        pytest.param(["--prot", "1"], "unrecognized arguments: --prot. See", id="flag"),
        pytest.param(["--control-tokn=s3cret"], "unrecognized arguments: --control-tokn. See", id="mistyped token"),
        pytest.param(["--token", "Bearer", "s3cret"], "unexpected argument: quote values", id="two words"),
        pytest.param(["exprot", "msw"], "unknown command 'exprot': did you mean export? See", id="mistyped command"),
        pytest.param(["--fault", "zz"], "Unknown fault 'zz': use a valid one. A fault is drop, ", id="no such fault"),
        pytest.param(["--fault-seed", "9" * 5000], "A fault seed is a whole number.", id="long number"),
        pytest.param(["--port"], "argument --port: expected one argument", id="flag without a value"),
        pytest.param(["--token", "a b"], "--token cannot be sent in a header", id="token"),
        pytest.param(["--token", ""], "--token is empty: give a value, or leave the option out", id="empty token"),
        pytest.param(["--token", "forbidden-token"], "--token and --forbidden-token are the same", id="tokens"),
        pytest.param(
            ["--tls-cert", "x"], "--tls-cert and --tls-key belong together: give both", id="half a certificate"
        ),
        pytest.param(["--quiet", "--verbose"], "--quiet and --verbose are opposites", id="quiet and verbose"),
        pytest.param(["--auth", "none"], "--auth='none' is not valid: use token or any.", id="auth"),
        pytest.param(["--webhook-id", "a/b"], "--webhook-id='a/b' does not fit into a path", id="id"),
        pytest.param(["--webhook-id", SECOND], "--webhook-id and --second-webhook-id are the same", id="ids"),
        pytest.param(["--choice", "mesages=all"], "Unknown choice 'mesages': did you mean 'messages'?", id="choice"),
        pytest.param(
            ["--choice", "messages=frist"], "messages='frist' is not a valid choice: did you mean 'first'?", id="value"
        ),
        pytest.param(
            ["--choice", "messages"], "--choice 'messages' does not have a value", id="choice without a value"
        ),
        pytest.param(["--choices", "/no/such/file"], "'/no/such/file' cannot be read", id="file"),
        pytest.param(["--run"], "--run needs a command after it, such as --run npm test.", id="no command"),
    ],
)
def test_a_wrong_setting_is_one_line(arguments: list[str], words: str) -> None:
    status, output, errors = call("--port", "0", *arguments)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("user-webhook-mock: ")
    assert words in errors
    assert "s3cret" not in errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--host", "no.such.host.invalid"], "is not an address of this machine", id="host"),
        pytest.param(
            ["--host", "192.0.2.1"],
            "--host='192.0.2.1' is not an address of this machine (Cannot assign requested address): use --host",
            id="another's host",
        ),
        pytest.param(["--run", "no-such-command"], "--run 'no-such-command' cannot be started", id="unknown command"),
        pytest.param(["--port", "x"], "--port='x' is not a valid port", id="port a word"),
    ],
)
def test_the_command_ends_with_one_line(arguments: list[str], words: str) -> None:
    status, output, errors = finish(command("--port", "0", *arguments))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("user-webhook-mock: ")
    assert words in errors


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("messages: [", "line 1, is not YAML: write lines of `name: value`."),
        ("\n\nmessages: \x00", "line 3, is not YAML: write lines of `name: value`."),
        ("messages: " + "[" * 5000, "is not YAML"),
        ("messages: 2024-13-01", "is not YAML"),
        ("messages: " + "9" * 5000, "is not a valid choice"),
        ("messages: 1" + ":1" * 30_000, "is not a valid choice"),
        (BOMB, "is not YAML"),
        ("#" * 65_537, "is too long"),
        ("- a", "line 1, is not a mapping: write lines of `name: value`."),
        ("mesages: all", "did you mean 'messages'?"),
        ("messages: 7", "messages='7' is not a valid choice"),
    ],
    ids=lambda value: value[:30],
)
def test_a_wrong_choices_file_is_one_line(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "choices.yaml"
    file.write_text(content)

    status, _, errors = call("--port", "0", CHOICES=str(file))

    assert (status, errors.count("\n")) == (2, 1)
    assert words in errors


def test_choices_are_read_from_a_file_and_the_command_line_wins(tmp_path: Path) -> None:
    file = tmp_path / "choices.yaml"
    file.write_text("messages: first\nnot_found_message: generic\nmedia_type: 415\nip_hosts: unknown\n")
    process = command("--port", "0", "--choices", str(file), "--choice", "media_type=400")
    mock, _ = announced(process)
    replies = [mock.patch({}), mock.patch({"events": ["all"]}, "unknown"), mock.patch(b"x", content_type="text/plain")]
    process.terminate()
    finish(process)

    assert [reply.status for reply in replies] == [400, 404, 400]
    assert [reply.body["message"] for reply in replies[:2]] == [
        ["events must contain at least 1 elements"],
        "Not Found",
    ]


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, output, errors = finish(command("--port", port))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert errors == (
        f"user-webhook-mock: Port {port} on 127.0.0.1 is in use: "
        "end the program that listens there, or use another --port or PORT= (0: any free one).\n"
    )


def test_an_error_names_the_variable_that_gives_a_setting() -> None:
    status, output, errors = finish(command(PORT="65536", TOKEN="forbidden-token"))

    assert (status, output) == (2, "")
    assert errors == "user-webhook-mock: PORT=65536 is not a valid port: use 0 (any free port) to 65535.\n"


def test_help_names_every_option_and_choice() -> None:
    status, output, errors = finish(command("--help"))

    assert (status, errors) == (0, "")
    for word in (
        "--host",
        "FORBIDDEN_TOKEN",
        "--second-webhook-id",
        "--choices",
        "--run",
        "examples:",
        "ip_hosts=accept|reject",
    ):
        assert word in output


def test_version_is_printed() -> None:
    status, output, errors = finish(command("--version"))

    assert (status, errors) == (0, "")
    assert re.fullmatch(r"user-webhook-mock \S.*\n", output)


CLIENT = """
import os, urllib.request
request = urllib.request.Request(
    os.environ["TARGET"] + "/api/v2/public/webhooks/user/" + os.environ["WEBHOOK_ID"], b'{"events":["all"]}', method="PATCH",
    headers={"Authorization": "Bearer " + os.environ["TOKEN"], "Content-Type": "application/json"})
print(urllib.request.urlopen(request).status, os.environ["FORBIDDEN_TOKEN"], os.environ["SECOND_WEBHOOK_ID"])
raise SystemExit(7)
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  the test listens for a moment
def test_a_command_finds_the_mock_and_its_status_is_passed_on(host: str) -> None:
    process = command("--host", host, "--port", "0", "--quiet", "--token", "t", "--run", PYTHON, "-c", CLIENT)

    assert finish(process) == (7, f"201 forbidden-token {SECOND}\n", "")


@pytest.mark.parametrize(
    ("code", "expected"), [("0", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_the_status_of_a_command_is_passed_on(code: str, expected: int) -> None:
    status, _, errors = finish(command("--port", "0", "--quiet", "--run", "--", PYTHON, "-c", code))

    assert (status, errors) == (expected, "")


WAITER = """
import sys, threading, urllib.request, os
try:
    print("ready", flush=True)
    threading.Event().wait()
except KeyboardInterrupt:
    print(urllib.request.urlopen(os.environ["TARGET"] + "/health").status)
    sys.exit(5)
"""


def test_ctrl_c_reaches_the_command_and_the_mock_serves_until_its_end() -> None:
    process = command("--port", "0", "--quiet", "--run", PYTHON, "-c", WAITER)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"

    process.send_signal(signal.SIGINT)

    assert finish(process) == (5, "200\n", "")


def test_a_port_that_is_not_permitted_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_arguments: object, **_options: object) -> socket.socket:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)  # main() sets handlers, pytest keeps its own

    status = main(["--port", "80"])

    assert status == 2
    assert capsys.readouterr().err == (
        "user-webhook-mock: Port 80 on 127.0.0.1 is not permitted: use a --port of 1024 or more (0: any free one).\n"
    )


def test_sigterm_is_handed_on_to_the_command() -> None:
    process = command("--port", "0", "--quiet", "--run", PYTHON, "-c", WAITER)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"

    process.send_signal(signal.SIGTERM)

    assert finish(process) == (143, "", "")
