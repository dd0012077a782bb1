"""Writes docs/reference/ from the code, the table of requirements in README.md, and the files that the mock exports."""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from scripts.control_page import control_page
from scripts.help_text import COMMANDS, Option, help_text, options, statuses
from scripts.markdown import anchor, code, page, table
from user_webhook_api.choices import Choice, choices
from user_webhook_api.requirements import Requirement, page_of, requirements
from user_webhook_api.rules import body_properties
from user_webhook_mock.export.forms import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = Path("docs/reference")
README: Final = Path("README.md")
CONTROL: Final = ROOT / "mock_server" / "user_webhook_mock" / "control" / "openapi.yaml"
MOCK: Final = "user-webhook-mock"
SUITE: Final = "user-webhook-contract"
EXPORTED: Final = {
    Path("docs/frontend/types/user-webhook-types.ts"): "types",
    Path("examples/frontend/src/user-webhook-types.ts"): "types",
    Path("examples/frontend/src/mocks/user-webhook-mock.ts"): "msw",
}
"""Files of the repository that the mock exports, and the form of each."""

GROUPS: Final = {"positional arguments": "Arguments"}
PRECEDENCE: Final = (
    "An option wins over its environment variable, and an empty variable counts as not set.",
    "Give tokens in the environment: other users of the machine can read a command line.",
)


def pages() -> dict[Path, str]:
    """Return every page that the code decides, by its path in the repository."""
    helps = {command: help_text(command) for command in COMMANDS}
    return {
        FOLDER / "mock-options.md": options_page("Options of the mock", MOCK, helps),
        FOLDER / "suite-options.md": options_page("Options of the suite", SUITE, helps),
        FOLDER / "exit-status.md": exit_status(helps),
        FOLDER / "choices.md": choices_page(),
        FOLDER / "control-api.md": control_page(yaml.safe_load(CONTROL.read_text(encoding="utf-8"))),
        FOLDER / "requirements.md": requirements_page(),
        FOLDER / "make.md": make_page((ROOT / "Makefile").read_text(encoding="utf-8")),
        **{Path(page_of(row.id)): requirement_page(row) for row in requirements()},
        README: with_sections((ROOT / README).read_text(encoding="utf-8")),
    }


def options_page(title: str, program: str, helps: dict[str, str]) -> str:
    """Return the page about the options of *program* and of its commands."""
    introduction = [f"Each option of `{program}`, as `{program} --help` describes it.", *PRECEDENCE]
    parts = list(_option_tables(helps[program], "##"))
    for command, text in helps.items():
        if command.startswith(f"{program} "):
            _usage, description, *_ = text.split("\n\n")
            parts += [f"## {command}", _described(description), *_option_tables(text, "###")]
    return page(title, introduction, *parts)


def exit_status(helps: dict[str, str]) -> str:
    """Return the page about exit statuses."""
    found = {command: statuses(text) for command, text in helps.items()}
    numbers = sorted({number for meanings in found.values() for number in meanings})
    rows = [[f"`{command}`", *(meanings.get(number, "") for number in numbers)] for command, meanings in found.items()]
    introduction = [
        "The status that each command ends with, as its `--help` says.",
        "Status 1 is a verdict: about the target, the report or the document.",
        "Status 2 is about the run itself: the target could not be judged.",
    ]
    notes = [
        "With `--run COMMAND` the mock ends with the status of the command.",
        "`make` ends with 2 if its command fails, whatever the status was: call the command itself to tell 1 from 2.",
    ]
    return page("Exit status", introduction, table(["command", *map(str, numbers)], rows), "\n".join(notes))


def choices_page() -> str:
    """Return the page about choices."""
    introduction = [
        "A choice is something that the documents leave open.",
        "The mock follows one value of each, the default unless it is set.",
        "The suite reports the value that it sees, and fails no target for it.",
        f"Set one by `{MOCK} --choice NAME=VALUE` and several by `--choices FILE`.",
        "[The control API](control-api.md) sets them while the mock runs.",
    ]
    rows = [[f"[`{one.name}`](#{anchor(one.name)})", _values(one), one.question] for one in choices()]
    overview = table(["choice", "values, the default first", "question"], rows)
    return page("Choices", introduction, overview, *map(_choice, choices()))


def requirements_page() -> str:
    """Return the page that lists the requirements."""
    introduction = [
        "Every statement of the documents that the suite judges, and those that it cannot test.",
        "A target that breaks a `must` is non-conformant.",
        "A `should` is inferred: a target that breaks it gets a warning, and fails only with `--strict`.",
        "Ids are permanent, and so is the address of each page.",
    ]
    parts = []
    for section, rows in groupby(requirements(), key=lambda row: row.section):
        cells = [[f"[{row.id}](requirements/{row.id}.md)", _level(row), row.title, row.source] for row in rows]
        parts += [f"## {section}", table(["id", "level", "title", "source"], cells)]
    sources = (
        "## Sources\n\n"
        "`documents:` is the description of the API that this contract was written from, with the section.\n"
        "`provider's public reference:` is the provider's public API reference, with the page."
    )
    return page("Requirements", introduction, *parts, sources)


