from __future__ import annotations

import json
import re
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from support.browser import LOOKS, SCREENSHOTS, assert_accessible, opened
from support.mock_process import FIRST, USER, Mock, mock_of, until
from support.receiver import receiving
from user_webhook_mock.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Route

ALL = {"events": ["all"]}
BROKEN = {"url": "http://hooks.example.com", "events": [], "secrets": ["whsec-one"]}
HOSTILE = '<script>alert(1)</script><img src="https://evil.example/x" onerror="alert(2)">'


@pytest.fixture(scope="module")
def shared() -> Iterator[Mock]:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        yield mock


@pytest.fixture
def mock(shared: Mock) -> Mock:
    assert shared.control("POST", "/reset").status == 204
    return shared


@pytest.fixture
def page(chromium: Browser, mock: Mock) -> Iterator[Page]:
    with console(chromium, mock) as page:
        yield page


@contextmanager
def console(chromium: Browser, mock: Mock, *, is_locked: bool = False, **settings: Any) -> Iterator[Page]:
    """Give the console once it listens; see that it runs without an error, and asks nobody but the mock."""
    context = chromium.new_context(**settings)
    told: list[str] = []
    asked: set[str] = set()
    context.on("console", lambda one: told.append(one.text))
    context.on("weberror", lambda one: told.append(str(one.error)))
    context.on("dialog", lambda one: told.append(one.message))
    context.on("request", lambda one: asked.add(re.sub(r"(://[^/]+).*", r"\1", one.url)))
    page = opened(context, f"http://{mock.host}:{mock.port}/")
    if not is_locked:
        expect(page.get_by_text("Live.")).to_be_visible()
    yield page
    context.close()

    # Chromium itself notes each refusal that a page is answered with; these are what the console is for.
    assert [text for text in told if not text.startswith("Failed to load resource")] == []
    assert asked == {f"http://{mock.host}:{mock.port}"}


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def send(page: Page, content: object, caller: str = "valid") -> Locator:
    """Send an update by the form, and return what is said of its answer."""
    form = section(page, "Send an update")
    form.get_by_role("combobox", name="Token").select_option(caller)
    form.get_by_role("textbox", name="Body").fill(content if isinstance(content, str) else json.dumps(content))
    form.get_by_role("button", name="Send").click()
    return form.get_by_role("status")


def requests(page: Page) -> Locator:
    return section(page, "Requests").locator("summary")


def unfolded(page: Page) -> Locator:
    """Unfold the latest request, and return what is seen of it."""
    requests(page).first.click()
    return section(page, "Requests").locator(".unfolded").first


def test_a_request_of_the_form_appears_with_its_reason_and_broken_rules(page: Page) -> None:
    message = send(page, BROKEN)

    expect(message).to_contain_text("400 Bad Request")
    expect(section(page, "Body of the response")).to_contain_text("should be a secure URL with HTTPS")
    expect(requests(page)).to_have_count(1)
    expect(requests(page)).to_contain_text("url: pattern; events: minItems")
    expect(unfolded(page).get_by_role("listitem")).to_have_text(
        ["url: pattern should be a secure URL with HTTPS", "events: minItems events must contain at least 1 elements"]
    )


@pytest.mark.parametrize(
    ("caller", "status", "reason"),
    [
        ("valid", "201", ""),
        ("forbidden", "403", "token: lacks the scope"),
        ("expired", "401", "token: expired"),
        ("unknown", "401", "token: unknown"),
        ("none", "401", "token: missing"),
    ],
)
def test_the_form_sends_each_kind_of_token(caller: str, status: str, reason: str, page: Page) -> None:
    message = send(page, ALL, caller)

    expect(message).to_contain_text(status)
    expect(requests(page).locator(".badge")).to_have_text(status)
    expect(requests(page).locator(".why")).to_have_text(reason)


def test_the_form_sends_the_headers_that_it_is_given(page: Page) -> None:
    form = section(page, "Send an update")
    form.get_by_label("Headers").fill("Content-Type: application/json\nX-Mock-Fault: 503\nX-Request-Id: a:b\n\n")

    expect(send(page, ALL)).to_contain_text("503")
    shown = unfolded(page).locator(".headers")
    expect(shown.locator("div", has_text="x-request-id")).to_have_text("x-request-ida:b")
    expect(shown.locator("div", has_text="authorization")).to_have_text("authorizationvalid")


