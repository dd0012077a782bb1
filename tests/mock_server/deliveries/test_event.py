from __future__ import annotations

import json
import re
from typing import Any

import pytest

from user_webhook_api.bundle import operation
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.event import DATA, new_event

CONNECTION = "facility.user-connection.accepted"
LEGAL = ", ".join(DATA)


def test_every_event_of_the_document_can_be_fired() -> None:
    schema = operation()["requestBody"]["content"]["application/json"]["schema"]

    assert {"all", *DATA} == set(schema["properties"]["events"]["items"]["enum"])


@pytest.mark.parametrize(
    ("event_type", "patterns"),
    [
        (CONNECTION, {"facilityId": r"NUR-\d{6}", "userId": r"[A-Za-z0-9]{28}"}),
        ("facility.user-connection.rejected", {"facilityId": r"NUR-\d{6}", "userId": r"[A-Za-z0-9]{28}"}),
        ("facility.creation.accepted", {"facilityId": r"NUR-\d{6}"}),
        ("facility.creation.rejected", {"facilityName": r"Example Hospital \d{3}"}),
    ],
)
def test_an_event_has_the_documented_data(event_type: str, patterns: dict[str, str]) -> None:
    sent = json.loads(new_event(event_type).body)

    assert list(sent) == ["data", "eventType"]
    assert sent["eventType"] == event_type
    assert list(sent["data"]) == list(patterns)
    assert [re.fullmatch(pattern, sent["data"][name]) is None for name, pattern in patterns.items()].count(True) == 0


def test_two_events_tell_of_two_users() -> None:
    assert new_event(CONNECTION).data["userId"] != new_event(CONNECTION).data["userId"]


def test_given_data_takes_the_place_of_invented_data() -> None:
    event = new_event(CONNECTION, {"facilityId": "NUR-000007", "shift": None})

    assert json.loads(event.body)["data"] == {
        "facilityId": "NUR-000007",
        "userId": event.data["userId"],
        "shift": None,
    }


@pytest.mark.parametrize(
    ("events", "expected"),
    [([CONNECTION], True), (["all"], True), (["facility.creation.accepted", CONNECTION], True), (["facility"], False)],
)
def test_an_event_concerns_its_subscribers_and_those_of_every_event(events: list[str], *, expected: bool) -> None:
    assert new_event(CONNECTION).concerns(events) is expected


@pytest.mark.parametrize(
    ("event_type", "message"),
    [
        ("all", "'all' is not an event but subscribes to every one: fire one of them."),
        (
            "facility.creation.acepted",
            "Unknown event 'facility.creation.acepted': did you mean 'facility.creation.accepted'?",
        ),
    ],
)
def test_an_unknown_event_is_refused_with_the_nearest_one(event_type: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        new_event(event_type)

    assert str(caught.value) == f"{message} The events are {LEGAL}."
    assert caught.value.value == event_type


def test_data_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        new_event(CONNECTION, {"facilityName": "x" * 70_000})

    assert str(caught.value) == "data is too long: send less of it. A delivery has at most 65536 bytes."


def test_data_that_is_nested_too_deeply_is_refused() -> None:
    deep: Any = []
    for _ in range(600):
        deep = [deep]

    with pytest.raises(UsageError, match="data cannot be sent as JSON: nest it less deeply"):
        new_event(CONNECTION, {"deep": deep})
