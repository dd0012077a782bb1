"""Writes docs/licences.md: the licence of every package that the kit runs on."""

from __future__ import annotations

import re
import sys

from scripts.runtime_packages import ROOT, runtime

PAGE = ROOT / "docs" / "licences.md"
ALLOWED = {
    "0BSD": "asks for nothing",
    "Apache-2.0": "the kit's own; asks for its text and notices, and grants patents",
    "BSD": "one of the two below: the package's metadata does not say which",
    "BSD-2-Clause": "asks for its text",
    "BSD-3-Clause": "asks for its text, and not to advertise with the authors' names",
    "MIT": "asks for its text",
    "MIT-0": "asks for nothing",
    "MITNFA": "MIT, and not to call a changed package the original; the kit changes none",
    "MPL-2.0": "asks for the source of changed files of the package; the kit changes none, and copies none",
    "PSF-2.0": "asks for its text, and for a summary of changes; the kit makes none",
}
"""Licences that a package may have, each with what it asks of those who pass the package on."""


def is_allowed(licence: str) -> bool:
    """Tell whether everything that an SPDX expression names, or one of its alternatives, is on the list."""
    alternatives = re.split(r" OR (?![^(]*\))", licence)
    return any(
        all(one in ALLOWED or (one.startswith("(") and is_allowed(one[1:-1])) for one in alternative.split(" AND "))
        for alternative in alternatives
    )


def page() -> str:
    """Return the page."""
    lines = [
        "# Licences",
        "",
        "Every package that the kit runs on, its extras among them, with the licence that its metadata names; `make licences` writes this page.",
        "",
        "| package | licence |",
        "|---|---|",
        *(f"| {one.name} | {one.licence or 'none'} |" for one in runtime()),
        "",
        "A package may have one of these licences; a test fails where one has another.",
        "",
        "| licence | what it asks of those who pass the package on |",
        "|---|---|",
        *(f"| {name} | {what} |" for name, what in ALLOWED.items()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
