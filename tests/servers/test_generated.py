"""The generated faults are faults, each of them, by the documents and the rulings."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import yaml

from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.probe import Answer, send
from servers.faulty.sequences import SEQUENCES, Patch, patch
from servers.generated import by_name, half_of, population, registered
from servers.generated.deviation import READ, Example, Operator, raw, update
from servers.generated.expectation import expect, is_wrong
from servers.generated.reference import Reference
from servers.generated.url_forms import ILLEGAL, LEGAL, OPEN, url_form
from servers.generated.witness import is_shown_by
from support.paths import ROOT


def test_makes_thousands_of_faults_each_with_a_name_of_its_own() -> None:
    names = Counter(fault.name for fault in population())

    assert len(names) > 3000
    assert names.most_common(1)[0][1] == 1


def test_shows_each_fault_by_its_witness() -> None:
    hidden = [fault.name for fault in population() if not is_shown_by(fault.witness, fault.build())]

    assert hidden == []


def test_finds_nothing_wrong_with_the_reference() -> None:
    accused = [fault.name for fault in population() if is_shown_by(fault.witness, Reference())]

    assert accused == []


def test_builds_the_same_server_from_the_same_name() -> None:
    fault = by_name()["secrets-generated.a-random-end"]

    answers = [[send(server, READ) for _ in range(3)] for server in (fault.build(), fault.build())]

    assert answers[0] == answers[1]


def test_holds_back_most_of_the_operators_of_one_package() -> None:
    held_back = {one.name for one in registered() if ".held_back." in one.make.__module__}
    halves = Counter(fault.half for fault in population())

    untuned = {fault.operator for fault in population() if fault.half == "untuned"}
    assert untuned < held_back
    assert 0.4 < len(untuned) / len(held_back) < 0.8
    assert {half_of(one) for one in held_back} == {"tuned", "untuned"}
    assert halves["untuned"] > 200
    assert halves["tuned"] > 3000


def test_names_requirements_that_exist() -> None:
    known = {row["id"] for row in yaml.safe_load((ROOT / "openapi" / "requirements.yaml").read_text())}

    assert {row for fault in population() for row in fault.requirements} <= known


def test_takes_a_choice_for_a_fault_only_if_it_is_made_in_some_requests() -> None:
    contexts = {fault.context.name if fault.context else "" for fault in population() if ".first" in fault.name}

    assert "message-lost.first" not in by_name()
    assert "on-the-second-webhook" in contexts


def test_is_wrong_in_its_context_only() -> None:
    server = by_name()["status-slipped.201-200.on-the-second-webhook"].build()

    statuses = [send(server, patch({"events": ["all"]}, one)).status for one in (FIRST_ID, SECOND_ID)]

    assert statuses == [201, 200]


@pytest.mark.parametrize(
    "body",
    [
        b'{"events": ["all"], "a": NaN}',
        b'{"events": ["all"] /* all */}',
        b'{"events": ["all"],}',
        b"{'events': ['all']}",
        b'{events: ["all"]}',
        b'{"events": ["all"], "a": "b\nc"}',
        b'\xef\xbb\xbf{"events": ["all"]}',
        '{"events": ["all"]}'.encode("utf-16"),
        b'{"events": ["all"], "url": null}',
        b'{"events": ["all"], "secrets": [1]}',
        b'{"events": ["all"], "secrets": []}',
        b'{"events": ["all", "all"]}',
        b'{"EVENTS": ["all"]}',
        b'{"events": ["all"], "url": "https:example.com/x"}',
        b'{"events": ["all"], "url": "https://example.com/a\\\\b"}',
        b'{"events": ["all"], "nickname": 1}',
    ],
)
def test_leaves_open_what_the_rulings_leave_open(body: bytes) -> None:
    assert {201, 400} <= expect(raw(body)).statuses


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (Patch(READ.body, authorization="Bearer valid-token valid-token"), {201, 401}),
        (Patch(READ.body, authorization="bearer valid-token"), {201, 401}),
        (Patch(READ.body, FIRST_ID.upper()), {201, 400, 404}),
        (Patch(READ.body, FIRST_ID.replace("-", "")), {201, 400, 404}),
        (Patch(READ.body, "__proto__"), {400, 404}),
        (Patch(READ.body, f"{FIRST_ID}x"), {400, 404}),
        (Patch(READ.body, "00000000-0000-4000-8000-000000000000"), {404}),
        (Patch(READ.body, authorization="Bearer valid-tokenx"), {401}),
        (Patch(READ.body, authorization="Bearer forbidden-token"), {403}),
        (Patch(b"{", authorization=None), {400, 401}),
        (raw(b'{"events": ["all"]} trailing'), {400}),
        (raw(b'{"events": ["all"]'), {400}),
        (raw(b"events=all"), {400}),
        (raw(b""), {400}),
        (update(secrets=["a-secret-of-some-length"]), {201}),
        (update(secrets=["a"] * 3), {400}),
    ],
)
def test_knows_the_statuses_that_are_right(request_: Patch, statuses: set[int]) -> None:
    assert expect(request_).statuses == statuses


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("HTTPS://Hooks.example.com:8443/a?b=c#d", LEGAL),
        ("https://example.com", LEGAL),
        ("https://", ILLEGAL),
        ("https:/example.com", ILLEGAL),
        ("https:///example.com", ILLEGAL),
        ("https://:8443", ILLEGAL),
        ("https://user@/path", ILLEGAL),
        ("https://exa mple.com/", ILLEGAL),
        ("https://example.com/a b", ILLEGAL),
        ("https://example.com/\n", ILLEGAL),
        (" https://example.com", ILLEGAL),
        ("https://exam\\ple.com", ILLEGAL),
        ("https://exam\0ple.com", ILLEGAL),
        ("http://example.com", ILLEGAL),
        ("https:example.com/x", OPEN),
        ("https://example.com/a\\b", OPEN),
        ("https://example.com/\x01", OPEN),
        ("https://localhost/a", OPEN),
        ("https://192.0.2.1/", OPEN),
        ("https://example.com:99999/", OPEN),
    ],
)
def test_tells_legal_urls_from_illegal_ones(url: str, form: str) -> None:
    assert url_form(url) == form


def _created(**changes: Any) -> Answer:
    data = {"id": FIRST_ID, "url": "https://a.example/", "events": ["all"], "clientId": "c", "secrets": ["s" * 9]}
    body = json.dumps({"data": {**data, **changes}}).encode()
    return Answer(201, (("content-type", "application/json"),), body)


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({}, False),
        ({"url": "https://A.example:443#part"}, False),
        ({"url": "https://a.example/b"}, True),
        ({"url": None}, True),
        ({"id": SECOND_ID}, True),
        ({"clientId": "d"}, True),
        ({"secrets": ["S" * 9]}, True),
    ],
)
def test_compares_what_an_answer_says(changes: dict[str, Any], is_found: bool) -> None:  # noqa: FBT001  a parameter
    request = update(url="https://a.example/", secrets=["s" * 9])

    assert is_wrong(request, _created(), _created(**changes)) is is_found


@pytest.mark.parametrize(
    "answer",
    [
        Answer(201, (("content-type", "text/html"),), _created().body),
        Answer(201, (("content-type", "application/json"), ("content-encoding", "gzip")), _created().body),
        Answer(201, (("content-type", "application/json"),), _created().body.decode().encode("utf-16")),
        Answer(201, (("content-type", "application/json"),), b'{"a": NaN, ' + _created().body[1:]),
        Answer(500),
        Answer(0),
        Answer(-1),
    ],
)
def test_takes_no_answer_that_a_client_cannot_read(answer: Answer) -> None:
    assert is_wrong(READ, _created(), answer)


def test_finds_nothing_wrong_if_a_request_may_be_accepted_or_refused() -> None:
    request = update(url=None)
    refused = Answer(
        400, (("content-type", "application/json"),), b'{"message": ["x"], "error": "y", "statusCode": 400}'
    )

    assert not is_wrong(request, _created(), refused)


def test_reads_a_sequence_to_its_end() -> None:
    fault = by_name()["url-lost.null"]

    assert not is_shown_by(Example(update(url="https://hooks.example.com/a")), fault.build())
    assert is_shown_by(fault.witness, fault.build())


@pytest.mark.thorough
@pytest.mark.parametrize("operator", registered(), ids=lambda one: one.name)
def test_answers_odd_requests_without_an_error_of_its_own(operator: Operator) -> None:
    requests = [sequence[0] for sequence in SEQUENCES if len(sequence) == 1]

    for made in operator.make():
        server = made.build()
        for request in requests:
            server.reset()
            assert send(server, request).status in range(-1, 600), made.form
