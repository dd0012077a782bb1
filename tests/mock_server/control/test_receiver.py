from __future__ import annotations

from typing import Any

import pytest

from support.mock_process import FIRST, mock_of, until
from support.receiver import receiving
from user_webhook_mock.config.settings import Settings

EVENT = {"eventType": "facility.creation.accepted", "data": {"facilityId": "NUR-7"}, "webhookId": FIRST}
NONE = {"url": None, "stored_urls": False}


def test_a_receiver_is_named_while_the_mock_serves() -> None:
    with receiving() as receiver, mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        before = mock.control("GET", "/receiver").body
        put = mock.control("PUT", "/receiver", {"url": receiver.url})
        mock.control("POST", "/events", EVENT)
        until(lambda: mock.control("GET", "/deliveries").body["deliveries"][0]["state"] == "delivered")
        mock.control("POST", "/reset")
        after = mock.control("GET", "/receiver").body

    assert (put.status, put.body) == (200, {"url": receiver.url, "stored_urls": False})
    assert (before, after) == (NONE, NONE)


def test_the_receiver_of_the_start_comes_back() -> None:
    with (
        receiving() as first,
        receiving() as second,
        mock_of(Settings(port=0, is_quiet=True, deliver_to=first.url)) as (mock, _),
    ):
        put = mock.control("PUT", "/receiver", {"url": second.url}).body["url"]
        removed = mock.control("DELETE", "/receiver").body["url"]

    assert (put, removed) == (second.url, first.url)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"url": "http://192.0.2.1/"}, "deliver_to: '192.0.2.1' is 192.0.2.1, which is not this machine"),
        ({"url": "ftp://127.0.0.1/"}, "deliver_to: 'ftp://127.0.0.1/' is not an http or https url"),
        ({"url": ""}, "url is not valid"),
        ({"url": None}, "url is not valid"),
        ({}, "url is not valid"),
        ({"uri": "x"}, "Unknown member 'uri'"),
    ],
)
def test_a_receiver_that_cannot_be_called_changes_nothing(given: Any, what: str) -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        reply = mock.control("PUT", "/receiver", given)
        shown = mock.control("GET", "/receiver").body

    assert (reply.status, reply.body["what"].startswith(what), shown) == (400, True, NONE)


def test_the_password_of_a_receiver_is_not_shown() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        put = mock.control("PUT", "/receiver", {"url": "http://me:hidden@127.0.0.1:9/"})
        refused = mock.control("PUT", "/receiver", {"url": "http://me:hidden@192.0.2.1/"})

    assert put.body["url"] == "http://127.0.0.1:9/"
    assert b"hidden" not in put.content + refused.content


def test_another_machine_may_be_named_where_deliveries_are_for_real() -> None:
    with mock_of(Settings(port=0, is_quiet=True, deliver_for_real=True)) as (mock, _):
        before = mock.control("GET", "/receiver").body
        put = mock.control("PUT", "/receiver", {"url": "http://192.0.2.1/"})

    assert (before, put.body) == (
        {"url": None, "stored_urls": True},
        {"url": "http://192.0.2.1/", "stored_urls": False},
    )
