from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.clones import borrow_environment
from support.paths import ROOT
from user_webhook_api.__main__ import with_tables
from user_webhook_contract.__main__ import main as judge
from user_webhook_mock.__main__ import main as mock

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEADLINE = 120
LEFT_OUT = (".*", "__pycache__", "build", "dist", "mutants", "node_modules", "reports", "*.egg-info")
OURS = {
    "CHOICES",
    "CONTROL_TOKEN",
    "HOST",
    "MAKEFLAGS",
    "MAKELEVEL",
    "PORT",
    "PYTEST_ADDOPTS",
    "STATE",
    "STORE",
    "TARGET",
    "VIRTUAL_ENV",
    "WORKERS",
}

# Every block of commands and the status with which it ends; those without one run until Ctrl-C.
# make ends with 2 where its command ends with 1.
BLOCKS = {
    "make mock": None,
    "curl -X PATCH": 0,
    ".venv/bin/python tests/faulty_servers/serve.py": None,
    "make contract TARGET=": 2,
    "make test": 0,
    "export TOKEN=": 2,
    "make mock CHOICES=": None,
    "make mock DELIVER_TO=": None,
    "make mock STATE=": None,
    "curl -s -X PATCH": 0,
    "make setup": 1,
    ".venv/bin/user-webhook-mock --port 0": 0,
    "curl -sX PATCH http://127.0.0.1:8000/api/v2/public/webhooks/user/cf3832dd-ba9b-4187-9ab2-c6cadafe875b -H 'Pref": 0,
    "curl -sX PATCH http://127.0.0.1:8000/__mock__/choices": 0,
    "curl -sX PATCH http://127.0.0.1:8000/api/v2/public/webhooks/user/cf3832dd-ba9b-4187-9ab2-c6cadafe875b -H 'X-Mo": 0,
    "curl -sX PUT http://127.0.0.1:8000/__mock__/faults": 0,
    "curl -s 'http://127.0.0.1:8000/__mock__/journal": 0,
    "curl -s http://127.0.0.1:8000/__mock__/webhooks": 0,
}


