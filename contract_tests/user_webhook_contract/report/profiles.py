"""The profiles of profiles.yaml, and what a report says of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = Path(__file__).with_name("profiles.yaml")


@dataclass(frozen=True)
class Profile:
    """A named choice of requirements.

    Attributes:
        levels: Those of the requirements that belong to it.
        depth: That of a run that counts as proof: ``usual`` or ``deep``.
    """

    name: str
    title: str
    levels: tuple[str, ...]
    depth: str


@cache
def profiles() -> tuple[Profile, ...]:
    """Return the profiles, in the order of the file."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Profile(row["name"], row["title"], tuple(row["levels"]), row["depth"]) for row in rows)


def profile_results(rows: Iterable[dict[str, Any]], *, is_deep: bool, is_whole: bool) -> list[dict[str, Any]]:
    """Return for each profile what the requirements *rows* of a report say of it.

    ``is_proof`` is whether the run went to the end (*is_whole*) and as deep as the profile asks for.
    """
    tested = [row for row in rows if row["is_tested"]]
    return [
        {
            "name": profile.name,
            "verdict": _verdict([row["verdict"] for row in tested if row["level"] in profile.levels]),
            "is_proof": is_whole and (is_deep or profile.depth != "deep"),
        }
        for profile in profiles()
    ]


def _verdict(verdicts: list[str]) -> str:
    """Return ``broken``, ``waived``, ``open`` or ``kept``: the first that holds of one of *verdicts*."""
    for verdict, name in (("fail", "broken"), ("waived", "waived"), ("not-run", "open")):
        if verdict in verdicts:
            return name
    return "kept"
