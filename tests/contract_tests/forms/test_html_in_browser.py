from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from support.browser import LOOKS, SCREENSHOTS, assert_accessible, opened
from support.report_runs import faulty_report, hostile_report
from support.totals import total
from user_webhook_contract.forms.html import html
from user_webhook_contract.settings import seed_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

SHEET = {"width": 680, "height": 1001}
"""What the margins leave of A4, in pixels."""

ON_THE_FIRST_SHEET = {"waivers": ".waivers li", "hash": "#verdict .facts code", "signature": ".sign-off dl"}
CHALLENGE = "0123456789abcdef0123456789abcdef"

UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
UNFOLD_ONE_OF_EACH = """
    for (const id of ['R-101', 'R-211', 'R-801', 'request-1']) {
        document.getElementById(id).closest('details').open = true
    }
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> str:
    report = faulty_report("answers-rules-with-capital-messages", vendor="Acme", product="Hooks", product_version="4.2")
    return written(report, tmp_path_factory.mktemp("faulty"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(hostile_report(budget=40), tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def fullest(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of a report that has everything which its first page can show."""
    folder = tmp_path_factory.mktemp("fullest")
    report = faulty_report(
        "crashes-on-malformed-json",
        vendor="Juniper Medical Staffing Solutions",
        product="Universal Webhook Platform",
        product_version="4.2",
        environment="sandbox",
        valid_days=90,
        supersedes="0" * 64,
        challenge=CHALLENGE,
        seed=seed_of(CHALLENGE),
    )
    for row in report["requirements"][:6]:
        row.update(
            verdict="waived", why="Old clients read the error field (approved by the API board, until 2999-12-31)"
        )
    return written(report, folder)


def written(report: dict[str, Any], folder: Path) -> str:
    """Write the page of *report* and return its address."""
    page = folder / "report.html"
    page.write_text(html(report), encoding="utf-8")
    return page.as_uri()


def test_the_verdict_is_what_is_seen_first(chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty)

    expect(page).to_have_title("Non-conformant: http://127.0.0.1:" + page.title().rpartition(":")[2])
    expect(page.get_by_role("heading", level=1, name="Non-conformant")).to_be_in_viewport()
    counted = f"The target breaks 1 requirement of the {total()} that the suite tests."
    expect(page.get_by_text(counted)).to_be_in_viewport()


def test_a_failure_unfolds_by_keyboard(chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty)
    summary = page.locator("summary", has_text="R-211")
    expect(page.locator("#R-211")).to_be_hidden()

    summary.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#R-211")).to_be_visible()
    expect(page.locator("#R-211").get_by_text("curl -i -X PATCH").first).to_be_visible()


def test_the_first_key_leads_past_the_contents(chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty)

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the verdict")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the verdict")).to_be_in_viewport()


def test_a_tile_of_the_matrix_unfolds_its_requirement(chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty)

    page.get_by_role("link", name="R-604 kept").press("Enter")

    expect(page.locator("#R-604")).to_be_visible()
    expect(page.locator("#R-604")).to_be_in_viewport()


@pytest.mark.parametrize("name", ["faulty", "hostile"])
def test_the_page_asks_nothing_of_a_network_and_runs_nothing(
    name: str, chromium: Browser, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue(name)
    page = chromium.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: told.append(one.text))
    page.on("pageerror", lambda one: told.append(str(one)))
    page.on("dialog", lambda one: told.append(one.message))

    page.goto(address)
    page.evaluate(UNFOLD)
    page.locator("footer").scroll_into_view_if_needed()

    assert (asked, told) == ([address], [])
    assert page.locator("script, img, iframe, object, embed, form, [onerror]").count() == 0


def test_the_page_is_read_without_scripts(chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty, java_script_enabled=False)

    page.locator("summary", has_text="R-604").click()

    expect(page.locator("#R-604")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_no_fault(theme: str, width: int, chromium: Browser, faulty: str, axe: str) -> None:
    page = opened(chromium, faulty, color_scheme=theme, viewport={"width": width, "height": 900})
    page.evaluate(UNFOLD_ONE_OF_EACH)

    assert_accessible(page, axe)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_page_takes_on_the_theme_and_the_width(theme: str, width: int, chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty, color_scheme=theme, viewport={"width": width, "height": 900})

    page.screenshot(path=SCREENSHOTS / f"report-{theme}-{width}.png", full_page=True)

    paper = {"light": "rgb(253, 253, 252)", "dark": "rgb(20, 23, 26)"}
    expect(page.locator("body")).to_have_css("background-color", paper[theme])
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", ["faulty", "hostile"])
def test_no_text_is_wider_than_a_small_window(name: str, chromium: Browser, request: pytest.FixtureRequest) -> None:
    page = opened(chromium, request.getfixturevalue(name), viewport={"width": 360, "height": 900})

    page.evaluate(UNFOLD)

    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_verdict_waivers_hash_and_the_place_to_sign_are_on_the_first_sheet(chromium: Browser, fullest: str) -> None:
    page = opened(chromium, fullest, viewport=SHEET)
    page.emulate_media(media="print")

    ends = {
        name: page.locator(selector).last.evaluate("one => one.getBoundingClientRect().bottom")
        for name, selector in ON_THE_FIRST_SHEET.items()
    }
    page.pdf(path=SCREENSHOTS / "fullest.pdf", format="A4", prefer_css_page_size=True)

    assert all(0 < end <= SHEET["height"] for end in ends.values()), ends


def test_paper_shows_what_is_folded_and_has_a_place_to_sign(chromium: Browser, faulty: str) -> None:
    page = opened(chromium, faulty, color_scheme="dark")
    page.emulate_media(media="print")

    page.pdf(path=SCREENSHOTS / "report.pdf", format="A4")

    expect(page.locator("#R-604")).to_be_visible()
    expect(page.get_by_text("Seen by Acme: non-conformant. Only a conformant target is signed off.")).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).color") == "rgb(28, 33, 36)"
