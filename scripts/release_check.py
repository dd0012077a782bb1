"""Checks that the tag of a release, the versions of the three distributions and the changelog agree."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FOLDERS: Final = ("openapi", "mock_server", "contract_tests")
HEADING: Final = re.compile(r"^## \[?(\d+\.\d+\.\d+)\]? - \d{4}-\d{2}-\d{2}$", re.MULTILINE)
"""A released version of the changelog: ``## 0.1.0 - 2026-01-31``."""


def problems(tag: str, root: Path = ROOT) -> list[str]:
    """Return what does not agree with *tag*, one sentence each."""
    version = tag.removeprefix("v")
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        return [f"The tag {tag!r} is not a version: write it as v1.2.3."]
    found = []
    for folder in FOLDERS:
        project = tomllib.loads((root / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        extras = project.get("optional-dependencies", {}).values()
        if project["version"] != version:
            found.append(f"{folder}/pyproject.toml has version {project['version']}, and the tag {version}.")
        needs = [one for needed in (project.get("dependencies", []), *extras) for one in needed]
        own = [need for need in needs if need.startswith("user-webhook-api")]
        found += [
            f"{folder}/pyproject.toml needs {need}: write =={version}."
            for need in own
            if "==" in need and not need.endswith(f"=={version}")
        ]
    return found + _of_changelog(version, (root / "CHANGELOG.md").read_text(encoding="utf-8"))


def _of_changelog(version: str, text: str) -> list[str]:
    released = HEADING.findall(text)
    if version not in released:
        return [f"CHANGELOG.md has no heading '## {version} - DATE': name what is under 'Unreleased' so."]
    if released[0] != version:
        return [f"CHANGELOG.md has {released[0]} above {version}: the latest release comes first."]
    if released.count(version) > 1:
        return [f"CHANGELOG.md has two headings for {version}: leave one."]
    unreleased = text.partition("## Unreleased")[2].partition(f"## {version}")[0].partition(f"## [{version}]")[0]
    if re.search(r"^- ", unreleased, re.MULTILINE):
        return [f"CHANGELOG.md has entries under 'Unreleased': move them to {version}, or release them later."]
    return []


def main(words: list[str]) -> int:
    """Print what does not agree; return 0 if all does, 1 if not, 2 if no tag is given."""
    if len(words) != 1:
        print("usage: python scripts/release_check.py v1.2.3", file=sys.stderr)
        return 2
    found = problems(words[0])
    print("\n".join(found) or f"{words[0]}: tag, versions and changelog agree.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
