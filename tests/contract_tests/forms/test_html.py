from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from support.report_runs import HOSTILE, faulty_report, hostile_report
from support.suite_runs import FIRST
from support.totals import total
from user_webhook_contract.forms import charts
from user_webhook_contract.forms.diff import diff
from user_webhook_contract.forms.html import body, html
from user_webhook_contract.forms.writer import write_files

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

HTML = "{http://www.w3.org/1999/xhtml}"
ASKING = {"action", "background", "data", "formaction", "ping", "poster", "src", "srcset"}


@pytest.fixture(scope="module")
def faulty() -> dict[str, Any]:
    return faulty_report("forgets-the-maximum-message", vendor="Acme", product="Hooks", product_version="4.2")


@pytest.fixture(scope="module")
def hostile() -> dict[str, Any]:
    return hostile_report(vendor=HOSTILE, budget=40)


@cache
def parse(page: str) -> Element:
    """Return the tree that a browser makes of *page*; ParseError where it is no valid HTML."""
    root: Element = html5lib.HTMLParser(strict=True).parse(page)
    return root


def text(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def part(page: str, identifier: str) -> Element:
    return next(one for one in parse(page).iter() if one.get("id") == identifier)


def tags(page: str) -> set[str]:
    return {one.tag for one in parse(page).iter() if isinstance(one.tag, str)}


def test_the_page_tells_the_verdict_and_what_was_judged(faulty: dict[str, Any]) -> None:
    verdict = text(part(html(faulty), "verdict"))

    assert verdict.startswith(f"Non-conformant {faulty['target']} Fix first R-207 (must) ")
    assert f"The target breaks 2 requirements of the {total()} that the suite tests." in verdict
    assert "They have 1 cause." in verdict
    assert f"{total() - 2} kept 2 broken" in verdict
    assert "Vendor Acme Product Hooks Product version 4.2" in verdict
    assert f"SHA-256 of the document {faulty['document']['sha256']}" in verdict


def test_the_page_begins_with_what_to_fix_first(faulty: dict[str, Any]) -> None:
    [first] = [one for one in parse(html(faulty)).iter(f"{HTML}dl") if one.get("class") == "first-fix"]
    row = next(one for one in faulty["requirements"] if one["id"] == "R-207")
    sent = '{"url": false, "events": "nope", "secrets": true}'

    assert [text(line) for line in first] == [
        f"Fix first R-207 (must) {row['failures'][0]['headline']}",
        f"Shown by request 47: credential valid, application/json, {sent}",
        f"Remedy {row['remedy']}",
    ]


def test_a_page_without_failures_has_nothing_to_fix() -> None:
    page = html(faulty_report("correct", budget=30))

    assert "first-fix" not in page.partition("</style>")[2]


def test_one_cause_is_one_block_with_what_to_do(faulty: dict[str, Any]) -> None:
    failures = part(html(faulty), "failures")
    [block] = failures.iter(f"{HTML}article")
    row = next(one for one in faulty["requirements"] if one["id"] == "R-207")

    assert text(block).startswith(
        'R-207 400 without the message "secrets must contain no more than 2 elements" must The same cause also breaks R-211'
    )
    assert f"Remedy {row['remedy']} Source {row['source']}" in text(block)
    assert "curl -i -X PATCH http://127.0.0.1:" in text(block)


def test_a_page_links_to_the_published_page_of_a_requirement() -> None:
    page = html(faulty_report("correct", budget=30, docs_url="https://pages.example"))

    assert '<a href="https://pages.example/reference/requirements/R-207.html">' in page


def test_what_differs_is_marked() -> None:
    page = html(faulty_report("misspells-secrets-array"))
    marked = [text(one) for one in part(page, "failures").iter(f"{HTML}mark")]

    assert marked[1] == "should"
    assert marked[2] == (
        'missing: ["secrets must be an array"]; not expected: ["secrets should be an array"]; documented:'
    )
    assert marked[-2:] == ["must", ", or only the first of them"]


@pytest.mark.parametrize(
    ("received", "documented", "marked"),
    [
        ("status 500", "status 201", (["500"], ["201"])),
        ('["a rule", "another"]', '["a rule"]', ([',\n "another"'], [])),
        ("no word of it", "<entirely>[other]", ([], [])),
        ("a " * 2000, "b " * 2000, ([], [])),
    ],
    ids=["a word", "an element", "nothing in common", "too long"],
)
def test_two_texts_are_compared_word_by_word(received: str, documented: str, marked: tuple[list[str], ...]) -> None:
    found = diff(received, documented)

    assert tuple(["".join(one.text for one in side if one.is_different)] for side in found) == tuple(
        side or [""] for side in marked
    )
    assert "".join(one.text for one in found[1]).replace("\n", "") == documented


def test_every_requirement_has_verdict_statement_source_and_evidence(faulty: dict[str, Any]) -> None:
    rows = {one.get("id"): one for one in parse(html(faulty)).iter() if re.fullmatch(r"R-\d+", one.get("id", ""))}

    assert list(rows) == [row["id"] for row in faulty["requirements"]]
    for row in faulty["requirements"]:
        assert text(rows[row["id"]]).startswith(f"{row['statement']} Source {row['source']}")
        assert (f"Request {row['first_proof']} (" in text(rows[row["id"]])) == (row["first_proof"] is not None)


def test_no_verdict_is_told_by_colour_alone(faulty: dict[str, Any]) -> None:
    tiles = [one for one in parse(html(faulty)).iter(f"{HTML}a") if "tile" in one.get("class", "")]
    words = {"pass": "kept", "fail": "broken", "not-run": "not tested"}

    assert [text(tile) for tile in tiles] == [f"{row['id']} {words[row['verdict']]}" for row in faulty["requirements"]]


def test_every_link_leads_to_a_place_on_the_page(faulty: dict[str, Any]) -> None:
    tree = parse(html(faulty))
    places = [one.get("id") for one in tree.iter() if one.get("id")]
    links = {one.get("href", "") for one in tree.iter() if one.tag == f"{HTML}a" or one.tag.endswith("}use")}

    assert len(places) == len(set(places))
    assert {link for link in links if link.removeprefix("#") not in places} == set()


def test_what_was_waived_or_not_run_is_told_with_its_reason(tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text("[{id: R-604, reason: until the next release, expires: 2999-12-31}]", encoding="utf-8")
    page = html(faulty_report("answers-401-with-error", waivers=waivers, forbidden_token="", second_webhook_id=""))

    assert text(part(page, "verdict")).startswith("Inconclusive with 1 waiver http://127.0.0.1:")
    assert "R-604 until 2999-12-31: until the next release" in text(part(page, "remarks"))
    assert "waived R-604 A 401 has the documented body. until the next release" in text(part(page, "untested"))
    assert "not run R-404 A token without the scope is refused with 403." in text(part(page, "untested"))


def test_a_choice_stands_beside_the_words_of_the_documents(faulty: dict[str, Any]) -> None:
    choices = text(part(html(faulty), "choices"))
    choice = next(one for one in faulty["choices"] if one["name"] == "check_order")

    assert f"{choice['question']} check_order body_first was seen lookup_first body_first: request" in choices
    assert f"The documents {choice['documents']}" in choices


def test_hostile_text_becomes_no_element(hostile: dict[str, Any], faulty: dict[str, Any]) -> None:
    page = html(hostile)
    attributes = {name for one in parse(page).iter() for name in one.attrib}

    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;" in page
    assert tags(page) - tags(html(faulty)) <= {f"{HTML}{name}" for name in ("br", "b")}
    assert {name for name in attributes if name.startswith("on")} | attributes & ASKING == set()


def test_hostile_text_leaves_no_character_that_does_not_print(hostile: dict[str, Any]) -> None:
    page = html(hostile).encode().decode()

    assert {one for one in page if unicodedata.category(one) in {"Cc", "Cf", "Cs"}} == {"\n"}
    assert "\\u202e" in page
    assert "\\ud800" in page


def test_no_token_and_no_secret_is_on_the_page(faulty: dict[str, Any]) -> None:
    page = html(faulty)

    assert "valid-token" not in page.replace("${TOKEN:-valid-token}", "")
    assert "&lt;secret of 32 characters&gt;" in page


def test_the_page_loads_nothing_and_runs_nothing(faulty: dict[str, Any]) -> None:
    tree = parse(html(faulty))
    policy = next(one for one in tree.iter(f"{HTML}meta") if one.get("http-equiv") == "Content-Security-Policy")

    assert policy.get("content", "").startswith("default-src 'none'; style-src 'sha256-")
    assert [one.get("href") for one in tree.iter(f"{HTML}link")] == ["data:,"]
    assert list(tree.iter(f"{HTML}script")) == []


@pytest.mark.parametrize("depth", [1, 400, 900])
def test_a_body_nested_deep_is_shown(depth: int) -> None:
    shown = body({"kind": "json", "value": json.loads("[" * depth + "]" * depth)})

    assert shown.count("[") == depth or shown.endswith(" characters in total")


def test_a_long_body_is_cut_and_says_so() -> None:
    assert body({"kind": "text", "value": "x" * 5000}) == "x" * 4000 + "\n... cut here: 5,000 characters in total"


def test_a_long_run_has_a_picture_of_a_part_and_says_of_which(faulty: dict[str, Any]) -> None:
    timeline = [[number, number * 0.6, 2.0, 400, "kept"] for number in range(1, 20_001)]
    timeline[500][4], timeline[900][3:] = "broken", [None, "unanswered"]

    page = html({**faulty, "course": timeline})

    told = text(part(page, "course"))
    assert "has only 1,820 of 20,000 requests: all of those that were broken or unanswered, and one in 11 of" in told
    assert "kept 19,998" in told
    assert page.count('<use href="#broken"') == page.count('<use href="#unanswered"') == 1
    assert len(page) < 1_000_000


@pytest.mark.parametrize("end", [0.0, 0.04, 1.0, 7.3, 120.0, 121.0, 1200.0, 40_000.0])
def test_an_axis_of_time_has_a_few_ticks_on_the_picture(end: float) -> None:
    drawn = charts.timeline([[1, 0.0, 1.0, 201, "kept"], [2, end, 30.0, 400, "kept"]])

    assert 2 <= len(drawn.x_ticks) <= charts.MAX_TICKS + 1
    assert all(0 <= tick.at <= 100 for tick in [*drawn.x_ticks, *drawn.y_ticks])
    assert drawn.unit == ("minutes" if end > 120 else "seconds")


def test_a_run_without_an_answer_has_no_distribution(faulty: dict[str, Any]) -> None:
    timeline = [[1, 0.1, 0.0, None, "unanswered"]]

    page = html({**faulty, "course": timeline})

    assert charts.distribution(timeline) is None
    assert "unanswered 1 none none none" in text(part(page, "course"))


def test_a_run_without_a_request_has_no_picture(faulty: dict[str, Any]) -> None:
    page = html({**faulty, "course": []})

    assert text(part(page, "course")) == "Timeline of the run No request was judged: the timeline is empty."


def test_the_distribution_counts_every_answer() -> None:
    points = [[number, 0.1, ms, 201, "kept"] for number, ms in enumerate([0.0, 0.4, 0.4, 3.0, 9_999.0], 1)]

    drawn = charts.distribution(points)

    assert drawn is not None
    assert (drawn.highest, drawn.median.label, drawn.slow.label) == (2, "0.4 ms", "10 s")
    assert [bar.height for bar in drawn.bars] == [50.0, 100.0, 50.0, 50.0]


def test_the_page_is_among_the_files_of_a_report(faulty: dict[str, Any], tmp_path: Path) -> None:
    paths, _ = write_files(faulty, tmp_path)

    assert str(tmp_path / "report.html") in paths
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == html(faulty)
    assert FIRST in html(faulty)
