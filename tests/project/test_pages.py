from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator

from scripts.help_text import COMMANDS, help_text
from support.pages import Block, Session, blocks, directives, elsewhere, is_same, pages, rewrite
from support.paths import ROOT
from user_webhook_contract.forms.writer import FORMS
from user_webhook_mock.faults.kinds import KINDS
from user_webhook_mock.store.location import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = pages()
BLOCKS = {page: blocks(page) for page in PAGES}
WITH_BLOCKS = [page for page in PAGES if BLOCKS[page] and not elsewhere(page)]
ELSEWHERE = [page for page in PAGES if elsewhere(page)]
WITH_SLOW_BLOCKS = [page for page in WITH_BLOCKS if any(block.is_slow for block in BLOCKS[page])]
WRITTEN = [page for page in PAGES if not {"decisions", "reference"} & set(page.parts) and page.name != "CHANGELOG.md"]
SNIPPETS = [block for page in PAGES for block in BLOCKS[page] if "schema" in block.directives]
FOREIGN = {
    *("--durations", "--showlocals", "--find-links", "--format", "--watch", "--https-port", "--enable-random-latency"),
    *("--interface", "--runs", "--seconds", "--peers", "--strict-markers", "--no-file-parallelism"),
}
"""Options that pages name and that belong to other programs."""


def names(found: list[Path]) -> list[str]:
    return [page.relative_to(ROOT).as_posix() for page in found]


def play(page: Path, *, slow: bool) -> Iterator[tuple[Block, str]]:
    """Run the blocks of *page*; yield those that show what was printed, and what was."""
    found = blocks(page)
    with Session(page) as session:
        for block in found:
            shown = session.run(block) if slow or not block.is_slow else None
            if shown is not None:
                yield block, shown
        session.run_tests(found)


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=names(WITH_BLOCKS))
def test_the_blocks_of_a_page_do_what_it_says(page: Path) -> None:
    wrong = [(block.place, shown) for block, shown in play(page, slow=False) if not is_same(block, shown)]

    assert wrong == [], "make outputs writes them"


def test_the_blocks_of_other_folders_are_run_by_the_tests_that_they_name() -> None:
    unread = [
        page for page in ELSEWHERE if page.parent.name not in (ROOT / elsewhere(page)).read_text(encoding="utf-8")
    ]

    assert unread == []


