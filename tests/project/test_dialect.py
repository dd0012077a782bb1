from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((ROOT / "mock_server").rglob("*.py"))
HABITS = {
    "a constant is Final": r"^_?[A-Z][A-Z0-9_]+(: (?!Final\b)[^=\n]+)? = ",
    "a predicate returns whether": r'"""(Say|Tell|Check) whether',
    "a reason stands two blanks behind its noqa": r"# noqa(?!: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*  \S)",
}


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_modules_have_one_dialect(file: Path, habit: str) -> None:
    assert re.findall(HABITS[habit], file.read_text(encoding="utf-8"), re.MULTILINE) == []


@pytest.mark.parametrize(
    ("habit", "wrong"),
    [
        ("a constant is Final", "MAX_SIZE = 3"),
        ("a constant is Final", "_NAMES: dict[str, int] = {}"),
        ("a predicate returns whether", 'def is_x() -> bool:\n    """Say whether it is."""'),
        ("a reason stands two blanks behind its noqa", "x = 1  # noqa: F401 - because"),
        ("a reason stands two blanks behind its noqa", "x = 1  # noqa: F401"),
    ],
)
def test_another_dialect_is_found(habit: str, wrong: str) -> None:
    assert re.search(HABITS[habit], wrong, re.MULTILINE)
