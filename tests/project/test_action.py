from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scripts.action_setup import COMPLETE, SOURCES, key
from servers.faulty import FaultyServers
from support.ci_schemas import schema
from support.mock_process import running
from support.paths import ROOT
from support.relay import Relay, Reply
from support.suite_runs import environment
from user_webhook_contract.forms.writer import NAMES
from user_webhook_contract.settings import DEFAULT_BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

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
    number: int = 1
    of: int = 1
    has_cache: bool = True
    system_path: list[str] = field(default_factory=lambda: ["/usr/local/bin", "/usr/bin", "/bin"])
    variables: dict[str, str] = field(default_factory=dict)
    status: int = 0
    output: str = ""
    steps: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work = self.folder / "work"
        self.path = self.folder / "action"
        self.temp = self.folder / "temp"
        for folder in (self.work, self.path, self.temp):
            folder.mkdir(parents=True)
        for name in ("scripts", "openapi", "contract_tests", "requirements.lock"):
            (self.path / name).symlink_to(ROOT / name)
        self.files = {
            name: self.folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")
        }
        for file in self.files.values():
            file.touch()

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the action."""
        found = {}
        for name, row in ACTION["outputs"].items():
            step, output = re.findall(r"steps\.(\S+)\.outputs\.(\S+)", row["value"])[0]
            if output in self.steps.get(step, {}):
                found[name] = self.steps[step][output]
        return found

    @property
    def report(self) -> Path:
        return Path(self.outputs["report-dir"])

    def run(self, **inputs: str) -> Job:
        """Run the steps that are scripts, in their order, up to the first that fails; a run has the budget for other hosts."""
        self.status, self.steps = 0, {}
        given = {name: str(row.get("default", "")) for name, row in ACTION["inputs"].items()}
        given |= {"budget": str(DEFAULT_BUDGET)}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        for step in ACTION["runs"]["steps"]:
            if "run" in step:
                self._run(step, given)
            elif step["uses"].startswith("actions/cache@") and self.has_cache:
                self._restore(Path(self.steps["setup"]["environment"]))
            if self.status:
                break
        return self

    def _restore(self, folder: Path) -> None:
        """Put the environment of these tests where the cache would put the suite's."""
        if not folder.exists():
            folder.mkdir()
            for name in ("bin", "lib", "pyvenv.cfg"):
                (folder / name).symlink_to(Path(sys.prefix) / name)
            (folder / COMPLETE).touch()

    def _run(self, step: dict[str, Any], given: dict[str, str]) -> None:
        contexts = {f"inputs.{name}": value for name, value in given.items()}
        contexts |= {"strategy.job-index": str(self.number - 1), "strategy.job-total": str(self.of)}
        for name, outputs in self.steps.items():
            contexts |= {f"steps.{name}.outputs.{output}": value for output, value in outputs.items()}
        told = {name: contexts.get(expression(value), "") for name, value in step.get("env", {}).items()}
        script = self.folder / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        runner = {"GITHUB_ACTION_PATH": self.path, "RUNNER_TEMP": self.temp, "GITHUB_JOB": "contract", **self.files}
        path = [*reversed(self.files["GITHUB_PATH"].read_text(encoding="utf-8").split()), *self.system_path]
        self.files["GITHUB_OUTPUT"].write_text("")
        done = subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.work,
            env=environment(
                **{name: str(value) for name, value in runner.items()}, **told, **self.variables, PATH=":".join(path)
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        self.status, self.output = done.returncode, self.output + done.stdout
        if "id" in step:
            lines = self.files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
            self.steps[step["id"]] = dict(line.split("=", 1) for line in lines)


def expression(value: str) -> str:
    """Return what an expression of GitHub names."""
    [found] = re.findall(r"\{\{ (\S+) \}\}", value)
    return str(found)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def snippets() -> list[Any]:
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def uses_the_action(step: dict[str, Any]) -> bool:
    return str(step.get("uses", "")).startswith("./user-webhook-contract")


def test_a_conformant_target_passes(job: Job) -> None:
    with running() as mock:
        job.run(target=f"http://{mock.host}:{mock.port}", budget="")

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
    assert job.output.splitlines()[-2].startswith("::error title=R-604 A 401 has the documented body::Seen in ")
    assert job.output.splitlines()[-1] == (
        "::error title=User webhook contract::The target is non-conformant: a must is broken."
    )


def test_a_target_that_is_down_fails_with_2_and_its_reason(job: Job) -> None:
    job.run(target=NOBODY)

    assert (job.status, job.outputs["exit-status"], job.outputs["verdict"]) == (2, "2", "inconclusive")
    assert job.output.splitlines()[-1] == (
        "::error title=User webhook contract::Inconclusive or misused: the target could not be judged. "
        "--target='http://127.0.0.1:9' cannot be reached: the connection is refused. "
        "Start the target, or check host and port."
    )
    assert job.files["GITHUB_STEP_SUMMARY"].read_text().count("\n") == 1


def test_a_token_that_is_refused_fails_with_2_and_its_reason(job: Job) -> None:
    job.variables["TOKEN"] = "not-a-token-of-this-mock"
    with running() as mock:
        job.run(target=f"http://{mock.host}:{mock.port}")

    assert (job.status, job.outputs["verdict"]) == (2, "inconclusive"), job.output
    assert "the target answers 401 to --token: give a token" in job.output.splitlines()[-1]
    assert "not-a-token-of-this-mock" not in job.output


def test_a_budget_that_is_too_small_fails_with_2_and_its_reason(job: Job) -> None:
    with running() as mock:
        job.run(target=f"http://{mock.host}:{mock.port}", budget="10")

    assert (job.status, job.outputs["verdict"]) == (2, "inconclusive"), job.output
    assert re.match(r"::error title=Inconclusive::.* requirements were not tested\. R-", job.output.splitlines()[-1])


def test_a_misused_step_leaves_no_report_of_the_step_before(job: Job) -> None:
    with running() as mock:
        target = f"http://{mock.host}:{mock.port}"
        report = job.run(target=target).report
        assert (report / "conformance.json").exists()
        job.run(target=target, waivers="nofile.yaml")

    assert (job.status, job.outputs["verdict"]) == (2, "inconclusive")
    assert list(report.iterdir()) == []
    assert "nofile.yaml" in job.output.splitlines()[-1]


def test_a_misused_step_removes_every_file_of_a_report(job: Job) -> None:
    for name in NAMES:
        (job.work / name).write_text("of the step before")
    job.run(target=NOBODY, seed="x", report_dir=".")

    assert job.status == 2
    assert list(job.work.iterdir()) == []
    assert "SEED='x' must be a whole number" in job.output.splitlines()[-1]


def test_a_baseline_lets_pass_what_failed_before(job: Job, servers: FaultyServers) -> None:
    job.run(target=servers.url("answers-401-with-error"))
    baseline = job.work / "baseline.json"
    shutil.copy(job.report / "conformance.json", baseline)

    same = job.run(target=servers.url("answers-401-with-error"), baseline="baseline.json")
    found = (same.status, same.outputs["exit-status"], same.outputs["verdict"])
    assert found == (0, "0", "non-conformant"), job.output
    assert same.output.splitlines()[-1].startswith("::warning title=User webhook contract::The target is non-conf")

    worse = job.run(target=servers.url("trusts-any-token"), baseline="baseline.json")
    assert (worse.status, worse.outputs["exit-status"]) == (1, "1")
    assert "Newly failing: R-402 (must)" in worse.output


@pytest.mark.parametrize("baseline", ["missing.json", "work"], ids=["missing", "folder"])
def test_a_baseline_that_cannot_be_read_fails_with_2(baseline: str, job: Job) -> None:
    (job.work / "work").mkdir()
    with running() as mock:
        job.run(target=f"http://{mock.host}:{mock.port}", baseline=baseline)

    assert (job.status, job.outputs["exit-status"], job.outputs["verdict"]) == (2, "2", "conformant")
    assert f"{baseline} " in job.output.splitlines()[-1]


def test_a_target_that_is_down_is_not_saved_by_a_baseline(job: Job) -> None:
    job.run(target=NOBODY, baseline="missing.json")

    assert (job.status, job.outputs["verdict"]) == (2, "inconclusive")
    assert "cannot be reached" in job.output.splitlines()[-1]


def test_each_job_of_a_matrix_has_an_artifact_of_its_own(tmp_path: Path) -> None:
    jobs = [Job(tmp_path / str(number), number, of=2).run(target=NOBODY) for number in (1, 2)]
    names = [job.outputs["artifact"] for job in jobs]
    again = jobs[1].run(target=NOBODY).outputs["artifact"]

    assert [*names, again] == [
        "user-webhook-contract-contract-1",
        "user-webhook-contract-contract-2",
        "user-webhook-contract-contract-2-again-1",
    ]


@pytest.mark.parametrize(("given", "name"), [("mine", "mine"), ("", "")])
def test_an_artifact_of_ones_own_keeps_its_name(given: str, name: str, job: Job) -> None:
    assert job.run(target=NOBODY, artifact=given).outputs["artifact"] == name


def test_later_steps_find_the_command(job: Job) -> None:
    job.run(target=NOBODY)
    [folder] = job.files["GITHUB_PATH"].read_text().split()

    assert (Path(folder) / "user-webhook-contract").exists()


def test_the_profile_says_what_counts(tmp_path: Path) -> None:
    found = [
        Job(tmp_path / strict).run(target=NOBODY, strict=strict).outputs["profile"] for strict in ("false", "true")
    ]

    assert found == ["core", "strict"]


def test_another_source_has_a_cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in SOURCES:
        (tmp_path / source).mkdir()
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    monkeypatch.setattr("scripts.action_setup.ROOT", tmp_path)
    (tmp_path / "openapi" / "requirements.yaml").write_text("- id: R-1")
    before = key()
    (tmp_path / "openapi" / "requirements.yaml").write_text("- id: R-2")

    assert key() != before
    assert re.fullmatch(r"user-webhook-contract-\w+-\w+-[0-9a-f]{20}", before)


@pytest.mark.parametrize(
    ("path", "status", "line"),
    [("old", 2, "Python 3.9.1 is too old: the suite needs 3.11 or newer."), ("none", 2, "Python is not on the PATH.")],
)
def test_a_runner_without_the_right_python_is_told_what_to_do(path: str, status: int, line: str, job: Job) -> None:
    programs = job.folder / "programs"
    programs.mkdir()
    for name in ("cat", "rm"):
        (programs / name).symlink_to(f"/bin/{name}")
    if path == "old":
        body = "import runpy, sys; sys.version_info = (3, 9, 1); import platform; platform.python_version = lambda: '3.9.1'"
        script = f'#!/bin/sh\nexec "{sys.executable}" -c "{body}; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name=\'__main__\')" "$@"\n'
        (programs / "python3").write_text(script)
        (programs / "python3").chmod(0o755)
    job.system_path = [str(programs)]
    job.run(target=NOBODY)

    assert job.status == status
    assert f"::error title=User webhook contract::{line} Let actions/setup-python come before" in job.output


def test_the_suite_is_installed_without_a_cache_and_without_the_mock(tmp_path: Path) -> None:
    job = Job(tmp_path, has_cache=False)
    with running() as mock:
        job.run(target=f"http://{mock.host}:{mock.port}")
    python = Path(job.steps["setup"]["programs"]) / "python"
    absent = (
        "import importlib.util as u, sys; sys.exit(any(map(u.find_spec, ['connexion', 'mypy', 'user_webhook_mock'])))"
    )

    assert (job.status, job.outputs["verdict"]) == (0, "conformant"), job.output
    assert subprocess.run([python, "-c", absent], check=False).returncode == 0


def test_a_broken_warning_fails_a_strict_run_only(tmp_path: Path, servers: FaultyServers) -> None:
    target = servers.url("refuses-a-charset")
    lenient = Job(tmp_path / "lenient").run(target=target)
    strict = Job(tmp_path / "strict").run(target=target, strict="true")

    assert (lenient.status, strict.status) == (0, 1), lenient.output + strict.output


@pytest.mark.parametrize(
    "name", ["target", "webhook_id", "budget", "strict", "report_dir", "waivers", "seed", "baseline", "artifact"]
)
def test_an_input_is_never_carried_out(name: str, job: Job) -> None:
    hostile = 'x $(touch "$RUNNER_TEMP/hit") ; touch "$RUNNER_TEMP/hit" #'
    job.run(**{"target": NOBODY, "report_dir": "reports", name: hostile})

    assert job.status == 2
    assert not (job.folder / "temp" / "hit").exists()
    assert set(job.outputs) == set(ACTION["outputs"])
    assert set(job.steps["judge"]) == {*ACTION["outputs"], "reason"}


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


def test_the_workflows_of_the_page_keep_the_schema_of_workflows() -> None:
    workflow, matrix = [one for one in snippets() if isinstance(one, dict) and "jobs" in one]
    for one in (workflow, matrix):
        # YAML 1.1 reads `on` as true.
        one["on"] = one.pop(True)
    steps = [step for one in snippets() if isinstance(one, list) for step in one]
    workflow["jobs"]["more"] = {"runs-on": "ubuntu-24.04", "steps": steps}

    assert len(steps) == 5
    for one in (workflow, matrix):
        assert [error.message for error in schema("github-workflows").iter_errors(one)] == []


def test_the_gitlab_job_of_the_page_keeps_the_schema_of_gitlab() -> None:
    [job] = [one for one in snippets() if isinstance(one, dict) and "contract" in one]

    assert [error.message for error in schema("gitlab-ci").iter_errors(job)] == []


def test_the_jenkinsfile_of_the_page_runs_what_the_page_runs_elsewhere() -> None:
    [pipeline] = re.findall(r"```groovy\n(.*?)```", PAGE, re.DOTALL)
    [gitlab] = [one["contract"] for one in snippets() if isinstance(one, dict) and "contract" in one]
    commands = re.findall(r"^ *sh '(.*)'$", pipeline, re.MULTILINE)

    assert [pipeline.count(mark) for mark in "{'"] == [pipeline.count("}"), 2 * len(re.findall(r"'[^'\n]*'", pipeline))]
    assert [one.partition(" ./")[2] for one in (commands[0], gitlab["script"][0])] == ["openapi ./contract_tests"] * 2
    assert commands[1].endswith("user-webhook-contract --report-dir reports/ci")
    assert f"junit '{gitlab['artifacts']['reports']['junit']}'" in pipeline


def test_the_commands_of_gitlab_and_jenkins_judge_from_nothing(tmp_path: Path) -> None:
    """Run the Jenkinsfile's commands, which are those of GitLab in an environment of their own."""
    clone = tmp_path / "clone"
    for name in ("openapi", "contract_tests"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    commands = re.findall(r"^ *sh '(.*)'$", PAGE, re.MULTILINE)
    with running() as mock:
        target = f"http://{mock.host}:{mock.port}"
        python = str(Path(sys.executable).parent)
        for command in commands:
            given = environment(TARGET=target, PATH=f"{python}:/usr/bin:/bin")
            done = subprocess.run(["/bin/sh", "-ec", command], cwd=clone, env=given, check=False, timeout=DEADLINE)
            assert done.returncode == 0, command

    assert (clone / "reports" / "ci" / "junit.xml").exists()


def test_the_page_has_every_input_and_output() -> None:
    rows = [name for row in re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\S+)`", row)]

    assert rows == [*ACTION["inputs"], *ACTION["outputs"]]


def test_the_page_gives_inputs_that_exist() -> None:
    used = [step for one in snippets() for step in _steps(one) if uses_the_action(step)]

    assert len(used) == 4
    assert {name for step in used for name in step["with"]} - set(ACTION["inputs"]) == set()
    assert all("TOKEN" not in name for step in used for name in step["with"])


def _steps(snippet: Any) -> list[dict[str, Any]]:
    if isinstance(snippet, list):
        return snippet
    return [step for job in snippet.get("jobs", {}).values() for step in job["steps"]]
