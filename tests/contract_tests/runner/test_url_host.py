"""Targets that look host names up: reserved names are refused, a host of the vendor's own is not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from servers.faulty import FaultyServers
from servers.faulty.server import Server
from support.relay import PASS, Relay, Reply, Sent
from support.suite_runs import failed, run, told
from user_webhook_contract.cases.reserved_urls import reserved
from user_webhook_contract.settings import Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "hooks.vendor.dev"
REFUSAL = {"message": ["should be a secure URL with HTTPS"], "error": "Bad Request", "statusCode": 400}


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as running:
        yield running


def looks_up(_: int, sent: Sent) -> str | Reply:
    """Refuse a valid update whose host does not resolve, as the target behind the relay would take it."""
    try:
        body: Any = json.loads(sent.body)
    except (ValueError, RecursionError):
        return PASS
    url = body.get("url") if isinstance(body, dict) else None
    is_wrong = not isinstance(url, str) or not Server().is_https_url(url) or bool(Server().messages(body))
    if (
        is_wrong
        or sent.headers.get("authorization") != "Bearer valid-token"
        or re.match(rf"(?i)https://{HOST}[:/?#]", url + "/")
    ):
        return PASS
    return Reply(400, json.dumps(REFUSAL).encode(), {"Content-Type": "application/json"})


def test_a_refusal_of_reserved_names_is_reported_with_its_likely_cause(servers: FaultyServers) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct"), looks_up) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found) & {"R-222", "R-223", "R-225", "R-308", "R-501"}) == (
        "non-conformant",
        set(),
    )
    assert [note for note in found.notes if "--url-host" in note] == [
        (
            "Every valid update with a url at hooks.example.com got 400. If the target looks host names up, it refuses "
            "reserved names such as this one: give --url-host=HOST, a host of your own."
        )
    ]


@pytest.mark.parametrize("budget", [100, 160], ids=str)
def test_a_host_of_the_vendors_own_is_in_every_legal_url(servers: FaultyServers, budget: int) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct"), looks_up) as relay:
        found = run(relay.url, url_host=HOST, budget=budget)

    assert (failed(found), found.verdict.value) == (set(), "conformant"), told(found)
    assert not [note for note in found.notes if "--url-host" in note]


def test_the_note_is_for_targets_that_refuse_every_plain_url_alone(servers: FaultyServers) -> None:
    servers.reset("refuses-urls-over-500-in-urls")
    found = run(servers.url("refuses-urls-over-500-in-urls"))

    assert failed(found) == {"R-226"}
    assert not [note for note in found.notes if "--url-host" in note]


@pytest.mark.parametrize(
    "host", ["vendor", "https://hooks.vendor.dev", "hooks.vendor.dev:443", "-a.dev", "a b.dev", "10.0.0.1"]
)
def test_what_is_not_a_host_name_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match=r"--url-host=.* is not a host name"):
        Settings("http://target.example", url_host=host)


def test_generated_urls_get_the_host_and_wrong_ones_stay_as_they_are() -> None:
    body = {
        "url": "https://a.example.com/x",
        "x": [{"url": "https://HOOKS.vendor.dev/y"}, {"url": "http://a.example/"}],
    }

    assert reserved(body, "mine", url_host=HOST) == {
        "url": "mine",
        "x": [{"url": "https://HOOKS.vendor.dev/y"}, {"url": "http://a.example/"}],
    }
