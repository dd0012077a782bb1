"""Chromium and axe-core, for the tests of pages."""

from __future__ import annotations

import fcntl
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.paths import ROOT
from support.tools import missing, needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

BUILD = ROOT / "build"
SCREENSHOTS = BUILD / "screenshots"
PATIENCE = 20_000
"""Milliseconds that a busy machine may take for a step."""

AXE = "axe-core@4.14.1"
LOOKS = [
    ("light", 1280),
    ("dark", 360),
    pytest.param("light", 360, marks=pytest.mark.thorough),
    pytest.param("dark", 1280, marks=pytest.mark.thorough),
]
"""Theme and width of a window."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415  the tests without a browser do without it

    path = needed("chromium", "chromium-browser", "google-chrome")
    # Chromium does not run as root with its sandbox, and containers have no other user.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe() -> str:
    npm = needed("npm")
    folder = BUILD / "axe"
    program = folder / "node_modules" / "axe-core" / "axe.min.js"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            command = [
                npm,
                "install",
                "--prefix",
                str(folder),
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                AXE,
            ]
            made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            if made.returncode:
                missing(f"npm cannot install {AXE}: {made.stderr.strip().splitlines()[:1]}")
    return program.read_text(encoding="utf-8")


def opened(browser: Browser | BrowserContext, address: str, **settings: Any) -> Page:
    """Return the page at *address*, in a window of its own, where every fault of the page raises."""
    page = browser.new_page(**settings)
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    return page


def assert_accessible(page: Page, axe: str) -> None:
    """Let axe-core look at *page* as it is now."""
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", RULES)

    violations = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found["violations"]]
    assert violations == [], violations
    assert len(found["passes"]) > 20
