from __future__ import annotations

import json
import re
import sys
import tomllib
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts.audit import audit, conclude
from scripts.licences import ALLOWED, PAGE, is_allowed, page
from scripts.runtime_packages import API, KIT, MOCK, ROOT, SUITE, needed, pinned, runtime
from scripts.sbom import sbom

INSTALLED_WITH = ("editables", "hatchling")
LOCKS = {
    "mock_server/requirements.lock": (MOCK, *INSTALLED_WITH),
    "mock_server/image.lock": (f"{MOCK}[all]",),
    "contract_tests/requirements.lock": (SUITE, *INSTALLED_WITH),
}
"""What each lock is made for."""

SETTINGS = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
SOURCES = [
    file
    for folder in ("openapi", "mock_server", "contract_tests", "scripts", "tests", "benchmarks")
    for file in (ROOT / folder).rglob("*.py")
    if "node_modules" not in file.parts
]
CLEAN = {"name": "clean", "version": "1", "vulns": []}
VULNERABLE = {
    "name": "broken",
    "version": "2",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
SKIPPED = {"name": "unknown", "skip_reason": "not found"}


@pytest.mark.parametrize("lock", ["requirements.lock", *LOCKS])
def test_every_package_of_a_lock_has_hashes_and_none_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = pinned(lock)
    statements = [line for line in text.splitlines() if re.match(r"[^ #]", line)]

    assert len(packages) == len(statements) > 30
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for package in packages for one in package.hashes)
    assert [package.name for package in packages if not package.hashes] == []
    assert [text.count(mark) for mark in ("://", " @ ", "--index-url")] == [0, 0, 0]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_it_is_made_for_and_nothing_else(lock: str) -> None:
    assert {one.name for one in pinned(lock)} == set(needed(LOCKS[lock])) - set(KIT)


@pytest.mark.parametrize("lock", LOCKS)
def test_all_locks_have_the_same_versions(lock: str) -> None:
    ours, all_of_them = (
        {(one.name, one.version, one.hashes) for one in pinned(name)} for name in (lock, "requirements.lock")
    )

    assert ours <= all_of_them


@pytest.mark.parametrize(
    ("installed", "is_not_needed"),
    [
        (MOCK, {"schemathesis", "hypothesis", "pytest", "rich", "redis", "trustme", "cryptography", "watchfiles"}),
        (SUITE, {"connexion", "starlette", "uvicorn", "swagger-ui-bundle", "orjson", "redis", "cryptography"}),
        (f"{MOCK}[all]", {"schemathesis", "hypothesis", "pytest", "rich"}),
    ],
)
def test_a_distribution_needs_nothing_of_the_other(installed: str, is_not_needed: set[str]) -> None:
    assert set(needed([installed])) & is_not_needed == set()


def test_the_signature_needs_no_package() -> None:
    assert needed([API]) == {API: set()}


def test_the_page_of_licences_is_that_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make licences writes it"


def test_every_package_has_a_licence_that_is_allowed() -> None:
    assert {one.name: one.licence for one in runtime() if not is_allowed(one.licence)} == {}


def test_every_licence_of_the_list_is_that_of_a_package() -> None:
    named = {word for one in runtime() for word in re.findall(r"[A-Za-z0-9.-]+", one.licence)}

    assert set(ALLOWED) - named == set()


@pytest.mark.parametrize(
    ("licence", "is_on_the_list"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only AND (Apache-2.0 OR MIT)", False),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_where_each_part_is(licence: str, is_on_the_list: bool) -> None:  # noqa: FBT001  a column
    assert is_allowed(licence) is is_on_the_list


def test_the_bill_of_materials_keeps_the_schema_of_cyclonedx() -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)

    assert validator.validate_str(json.dumps(sbom())) is None
    assert validator.validate_str(json.dumps(sbom() | {"components": [{"name": "x"}]})) is not None


def test_the_bill_of_materials_has_every_package_with_licence_and_hashes() -> None:
    bill = sbom()
    references = {one["bom-ref"] for one in bill["components"]}
    own, packages = bill["components"][: len(KIT)], bill["components"][len(KIT) :]
    arrows = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}

    assert [one["name"] for one in own] == list(KIT)
    assert [(one["name"], one["version"]) for one in packages] == [(one.name, one.version) for one in runtime()]
    assert all(one["licenses"] for one in bill["components"])
    assert all(one["hashes"] for one in packages)
    assert {one for needs in arrows.values() for one in needs} <= references
    assert [arrows[one["bom-ref"]] != [] for one in own] == [True, True, True]


@pytest.mark.parametrize(
    ("packages", "status", "lines"),
    [
        pytest.param([CLEAN], 0, ["No vulnerability is known in the 1 packages of requirements.lock."], id="clean"),
        pytest.param(
            [CLEAN, VULNERABLE],
            1,
            ["broken 2: PYSEC-1, mended in 3", "broken 2: PYSEC-2, mended in no version yet"],
            id="vulnerable",
        ),
        pytest.param(
            [CLEAN, SKIPPED],
            2,
            [
                "make audit: 1 of 2 packages could not be audited; the first: not found. Run it where the JSON API of PyPI is reached."
            ],
            id="not asked for",
        ),
    ],
)
def test_an_audit_ends_by_what_is_known(packages: list[dict[str, Any]], status: int, lines: list[str]) -> None:
    assert conclude({"dependencies": packages, "fixes": []}) == (status, lines)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        pytest.param([sys.executable, "-c", "raise SystemExit('first\\nno network.')"], "no network", id="no network"),
        pytest.param([sys.executable, "-c", ""], "no answer", id="no word"),
        pytest.param(["/no/such/uv"], "/no/such/uv: No such file or directory", id="no uv"),
    ],
)
def test_an_audit_without_a_network_is_one_line(command: list[str], reason: str) -> None:
    assert audit(command) == (
        2,
        [f"make audit: pip-audit==2.10.1 could not ask PyPI: {reason}. Run it where the network is reached."],
    )


def test_ruff_looks_for_insecure_code_and_each_exception_has_its_reason() -> None:
    rules = tomllib.loads(SETTINGS)["tool"]["ruff"]["lint"]
    excepted = [*rules["ignore"], *(code for codes in rules["per-file-ignores"].values() for code in codes)]
    explained = re.findall(r'^ +"([A-Z]+[0-9]*)", +# \w', SETTINGS, re.MULTILINE)
    inline = [
        (file.name, line)
        for file in SOURCES
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"# noqa: [A-Z0-9, ]*\bS\d{3}\b", line)
    ]

    assert rules["select"] == ["ALL"]
    assert explained == excepted
    assert len(inline) > 10
    assert [one for one in inline if not re.search(r"# noqa: [A-Z0-9]+(, [A-Z0-9]+)* +(- )?\w", one[1])] == []


def test_every_package_of_npm_is_pinned() -> None:
    files = [
        file
        for folder in ("tests", "benchmarks")
        for file in (ROOT / folder).rglob("package.json")
        if "node_modules" not in file.parts
    ]
    wanted = {
        name: version
        for file in files
        for rows in ("dependencies", "devDependencies")
        for name, version in json.loads(file.read_text(encoding="utf-8")).get(rows, {}).items()
    }

    assert len(wanted) > 2
    pinned = re.compile(r"(npm:[\w@/-]+@)?\d+\.\d+\.\d+")  # an alias names its package, too
    assert {name: version for name, version in wanted.items() if not pinned.fullmatch(version)} == {}
