from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scripts.image_check import ROOT, steps
from support.ci_schemas import schema
from support.ports import free_port
from support.relay import Relay, Reply
from support.suite_runs import environment
from support.tools import needed
from user_webhook_contract.commands.options import RUN_OPTIONS, TARGET_OPTIONS
from user_webhook_mock.cli.health import is_healthy
from user_webhook_mock.config.options import GROUPS

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 300


def pins(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_image_does_not_run_as_root_and_has_what_is_locked() -> None:
    assert [rest for name, rest in steps() if name == "USER"] == ["10001:10001"]
    assert len(pins("mock_server/image.lock")) > 20
    assert pins("mock_server/image.lock") <= pins("requirements.lock")


@pytest.mark.thorough
def test_the_steps_of_the_image_make_a_mock_that_is_healthy() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "scripts.image_check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )

    assert (run.returncode, run.stdout) == (
        0,
        "health check before the start 1, while it serves 0; at the end 0\n",
    ), run.stderr


@pytest.mark.parametrize("file", ["Containerfile", "contract_tests/Containerfile"])
def test_the_base_of_an_image_is_an_argument_without_an_invented_digest(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    assert re.findall(r"^(?:ARG|FROM) .*", text, re.MULTILINE) == [
        "ARG BASE=docker.io/library/python:3.13-slim",
        "FROM ${BASE}",
    ]
    assert "USER 10001:10001" in text
    assert "sha256:" not in text


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1"])  # noqa: S104  a mock in a container does
@pytest.mark.parametrize("options", [(), ("--tls",)], ids=["plain", "TLS"])
def test_a_mock_is_healthy_whatever_its_host_and_with_tls(host: str, options: tuple[str, ...]) -> None:
    variables = {"HOST": host, "PORT": str(free_port())}
    asks = [sys.executable, "-m", "user_webhook_mock.cli.health"]
    mock = [sys.executable, "-m", "user_webhook_mock", "--quiet", *options, "--run", *asks]

    assert subprocess.run(mock, env=environment(**variables), check=False, timeout=DEADLINE).returncode == 0
    assert not is_healthy(variables)


def test_a_port_of_something_else_is_not_healthy() -> None:
    with Relay("http://127.0.0.1:9", lambda _number, _sent: Reply(404, b"")) as relay:
        assert not is_healthy({"HOST": "", "PORT": relay.url.rpartition(":")[2]})


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_the_compose_file_keeps_its_schema(compose: dict[str, Any]) -> None:
    assert [error.message for error in schema("compose-spec").iter_errors(compose)] == []


def test_the_services_of_the_compose_file_are_those_of_its_profiles(compose: dict[str, Any]) -> None:
    services = compose["services"]
    profiles = {name: services[name]["profiles"] for name in services}

    assert profiles == {
        "mock": ["mock"],
        **{name: ["replicas"] for name in ("redis", "replica", "balancer")},
        "suite": ["suite"],
    }
    assert services["replica"]["deploy"]["replicas"] == 2
    assert services["suite"]["restart"] == "no"


def test_no_service_writes_to_its_root_or_may_more_than_it_needs(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_a_service_gets_variables_that_its_command_reads(compose: dict[str, Any]) -> None:
    mock = {one.variable for group in GROUPS.values() for one in group if one.env}
    suite = {one.variable for one in (*TARGET_OPTIONS, *RUN_OPTIONS)}

    for name, read in (("mock", mock), ("replica", mock), ("suite", suite)):
        assert set(compose["services"][name]["environment"]) - read == set(), name


def test_a_dockerfile_of_the_compose_file_exists(compose: dict[str, Any]) -> None:
    files = [one["build"]["dockerfile"] for one in compose["services"].values() if "build" in one]

    assert sorted(set(files)) == ["Containerfile", "contract_tests/Containerfile"]
    assert all((ROOT / file).exists() for file in files)


@pytest.mark.slow
def test_the_balancer_can_read_its_configuration(compose: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(compose["configs"]["balancer"]["content"])

    check = subprocess.run([needed("haproxy"), "-c", "-f", file], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