@pytest.mark.thorough
@pytest.mark.parametrize("page", WITH_SLOW_BLOCKS, ids=names(WITH_SLOW_BLOCKS))
def test_the_slow_blocks_of_a_page_do_what_it_says(page: Path) -> None:
    wrong = [(block.place, shown) for block, shown in play(page, slow=True) if not is_same(block, shown)]

    assert wrong == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```sh\nfalse\n```\n", "status 1"),
        ("<!-- run: status 2 -->\n```sh\nexit 3\n```\n", "status 3"),
        ("```sh\necho a\n```\n\n```text\nb\n```\n", None),
        ('```sh\necho \'{"a": [1, 2]}\'\n```\n\n```json\n{"a": [1]}\n```\n', None),
        ("```rust\nmain();\n```\n", "there is no way to run 'rust'"),
        ("<!-- page: mock -->\n```sh\ncurl -sX PUT http://127.0.0.1:8000/__mock__/clock -d '{}'\n```\n", "remedy"),
        ("```python\n# test_x.py\ndef test_x():\n    assert False\n```\n", "status 1"),
        ("```sh\necho a\n```\n\n<!-- output: b -->\n```text\nb\n```\n", "no line of the output begins with 'b'"),
    ],
    ids=["status", "other status", "text", "JSON", "language", "error", "test", "lines"],
)
def test_a_page_that_says_what_is_not_so_is_found(text: str, complaint: str | None, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")

    if complaint is None:
        assert [is_same(block, shown) for block, shown in play(page, slow=False)] == [False]
    else:
        with pytest.raises(AssertionError, match=re.escape(complaint)):
            list(play(page, slow=False))


def test_outputs_are_written_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    before = "```sh\nprintf 'A\\nB 3 s\\nC\\n'\n```\n\n- <!-- output: A, C -->\n  ```text\n  old\n  ```\n"
    page.write_text(before, encoding="utf-8")

    rewrite(page)

    assert page.read_text(encoding="utf-8") == before.replace("  old\n", "  A\n  ...\n  C\n")


def test_what_varies_from_run_to_run_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    before = '```sh\necho \'{"a": 1, "secrets": ["x"]}\'\n```\n\n```json\n{"a":1,"secrets":["..."]}\n```\n'
    page.write_text(before, encoding="utf-8")

    rewrite(page)

    assert page.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("block", SNIPPETS, ids=lambda block: block.place)
def test_a_file_of_a_ci_follows_its_schema(block: Block) -> None:
    name, *part = block.directives["schema"].split()
    schema = json.loads((files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json").read_text("utf-8"))
    stated = yaml.load(block.text, Loader=yaml.BaseLoader)  # noqa: S506  it makes text alone, so that `on` stays a name
    if part == ["steps"]:
        stated = {"on": "push", "jobs": {"job": {"runs-on": "ubuntu-24.04", "steps": stated}}}

    assert [error.message for error in Draft7Validator(schema).iter_errors(_typed(stated))] == []


def _typed(stated: Any) -> Any:
    """Return *stated* with numbers and truth where the text has them."""
    if isinstance(stated, dict):
        return {name: _typed(value) for name, value in stated.items()}
    if isinstance(stated, list):
        return [_typed(value) for value in stated]
    return {"true": True, "false": False}.get(stated, int(stated) if stated.isdecimal() else stated)


def test_the_gitlab_job_judges_a_target() -> None:
    page = ROOT / "docs" / "suite" / "ci.md"
    [block] = [one for one in blocks(page) if one.directives.get("schema") == "gitlab-ci"]
    install, judge = yaml.safe_load(block.text)["contract"]["script"]
    script = f"CONTRACT_TARGET=http://127.0.0.1:8080\n{judge}\n"

    with Session(page) as session:
        assert all((session.folder / name / "pyproject.toml").exists() for name in re.findall(r"\./(\w+)", install))
        session.run(next(one for one in blocks(page) if "make faulty-server" in one.text))
        session.run(Block(page, 0, 0, "sh", script, {"run": "status 1"}))
        written = {file.name for file in (session.folder / "reports" / "ci").iterdir()}

    assert {"junit.xml", "report.html", "conformance.json"} <= written


def test_the_mock_of_the_page_keeps_its_webhooks() -> None:
    page = ROOT / "docs" / "mock" / "state.md"
    [start] = [block for block in blocks(page) if "--store sqlite:" in block.text]
    shown = Block(page, 0, 0, "sh", "curl -s http://127.0.0.1:8000/__mock__/webhooks\n", {})
    lists = []
    with Session(page) as session:
        for _ in range(2):
            session.run(start)
            session.run(shown)
            lists.append(json.loads(session.output))

    assert len(lists[0]["webhooks"][0]["secrets"]) == 1
    assert lists[0] == lists[1]


def test_every_file_of_a_page_is_used() -> None:
    unused = []
    for page in WITH_BLOCKS:
        found = blocks(page)
        for number, block in enumerate(found):
            later = "".join(one.text for one in found if one.language == "sh" and one.first > block.first)
            is_run = block.file.startswith("test_") or block.file in later or "pytest" in later
            if block.file and not is_run:
                unused.append((number, block.place))

    assert unused == []


def test_every_directive_is_above_a_block_or_about_the_page() -> None:
    stray = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        written = re.findall(r"^ *<!-- (?!page:)(?:run|file|output|log|schema|elsewhere)\b", text, re.MULTILINE)
        above = [name for block in blocks(page) for name in block.directives if name != "page"]
        if len(written) != len(above):
            stray.append(page.name)

    assert stray == []


def headings(page: Path) -> set[str]:
    """Return the fragments that GitHub gives the headings of *page*."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)", page.read_text(encoding="utf-8")):
        address, _, fragment = link.partition("#")
        target = page.parent / address if address else page
        if "://" in link:
            continue
        if not target.exists() or (fragment and fragment not in headings(target)):
            broken.append(link)

    assert broken == []


def code(page: Path) -> list[str]:
    """Return what *page* has as code in its text."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", WRITTEN, ids=names(WRITTEN))
def test_a_page_names_files_that_exist(page: Path) -> None:
    named = {word for text in code(page) for word in re.findall(r"(?<![\w/.-])(?:[\w.-]+/)+[\w.-]*", text)}
    tops = {"openapi", "mock_server", "contract_tests", "tests", "docs", "scripts", "benchmarks", ".devcontainer"}
    ours = {word.rstrip(".") for word in named if word.split("/")[0] in tops}

    assert {word for word in ours if not (ROOT / word).exists()} == set()


def test_the_tasks_of_a_newcomer_name_files_that_exist_and_five_at_most() -> None:
    folders = {"suite/": "contract_tests/user_webhook_contract/", "mock/": "mock_server/user_webhook_mock/"}
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| an? [\w ]+ \| (.+) \|$", text, re.MULTILINE)
    files = [re.findall(r"`([\w./]+/[\w./]*|[\w.]+\.[a-z]+)`", row) for row in rows]
    paths = [
        file.replace(short, long, 1)
        for row in files
        for file in row
        for short, long in folders.items()
        if file.startswith(short)
    ]

    assert len(rows) == 5
    assert all(0 < len(row) <= 5 for row in files)
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path).exists()] == []
    folded = re.sub(r"`(suite|mock)/", lambda found: f"`{folders[found[1] + '/']}", text)
    named = re.findall(r"`((?:contract_tests|mock_server)/[\w./]+)`", folded)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_page_on_state_has_every_store() -> None:
    page = (ROOT / "docs" / "mock" / "state.md").read_text(encoding="utf-8")

    assert SCHEMES
    assert [scheme for scheme in SCHEMES if f"{scheme}:" not in page] == []