def blocks(language: str) -> list[str]:
    """Return the blocks of *language*, without the indentation that a list gives them."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", README, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def block(beginning: str, language: str = "sh") -> str:
    """Return the block of commands, or of *language*, with this beginning; where several have it, the shortest."""
    return min((text for text in blocks(language) if text.startswith(beginning)), key=len)


@dataclass
class Clone:
    """A copy of the work tree, set up, with a server in the place of port 8080."""

    folder: Path
    faulty: str = ""

    def start(self, script: str, **environment: str) -> subprocess.Popen[str]:
        """Start *script* with *environment* and none of the kit's own variables."""
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        return subprocess.Popen(
            ["/bin/bash", "-euc", script.replace("http://127.0.0.1:8080", self.faulty)],
            cwd=self.folder,
            env={**inherited, "COLUMNS": "100", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, script: str, **environment: str) -> tuple[int, str]:
        """Run *script* to its end; return its status and what it printed, with the address of the README."""
        process = self.start(script, **environment)
        try:
            output, _ = process.communicate(timeout=DEADLINE)
        finally:
            end(process)
        return process.returncode, output.replace(self.faulty, "http://127.0.0.1:8080")

    @contextmanager
    def server(self, script: str) -> Iterator[str]:
        """Run *script*, which starts a server, on a free port; give the address that it prints."""
        process = self.start(script.replace("--port 8080", "--port 0"), PORT="0")
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """End *process* and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=DEADLINE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    folder = tmp_path_factory.mktemp("clone") / "kit"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    borrow_environment(folder)
    (folder / "reports").mkdir()
    kit = Clone(folder)
    with kit.server(block(".venv/bin/python tests/faulty_servers/serve.py")) as kit.faulty:
        yield kit


@pytest.fixture(scope="module")
def environment() -> set[str]:
    """The variables of make that the Makefile passes on."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {name for line in re.findall(r"^export (.*)$", text, re.MULTILINE) for name in line.split()}


def test_every_block_of_commands_is_run_by_a_test() -> None:
    assert sorted(block(beginning) for beginning in BLOCKS) == sorted(blocks("sh"))


@pytest.mark.parametrize("beginning", [name for name, status in BLOCKS.items() if status and name != "make setup"])
def test_a_faulty_server_is_found_non_conformant(beginning: str, clone: Clone) -> None:
    status, output = clone.run(block(beginning))

    assert status == BLOCKS[beginning], output
    assert "NON-CONFORMANT http://127.0.0.1:8080" in output


def test_the_suite_tells_a_program_that_a_target_is_non_conformant(clone: Clone) -> None:
    status, output = clone.run(block("make setup"))

    report = json.loads((clone.folder / "reports" / "ci" / "conformance.json").read_text(encoding="utf-8"))
    assert (status, report["verdict"]) == (BLOCKS["make setup"], "non-conformant"), output
    assert (clone.folder / "reports" / "ci" / "junit.xml").exists()
    assert (clone.folder / "reports" / "ci" / "report.html").exists()


def test_the_suite_judges_the_mock_where_no_target_is_given(clone: Clone) -> None:
    status, output = clone.run("make contract")

    assert status == 0, output
    assert "\nCONFORMANT http://127.0.0.1:" in output


def test_the_tests_run(clone: Clone) -> None:
    one = "tests/test_requirements.py::test_ids_are_unique"

    status, output = clone.run(block("make test"), PYTEST_ADDOPTS=one)

    assert (status, "1 passed" in output) == (0, True), output


def test_the_mock_serves_while_a_command_runs(clone: Clone) -> None:
    status, output = clone.run(block(".venv/bin/user-webhook-mock --port 0"))

    assert (status, "ok" in output.lower()) == (0, True), output


def test_the_curl_line_gives_the_answer_that_is_shown(clone: Clone) -> None:
    with clone.server(block("make mock")) as address:
        _, output = clone.run(block("curl -X PATCH").replace("http://127.0.0.1:8000", address))

    shown = blocks("json")[0]
    assert json.loads(output.splitlines()[-1]) == json.loads(shown)


def test_the_lines_for_frontends_run_as_printed(clone: Clone) -> None:
    lines = [line for name in BLOCKS if name.startswith("curl -s") for line in block(name).splitlines()]
    with clone.server(block("make mock")) as address:
        outputs = [clone.run(line.replace("http://127.0.0.1:8000", address)) for line in lines]

    shown = [json.loads(text) for text in blocks("json")[1:]]
    answers = [json.loads(output) if output else None for _, output in outputs]
    assert [status for status, _ in outputs] == [0] * len(lines)
    assert [answer for answer in answers if answer in shown] == shown
    assert [answer["what"] for answer in answers if answer and "what" in answer] == []
    assert [answer["verified"] for answer in answers if answer and "verified" in answer] == [True]


def test_the_mock_plays_observed_choices(clone: Clone) -> None:
    (clone.folder / "reports" / "observed-choices.yaml").write_text("messages: first\n", encoding="utf-8")
    with clone.server(block("make mock CHOICES=")) as address:
        _, output = clone.run(block("curl -X PATCH").replace("http://127.0.0.1:8000", address))

    assert json.loads(output.splitlines()[-1])["message"] == ["should be a secure URL with HTTPS"]


def test_the_mock_goes_on_with_the_webhooks_of_its_file(clone: Clone) -> None:
    read = "curl -s http://127.0.0.1:8000/__mock__/webhooks"
    lists = []
    for _ in range(2):
        with clone.server(block("make mock STATE=")) as address:
            lists.append(clone.run(read.replace("http://127.0.0.1:8000", address))[1])

    assert len(json.loads(lists[0])["webhooks"][0]["secrets"]) == 1
    assert lists[0] == lists[1]


def test_the_output_that_is_shown_is_real(clone: Clone) -> None:
    _, output = clone.run(block("make contract TARGET="))
    real = [re.sub(r"\d+", "N", line).rstrip() for line in output.splitlines()]

    for line in blocks("text")[0].splitlines():
        beginning = re.sub(r"\d+", "N", line).removesuffix("...").rstrip()
        assert any(one == beginning or (line.endswith("...") and one.startswith(beginning)) for one in real), line


def test_the_tables_are_those_of_today() -> None:
    assert with_tables(Path("README.md"), README) == README, "make tables writes them"


def test_the_commands_are_those_of_make_help(clone: Clone) -> None:
    _, output = clone.run("make help")

    assert re.findall(r"^\| `(make [a-z-]+)`", README, re.MULTILINE) == re.findall(r"make [a-z-]+(?=  )", output)


def test_the_variables_are_those_that_make_passes_on(environment: set[str]) -> None:
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", README, re.MULTILINE)

    assert {name for row in rows for name in re.findall(r"[A-Z_]+", row)} == environment


@pytest.mark.parametrize("program", [judge, mock], ids=["suite", "mock"])
def test_every_option_of_a_command_is_described(program: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(program)
    with pytest.raises(SystemExit):
        program(["--help"])
    options = set(re.findall(r"^  (?:-h, )?(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    variables = {"--" + name.lower().replace("_", "-") for name in re.findall(r"`([A-Z_]+)`", README)}

    assert len(options) > 10
    assert {option for option in options - variables if f"`{option}" not in README} == set()


def test_the_receiver_of_the_page_verifies_a_delivery(clone: Clone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    (clone.folder / "receiver.py").write_text(
        block("from http.server", "python").replace("9000", port), encoding="utf-8"
    )
    receiver = clone.start(".venv/bin/python -u receiver.py")
    assert receiver.stdout is not None
    try:
        clone.run(f"curl --silent --retry 50 --retry-delay 0 --retry-connrefused http://127.0.0.1:{port} || true")
        with clone.server(block("make mock DELIVER_TO=").replace("9000", port)) as address:
            status, output = clone.run(block("curl -s -X PATCH").replace("http://127.0.0.1:8000", address))
            received = next(line for line in receiver.stdout if line.startswith("{"))
    finally:
        end(receiver)

    assert (status, '"secrets":["new-secret"]' in output, '"number":1' in output) == (0, True, True), output
    assert json.loads(received) == {"data": {"facilityId": "NUR-000007"}, "eventType": "facility.creation.accepted"}


def test_the_test_of_the_page_passes(tmp_path: Path) -> None:
    (tmp_path / "test_page.py").write_text(block("import urllib3", "python"), encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, "1 passed" in ran.stdout) == (0, True), ran.stdout


def test_each_answer_about_another_mock_has_its_page() -> None:
    head, _, *rows = re.findall(
        r"^\|.*\|$", README.partition("## Beside other mocks")[2].partition("\n## ")[0], re.MULTILINE
    )
    tools = [cell.strip() for cell in head.split("|")][3:-1]
    cells = [[cell.strip() for cell in row.split("|")][1:-1] for row in rows]
    claimed = {
        (feature, tool, said)
        for feature, _, *answers in cells
        for tool, said in zip(tools, answers, strict=True)
        if said != "?"
    }
    facts = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
    sourced = re.findall(
        r"^\| (.+?) \| (.+?) \| (yes|no|by hand) \| .+ \| <https://.+> \| [0-9-]{10} \|$", facts, re.MULTILINE
    )

    assert len(sourced) > 20
    assert set(sourced) == claimed


def test_the_shares_of_faults_are_those_that_were_measured() -> None:
    measured = (ROOT / "benchmarks" / "RESULTS-judge.md").read_text(encoding="utf-8")
    shown = README.partition("<!-- judged -->")[2].partition("<!-- end of judged -->")[0]
    row = re.compile(r"^\| (\d+(?:, deep)?) \|(?: \d+ \|)? ([\d.]+%) \|", re.MULTILINE)

    assert len(row.findall(shown)) == 6
    assert row.findall(shown) == row.findall(measured)


def test_the_ratios_are_those_that_were_measured() -> None:
    measured = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8").partition("## Ratios")[2]
    shown = README.partition("<!-- speed -->\n")[2].partition("\n<!-- end of speed -->")[0]

    assert shown.count("\n| `") > 5
    assert f"\n\n{shown}\n\n" in measured
