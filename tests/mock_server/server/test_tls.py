from __future__ import annotations

import shlex
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from support.mock_process import DEADLINE, FIRST, USER, announced, command, finish

REQUEST = f"PATCH {USER}{FIRST} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer valid-token\r\n"
BODY = 'Content-Type: application/json\r\nConnection: close\r\nContent-Length: 18\r\n\r\n{"events":["all"]}'


def given(folder: Path) -> tuple[trustme.CA, list[str]]:
    """Return an authority, and the options of a certificate that it issued."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    return authority, ["--tls-cert", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem")]


def test_the_line_of_the_banner_is_an_update_over_https() -> None:
    process = command("--port", "0", "--tls")
    _, text = announced(process)
    line = shlex.split(next(line for line in text.splitlines() if "curl" in line))
    update = subprocess.run(line, capture_output=True, text=True, check=False, timeout=DEADLINE)
    distrusted = subprocess.run([line[0], *line[3:]], capture_output=True, check=False, timeout=DEADLINE)
    process.send_signal(signal.SIGTERM)
    status, _, _ = finish(process)

    assert (status, f'"id":"{FIRST}"' in update.stdout, distrusted.returncode) == (0, True, 60), update.stderr
    assert "mocked at https://127.0.0.1:" in text
    assert not Path(line[2]).parent.exists()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGQUIT], ids=["closed terminal", "Ctrl-backslash"])
def test_a_signal_leaves_nothing_of_the_certificate(number: signal.Signals, tmp_path: Path) -> None:
    process = command("--port", "0", "--tls", TMPDIR=str(tmp_path))
    announced(process)
    made = list(tmp_path.iterdir())
    process.send_signal(number)

    status, _, errors = finish(process)

    assert (status, errors, len(made), list(tmp_path.iterdir())) == (0, "", 1, [])


def test_a_command_finds_what_to_trust() -> None:
    code = 'import os, ssl, urllib.request as r; print(r.urlopen(os.environ["TARGET"] + "/health", context=ssl.create_default_context(cafile=os.environ["TARGET_CA"])).status)'

    run = finish(command("--port", "0", "--quiet", "--tls", "--run", sys.executable, "-c", code))

    assert run == (0, "200\n", "")


def test_a_certificate_of_ones_own_is_shown(tmp_path: Path) -> None:
    authority, options = given(tmp_path)
    process = command("--port", "0", *options, "--fault", "drop:1")
    mock, text = announced(process)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    answers = []
    for _ in range(2):
        plain = socket.create_connection((mock.host, mock.port), timeout=DEADLINE)
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=True) as connection:
            connection.sendall((REQUEST + BODY).encode())
            answers.append(connection.recv(65536)[:12])
    process.terminate()
    finish(process)

    assert (answers, "--cacert" in text) == ([b"", b"HTTP/1.1 201"], False)


def test_plain_http_is_not_answered_where_the_mock_speaks_https() -> None:
    process = command("--port", "0", "--tls")
    mock, _ = announced(process)
    answer = mock.exchange(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    process.terminate()
    finish(process)

    assert answer == b""


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        pytest.param("--tls-cert", "/no/such/file", "cannot be read: No such file or directory", id="missing"),
        pytest.param("--tls-key", "", "--tls-key is empty: give a value, or leave the option out.", id="empty"),
        pytest.param("--tls-key", __file__, "cannot be used", id="no PEM"),
        pytest.param("--tls-key", "other.pem", "cannot be used (KEY_VALUES_MISMATCH)", id="other key"),
        pytest.param("--tls-cert", "/", "cannot be read: Is a directory", id="folder"),
    ],
)
def test_a_wrong_certificate_is_one_line(tmp_path: Path, name: str, change: str, words: str) -> None:
    _, options = given(tmp_path)
    trustme.CA().issue_cert("x").private_key_pem.write_to_path(str(tmp_path / "other.pem"))
    options[options.index(name) + 1] = str(tmp_path / change) if change == "other.pem" else change

    status, output, errors = finish(command("--port", "0", *options))

    assert (status, output, errors.count("\n"), words in errors) == (2, "", 1, True), errors
