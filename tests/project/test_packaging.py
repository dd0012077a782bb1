from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from typing import TYPE_CHECKING

import pytest

from scripts.runtime_packages import API, KIT, MOCK, SUITE
from support.installations import DEADLINE, FOLDERS, build
from support.mock_process import running
from support.paths import ROOT

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

    from support.installations import Installation

pytestmark = pytest.mark.slow

PACKAGES = {API: "user_webhook_api", MOCK: "user_webhook_mock", SUITE: "user_webhook_contract"}
SAVE = """
from http.client import HTTPConnection

def save_settings(url, token):
    connection = HTTPConnection(url.removeprefix("http://"))
    path = "/api/v2/public/webhooks/user/cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    connection.request("PATCH", path, '{"events": ["all"]}', headers)
    connection.getresponse().read()
    connection.close()

"""
NOT_PYTHON = {".yaml", ".html", ".js", ".css", ".svg", ".json", ".typed"}


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def contents(wheel: Path) -> dict[str, bytes]:
    archive = zipfile.ZipFile(wheel)
    return {name: archive.read(name) for name in archive.namelist()}


def described(wheel: Path) -> Message:
    archive = zipfile.ZipFile(wheel)
    [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_string(archive.read(name).decode())


@pytest.mark.parametrize("name", KIT)
def test_a_wheel_installs_one_package_of_its_own_name(name: str, wheels: dict[str, Path]) -> None:
    packages = {entry.partition("/")[0] for entry in names(wheels[name]) if ".dist-info/" not in entry}

    assert packages == {PACKAGES[name]}


@pytest.mark.parametrize("name", KIT)
def test_a_wheel_has_every_file_of_its_package(name: str, wheels: dict[str, Path]) -> None:
    folder = ROOT / FOLDERS[name]
    files = [file for file in (folder / PACKAGES[name]).rglob("*") if file.suffix in {*NOT_PYTHON, ".py"}]

    assert {file.relative_to(folder).as_posix() for file in files} - names(wheels[name]) == set()
    assert f"{PACKAGES[name]}/py.typed" in names(wheels[name])


def test_the_document_lies_in_the_package(wheels: dict[str, Path]) -> None:
    document = {file.relative_to(ROOT / "openapi").as_posix() for file in (ROOT / "openapi").rglob("*.yaml")}
    inside = "user_webhook_api/document/"

    assert len(document) > 20
    assert {name.removeprefix(inside) for name in names(wheels[API]) if name.startswith(inside)} == document


@pytest.mark.parametrize("name", KIT)
def test_a_wheel_out_of_the_sdist_is_the_same(name: str, distributions: dict[str, list[Path]], tmp_path: Path) -> None:
    wheel, sdist = distributions[name]
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")

    [source] = (tmp_path / "source").iterdir()
    build(source, tmp_path / "again", "--wheel")

    [again] = (tmp_path / "again").iterdir()
    assert contents(again) == contents(wheel)


def test_an_index_takes_what_is_built(distributions: dict[str, list[Path]]) -> None:
    files = [str(file) for both in distributions.values() for file in both]

    check = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )

    assert (check.returncode, check.stdout.count("PASSED")) == (0, 6), check.stdout


@pytest.mark.parametrize("name", KIT)
def test_an_index_can_tell_what_a_distribution_is(name: str, wheels: dict[str, Path]) -> None:
    told = described(wheels[name])
    page = told.get_payload()

    assert (told["Name"], told["License-Expression"], told["Requires-Python"]) == (name, "Apache-2.0", ">=3.11")
    assert told["Description-Content-Type"] == "text/markdown"
    assert 40 < len(told["Summary"]) < 150
    assert "Typing :: Typed" in told.get_all("Classifier", [])
    assert len(told["Keywords"].split(",")) >= 5
    assert isinstance(page, str)
    assert page.startswith(f"# {name}\n")
    assert any(entry.endswith("/licenses/LICENSE") for entry in names(wheels[name]))


def test_the_distributions_are_of_one_version_and_ask_for_it(wheels: dict[str, Path]) -> None:
    told = {name: described(wheel) for name, wheel in wheels.items()}
    [version] = {one["Version"] for one in told.values()}
    asked = [need for name in (MOCK, SUITE) for need in told[name].get_all("Requires-Dist", []) if need.startswith(API)]

    assert len(asked) >= 2
    assert [need for need in asked if f"=={version}" not in need] == []


def test_the_code_comes_from_the_wheels(whole: Installation) -> None:
    code = f"import {', '.join(PACKAGES.values())} as last; print(*({', '.join([*PACKAGES.values()][:-1])}, last))"

    run = whole.run("python", "-c", code)

    assert run.stdout.count(str(whole.environment)) == 3, run.stderr


@pytest.mark.parametrize(("program", "alone"), [(MOCK, "mock_alone"), (SUITE, "suite_alone")])
def test_a_command_shows_help_and_version_anywhere(program: str, alone: str, request: pytest.FixtureRequest) -> None:
    installation: Installation = request.getfixturevalue(alone)

    shown, version = installation.run(program, "--help"), installation.run(program, "--version")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "exit status: 0" in shown.stdout
    assert (version.returncode, version.stdout, version.stderr) == (0, f"{program} 0.1.0\n", "")