def test_a_body_that_is_not_read_is_told_with_its_reason(page: Page) -> None:
    section(page, "Send an update").get_by_label("Headers").fill("")

    expect(send(page, ALL)).to_contain_text("400 Bad Request")
    expect(requests(page).locator(".why")).to_have_text(
        "body not read: Content-Type is text/plain, not application/json"
    )


@pytest.mark.parametrize("line", ["Prefer", "a b: c", ": x"])
def test_what_is_not_a_header_is_not_sent(line: str, page: Page) -> None:
    section(page, "Send an update").get_by_label("Headers").fill(line)

    expect(send(page, ALL)).to_have_text(f'"{line}" is not a header. Write it like Prefer: code=404.')
    expect(requests(page)).to_have_count(0)


def test_the_headers_of_a_request_are_shown_without_credentials(page: Page, mock: Mock) -> None:
    mock.patch(ALL, cookie="session=7", x_api_key="key-7", traceparent="00-1-2-01")
    shown = unfolded(page).locator(".headers")

    expect(shown.get_by_text("00-1-2-01")).to_be_visible()
    for name in ("cookie", "x-api-key"):
        expect(shown.locator("div", has_text=name)).to_have_text(f"{name}[hidden]")


def test_the_line_above_the_list_agrees_with_it_at_once(page: Page, mock: Mock) -> None:
    page.evaluate(
        """() => {
          window.differences = [];
          const row = () => document.querySelector("#requests .rows .badge")?.textContent;
          const line = () => document.querySelector("#requests .count").textContent.match(/latest: (.*)\\./)?.[1];
          new MutationObserver(() => row() === line() || window.differences.push([row(), line()]))
            .observe(document.querySelector("#requests"), { subtree: true, childList: true, characterData: true });
        }"""
    )
    for number in range(12):
        mock.patch(ALL if number % 2 else BROKEN)
        page.wait_for_timeout(120)
    expect(requests(page)).to_have_count(12)

    assert page.evaluate("differences") == []


def test_the_line_that_repeats_a_request_has_no_token_and_no_secret(page: Page, mock: Mock) -> None:
    mock.patch({**ALL, "secrets": ["it's-one"], "url": "https://hooks.example.com/it's"}, "an%20id")
    line = unfolded(page).locator("pre").last
    path = f"http://{mock.host}:{mock.port}{USER}an%20id"
    shown = '{{"events":["all"],"secrets":["{}"],"url":"https://hooks.example.com/it\'\\\'\'s"}}'
    expected = f"curl -i -X PATCH '{path}' -H \"Authorization: Bearer $TOKEN\" -H 'content-type: application/json' --data-binary "

    expect(line).to_have_text(expected + f"'{shown.format('<secret of 8 characters>')}'")
    page.get_by_label("Show secrets").check()
    expect(line).to_have_text(expected + "'" + shown.format("it'\\''s-one") + "'")


