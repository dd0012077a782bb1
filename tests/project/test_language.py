from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from support.pages import pages
from support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HISTORY = ("CHANGELOG.md", "decisions")
"""What was written when it happened is not written again."""

FOLDERS = {
    "pages": [page for page in pages() if not {*HISTORY, "reference"} & set(page.parts)],
    "reference": sorted((ROOT / "docs" / "reference").glob("*.md")),
    "openapi": sorted((ROOT / "openapi").rglob("*.yaml")),
    "templates": sorted((ROOT / ".github").rglob("*.yml")),
    "user_webhook_api": sorted((ROOT / "openapi").rglob("*.py")),
    "user_webhook_mock": [
        file for kind in ("py", "yaml", "js", "html") for file in sorted((ROOT / "mock_server").rglob(f"*.{kind}"))
    ],
    "user_webhook_contract": [
        file for kind in ("py", "html", "json") for file in sorted((ROOT / "contract_tests").rglob(f"*.{kind}"))
    ],
    "makefile": [ROOT / "Makefile"],
}
PATTERNS = {
    "X is no Y": r"(?<!there )\bis no (?!longer|more)[a-z]",
    "what becomes of": r"\bwhat becomes? of\b",
    "mend": r"\bmend(s|ed|ing)?\b",
    "meant for all": r"\bmeant for all\b",
    "in the place of": r"\bin the place of\b",
    "unless told": r"\b(unless|until) told\b",
    "so many times": r"\bso (many times|often as)\b",
    "it cannot be told": r"\bcan(not)? be told\b",
}
FILES = [(name, file) for name, files in FOLDERS.items() for file in files]
each_file = pytest.mark.parametrize(
    ("folder", "file"), FILES, ids=[f"{name}-{file.relative_to(ROOT)}" for name, file in FILES]
)


def sentences(file: Path) -> Iterator[str]:
    """Yield what a person reads of *file*: the texts of a module, and the lines of any other file."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield from text.splitlines()
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def odd(text: str) -> list[str]:
    """Return the names of the patterns that *text* has."""
    return [name for name, pattern in PATTERNS.items() if re.search(pattern, text, re.IGNORECASE)]


@each_file
def test_a_person_reads_plain_english(folder: str, file: Path) -> None:
    assert file in FOLDERS[folder]
    assert [(name, line) for line in sentences(file) for name in odd(line)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("port=70000 is no port", ["X is no Y"]),
        ("There is no limit.", []),
        ("It is no longer there, and is no more.", []),
        ("What becomes of the secrets?", ["what becomes of"]),
        ("Mend the file.", ["mend"]),
        ("We recommend it.", []),
    ],
)
def test_what_is_not_plain_is_found(text: str, found: list[str]) -> None:
    assert odd(text) == found


def test_the_texts_of_a_module_are_read(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""A module."""\n# is no comment\nraise ValueError(f"{1} is no port")\n', encoding="utf-8")

    assert list(sentences(module)) == ["A module.", " is no port"]


def test_every_folder_has_files() -> None:
    assert [name for name, found in FOLDERS.items() if not found] == []