def test_the_suite_judges_the_mock_anywhere(whole: Installation) -> None:
    run = whole.run(MOCK, "--port", "0", "--quiet", "--run", SUITE, "--report-dir", "report")

    assert (run.returncode, run.stderr) == (0, "")
    report = json.loads((whole.home / "report" / "conformance.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["requests_sent"]) == ("conformant", 1500)
    assert (whole.home / "report" / "junit.xml").exists()
    assert "<h1" in (whole.home / "report" / "report.html").read_text(encoding="utf-8")


def test_the_document_is_bundled_anywhere(whole: Installation) -> None:
    run = whole.run("python", "-m", "user_webhook_api", "document.json")

    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads((whole.home / "document.json").read_text(encoding="utf-8"))["openapi"] == "3.0.4"


def test_the_mock_serves_with_nothing_but_its_own_packages(mock_alone: Installation) -> None:
    code = (
        "import json, os, urllib.request as u; r = u.Request(os.environ['TARGET'] + "
        "'/api/v2/public/webhooks/user/' + os.environ['WEBHOOK_ID'], b'{\"events\": [\"all\"]}', method='PATCH', "
        "headers={'Authorization': 'Bearer ' + os.environ['TOKEN'], 'Content-Type': 'application/json'}); "
        "print(u.urlopen(r).status)"
    )

    run = mock_alone.run(MOCK, "--port", "0", "--quiet", "--run", "python", "-c", code)

    assert (run.returncode, run.stdout) == (0, "201\n"), run.stderr


@pytest.mark.parametrize("options", [(), ("--deep", "--budget", "150", "--rate", "0")], ids=["usual", "deep"])
def test_the_suite_judges_with_nothing_but_its_own_packages(
    options: tuple[str, ...], suite_alone: Installation, tmp_path: Path
) -> None:
    with running() as mock:
        run = suite_alone.run(
            SUITE, "--target", f"http://{mock.host}:{mock.port}", "--report-dir", tmp_path / "report", *options
        )

    assert (run.returncode, run.stderr) == (0, ""), run.stdout


def test_the_suite_says_what_to_install_where_there_is_no_target(suite_alone: Installation) -> None:
    run = suite_alone.run(SUITE)

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "user-webhook-contract: --target is missing: give the address of the API, such as http://localhost:8000. "
        "To judge the mock, install it first: pip install user-webhook-mock\n"
    )


def test_the_suite_says_how_to_judge_the_mock_that_is_installed(whole: Installation) -> None:
    run = whole.run(SUITE)

    assert run.returncode == 2
    assert run.stderr.endswith(" To judge the mock: user-webhook-mock --port 0 --quiet --run user-webhook-contract\n")


def test_a_receiver_verifies_without_any_package(contract_alone: Installation) -> None:
    code = (
        "import sys, user_webhook_api.signature as s; s.verify_signature(s.sign(b'{}', ['a'], 5), b'{}', ['a'], now=5); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)))"
    )

    run = contract_alone.run("python", "-I", "-c", code)

    assert {entry.name.partition("-")[0] for entry in contract_alone.packages.iterdir()} == {"user_webhook_api"}
    assert (run.stdout, run.stderr) == ("['__main__', 'user_webhook_api']\n", "")


@pytest.mark.parametrize(
    ("options", "package", "extra"),
    [
        (("--store", "redis://127.0.0.1:9/0"), "redis", "redis"),
        (("--workers", "2", "--store", "redis://127.0.0.1:9/0"), "redis", "redis"),
        (("--tls",), "trustme", "tls"),
        (("--watch",), "watchfiles", "watch"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_package_that_few_need_is_named_where_it_is_missing(
    options: tuple[str, ...], package: str, extra: str, mock_alone: Installation
) -> None:
    run = mock_alone.run(MOCK, "--port", "0", *options)

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.endswith(
        f" needs the package {package}, which is not installed: pip install 'user-webhook-mock[{extra}]'.\n"
    )


def test_a_watching_mock_needs_the_validator_at_its_start(whole: Installation) -> None:
    code = "import sys; sys.modules['openapi_spec_validator'] = None; import user_webhook_mock.__main__ as m; sys.exit(m.main())"

    run = whole.run("python", "-c", code, "--port", "0", "--watch")

    assert run.returncode == 2
    assert run.stderr == (
        "user-webhook-mock: --watch needs the package openapi-spec-validator, which is not installed: "
        "pip install 'user-webhook-mock[watch]'.\n"
    )


def test_the_bundler_names_the_package_that_it_lacks(contract_alone: Installation) -> None:
    run = contract_alone.run("python", "-m", "user_webhook_api")

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "python -m user_webhook_api needs the package yaml, which is not installed: "
        "pip install 'user-webhook-api[validate]'.\n"
    )


def blocks(name: str) -> list[str]:
    """Return the Python of the page that an index shows of a distribution."""
    page = (ROOT / FOLDERS[name] / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


def test_the_page_of_the_contract_does_as_it_says(whole: Installation) -> None:
    signature, document = blocks(API)

    signed = whole.run("python", "-c", signature)
    read = whole.run("python", "-c", document)

    assert (signed.stdout, signed.stderr) == ("missing\nFalse\n", "")
    assert (read.stdout, read.stderr) == ("3.0.4\nA valid update is answered with 201\n", "")


def test_the_page_of_the_mock_does_as_it_says(whole: Installation, tmp_path: Path) -> None:
    [example] = blocks(MOCK)
    (tmp_path / "test_client.py").write_text(SAVE + example, encoding="utf-8")

    run = whole.run("pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path)

    assert (run.returncode, run.stderr) == (0, ""), run.stdout