def test_secrets_are_shown_on_demand(page: Page, mock: Mock) -> None:
    mock.patch({**ALL, "secrets": ["whsec-one"]})
    webhooks = section(page, "Webhooks")

    expect(webhooks.locator("li li", has_text="<secret of 9 characters>")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("whsec-one")
    page.get_by_label("Show secrets").check()
    expect(webhooks.locator("li li", has_text="whsec-one")).to_be_visible()


def test_a_switch_makes_every_call_fail(page: Page, mock: Mock) -> None:
    faults = section(page, "Faults")
    faults.get_by_role("switch", name="Every call fails").check()

    expect(faults.locator(".now")).to_have_text("Every call fails with 500.")
    assert mock.control("GET", "/faults").body["fail_rate"] == 1
    expect(send(page, ALL)).to_contain_text("500 Internal Server Error")
    expect(requests(page).first).to_contain_text("fault: 500")
    faults.get_by_role("switch", name="Every call fails").uncheck()
    expect(faults.locator(".now")).to_have_text("No faults.")


def test_the_next_requests_fail_as_told(page: Page, mock: Mock) -> None:
    faults = section(page, "Faults")
    faults.get_by_role("spinbutton", name="The next").fill("2")
    faults.get_by_role("combobox", name="get").select_option("429")
    faults.get_by_role("button", name="Set").click()
    expect(faults.locator(".now")).to_have_text("The next 2 get 429.")

    assert [mock.patch(ALL).status for _ in range(3)] == [429, 429, 201]
    expect(faults.locator(".now")).to_have_text("No faults.")


def test_the_form_of_all_requests_sets_latency_rate_and_limit(page: Page, mock: Mock) -> None:
    faults = section(page, "Faults")
    faults.get_by_label("Latency").fill("1ms..2ms")
    faults.get_by_label("Fail rate").fill("0.25")
    faults.get_by_label("Rate limit").fill("100/m")
    faults.get_by_role("button", name="Apply").click()

    expect(faults.get_by_role("status")).to_have_text("Applied.")
    trouble = mock.control("GET", "/faults").body
    assert (trouble["latency"], trouble["fail_rate"], trouble["rate_limit"]) == ("1ms..2ms", 0.25, "100/m")
    faults.get_by_role("button", name="End all faults").click()
    expect(faults.get_by_label("Latency")).to_have_value("")


def test_a_wrong_value_is_answered_with_its_rule(page: Page) -> None:
    faults = section(page, "Faults")
    faults.get_by_label("Latency").fill("soon")
    faults.get_by_role("button", name="Apply").click()

    expect(faults.get_by_role("status")).to_have_text(
        "latency='soon' is not a valid latency. A latency is one duration, or a range of two with the "
        "shorter one first, of at most 60s. Write it like 200ms, 1s or 150ms..400ms."
    )


def test_an_answer_that_does_not_come_is_told(page: Page, mock: Mock) -> None:
    mock.control("PATCH", "/faults", {"script": ["drop"]})

    expect(send(page, ALL)).to_have_text("no response The connection ended before a response.")
    expect(requests(page).first).to_contain_text("no response")


def test_a_choice_that_is_switched_changes_the_answer(page: Page, mock: Mock) -> None:
    choices = section(page, "Choices")
    choices.get_by_label("Does a 400 list every broken rule?").select_option("first")

    expect(choices.get_by_role("status")).to_have_text("messages: first.")
    assert mock.patch(BROKEN).body["message"] == ["should be a secure URL with HTTPS"]
    assert choices.get_by_role("combobox").count() == len(mock.control("GET", "/choices").body)


def test_what_others_change_is_shown(page: Page, mock: Mock) -> None:
    mock.control("PATCH", "/choices", {"messages": "first_per_property"})
    mock.control("PUT", "/webhooks/mine", {"url": "https://mine.example.com/"})

    expect(page.get_by_label("Does a 400 list every broken rule?")).to_have_value("first_per_property")
    expect(section(page, "Webhooks").get_by_text("https://mine.example.com/")).to_be_visible()


def test_a_reset_brings_everything_back(page: Page, mock: Mock) -> None:
    mock.control("PATCH", "/faults", {"fail_rate": 1})
    send(page, ALL)
    expect(requests(page)).to_have_count(1)

    page.get_by_role("button", name="Reset everything").click()

    expect(page.get_by_text("Everything is reset.")).to_be_visible()
    expect(requests(page)).to_have_count(0)
    expect(section(page, "Faults").locator(".now")).to_have_text("No faults.")
    assert mock.control("GET", "/journal").body["entries"] == []


def test_a_space_is_shown_alone_until_it_is_deleted(page: Page, mock: Mock) -> None:
    mock.patch({**ALL, "url": "https://a.example/"}, x_mock_space="a")
    spaces = page.get_by_role("combobox", name="Space")
    expect(spaces.get_by_role("option")).to_have_text(["default", "a"])
    expect(requests(page)).to_have_count(0)
    spaces.select_option("a")
    expect(requests(page)).to_have_count(1)
    expect(unfolded(page).locator("pre").last).to_contain_text("-H 'x-mock-space: a'")
    expect(send(page, ALL)).to_contain_text("201 Created")
    expect(requests(page)).to_have_count(2)
    expect(section(page, "Webhooks").get_by_text("https://a.example/")).to_be_visible()
    assert mock.control("GET", "/journal").body["entries"] == []

    page.get_by_role("button", name="Delete the space").click()

    expect(spaces).to_have_value("default")
    expect(spaces.get_by_role("option")).to_have_text(["default"])
    expect(requests(page)).to_have_count(0)
    expect(section(page, "Webhooks").get_by_text("https://a.example/")).to_have_count(0)


def test_the_default_space_is_shown_once_another_client_deletes_the_shown_one(page: Page, mock: Mock) -> None:
    mock.patch(ALL)
    mock.patch(BROKEN, x_mock_space="a")
    spaces = page.get_by_role("combobox", name="Space")
    spaces.select_option("a")
    expect(requests(page)).to_contain_text("400")

    mock.control("DELETE", "/spaces")

    expect(spaces).to_have_value("default")
    expect(requests(page)).to_contain_text("201")
    assert [space["name"] for space in mock.control("GET", "/spaces").body["spaces"]] == ["default"]


def test_without_spaces_none_is_offered(chromium: Browser) -> None:
    with mock_of(Settings(port=0, is_quiet=True, spaces=0)) as (mock, _), console(chromium, mock) as page:
        expect(page.get_by_role("combobox", name="Space")).to_be_hidden()


@pytest.mark.parametrize("content", [{"events": [HOSTILE], HOSTILE: HOSTILE}, HOSTILE], ids=["json", "text"])
def test_hostile_data_is_shown_as_text(content: Any, page: Page, mock: Mock) -> None:
    assert mock.control("PUT", f"/webhooks/{FIRST}", {"clientId": HOSTILE}).status == 200
    expect(send(page, content)).to_contain_text("400 Bad Request")
    mock.patch(ALL, path=f"/{HOSTILE.replace(' ', '%20')}")
    expect(requests(page)).to_have_count(2)
    for summary in requests(page).all():
        summary.click()

    expect(section(page, "Requests").get_by_text("<script>alert(1)</script>").first).to_be_visible()
    expect(section(page, "Webhooks").get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert page.locator("img, iframe, [onerror], script:not([src])").count() == 0


def test_a_body_that_is_nested_deeply_is_told(page: Page, mock: Mock) -> None:
    depth = 1000
    mock.patch(b'{"events":' + b"[" * depth + b"]" * depth + b"}")
    mock.patch(b"[" * 8000 + b"]" * 8000)
    expect(requests(page)).to_have_count(2)

    expect(unfolded(page).get_by_role("heading", name="Repeat it")).to_be_visible()


def test_a_fired_event_is_seen_with_its_attempts(chromium: Browser) -> None:
    with (
        receiving([500]) as receiver,
        mock_of(Settings(port=0, is_quiet=True, deliver_to=receiver.url, time_scale=1e5)) as (mock, _),
        console(chromium, mock) as page,
    ):
        deliveries = section(page, "Events and deliveries")
        deliveries.get_by_role("combobox", name="Event").select_option("facility.creation.accepted")
        deliveries.get_by_role("combobox", name="Webhook").select_option(FIRST)
        deliveries.get_by_label("Data").fill('{"facilityId": "<b>NUR-7</b>"}')
        deliveries.get_by_role("button", name="Fire").click()
        expect(deliveries.locator("summary")).to_contain_text("delivered")
        expect(deliveries.locator("summary")).to_contain_text("2 attempts")
        deliveries.locator("summary").click()

        expect(deliveries.locator(".unfolded")).to_contain_text('"facilityId":"<b>NUR-7</b>"')
        expect(deliveries.locator(".attempts > li > dl > div:first-child")).to_have_text(["Status500", "Status200"])


def test_an_answer_that_comes_late_does_not_take_a_delivery_back(chromium: Browser) -> None:
    with (
        receiving() as receiver,
        mock_of(Settings(port=0, is_quiet=True, deliver_to=receiver.url)) as (mock, _),
        console(chromium, mock) as page,
    ):
        deliveries = section(page, "Events and deliveries")

        held: list[Route] = []
        page.route("**/__mock__/events", lambda route: held.append(route))  # noqa: PLW0108  Playwright asks for a function
        deliveries.get_by_role("button", name="Fire").click()
        until(lambda: page.wait_for_timeout(20) or held)
        answer = held[0].fetch()
        expect(deliveries.locator("summary").first).to_contain_text("delivered")
        with page.expect_response("**/__mock__/events"):
            held[0].fulfill(response=answer)
        page.evaluate("fetch('/__mock__/clock').then(() => new Promise(requestAnimationFrame))")

        expect(deliveries.locator("summary").first).to_contain_text("delivered")


def test_a_page_that_has_paused_stands_still(page: Page, mock: Mock) -> None:
    page.get_by_role("button", name="Pause").click()
    mock.patch(ALL)
    mock.patch(ALL)

    page.get_by_role("button", name="Resume (2 new)").click()

    expect(requests(page)).to_have_count(2)


def test_a_thousand_requests_leave_the_latest_two_hundred(page: Page, mock: Mock) -> None:
    first = mock.patch(ALL)
    expect(requests(page)).to_have_count(1)
    connection = HTTPConnection(mock.host, mock.port)
    for _ in range(1000):
        connection.request("PATCH", USER + "nope", b'{"events":["all"]}', {"Authorization": "Bearer valid-token"})
        connection.getresponse().read()
    connection.close()
    last = mock.control("GET", "/journal?limit=1").body["entries"][0]["number"]
    rows = section(page, "Requests").locator(".rows > li")

    expect(rows.first).to_have_attribute("data-number", str(last))
    expect(rows.last).to_have_attribute("data-number", str(last - 199))
    expect(rows).to_have_count(200)
    numbers = page.evaluate("[...document.querySelectorAll('#requests .rows > li')].map(row => +row.dataset.number)")
    assert (first.status, numbers) == (201, list(range(last, last - 200, -1)))


def test_the_console_asks_for_the_control_token(chromium: Browser) -> None:
    settings = Settings(port=0, is_quiet=True, control_token="control-token")
    with mock_of(settings) as (mock, _), console(chromium, mock, is_locked=True) as page:
        token = page.get_by_label("Token", exact=True)
        expect(token).to_be_focused()
        expect(page.get_by_role("heading", name="Requests")).to_be_hidden()
        token.fill("another")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Wrong token.")).to_be_visible()
        token.fill("control-token")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Live.")).to_be_visible()
        expect(page.get_by_role("heading", name="Requests")).to_be_visible()

        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        page.reload()
        expect(token).to_be_focused()


def test_the_console_listens_again_once_the_mock_is_back(chromium: Browser) -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        context = chromium.new_context()
        page = opened(context, f"http://{mock.host}:{mock.port}/")
        mock.patch(ALL)
        expect(requests(page)).to_have_count(1)
    expect(page.get_by_text("trying again")).to_be_visible()
    with mock_of(Settings(port=mock.port, is_quiet=True)) as (again, _):
        again.patch({"events": []})
        expect(page.get_by_text("Live.")).to_be_visible()

        expect(requests(page)).to_have_count(1)
        expect(requests(page)).to_contain_text("events: minItems")
        context.close()


def test_everything_is_reached_by_keyboard(page: Page, mock: Mock) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the requests")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the requests")).to_be_in_viewport()
    page.get_by_label("Webhook id").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    expect(page.get_by_role("button", name="Send")).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(requests(page)).to_have_count(1)
    requests(page).focus()
    page.keyboard.press("Enter")
    expect(section(page, "Requests").locator(".unfolded")).to_be_visible()
    page.get_by_role("switch", name="Every call fails").focus()
    page.keyboard.press("Space")

    until(lambda: mock.control("GET", "/faults").body["fail_rate"] == 1)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_console_is_accessible_in_each_theme_and_width(
    theme: str, width: int, chromium: Browser, mock: Mock, axe: str
) -> None:
    with console(chromium, mock, color_scheme=theme, viewport={"width": width, "height": 900}) as page:
        mock.patch({**ALL, "secrets": ["one", "two"]})
        mock.patch(ALL, "unknown-webhook")
        mock.control("PATCH", "/faults", {"script": ["503:2"], "latency": "1ms"})
        mock.control("PATCH", "/choices", {"messages": "first"})
        mock.control("POST", "/events", {"eventType": "facility.creation.accepted"})
        mock.patch(ALL)
        expect(send(page, BROKEN)).to_contain_text("503")
        mock.patch(BROKEN)
        expect(requests(page)).to_have_count(5)
        unfolded(page)
        section(page, "Events and deliveries").locator("summary").first.click()

        page.screenshot(path=SCREENSHOTS / f"console-{theme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert_accessible(page, axe)


ATTACK = """<!doctype html><title>another page</title><iframe src="{mock}/"></iframe><img src="{mock}/__mock__/live">
<form method="post" action="{mock}/__mock__/reset" target="_blank"></form>
<script type="module">
const tried = [
  fetch("{mock}/__mock__/reset", {{method: "POST", mode: "no-cors"}}),
  fetch("{mock}/__mock__/webhooks/{first}", {{method: "DELETE"}}),
  fetch("{mock}/__mock__/journal").then((answer) => answer.text()),
  import("{mock}/__mock__/settings"),
];
document.forms[0].submit();
document.title = (await Promise.allSettled(tried)).map((one) => one.status).join();
</script>"""


def test_a_page_of_another_origin_changes_and_reads_nothing(chromium: Browser) -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        mock.patch({**ALL, "url": "https://hooks.example.com/kept"})
        attack = ATTACK.format(mock=f"http://{mock.host}:{mock.port}", first=FIRST)
        context = chromium.new_context()
        context.route("http://localhost:9/", lambda route: route.fulfill(body=attack, content_type="text/html"))
        answers: list[tuple[str, int | str]] = []
        context.on("response", lambda one: answers.append((one.url.rpartition("/")[2], one.status)))
        context.on("requestfailed", lambda one: answers.append((one.url.rpartition("/")[2], "blocked")))
        page = opened(context, "http://localhost:9/")
        expect(page).to_have_title("rejected,rejected,rejected,rejected", timeout=20_000)
        until(lambda: page.wait_for_timeout(50) or {name for name, _ in answers} >= {"reset", "live", "journal"})
        frame = page.frames[1].url
        context.close()

        assert {outcome for name, outcome in answers if name in ("reset", "live", "journal")} == {403, "blocked"}
        assert (frame, len(state.broadcast)) == ("chrome-error://chromewebdata/", 0)
        assert mock.control("GET", f"/webhooks/{FIRST}").body["url"] == "https://hooks.example.com/kept"


@pytest.mark.parametrize("path", ["/docs", "/__mock__/docs"])
def test_a_reference_is_rendered_under_its_policy(chromium: Browser, mock: Mock, path: str) -> None:
    told: list[str] = []
    context = chromium.new_context()
    context.on("console", lambda one: told.append(one.text))
    page = opened(context, f"http://{mock.host}:{mock.port}{path}")
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
    context.close()

    assert told == []


@pytest.mark.parametrize(("theme", "paper"), [("light", "rgb(253, 253, 252)"), ("dark", "rgb(24, 26, 28)")])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/docs", "/__mock__/docs"])
def test_a_reference_fits_each_theme_and_width_and_leads_back(  # noqa: PLR0913, PLR0917  the browser, the mock, and how a page is looked at
    chromium: Browser, mock: Mock, path: str, width: int, theme: Any, paper: str
) -> None:
    page = opened(
        chromium,
        f"http://{mock.host}:{mock.port}{path}",
        color_scheme=theme,
        viewport={"width": width, "height": 900},
    )
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
    selects = page.evaluate("[...document.querySelectorAll('select')].map(one => one.getBoundingClientRect().width)")

    page.screenshot(path=SCREENSHOTS / f"reference{path.replace('/', '-')}-{theme}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == paper
    turned = page.evaluate("getComputedStyle(document.getElementById('reference')).filter !== 'none'")
    assert turned == (theme == "dark")
    assert min(selects) > 100
    page.get_by_role("link", name="Console").click()
    expect(page).to_have_title("Console of the mock")
    page.close()
