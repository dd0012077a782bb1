from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator

from servers.faulty import FaultyServers
from support.clones import borrow_environment
from support.mock_process import running
from support.paths import ROOT
from support.relay import Relay, Reply
from support.suite_runs import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "suite" / "ci.md").read_text(encoding="utf-8")
DEADLINE = 120
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as hosts:
        yield hosts


@dataclass
class Job:
    """A job on a runner of GitHub, as far as the steps of the action see one."""

    folder: Path
    status: int = 0
    output: str = ""

    def __post_init__(self) -> None:
        self.work = self.folder / "work"
        self.path = self.folder / "action"
        for folder in (self.work, self.path, self.folder / "temp"):
            folder.mkdir(parents=True)
        for name in ("Makefile", "pyproject.toml", "openapi", "contract_tests"):
            (self.path / name).symlink_to(ROOT / name)
        borrow_environment(self.path)
        self.files = {name: self.folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in self.files.values():
            file.touch()

    @property
    def outputs(self) -> dict[str, str]:
        lines = self.files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def report(self) -> Path:
        return Path(self.outputs["report-dir"])

    def run(self, **inputs: str) -> Job:
        """Run the steps that are scripts, in their order, up to the first that fails."""
        given = {name: str(row.get("default", "")) for name, row in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        for step in ACTION["runs"]["steps"]:
            if "run" in step:
                self._run(step, given)
            if self.status:
                break
        return self

    def _run(self, step: dict[str, Any], given: dict[str, str]) -> None:
        contexts = {f"inputs.{name}": value for name, value in given.items()}
        contexts |= {f"steps.judge.outputs.{name}": value for name, value in self.outputs.items()}
        told = {name: contexts[re.findall(r"\{\{ (\S+) \}\}", value)[0]] for name, value in step.get("env", {}).items()}
        script = self.folder / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        runner = {"GITHUB_ACTION_PATH": self.path, "RUNNER_TEMP": self.folder / "temp", **self.files}
        done = subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.work,
            env=environment(**{name: str(value) for name, value in runner.items()}, **told),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        self.status, self.output = done.returncode, self.output + done.stdout


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def schema(name: str) -> Draft7Validator:
    """Return the validator of a file of a CI, from the public store of schemas."""
    file = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json"
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8")))


def snippets() -> list[Any]:
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def uses_the_action(step: dict[str, Any]) -> bool:
    return str(step.get("uses", "")).startswith("./user-webhook-contract")


def test_a_conformant_target_passes(job: Job) -> None:
    with running() as mock:
        job.run(target=f"http://{mock.host}:{mock.port}")

    assert (job.status, job.outputs["exit-status"], job.outputs["verdict"]) == (0, "0", "conformant"), job.output
    assert job.report == job.folder / "temp" / "user-webhook-contract"
    assert job.files["GITHUB_STEP_SUMMARY"].read_text() == (job.report / "summary.md").read_text()
    assert list(job.work.iterdir()) == []


def test_a_faulty_target_fails_with_1_and_a_report(job: Job, servers: FaultyServers) -> None:
    job.run(target=servers.url("answers-401-with-error"), report_dir="reports of mine", budget="30")

    assert (job.status, job.outputs["exit-status"], job.outputs["verdict"]) == (1, "1", "non-conformant"), job.output
    assert job.outputs["report-dir"] == "reports of mine"
    assert (job.work / "reports of mine" / "junit.xml").exists()
    assert "NON-CONFORMANT" in job.files["GITHUB_STEP_SUMMARY"].read_text()
    assert job.output.splitlines()[-1] == (
        "::error title=User webhook contract::The target is non-conformant: a must is broken."
    )


def test_a_target_that_is_down_fails_with_2(job: Job) -> None:
    job.run(target=NOBODY)

    assert (job.status, job.outputs["exit-status"], job.outputs["verdict"]) == (2, "2", "inconclusive")
    assert job.output.splitlines()[-1].endswith("::Inconclusive or misused: the target could not be judged.")


def test_a_broken_warning_fails_a_strict_run_only(tmp_path: Path, servers: FaultyServers) -> None:
    target = servers.url("refuses-a-charset")
    lenient = Job(tmp_path / "lenient").run(target=target)
    strict = Job(tmp_path / "strict").run(target=target, strict="true")

    assert (lenient.status, strict.status) == (0, 1), lenient.output + strict.output


@pytest.mark.parametrize("name", ["target", "webhook_id", "budget", "strict", "report_dir", "waivers", "seed"])
def test_an_input_is_never_carried_out(name: str, job: Job) -> None:
    hostile = 'x $(touch "$RUNNER_TEMP/hit") ; touch "$RUNNER_TEMP/hit" #'
    job.run(**{"target": NOBODY, "report_dir": "reports", name: hostile})

    assert job.status == 2
    assert not (job.folder / "temp" / "hit").exists()
    assert set(job.outputs) == {"exit-status", "verdict", "report-dir"}


def test_an_input_adds_no_output(job: Job) -> None:
    job.run(target=NOBODY, report_dir="reports\nverdict=conformant")

    assert (job.status, job.outputs) == (2, {})


def test_what_a_target_answers_is_no_command_to_the_runner(job: Job) -> None:
    content = b'{"message": "x\\n::error::hostile\\n::set-output name=verdict::conformant"}'
    with Relay(NOBODY, lambda _number, _: Reply(200, content, {"Content-Type": "application/json"})) as relay:
        job.run(target=relay.url)
    paused = re.search(r"^::stop-commands::([0-9a-f]{64})\n(.*)^::\1::$", job.output, re.DOTALL | re.MULTILINE)

    assert job.status == 1
    assert paused is not None
    assert "hostile" in paused[2]
    assert "hostile" not in job.output.replace(paused[0], "")


def test_no_script_has_an_input_in_its_text() -> None:
    assert [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")] == []


def test_no_input_is_a_token() -> None:
    assert [name for name in ACTION["inputs"] if "token" in name or "secret" in name] == []


def test_what_is_used_is_pinned() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]

    assert used
    assert all(re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}", one) for one in used)


def test_the_action_keeps_the_schema_of_actions() -> None:
    assert [error.message for error in schema("github-actions").iter_errors(ACTION)] == []


def test_the_workflow_of_the_page_keeps_the_schema_of_workflows() -> None:
    [workflow] = [one for one in snippets() if isinstance(one, dict) and "jobs" in one]
    # YAML 1.1 reads `on` as true.
    workflow["on"] = workflow.pop(True)
    steps = [step for one in snippets() if isinstance(one, list) for step in one]
    workflow["jobs"]["more"] = {"runs-on": "ubuntu-24.04", "steps": steps}

    assert len(steps) == 6
    assert [error.message for error in schema("github-workflows").iter_errors(workflow)] == []


def test_the_gitlab_job_of_the_page_keeps_the_schema_of_gitlab() -> None:
    [job] = [one for one in snippets() if isinstance(one, dict) and "contract" in one]

    assert [error.message for error in schema("gitlab-ci").iter_errors(job)] == []


def test_the_page_has_every_input_and_output() -> None:
    rows = [name for row in re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\S+)`", row)]

    assert rows == [*ACTION["inputs"], *ACTION["outputs"]]


def test_the_page_gives_inputs_that_exist() -> None:
    used = [step for one in snippets() for step in _steps(one) if uses_the_action(step)]

    assert len(used) == 2
    assert {name for step in used for name in step["with"]} - set(ACTION["inputs"]) == set()
    assert all("TOKEN" not in name for step in used for name in step["with"])


def _steps(snippet: Any) -> list[dict[str, Any]]:
    if isinstance(snippet, list):
        return snippet
    return [step for job in snippet.get("jobs", {}).values() for step in job["steps"]]
