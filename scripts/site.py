"""The pages at the root of the repository on the site, and links of pages as a site needs them: mkdocs calls this module."""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parent.parent
LOG: Final = logging.getLogger("mkdocs.hooks")
"""Its warnings fail a strict build."""

OUTSIDE: Final = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "README.md": "index.md",
    "benchmarks/RESULTS.md": "results.md",
    "benchmarks/RESULTS-judge.md": "results-judge.md",
}
"""Pages outside docs/, and where they are on the site."""

PICTURES: Final = ("benchmarks/judge-curve.svg",)
LINK: Final = re.compile(r"(!?)\[([^\[\]]*)\]\(([^()\s#]*)(#[^()\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add every decision to the navigation."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    config.nav = [*(config.nav or []), {"Decisions": [f"decisions/{page.name}" for page in decisions]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and pictures outside docs/."""
    for source, target in OUTSIDE.items():
        if target != "index.md":
            files.append(File.generated(config, target, content=(ROOT / source).read_text(encoding="utf-8")))
    for source in PICTURES:
        files.append(File.generated(config, posixpath.basename(source), abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  mkdocs passes all four
    """Return the text with links that lead to pages of the site, or are text alone if what they name is not on it."""
    sources = {target: source for source, target in OUTSIDE.items()}
    here = page.file.src_uri
    place = sources[here] if here != "index.md" and here in sources else f"docs/{here}"

    def link(found: re.Match[str]) -> str:
        picture, text, address, anchor = found[1], found[2], found[3], found[4] or ""
        if not address or "://" in address:
            return found[0]
        named = posixpath.normpath(posixpath.join(posixpath.dirname(place), address))
        target = _on_site(named)
        if target is None:
            if not (ROOT / named).exists():
                LOG.warning("%s has a link to %s, which does not exist.", place, named)
            return f"`{named}`" if text.strip("`") == named else f"{text} (`{named}`)"
        return f"{picture}[{text}]({posixpath.relpath(target, posixpath.dirname(here) or '.')}{anchor})"

    return LINK.sub(link, markdown)


def _on_site(named: str) -> str | None:
    """Return where a file of the repository is on the site, or None if it is not there."""
    if named in OUTSIDE:
        return OUTSIDE[named]
    if named in PICTURES:
        return posixpath.basename(named)
    if named.startswith("docs/") and (ROOT / named).is_file():
        return named.removeprefix("docs/")
    return None
