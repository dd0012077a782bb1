"""The packages that the kit runs on, as requirements.lock pins them, with what their metadata says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent
API, MOCK, SUITE = KIT = ("user-webhook-api", "user-webhook-mock", "user-webhook-contract")
"""The distributions of the kit."""

EVERYTHING = (f"{API}[document,validate]", f"{MOCK}[all]", SUITE)
SYSTEMS = tuple(
    {"sys_platform": platform, "platform_system": name, "os_name": family, "python_full_version": f"{version}.0"}
    | {"python_version": version}
    for platform, name, family in (
        ("linux", "Linux", "posix"),
        ("darwin", "Darwin", "posix"),
        ("win32", "Windows", "nt"),
    )
    for version in ("3.11", "3.14")
)
"""Environments of markers: what is needed in one of them is needed."""

CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Names of licences in classifiers, and in SPDX; which BSD licence it is, a classifier does not say."""

ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause"}
"""Licences of what Windows or Python before 3.11.3 alone needs, so that it is not here to be asked."""

_PIN = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\\n(?P<hashes>(?: {4}--hash.*\n)+)", re.MULTILINE
)


@dataclass(frozen=True)
class Package:
    """A pinned package. ``marker`` says where it is needed, where that is not everywhere; ``hashes`` are SHA-256."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def licence(self) -> str:
        """The licence as an SPDX expression, as far as the package says it."""
        try:
            told: dict[str, Any] = metadata.metadata(self.name).json
        except metadata.PackageNotFoundError:
            return ELSEWHERE.get(self.name, "")
        classified = [line.rpartition(" :: ")[2] for line in told.get("classifier", []) if line.startswith("License")]
        named = told.get("license_expression") or " OR ".join(CLASSIFIED.get(name, name) for name in classified)
        return str(named or told.get("license", "").partition("\n")[0])


def pinned(lock: str) -> list[Package]:
    """Return the packages of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return [
        Package(
            found["name"], found["version"], found["marker"] or "", tuple(re.findall(r"sha256:(\w+)", found["hashes"]))
        )
        for found in _PIN.finditer(text)
    ]


def runtime() -> list[Package]:
    """Return the packages that the kit and its extras need on any system."""
    names = needed(EVERYTHING)
    return [one for one in pinned("requirements.lock") if one.name in names]


def needed(requirements: Iterable[str]) -> dict[str, set[str]]:
    """Return, for what *requirements* name and for every package under it, the names of those that it needs.

    What is not installed here, since another system alone needs it, counts as a package that needs none.
    """
    arrows: dict[str, set[str]] = {}
    asked: set[tuple[str, str]] = set()
    left = [(one.name, extra) for one in map(Requirement, requirements) for extra in ("", *one.extras)]
    while left:
        name, extra = left.pop()
        if (name, extra) in asked:
            continue
        asked.add((name, extra))
        for one in _wanted(name, extra):
            needs = canonicalize_name(one.name)
            if needs != name:  # an extra that is made of others
                arrows.setdefault(name, set()).add(needs)
            left += [(needs, ""), *((needs, more) for more in one.extras)]
        arrows.setdefault(name, set())
    return arrows


def _wanted(name: str, extra: str) -> list[Requirement]:
    try:
        wanted = [Requirement(one) for one in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return []
    return [
        one
        for one in wanted
        if one.marker is None or any(one.marker.evaluate({**system, "extra": extra}) for system in SYSTEMS)
    ]
