from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from support.browser import LOOKS, SCREENSHOTS, assert_accessible, opened
from support.vendors import many, matrix_of, vendor_reports
from user_webhook_contract.forms.matrix import GROUP, matrix_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDE = {"width": 1400, "height": 950}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return vendor_reports(tmp_path_factory.mktemp("waivers"))


@pytest.fixture(scope="module")
def pages(reports: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """Return the addresses of pages on few vendors, on as many as stand side by side, and on more, by their number."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for count in (len(reports), GROUP, 2 * GROUP + 3):
        file = folder / f"{count}.html"
        file.write_text(matrix_html(matrix_of(many(reports, count))), encoding="utf-8")
        found[count] = file.as_uri()
    return found


def page_on(count: int, chromium: Browser, pages: dict[int, str], **settings: Any) -> Page:
    return opened(chromium, pages[count], **settings)


def right_edge(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("one => one.getBoundingClientRect().right"))


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_no_fault_in_a_matrix(
    theme: str, width: int, chromium: Browser, pages: dict[int, str], axe: str
) -> None:
    for count in (12, GROUP):
        page = page_on(count, chromium, pages, color_scheme=theme, viewport={"width": width, "height": 900})

        assert_accessible(page, axe)
        page.screenshot(path=SCREENSHOTS / f"matrix-{count}-{theme}-{width}.png", full_page=True)


def test_the_first_screen_of_a_matrix_counts_the_verdicts(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(12, chromium, pages, viewport=WIDE)

    expect(page.locator(".totals")).to_be_in_viewport()
    expect(page.locator(".totals li")).to_have_text(
        [re.compile(r"^\s*4 conformant"), re.compile("^1 conf.* waivers"), "7 non-conformant", "0 inconclusive"]
    )


def test_50_vendors_stand_side_by_side_on_a_usual_screen(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(GROUP, chromium, pages, viewport=WIDE)
    scroll = page.locator(".scroll:has(.grid)").first

    assert scroll.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    assert page.locator("table.grid").count() == 2


def test_more_vendors_get_tables_of_their_own(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(103, chromium, pages, viewport=WIDE)

    expect(page.locator("#requirements ~ .group")).to_have_text(
        ["Vendors 1 to 50", "Vendors 51 to 100", "Vendors 101 to 103"]
    )
    assert page.locator("#requirements ~ .scroll thead .vendor").count() == 103


def test_a_verdict_is_read_aloud_as_a_word(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(12, chromium, pages, viewport=WIDE)
    row = page.get_by_role("row", name=re.compile("^R-604"))

    expect(row.get_by_role("cell").nth(2)).to_have_text("broken")
    expect(row.get_by_role("rowheader")).to_contain_text("broken by 1")


def test_letters_stand_for_choices_where_vendors_are_many(chromium: Browser, pages: dict[int, str]) -> None:
    few = page_on(12, chromium, pages).get_by_role("row", name=re.compile("^omitted_secrets"))
    many_ = page_on(GROUP, chromium, pages).get_by_role("row", name=re.compile("^omitted_secrets"))

    expect(few.get_by_role("cell").nth(1)).to_have_text("keep")
    expect(many_.get_by_role("cell").nth(5)).to_have_text("B keep")
    expect(many_.get_by_role("rowheader")).to_contain_text(re.compile(r"A\s+generate: \d+\s*B\s+keep: \d+"))


def test_a_matrix_is_moved_by_keyboard(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(GROUP, chromium, pages, viewport={"width": 700, "height": 700})
    scroll = page.locator("#requirements ~ .scroll").first

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the vendors")).to_be_focused()
    scroll.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")

    page.wait_for_function("one => one.scrollLeft > 0 && one.scrollTop > 0", arg=scroll.element_handle())
    expect(scroll.locator("thead .what")).to_be_in_viewport()


def test_paper_cuts_off_no_vendor(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(GROUP, chromium, pages, color_scheme="dark", viewport={"width": 1047, "height": 718})
    page.emulate_media(media="print")

    page.pdf(path=SCREENSHOTS / "matrix.pdf", prefer_css_page_size=True)

    assert right_edge(page, ".grid thead .vendor:last-child") <= 1047
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 253, 252)"
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_no_text_of_a_matrix_is_wider_than_a_small_window(chromium: Browser, pages: dict[int, str]) -> None:
    page = page_on(GROUP, chromium, pages, viewport={"width": 360, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") == 360
