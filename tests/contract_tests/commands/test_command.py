from __future__ import annotations

import dataclasses
import json
import re
import signal
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
import yaml

from support.paths import ROOT
from support.relay import PASS, Relay
from support.suite_runs import DEADLINE, FIRST, SECOND, call, command, environment, finish, start
from user_webhook_api.choices import choices
from user_webhook_api.requirements import requirements
from user_webhook_contract.commands.options import FLAGS, RUN_OPTIONS, TARGET_OPTIONS, Option
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from servers.faulty import FaultyServers


@pytest.fixture(scope="module")
def report(mock: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a report on the mock, made by the command with its defaults."""
    folder = tmp_path_factory.mktemp("elsewhere")
    status, output, errors = command(["--target", mock, "--seed", 3], folder)
    assert (status, errors) == (0, ""), output
    return folder / "reports"


@pytest.fixture
def closed() -> Iterator[str]:
    """Return an address that nothing listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def assert_one_line(result: tuple[int, str, str], *words: str) -> None:
    status, output, errors = result

    assert (status, "Traceback" in output + errors) == (2, False), output + errors
    assert errors.count("\n") == 1, errors
    assert all(word in errors for word in words), errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "--target is missing", id="no target"),
        pytest.param(["--target", ""], "--target is missing", id="empty target"),
        pytest.param(["--target", "localhost:8000"], "use http://localhost:8000", id="no scheme"),
        pytest.param(["--target", "localhost"], "has no scheme: use http://localhost", id="no scheme, no port"),
        pytest.param(["--target", "ftp://localhost"], "use http or https", id="ftp"),
        pytest.param(["--target", "http://"], "has no host", id="no host"),
        pytest.param(["--target", "http://localhost:port"], "is not an address", id="port a word"),
        pytest.param(["--target", "http://localhost:99999"], "is not an address", id="port too high"),
        pytest.param(["--target", "http://[::1"], "is not an address", id="open bracket"),
        pytest.param(["--target", "http://u:p@localhost"], "user name or a password", id="userinfo"),
        pytest.param(["--target", "http://localhost?a=b"], "has a query or a fragment", id="query"),
        pytest.param(["--target", "http://exa mple"], "--target", id="blank in the host"),
        pytest.param(["--target", "http://x", "--budget", "3"], "--budget=3 is too small", id="budget 3"),
        pytest.param(["--target", "http://x", "--budget", "0"], "--budget", id="budget 0"),
        pytest.param(
            ["--target", "http://x", "--budget", "abc"],
            "--budget='abc' must be a whole number of 0 or more: write digits alone",
            id="budget abc",
        ),
        pytest.param(["--target", "http://x", "--budget", "-5"], "--budget", id="budget negative"),
        pytest.param(
            ["--target", "http://x", "--budget", "1.5"], "--budget='1.5' must be a whole number", id="budget fraction"
        ),
        pytest.param(["--target", "http://x", "--seed", "x"], "--seed='x' must be a whole number", id="seed"),
        pytest.param(["--target", "http://x", "--docs-url", "docs"], "--docs-url='docs' is not an http", id="docs"),
        pytest.param(["--target", "http://x", "--timeout", "0"], "--timeout=0.0 is not above 0", id="timeout 0"),
        pytest.param(
            ["--target", "http://x", "--timeout", "nan"],
            "--timeout='nan' must be a number of seconds of 0 or more, such as 0.5 or 30.",
            id="timeout nan",
        ),
        pytest.param(["--target", "http://x", "--rate", "fast"], "--rate='fast' must be a whole number", id="rate"),
        pytest.param(
            ["--target", "http://x", "--rate", "-1"], "--rate='-1' must be a whole number of 0 or more", id="rate -1"
        ),
        pytest.param(
            ["verify-reports", "s3cret"], "unknown command 'verify-reports': did you mean verify-report?", id="command"
        ),
        pytest.param(["s3cret"], "unexpected argument: quote values that contain spaces", id="a lone word"),
        pytest.param(["--target", "http://x", "--bugdet", "5"], "--bugdet", id="unknown flag"),
        pytest.param(["--target", "http://x", "--targ", "5"], "--targ", id="shortened flag"),
        pytest.param(["--target"], "--target: expected one argument", id="flag without a value"),
        pytest.param(
            ["http://x"], "unexpected argument: quote values that contain spaces", id="target without its flag"
        ),
        pytest.param(
            ["--target", "http://x", "--tokn=s3cret"], "unrecognized arguments: --tokn. See", id="mistyped token"
        ),
        pytest.param(
            ["--target", "http://x", "--token", "Bearer", "s3cret"], "unexpected argument", id="token of two words"
        ),
        pytest.param(["--target", "http://u:s3cret/s3cret@h"], "user name or a password", id="slash in a password"),
        pytest.param(["--target", "u:s3cret@h"], "user name or a password", id="userinfo without a scheme"),
        pytest.param(["--target", "http://u:s3cret s3cret@h"], "user name or a password", id="blank in a password"),
        pytest.param(["--target", "http://u:s3cret@"], "user name or a password", id="userinfo without a host"),
        pytest.param(["--target", "http://h?token=s3cret"], "a query or a fragment", id="token in a query"),
        pytest.param(["--target", "http://x", "--waivers", "a\x1bb"], "--waivers=a\\x1bb cannot be read", id="escape"),
        pytest.param(["--target", "http://x", "--waivers", "/dev/zero"], "is not a regular file", id="endless waivers"),
        pytest.param(["--target", "http://x", "--token", "Bearer abc"], "without 'Bearer'", id="Bearer in the token"),
        pytest.param(["--target", "http://x", "--token", "tökén"], "--token contains", id="token outside ASCII"),
        pytest.param(
            ["--target", "http://x", "--token", "twice", "--forbidden-token", "twice"],
            "same as --token",
            id="same tokens",
        ),
        pytest.param(
            ["--target", "http://x", "--webhook-id", SECOND, "--second-webhook-id", SECOND],
            "same as --webhook-id",
            id="same ids",
        ),
        pytest.param(
            ["--target", "http://x", "--waivers", "/no/file"], "--waivers=/no/file cannot be read", id="waivers"
        ),
    ],
)
def test_a_wrong_setting_is_one_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    result = call([*arguments, "--report-dir", tmp_path / "r"], tmp_path)

    assert_one_line(result, words)
    assert "s3cret" not in result[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--bugdet", "5"], "--bugdet", id="unknown flag"),
        pytest.param(["--target", "http://no.such.host.invalid"], "has no address", id="unknown host"),
        pytest.param(["--target", "http://a..b"], "--target", id="empty label"),
    ],
)
def test_the_command_ends_with_one_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    assert_one_line(command(arguments, tmp_path), words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("id: R-101", "is not a list", id="no list"),
        pytest.param("- R-101", "needs id, reason and expires", id="a row of text"),
        pytest.param("- id: R-101\n  reason: x", "needs id, reason and expires", id="no expiry"),
        pytest.param("- {id: R-101, reason: x, expires: soon}", "is not a date", id="no date"),
        pytest.param("- {id: R-101, reason: '', expires: 2027-01-01}", "has no reason", id="no reason"),
        pytest.param("- {id: R-101, reason: x, expires: 2027-02-30}", "", id="no such day"),
        pytest.param("- {id: R-101, reason: x, expires: 2027-01-01 10:00:00}", "is not a date", id="time of a day"),
        pytest.param("[", "is not valid YAML", id="no YAML"),
        pytest.param("[" * 5000, "nested too deep", id="deep"),
        pytest.param("- {id: R-101, reason: x, expires: " + "9" * 5000 + "}", "is not a date", id="long number"),
        pytest.param("- &a [" + "x" * 9 + "]\n- [*a, *a]", "aliases are not allowed", id="alias"),
        pytest.param("#" * 65_537, "is too long", id="long"),
        pytest.param("\x00", "is not valid YAML", id="NUL"),
        pytest.param(
            "- {id: R-999, reason: x, expires: 2027-01-01, more: 1}", "may have approved_by and link", id="one key more"
        ),
    ],
)
def test_a_wrong_file_of_waivers_is_one_line(mock: str, content: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(content)

    assert_one_line(call(["--target", mock, "--waivers", file, "--report-dir", tmp_path / "r"], tmp_path), words)


def test_a_target_that_is_down_is_one_line(closed: str, tmp_path: Path) -> None:
    assert_one_line(command(["--target", closed], tmp_path), closed, "is refused")
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    assert (found["verdict"], "is refused" in found["stopped"]) == ("inconclusive", True)


def test_a_target_that_never_answers_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"http://127.0.0.1:{listener.getsockname()[1]}"

        assert_one_line(command(["--target", target, "--timeout", "0.3"], tmp_path), target, "does not respond")


def test_a_target_that_speaks_something_else_is_one_line(tmp_path: Path) -> None:
    with Relay("http://127.0.0.1:9", lambda _number, _: "drop") as relay:
        assert_one_line(command(["--target", relay.url, "--timeout", "2"], tmp_path), "does not respond")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--token", "unknown-token"], "answers 401 to --token", id="token"),
        pytest.param(["--token", "forbidden-token", "--forbidden-token", "x"], "answers 403 to --token", id="scope"),
        pytest.param(["--webhook-id", "nobody"], "answers 404 to --webhook-id='nobody'", id="webhook"),
        pytest.param(["--second-webhook-id", "nobody"], "answers 404 to --second-webhook-id='nobody'", id="second"),
    ],
)
def test_what_the_target_does_not_know_is_one_line(mock: str, arguments: list[str], words: str, tmp_path: Path) -> None:
    assert_one_line(command(["--target", mock, *arguments], tmp_path), words)
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    assert (found["verdict"], words in found["stopped"]) == ("inconclusive", True)
    assert {row["verdict"] for row in found["requirements"]} <= {"not-run", "not-applicable"}


