from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts.site import OUTSIDE
from support.paths import ROOT
from user_webhook_api.requirements import requirements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

DEADLINE = 120
SOURCES = ("docs", "scripts", "benchmarks", "mkdocs.yml", *(name for name in OUTSIDE if "/" not in name))


def build(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *arguments],
        cwd=folder,
        env={"PATH": "", "NO_MKDOCS_2_WARNING": "1", "http_proxy": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, "--site-dir", str(folder))
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_every_page_is_on_the_site(site: Path) -> None:
    pages = [page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")]
    expected = {page.with_suffix(".html") for page in pages} | {
        Path(name).with_suffix(".html") for name in OUTSIDE.values()
    }

    assert {page for page in expected if not (site / page).exists()} == set()


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.id)
def test_a_requirement_has_its_address_on_the_site(row: object, site: Path) -> None:
    identifier = getattr(row, "id", "")

    assert f"{identifier} " in (site / "reference" / "requirements" / f"{identifier}.html").read_text(encoding="utf-8")


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loaded = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=[\"']?((?:https?:)?//[^\"' >]+)")
    found = {
        (page.name, one) for page in site.rglob("*.html") for one in loaded.findall(page.read_text(encoding="utf-8"))
    }
    styles = [style.read_text(encoding="utf-8") for style in site.rglob("*.css")]

    assert found == set()
    assert [re.findall(r"(?:url\(|@import )[\"']?https?://\S+", style) for style in styles] == [[]] * len(styles)


@pytest.mark.parametrize(
    ("page", "old", "new", "complaint"),
    [
        ("docs/index.md", "(quickstart.md)", "(quickstarts.md)", "quickstarts.md"),
        ("docs/index.md", "(mock/index.md)", "(mock/index.md#start-its)", "#start-its"),
        ("CONTRIBUTING.md", "(ARCHITECTURE.md)", "(docs/architectures.md)", "docs/architectures.md"),
    ],
    ids=["file", "heading", "page at the root"],
)
def test_a_link_that_leads_nowhere_fails_the_build(
    page: str, old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    text = (tmp_path / page).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / page).write_text(text.replace(old, new, 1), encoding="utf-8")

    done = build(tmp_path)

    assert done.returncode == 1
    assert complaint in done.stdout + done.stderr


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_a_window_in_both_themes_and_asks_nobody_else(
    scheme: str, width: int, address: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  one of two
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    for name in ("index", "mock/index", "reference/mock-options", "reference/requirements/R-201", "comparison"):
        page.goto(f"{address}/{name}.html")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()

    assert {url for url in asked if not url.startswith((address, "data:", "blob:"))} == set()
    assert (shade == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_search_finds_a_requirement_by_its_id(address: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{address}/index.html", wait_until="networkidle")

    field = page.get_by_role("textbox", name="Search")
    field.click()
    field.press_sequentially("R-304")
    page.locator(".md-search-result a", has_text="R-304 A refused update changes nothing").first.click()

    page.wait_for_url(re.compile(r"/reference/requirements/R-304\.html"))
    page.close()
