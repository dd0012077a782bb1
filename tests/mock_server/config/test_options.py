from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from user_webhook_api.extras import MissingPackageError, needing
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.config.options import OPTIONS, Option
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.faults.plan import FaultPlan
from user_webhook_mock.server.certificate import tls_certificate
from user_webhook_mock.store.location import read_store

BY_FLAG = {option.flag: option for option in OPTIONS}
READ_FIRST = {"choice", "choices", "seed_file", "watch"}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.flag)
def test_an_option_sets_something(option: Option) -> None:
    fields = {field.name for kind in (Settings, FaultPlan) for field in dataclasses.fields(kind)}

    assert option.setting in fields | READ_FIRST


def test_each_setting_has_an_option() -> None:
    fields = {field.name for kind in (Settings, FaultPlan) for field in dataclasses.fields(kind)}

    assert fields - {option.setting for option in OPTIONS} == {"seeds", "faults"}


def test_flags_and_variables_are_unique() -> None:
    variables = [option.variable for option in OPTIONS if option.variable]

    assert (len(BY_FLAG), len(set(variables))) == (len(OPTIONS), len(variables))


@pytest.mark.parametrize(
    ("flag", "description"),
    [
        ("--port", "port to listen on, 0 for any free one (environment: PORT; default: 8000)"),
        ("--journal", "keep the latest NUMBER requests, 0 for none (default: 1000)"),
        ("--state", "the same as --store sqlite:FILE (environment: STATE)"),
        ("--tls-cert", "serve HTTPS with this certificate, in PEM"),
        ("--quiet", "print no banner and no line for each request"),
    ],
)
def test_a_description_names_variable_and_default(flag: str, description: str) -> None:
    assert BY_FLAG[flag].description == description


def test_the_command_line_wins_over_a_variable() -> None:
    settings = read_arguments(["--port", "1", "--no-control"], {"PORT": "2", "HOST": "::1", "TOKEN": ""}).settings

    assert (settings.port, settings.host, settings.token, settings.has_control) == (1, "::1", "valid-token", False)


@pytest.mark.parametrize(
    ("module", "what", "extra"),
    [("trustme", "--tls without --tls-cert", "tls"), ("redis", "--store redis:", "redis")],
)
def test_a_package_that_is_not_installed_is_one_line(
    monkeypatch: pytest.MonkeyPatch, module: str, what: str, extra: str
) -> None:
    monkeypatch.setattr("user_webhook_api.extras.MAKEFILE", Path("/no/Makefile"))
    for name in [name for name in sys.modules if name.split(".")[0] == module or name.endswith(f".store.{module}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingPackageError) as caught, tls_certificate(Settings(has_tls=module == "trustme")):
        read_store("redis://127.0.0.1:1/0").open([])

    assert str(caught.value) == (
        f"{what} needs the package {module}, which is not installed: pip install 'user-webhook-mock[{extra}]'."
    )


def test_a_package_that_a_clone_lacks_is_installed_by_make() -> None:
    complaint = r"^--tls needs the package no-such-package.*: make setup\.$"

    with (
        pytest.raises(MissingPackageError, match=complaint),
        needing("--tls", "user-webhook-mock[tls]", "no_such_package"),
    ):
        pass