def test_a_wrong_path_in_the_target_is_one_line(mock: str, tmp_path: Path) -> None:
    assert_one_line(command(["--target", f"{mock}/api/v2/public"], tmp_path), "before /api/v2/public")


def test_a_folder_that_cannot_be_written_to_is_one_line(mock: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    assert_one_line(call(["--target", mock, "--report-dir", file / "r"], tmp_path), "--report-dir=", "cannot be")
    assert_one_line(call(["--target", mock, "--report-dir", file], tmp_path), "--report-dir=", "cannot be")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_end_well(option: str, tmp_path: Path) -> None:
    status, output, errors = command([option], tmp_path)

    assert (status, errors) == (0, "")
    assert "user-webhook-contract" in output or output.strip() == "0.1.0"


def test_help_names_every_option_and_variable(tmp_path: Path) -> None:
    _, output, _ = call(["--help"], tmp_path)
    text = "".join(output.split())  # lines end within an id, too

    for one in (*TARGET_OPTIONS, *RUN_OPTIONS):
        assert f"{one.flag} {one.metavar}" in output
        assert f"(environment:{one.variable}{f',default{one.default}' if one.default else ''})" in text
    assert all(flag in output for flag, _ in FLAGS.values())
    assert "exit status: 0" in output


@pytest.mark.parametrize("option", [*TARGET_OPTIONS, *RUN_OPTIONS], ids=lambda option: option.name)
def test_make_hands_every_variable_on(option: Option) -> None:
    exported = re.findall(r"^export (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert option.variable in " ".join(exported).split()


@pytest.mark.parametrize("option", [*TARGET_OPTIONS, *RUN_OPTIONS], ids=lambda option: option.name)
def test_a_row_of_the_table_is_a_setting(option: Option) -> None:
    assert option.name in {field.name for field in dataclasses.fields(Settings)}


def test_the_mock_is_conformant_by_the_defaults(report: Path) -> None:
    found = json.loads((report / "conformance.json").read_text())

    assert (found["verdict"], found["settings"]["seed"], found["settings"]["budget"], found["stopped"]) == (
        "conformant",
        3,
        100,
        "",
    )
    assert 0 < found["requests_sent"] <= 100
    assert found["target"].startswith("http://127.0.0.1:")


def test_the_report_has_every_requirement(report: Path) -> None:
    rows = json.loads((report / "conformance.json").read_text())["requirements"]

    assert [row["id"] for row in rows] == [row.id for row in requirements()]
    assert all({"id", "level", "verdict", "title", "source"} <= set(row) and row["title"] for row in rows)
    assert {row["verdict"] for row in rows if row["level"] == "must"} == {"pass"}


def test_junit_has_a_case_for_each_requirement(report: Path) -> None:
    root = ET.parse(report / "junit.xml").getroot()  # noqa: S314  our own file
    cases = list(root.iter("testcase"))
    suite = next(root.iter("testsuite"))

    assert (suite.get("name"), suite.get("failures"), suite.get("errors")) == ("user-webhook-contract", "0", "0")
    assert [case.get("name") for case in cases] == [
        "The target was judged",
        *(f"{row.id} {row.title}" for row in requirements()),
    ]
    assert [case.get("classname") for case in cases[:2]] == [
        "user-webhook-contract.Run",
        "user-webhook-contract.Success",
    ]


def test_the_observed_choices_start_a_mock(report: Path) -> None:
    file = report / "observed-choices.yaml"
    arguments = ["--port", "0", "--choices", str(file), "--quiet", "--run", "true"]
    done = subprocess.run(
        [sys.executable, "-m", "user_webhook_mock", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert set(yaml.safe_load(file.read_text())) == {choice.name for choice in choices()}


def test_a_faulty_server_is_not_conformant(servers: FaultyServers, tmp_path: Path) -> None:
    status, output, errors = command(["--target", servers.url("trusts-any-token"), "--budget", 40], tmp_path)
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    root = ET.parse(tmp_path / "reports" / "junit.xml").getroot()  # noqa: S314  our own file

    assert (status, errors, found["verdict"]) == (1, "", "non-conformant")
    assert "R-402" in output
    assert "NON-CONFORMANT" in output.splitlines()[-1]
    assert all(word in output for word in ("Sent", "Received", "Documented", "Remedy", "Source", "curl -i -X PATCH"))
    assert any(
        "R-402" in (case.get("name") or "") for case in root.iter("testcase") if case.find("failure") is not None
    )


def test_a_tiny_budget_on_a_correct_server_is_inconclusive(mock: str, tmp_path: Path) -> None:
    status, output, errors = command(["--target", mock, "--budget", 4], tmp_path)
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())

    assert (status, errors, found["verdict"]) == (2, "", "inconclusive")
    assert found["requests_sent"] <= 4
    assert "INCONCLUSIVE" in output.splitlines()[-1]


def test_variables_of_the_environment_are_options(mock: str, tmp_path: Path) -> None:
    variables = {"TARGET": mock, "BUDGET": "12", "SEED": "42", "REPORT_DIR": "of-the-environment"}
    status, _, errors = command([], tmp_path, **variables)
    found = json.loads((tmp_path / "of-the-environment" / "conformance.json").read_text())

    assert (status, errors) == (2, "")
    assert (found["settings"]["seed"], found["settings"]["budget"], found["target"]) == (42, 12, mock)


def test_an_option_wins_over_its_variable(mock: str, tmp_path: Path) -> None:
    command(["--seed", 1, "--target", mock, "--budget", 8], tmp_path, SEED="42", TARGET="nonsense", BUDGET="abc")
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())

    assert (found["settings"]["seed"], found["target"]) == (1, mock)


def test_a_wrong_variable_is_one_line(mock: str, tmp_path: Path) -> None:
    assert_one_line(command(["--target", mock], tmp_path, BUDGET="abc"), "abc")


def test_empty_variables_count_as_not_set(mock: str, tmp_path: Path) -> None:
    names = ["TOKEN", "FORBIDDEN_TOKEN", "WEBHOOK_ID", "SECOND_WEBHOOK_ID", "SEED", "REPORT_DIR", "RATE", "TIMEOUT"]
    status, output, errors = command(["--target", mock, "--budget", "30"], tmp_path, **dict.fromkeys(names, ""))
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    missing = [row for row in found["requirements"] if "was given" in row["why"]]

    assert (errors, missing, found["settings"]["seed"]) == ("", [], 0), output
    assert status in {0, 2}


def test_an_empty_option_leaves_out_what_needs_it(mock: str, tmp_path: Path) -> None:
    arguments = ["--target", mock, "--forbidden-token", "", "--second-webhook-id", ""]
    status, output, errors = command(arguments, tmp_path)
    rows = {
        row["id"]: row for row in json.loads((tmp_path / "reports" / "conformance.json").read_text())["requirements"]
    }

    assert (status, errors) == (2, ""), output
    assert (rows["R-404"]["verdict"], rows["R-307"]["verdict"]) == ("not-run", "not-run")
    assert "--forbidden-token" in rows["R-404"]["why"]
    assert "--second-webhook-id" in rows["R-307"]["why"]


def test_other_ids_and_tokens_are_used_where_they_are_given(servers: FaultyServers, tmp_path: Path) -> None:
    with Relay(servers.url("correct")) as relay:
        arguments = ["--target", relay.url, "--webhook-id", SECOND, "--second-webhook-id", FIRST, "--budget", 20]
        status, _, errors = command(arguments, tmp_path)

    assert (status, errors) == (2, "")
    assert relay.seen[0].path.endswith(SECOND)
    assert len(relay.seen) <= 20


def test_pytest_settings_of_the_caller_have_no_say(mock: str, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-flag\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('of the caller')\n")
    status, _, errors = command(["--target", mock, "--budget", 10], tmp_path, PYTEST_ADDOPTS="--no-such-flag")

    assert (status, errors) == (2, "")


def test_a_waived_failure_does_not_fail_the_target(servers: FaultyServers, tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(
        "- {id: R-402, reason: known, expires: 2999-01-01}\n"
        "- {id: R-101, reason: not needed, expires: 2999-01-01}\n"
        "- {id: R-403, reason: late, expires: 2020-01-01}\n"
        "- {id: R-999, reason: unknown, expires: 2999-01-01}\n"
    )
    target = servers.url("trusts-a-prefix-of-a-token" if _has("trusts-a-prefix-of-a-token") else "trusts-any-token")
    _, output, errors = command(["--target", target, "--waivers", file], tmp_path)
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    rows = {row["id"]: row for row in found["requirements"]}

    assert (errors, rows["R-402"]["verdict"]) == ("", "waived")
    assert "known" in rows["R-402"]["why"]
    for words in ("R-101 passes", "R-403 expired", "R-999 names no requirement"):
        assert words in " ".join(output.split())


def _has(name: str) -> bool:
    from servers.faulty import FAULTS  # noqa: PLC0415  a rare question

    return any(fault.name == name for fault in FAULTS)


@pytest.mark.parametrize("number", [signal.SIGINT], ids=["Ctrl-C"])
def test_a_signal_ends_the_run_with_its_report_and_the_url_put_back(
    servers: FaultyServers, number: signal.Signals, tmp_path: Path
) -> None:
    servers.reset("correct")

    def interrupt(count: int, _: object) -> str:
        if count == 12:
            process.send_signal(number)
        return PASS

    with Relay(servers.url("correct"), interrupt) as relay:
        process = start(["--target", relay.url, "--budget", 5000, "--rate", 0], tmp_path)
        status, output, errors = finish(process)
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())

    assert (status, "Traceback" in output + errors) == (2, False), output + errors
    assert (found["verdict"], "interrupted" in found["stopped"]) == ("inconclusive", True)
    assert len(relay.seen) == found["requests_sent"] < 60
    assert servers.server("correct").webhooks[FIRST].url == "https://example.com/webhook"


def test_a_signal_while_an_answer_is_awaited_ends_the_run(servers: FaultyServers, tmp_path: Path) -> None:
    servers.reset("correct")

    def hang(count: int, _: object) -> str:
        if count == 9:
            process.send_signal(signal.SIGINT)
            return "stall"
        return PASS

    with Relay(servers.url("correct"), hang) as relay:
        process = start(["--target", relay.url, "--timeout", 30], tmp_path)
        status, output, errors = finish(process)
    found = json.loads((tmp_path / "reports" / "conformance.json").read_text())

    assert (status, "Traceback" in output + errors) == (2, False), output + errors
    assert "interrupted" in found["stopped"]
    assert servers.server("correct").webhooks[FIRST].url == "https://example.com/webhook"