def requirement_page(row: Requirement) -> str:
    """Return the page of one requirement."""
    messages = {rule.name: rule.message for known in body_properties() for rule in known.rules}
    facts = {"Level": _level(row), "Section": row.section, "Source": row.source}
    if row.rule:
        facts |= {"Rule of the document": code(row.rule), "Documented message": code(messages[row.rule])}
    if row.not_tested:
        advice = ["## Why the suite does not test it", row.not_tested]
    else:
        replay = f"{SUITE} replay reports/conformance.json --requirement {row.id} --target URL"
        advice = [
            "## How to fix it",
            row.remedy,
            "## How to check the fix",
            f"Send the failing requests of a report again: `{replay}`.",
            "A replay repeats single requests; only a full run proves the fix.",
        ]
    links = "[All requirements](../requirements.md) · [How to read a report](../../suite/report.md)"
    return page(
        f"{row.id} {row.title}",
        [row.statement],
        "\n".join(f"- {name}: {fact}" for name, fact in facts.items()),
        *advice,
        links,
    )


def make_page(makefile: str) -> str:
    """Return the page about the commands of *makefile*, from the comments behind their names."""
    introduction = [
        "The commands of a clone, as `make help` lists them.",
        "Each installs what it needs into `.venv`, once.",
        "In square brackets: the variables that it reads, with their defaults; most are [options](mock-options.md) of the command behind it, too.",
    ]
    found = re.findall(r"^([a-z-]+):.*## (.*)$", makefile, re.MULTILINE)
    rows = [[f"`make {name}`", re.sub(r"\[(.+)\]$", r"`[\1]`", what)] for name, what in found]
    notes = [
        "`make mock` runs `python -m user_webhook_mock`, which is `user-webhook-mock` if it is installed.",
        "`make contract` runs `python -m user_webhook_contract`, which is `user-webhook-contract`.",
        "Give tokens in the environment, not as variables of `make`, which reads `$` in its own way.",
        "The mock prints its default tokens and none that it was given; the curl line of its banner then has `$TOKEN`.",
    ]
    return page("Commands of make", introduction, table(["command", "what it does"], rows), "\n".join(notes))


def with_sections(readme: str) -> str:
    """Return *readme* with the sections of the requirements of today between its markers."""
    rows = []
    for section, found in groupby(requirements(), key=lambda row: row.section):
        ids = [row.id for row in found]
        address = f"{FOLDER.as_posix()}/requirements.md#{anchor(section)}"
        rows.append([f"[{section}]({address})", f"{ids[0]} to {ids[-1]}", str(len(ids))])
    start, end = "<!-- requirements -->", "<!-- end of requirements -->"
    between = re.compile(f"{start}\n.*?{end}", re.DOTALL)
    if len(between.findall(readme)) != 1:
        raise SystemExit(f"{README} needs {start} and {end} once each, on lines of their own: add them.")
    listed = table(["section", "ids", "requirements"], rows)
    return between.sub(lambda _: f"{start}\n{listed}\n{end}", readme)


def _option_tables(text: str, level: str) -> Iterator[str]:
    """Yield a heading and a table for each group of options that a help *text* lists."""
    described = [option for option in options(text) if "--help" not in option.flags]
    for group, rows in groupby(described, key=lambda row: row.group):
        yield f"{level} {GROUPS.get(group, group[0].upper() + group[1:])}"
        yield table(
            ["option", "meaning", "variable", "default"],
            [[_name(one), one.text.replace(", see below", ""), code(one.variable), code(one.default)] for one in rows],
        )


def _described(description: str) -> str:
    """Return the *description* of a command, with its list as one of Markdown."""
    listed = re.findall(r"^  (\S+) {2,}(.+)$", description, re.MULTILINE)
    sentence = " ".join(re.sub(r"^  \S+ {2,}.+$", "", description, flags=re.MULTILINE).split())
    return "\n\n".join([sentence, *(["\n".join(f"- `{name}`: {what}" for name, what in listed)] if listed else [])])


def _name(option: Option) -> str:
    return code(f"{option.flags} {option.metavar}".strip())


def _choice(choice: Choice) -> str:
    lines = [choice.question, f"Values: {_values(choice)}.", f"What the documents say: {choice.documents}"]
    return "\n\n".join([f"## {choice.name}", *lines])


def _values(choice: Choice) -> str:
    others = [code(str(value)) for value in choice.values if value != choice.default]
    return ", ".join([f"**`{choice.default}`**", *others])


def _level(row: Requirement) -> str:
    return "not tested" if row.not_tested else code(row.level)


def exported() -> dict[Path, str]:
    """Return every file that the mock exports into the repository, by its path."""
    contents = {form: next(iter(FORMS[form]().values())) for form in EXPORTED.values()}
    return {file: contents[form] for file, form in EXPORTED.items()}


def write(contents: dict[Path, str], root: Path = ROOT) -> list[Path]:
    """Write the files below *root* whose contents differ, and return their paths."""
    changed = []
    for path, text in contents.items():
        file = root / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def main() -> None:
    """Write every page and exported file that differs, and print its path."""
    for file in write({**pages(), **exported()}):
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