def test_the_page_on_faults_has_every_kind() -> None:
    page = (ROOT / "docs" / "mock" / "faults.md").read_text(encoding="utf-8")

    assert KINDS
    assert [name for name in KINDS if not re.search(rf"^\| `{name}` \|", page, re.MULTILINE)] == []


def test_the_page_on_reports_has_every_form() -> None:
    page = (ROOT / "docs" / "suite" / "report.md").read_text(encoding="utf-8")

    assert FORMS
    assert [name for name in FORMS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", WRITTEN, ids=names(WRITTEN))
def test_a_page_names_commands_of_make_that_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    used = {name for text in code(page) for name in re.findall(r"\bmake ([a-z][a-z-]+)", text)}

    assert used - known == set()


def test_the_pages_name_options_that_exist() -> None:
    known = {word for command in COMMANDS for word in re.findall(r"--[a-z][a-z-]+", help_text(command))}
    used = {
        (word, page.name)
        for page in WRITTEN
        if page.name != "comparison.md"
        for text in code(page)
        for word in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)
    }

    assert {(word, name) for word, name in used if word not in known | FOREIGN} == set()


def test_each_answer_about_another_mock_has_its_page() -> None:
    table, _, sources = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8").partition("## Sources")
    head, _, *rows = re.findall(r"^\|.*\|$", table, re.MULTILINE)
    tools = [cell.strip() for cell in head.split("|")][3:-1]
    cells = [[cell.strip() for cell in row.split("|")][1:-1] for row in rows]
    claimed = {
        (feature, tool, said)
        for feature, _, *answers in cells
        for tool, said in zip(tools, answers, strict=True)
        if said != "?"
    }
    sourced = re.findall(
        r"^\| (.+?) \| (.+?) \| (yes|no|by hand) \| .+ \| <https://.+> \| [0-9-]{10} \|$", sources, re.MULTILINE
    )

    assert len(sourced) > 20
    assert set(sourced) == claimed


def test_the_shares_of_faults_are_those_that_were_measured() -> None:
    measured = (ROOT / "benchmarks" / "RESULTS-judge.md").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- judged -->")[2].partition("<!-- end of judged -->")[0]
    row = re.compile(r"^\| (\d+(?:, [a-z ]+)?) \|(?: \d+ \|)? ([\d.]+%) \|", re.MULTILINE)

    assert len(row.findall(shown)) == 7
    assert row.findall(shown) == row.findall(measured)


def test_the_conformant_servers_are_as_many_as_were_measured() -> None:
    measured = (ROOT / "benchmarks" / "RESULTS-judge.md").read_text(encoding="utf-8").partition("## False alarms")[2]
    alarms = re.findall(r"^\| [\w-]+ \| (\d+) \| (\d+) \|", measured, re.MULTILINE)
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/quality.md")]

    assert set(alarms) == {("0", "0")}
    assert [f"no false alarm on {len(alarms)} conformant servers" in page for page in pages] == [True, True]


def test_the_ratios_are_those_that_were_measured() -> None:
    measured = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8").partition("## Ratios")[2]
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- speed -->\n")[2].partition("\n<!-- end of speed -->")[0]

    assert shown.count("\n| `") > 5
    assert f"\n\n{shown}\n\n" in measured


@pytest.mark.parametrize("page", WRITTEN, ids=names(WRITTEN))
def test_a_share_of_faults_in_a_text_is_in_the_table(page: Path) -> None:
    quality = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    told = re.findall(r"(\d+\.\d+%)", page.read_text(encoding="utf-8"))

    assert [share for share in told if f"| {share} |" not in quality] == []


def test_a_directive_is_read_with_its_words() -> None:
    assert directives("<!-- run: serve 8000 slow -->\n<!-- log -->") == {"run": "serve 8000 slow", "log": ""}
