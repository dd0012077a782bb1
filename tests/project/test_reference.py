from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from scripts.control_page import control_page
from scripts.help_text import COMMANDS, Option, help_text, options, statuses
from scripts.markdown import anchor, table
from scripts.reference import FOLDER, README, pages, with_sections, write
from support.paths import ROOT
from user_webhook_api.requirements import Requirement, page_of, requirements

if TYPE_CHECKING:
    from pathlib import Path

PAGES = pages()
HELP = """\
usage: x [-h] [--port PORT] [--quiet] FILE

positional arguments:
  FILE        what to read

options:
  -h, --help  show this help message and exit
  --port PORT  port to listen on, 0 for any (environment: PORT; default: 8000)
  --a-very-long-option WORD
              one word (environment: WORD)

more:
  --quiet     say nothing (default: never)

exit status: 0 read, or not; 1 not
read at all, 2 wrong use

examples:
  x --port 1
"""


@pytest.mark.parametrize("page", PAGES, ids=[page.as_posix() for page in PAGES])
def test_a_page_of_the_reference_is_that_of_today(page: Path) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == PAGES[page], "make reference writes it"


def test_the_reference_has_no_other_page() -> None:
    written = {file.relative_to(ROOT) for file in (ROOT / FOLDER).rglob("*.md")}

    assert written == set(PAGES) - {README}


def test_only_a_page_that_differs_is_written(tmp_path: Path) -> None:
    contents = {FOLDER / name: "a" for name in ("new.md", "same.md", "other.md")}
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "same.md").write_text("a", encoding="utf-8")
    (tmp_path / FOLDER / "other.md").write_text("b", encoding="utf-8")

    written = write(contents, tmp_path)

    assert [path.name for path in written] == ["new.md", "other.md"]
    assert {(tmp_path / path).read_text(encoding="utf-8") for path in contents} == {"a"}
    assert write(contents, tmp_path) == []


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.id)
def test_the_address_of_a_requirement_leads_to_its_page(row: Requirement) -> None:
    page = (ROOT / page_of(row.id)).read_text(encoding="utf-8")

    assert page.startswith(f"# {row.id} {row.title}\n")
    assert row.statement in page
    assert (row.remedy or row.not_tested) in page


@pytest.mark.parametrize("site", ["https://pages.example/kit", "https://pages.example/kit/"])
def test_the_address_of_a_requirement_is_on_the_site_where_there_is_one(site: str) -> None:
    assert page_of("R-304", site) == "https://pages.example/kit/reference/requirements/R-304.html"


def test_options_are_read_from_a_help() -> None:
    assert options(HELP) == [
        Option("positional arguments", "FILE", "", "what to read", "", ""),
        Option("options", "-h, --help", "", "show this help message and exit", "", ""),
        Option("options", "--port", "PORT", "port to listen on, 0 for any", "PORT", "8000"),
        Option("options", "--a-very-long-option", "WORD", "one word", "WORD", ""),
        Option("more", "--quiet", "", "say nothing", "", "never"),
    ]


def test_statuses_are_read_from_a_help() -> None:
    assert statuses(HELP) == {0: "read, or not", 1: "not read at all", 2: "wrong use"}
    assert statuses("usage: x\n") == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_found(command: str) -> None:
    text = help_text(command)
    usage = text.partition("\n\n")[0]
    found = options(text)

    assert {flag for option in found for flag in re.findall(r"--[a-z-]+", option.flags)} == {
        *re.findall(r"--[a-z][a-z-]+", usage),
        "--help",
    }
    assert all(option.text for option in found)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_its_statuses_mean(command: str) -> None:
    meanings = statuses(help_text(command))

    assert set(meanings) >= {0, 2}
    assert all(meanings.values())


def test_every_command_of_the_suite_has_its_options() -> None:
    listed = re.findall(r"^  ([a-z][a-z-]+) (?:[A-Z]\S*)", help_text("user-webhook-contract"), re.MULTILINE)

    assert listed
    assert {f"user-webhook-contract {name}" for name in listed} <= set(COMMANDS)


def test_the_help_shows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "a-token-of-mine")

    assert "a-token-of-mine" not in help_text("user-webhook-contract")


def test_every_variable_that_make_passes_on_is_one_of_a_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    passed = {name for line in re.findall(r"^export (.*)$", makefile, re.MULTILINE) for name in line.split()}
    known = {option.variable for command in COMMANDS for option in options(help_text(command))}

    assert len(passed) > 10
    assert passed - known == set()


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"README\.md needs <!-- requirements -->"):
        with_sections("# Kit\n")


def test_a_bar_in_a_cell_is_escaped() -> None:
    assert table(["a"], [["x|y"]]).splitlines()[-1] == "| x\\|y |"


def test_a_heading_has_the_fragment_of_github() -> None:
    assert anchor("PUT /__mock__/webhooks/{id}") == "put-__mock__webhooksid"
    assert anchor("Request: what is refused") == "request-what-is-refused"


def test_a_body_that_lists_no_members_is_described() -> None:
    described = {"type": "object", "description": "Names and values."}
    document = {
        "info": {"description": "It."},
        "servers": [{"url": "/c"}],
        "tags": [{"name": "t"}],
        "paths": {
            "/x": {
                "put": {
                    "tags": ["t"],
                    "summary": "Put it",
                    "requestBody": {"content": {"application/json": {"schema": described, "example": {"a": 1}}}},
                    "responses": {"200": {"description": "Done."}},
                }
            }
        },
    }

    page = control_page(document)

    assert "The body is an object. Names and values." in page
    assert "curl -s -X PUT http://127.0.0.1:8000/c/x -d '{\"a\": 1}'" in page
