from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support.canaries import leaks
from support.mock_process import FIRST, SECOND, Mock, announced, command, finish, mock_of
from support.receiver import receiving
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control.app import ROUTES

TOKENS = {
    "TOKEN": "canary-Valid.t0ken+/of-the-run",
    "FORBIDDEN_TOKEN": "canary-F0rbidden.t0ken",
    "CONTROL_TOKEN": "canary-C0ntrol.t0ken",
}
PASSWORD = "canary-Passw0rd"
SECRETS = ["canary-Sent.secret-1", "canary-Refused.secret-2", "canary-Put.secret-3", "canary-Broken.secret-4"]
SAME_SITE = {"authorization": f"Bearer {TOKENS['CONTROL_TOKEN']}"}


class Traces(NamedTuple):
    """What a mock left behind that was killed: what it printed, its command line, its files, its answers."""

    printed: bytes
    command_line: bytes
    temporary: bytes
    files: dict[str, tuple[int, bytes]]
    open_answers: bytes
    control_answers: bytes
    generated: str


@pytest.fixture(scope="module", params=[[], ["--verbose"], ["--tls"]], ids=["plain", "--verbose", "--tls"])
def traces(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Traces:
    folder, temporary = tmp_path_factory.mktemp("state"), tmp_path_factory.mktemp("temporary")
    with receiving([200]) as receiver:
        to = receiver.url.replace("://", f"://user:{PASSWORD}@")
        options = ["--port", "0", "--state", str(folder / "state"), "--deliver-to", to, *request.param]
        process = command(*options, TMPDIR=str(temporary), **TOKENS)
        mock, banner = announced(process)
        command_line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        open_answers, control_answers, generated = (b"", b"", "") if request.param == ["--tls"] else provoke(mock)
        files = {file.name: (file.stat().st_mode & 0o777, file.read_bytes()) for file in folder.iterdir()}
        modes = {path: path.stat().st_mode & 0o077 for path in temporary.iterdir() if path.is_dir()}
        process.send_signal(signal.SIGKILL)
        _, output, errors = finish(process)
    assert set(modes.values()) <= {0}
    held = b"".join(file.read_bytes() for file in temporary.rglob("*") if file.is_file())
    printed = f"{banner}{output}{errors}".encode()
    return Traces(printed, command_line, held, files, open_answers, control_answers, generated)


def provoke(mock: Mock) -> tuple[bytes, bytes, str]:
    """Have every secret and token come by in every place where one may; return the answers without and with a token."""
    valid = f"Bearer {TOKENS['TOKEN']}"
    mock.patch({"events": ["all"], "secrets": [SECRETS[0]]}, authorization=valid)
    mock.patch({"events": [], "secrets": [SECRETS[1]] * 3, SECRETS[1]: SECRETS[1]}, authorization=valid)
    mock.patch(b'{"secrets": ["' + SECRETS[3].encode(), authorization=valid)
    generated = mock.patch({"events": ["all"]}, SECOND, authorization=valid).data["secrets"][0]
    for token in TOKENS.values():
        mock.patch({"events": ["all"]}, authorization=f"Bearer {token}", cookie=token, x_other=token)
        mock.patch({"events": ["all"]}, token, authorization=valid, x_mock_fault=token)
        mock.patch({"events": ["all"]}, authorization=token, prefer=f"code={token}")
        mock.request("GET", f"/{token}?token={token}")
    mock.control("PUT", "/webhooks/mine", {"secrets": [SECRETS[2]]}, **SAME_SITE)
    mock.control("PUT", "/webhooks/mine", {"secrets": [SECRETS[3], 1]}, **SAME_SITE)
    mock.control("POST", "/events", {"eventType": "facility.creation.accepted"}, **SAME_SITE)
    shut = [mock.control(method, path.replace("{id}", FIRST)).content for method, path, _ in ROUTES]
    shut += [mock.request("GET", path).content for path in ("/", "/docs", "/openapi.json", "/health", "/nowhere")]
    names = ("/journal", "/deliveries", "/faults", "/choices", "/clock")
    shown = [mock.control("GET", name, **SAME_SITE).content for name in names]
    return b"".join(shut), b"".join(shown), generated


def test_no_token_and_no_secret_is_printed(traces: Traces) -> None:
    assert leaks(traces.printed, [*TOKENS.values(), PASSWORD, *SECRETS, *filter(None, [traces.generated])]) == []


def test_no_token_of_the_environment_is_in_the_command_line(traces: Traces) -> None:
    assert b"user_webhook_mock" in traces.command_line
    assert leaks(traces.command_line, [*TOKENS.values(), *SECRETS]) == []


def test_no_token_and_no_secret_is_left_in_a_temporary_file(traces: Traces) -> None:
    assert leaks(traces.temporary, [*TOKENS.values(), PASSWORD, *SECRETS]) == []
    assert b"PRIVATE KEY" not in traces.temporary


def test_the_state_is_for_its_owner_alone_and_holds_no_token(traces: Traces) -> None:
    assert {name: mode for name, (mode, _) in traces.files.items()} == dict.fromkeys(
        ["state", "state-wal", "state-shm"], 0o600
    )
    assert leaks(b"".join(content for _, content in traces.files.values()), [*TOKENS.values(), PASSWORD]) == []


def test_who_has_no_control_token_is_shown_nothing(traces: Traces) -> None:
    assert leaks(traces.open_answers, [*TOKENS.values(), PASSWORD, *SECRETS]) == []


def test_who_has_the_control_token_is_shown_no_token(traces: Traces) -> None:
    assert leaks(traces.control_answers, [*TOKENS.values(), PASSWORD]) == []


def defective(*_arguments: object) -> Any:
    error = ValueError(f"it was {json.dumps(SECRETS)}")
    error.add_note(TOKENS["TOKEN"])
    raise error from KeyError(SECRETS[0])


def test_an_internal_error_says_where_and_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    with mock_of(Settings(port=0)) as (mock, state):
        state.webhooks.update = defective  # type: ignore[method-assign]  # an internal error
        reply = mock.patch({"events": ["all"]})
    errors = capsys.readouterr().err

    assert (reply.status, [line for line in errors.splitlines() if line[0] != " "][1::2]) == (
        500,
        ["KeyError", "ValueError"],
    )
    assert "in defective" in errors
    assert leaks(errors.encode(), [*SECRETS, *TOKENS.values()]) == []


def test_an_internal_error_of_the_control_api_says_where_and_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        state.clock.now = lambda: {}[SECRETS[0]]  # type: ignore[method-assign]  # an internal error
        reply = mock.control("GET", "/clock")
    errors = capsys.readouterr().err

    assert (reply.status, reply.body["what"], errors.splitlines()[-1]) == (
        500,
        "Internal error in the mock",
        "KeyError",
    )
    assert leaks(errors.encode() + reply.content, SECRETS) == []
