from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = ROOT / "contract_tests" / "user_webhook_contract"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEXTS = [*MODULES, *sorted((PACKAGE / "forms" / "templates").glob("*.html")), *sorted(PACKAGE.rglob("*.json"))]


def found(pattern: str, text: str) -> list[str]:
    return [line for line in text.splitlines() if re.search(pattern, line)]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_no_text_says_that_x_is_no_y(file: Path) -> None:
    assert found(r"\bis no (?!longer|more)[a-z]", file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_module_is_written_in_the_one_dialect(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    untyped = [
        target.id
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.strip("_").isupper()
    ]

    assert untyped == []
    assert found(r"# noqa(?!: [A-Z0-9, ]+?(?:  \w|$))", text) == []
    assert found(r'"""(?:Tell|Say) whether', text) == []
    assert found(r"\b_?(?:MOST|LEAST|LONGEST|SHORTEST|LARGEST)_[A-Z]", text) == []
