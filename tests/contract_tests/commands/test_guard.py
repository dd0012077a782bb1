"""What a command prints and how it ends, whatever a target answers or a user writes."""

from __future__ import annotations

import json
import urllib.parse
from typing import TYPE_CHECKING

import pytest

from support.canaries import leaks
from support.relay import Relay, Reply, Sent
from support.report_runs import report_of
from support.suite_runs import call, command
from user_webhook_api.numbers import decimal, whole_number
from user_webhook_contract.commands.guard import guarded

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

TOKEN = "canary-T0ken+of/the=run"


def redirects(_: int, sent: Sent) -> Reply:
    token = sent.headers.get("authorization", "").removeprefix("Bearer ")
    spelled = urllib.parse.quote(token, safe="/").replace("%2B", "%2b")
    return Reply(302, b"", {"Location": f"https://login.example/?token={token}&again={spelled}"})


@pytest.mark.parametrize("more", [[], ["--quiet"], ["--verbose"]], ids=str)
def test_no_token_in_a_redirect_reaches_the_terminal(more: list[str], tmp_path: Path) -> None:
    with Relay("http://127.0.0.1:9", redirects) as relay:
        arguments = ["--target", relay.url, "--second-webhook-id", "", *more]
        status, output, errors = command(arguments, tmp_path, TOKEN=TOKEN, FORBIDDEN_TOKEN="")

    assert (status, "redirects to" in errors) == (2, True)
    assert leaks((output + errors).encode(), {TOKEN}) == []
    assert "%2b" not in output + errors


def test_no_token_in_a_redirect_reaches_the_terminal_by_replay(servers: FaultyServers, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(report_of(servers.url("answers-401-with-error"))), encoding="utf-8")
    with Relay("http://127.0.0.1:9", redirects) as relay:
        arguments = ["replay", file, "--target", relay.url, "--second-webhook-id", ""]
        status, output, errors = command(arguments, tmp_path, TOKEN=TOKEN)

    assert (status, "redirects to" in errors) == (2, True)
    assert leaks((output + errors).encode(), {TOKEN}) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SEED", "random", "SEED='random' must be a whole number"),
        ("BUDGET", "9" * 5000, "must be a whole number of 0 or more: write digits alone, at most 18."),
        ("TIMEOUT", "\u0661", "must be a number of seconds"),
        ("BUDGET", "1", "It comes from the environment: BUDGET."),
        ("TIMEOUT", "0", "It comes from the environment: TIMEOUT."),
        ("TARGET", "localhost", "has no scheme: use http://localhost It comes from the environment: TARGET."),
        ("URL_HOST", "a b", "It comes from the environment: URL_HOST."),
    ],
)
def test_a_wrong_value_of_the_environment_names_its_variable(name: str, value: str, words: str, tmp_path: Path) -> None:
    status, output, errors = call([], tmp_path, **{"TARGET": "http://127.0.0.1:9", name: value})

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert words in errors


def test_markup_in_the_target_is_printed_as_it_is(tmp_path: Path) -> None:
    with Relay("http://127.0.0.1:9", lambda _number, _sent: Reply(404)) as relay:
        status, output, errors = command(["--target", f"{relay.url}/[/x][red]"], tmp_path)

    assert (status, "Traceback" in errors) == (2, False)
    assert "/[/x][red] with at most" in output


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(30, "Read-only file system", "/x"),
            "the system refuses what the suite needs: Read-only file system (/x).",
        ),
        (MemoryError(), "the memory is full."),
        (KeyboardInterrupt(), "interrupted."),
        (ValueError("a secret"), "internal error in the suite (see above)."),
        (SystemExit(1), ""),
        (SystemExit("a secret"), ""),
    ],
    ids=repr,
)
def test_what_is_no_verdict_ends_with_2(error: BaseException, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: object) -> int:
        raise error

    status = guarded("program", [], fail)
    errors = capsys.readouterr().err

    assert status == 2
    assert errors.endswith(f"program: {words}\n") or not words
    assert "a secret" not in errors


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("18", 18),
        ("0" * 5000 + "18", 18),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("\u00b2", None),
        ("\u0661", None),
        ("+1", None),
        ("1_0", None),
        (" 1", None),
        ("", None),
        ("-1", None),
    ],
)
def test_a_whole_number_is_written_in_ascii_digits(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5),
        ("30", 30.0),
        (".5", 0.5),
        ("5.", 5.0),
        (".", None),
        ("", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        ("-1", None),
        ("9" * 400, None),
        ("\u0661", None),
    ],
)
def test_a_decimal_number_is_written_in_ascii_digits(text: str, number: float | None) -> None:
    assert decimal(text) == number
