"""Markdown as the generated pages write it."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTE: Final = "<!-- Written by `make reference`: change the code, not this page. -->"


def page(title: str, introduction: Iterable[str], *parts: str) -> str:
    """Return a page that says that it is generated; the *introduction* is one sentence a line."""
    return "\n\n".join([f"# {title}", NOTE, "\n".join(introduction), *parts]) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    lines = [[*head]]
    lines += [["---"] * len(lines[0]), *([*row] for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    """Return *text* as code, and nothing for nothing; a table cell of GitHub or of the site would keep an escaped bar."""
    if "|" in text:
        return f"<code>{escape(text).replace('|', '&#124;')}</code>"
    return f"`{text}`" if text else ""


def anchor(heading: str) -> str:
    """Return the fragment that GitHub and the site give a *heading*."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
