"""Readers of the forms of a report, for their tests."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import tarfile
from html.parser import HTMLParser
from importlib.metadata import version
from typing import TYPE_CHECKING

from jsonschema import Draft4Validator
from markdown_it import MarkdownIt

from support.paths import ROOT
from support.tools import missing, needed

if TYPE_CHECKING:
    from pathlib import Path

SARIF_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
"""Holds the schema of SARIF 2.1.0; no package of PyPI does."""


@functools.cache
def sarif_schema() -> Draft4Validator:
    """Return the validator of SARIF 2.1.0; skip the test where npm cannot bring the schema."""
    folder = ROOT / "build" / "sarif"
    schema = folder / "package" / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"
    if not schema.exists():
        npm = needed("npm")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            made = subprocess.run(
                [npm, "pack", "--silent", SARIF_PACKAGE], cwd=folder, capture_output=True, check=False, timeout=120
            )
        except subprocess.TimeoutExpired:
            missing(f"npm did not bring {SARIF_PACKAGE} within two minutes.")
        if made.returncode:
            missing(f"npm cannot bring {SARIF_PACKAGE}.")
        for archive in folder.glob("*.tgz"):
            shutil.unpack_archive(archive, folder, filter="data")
    # jsonschema_rs is strict about a pattern of this schema.
    return Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))


@functools.cache
def jenkins_schema() -> Path:
    """Return the schema of JUnit's files that Jenkins' xUnit plugin has; skip the test where it cannot be had.

    The sources of pytest, which checks its own files by it, hold a copy.
    """
    folder = ROOT / "build" / "junit"
    schema = folder / "junit-10.xsd"
    if not schema.exists():
        folder.mkdir(parents=True, exist_ok=True)
        package = f"pytest=={version('pytest')}"
        wanted = ["--no-deps", "--no-binary", "pytest", "--quiet", "--dest", str(folder), package]
        made = subprocess.run(
            [sys.executable, "-m", "pip", "download", *wanted], capture_output=True, check=False, timeout=300
        )
        if made.returncode:
            missing(f"pip cannot bring the sources of {package}.")
        [archive] = folder.glob("*.tar.gz")
        with tarfile.open(archive) as sources:
            [name] = [one for one in sources.getnames() if one.endswith("/junit-10.xsd")]
            content = sources.extractfile(name)
            assert content is not None
            schema.write_bytes(content.read())
    return schema


class Page(HTMLParser):
    """The elements and the text of a page of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(" ".join([tag, *(name for name, _ in attrs)]))

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(markdown: str) -> Page:
    """Return what a reader of Markdown that lets HTML through, as GitHub's does, makes of *markdown*."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
