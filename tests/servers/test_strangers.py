"""The strangers do what was seen of servers that other people wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from servers.faulty.literals import FIRST_ID
from servers.faulty.probe import Answer, send
from servers.faulty.sequences import Patch, patch
from servers.strangers import RULINGS, STACKS, TRIALS
from servers.strangers.rulings import EXPIRED

SERVERS = {one.name: one for one in (*STACKS, *TRIALS, *(one for pair in RULINGS.values() for one in pair))}
READ = patch({"events": ["all"]})


def answer(name: str, *requests: Patch) -> Answer:
    server = SERVERS[name].build()
    return [send(server, request) for request in requests][-1]


def url(value: Any) -> Patch:
    return patch({"events": ["all"], "url": value})


def secrets(*values: Any) -> Patch:
    return patch({"events": ["all"], "secrets": list(values)})


def nested(levels: int) -> Patch:
    return Patch(b'{"events": ["all"], "a": ' + b"[" * levels + b"]" * levels + b"}")


@pytest.mark.parametrize(
    ("name", "request_", "status"),
    [
        ("express-zod", url("https:///hooks.example.com/a"), 201),
        ("express-zod", url(" https://hooks.example.com/a b\n"), 201),
        ("express-zod", url("https:\\\\hooks.example.com\\a"), 201),
        ("express-zod", url("https://exa mple.com/"), 400),
        ("express-zod", url("https://"), 400),
        ("express-zod", url("http://hooks.example.com/"), 400),
        ("express-zod", Patch(READ.body, authorization="Bearer valid-token b"), 201),
        ("express-joi", url("HTTPS://hooks.example.com/"), 400),
        ("express-joi", Patch(READ.body, "constructor"), 201),
        ("express-joi", Patch(b"null"), 500),
        ("fastify-ajv", url(7), 201),
        ("fastify-ajv", patch({"events": "all"}), 201),
        ("fastify-ajv", patch({"events": ["all"], "__proto__": {}}), 400),
        ("koa", url("https://:8443"), 201),
        ("koa", secrets(1), 201),
        ("fastapi-pydantic", Patch(b'{"events": ["all"], "secrets": ["\\ud800"]}'), 500),
        ("fastapi-pydantic", Patch(b'{"events": ["all"], "a": NaN}'), 201),
        ("flask-marshmallow", Patch(b'{"events": ["all"], "a": NaN}'), 201),
        ("flask-marshmallow", nested(199), 201),
        ("flask-marshmallow", nested(1100), 500),
        ("django-rest", nested(1000), 500),
        ("php", patch({"events": {"0": "all"}}), 201),
        ("php", url("HTTPS://hooks.example.com/"), 400),
        ("json5", Patch(b"{events: ['all'], /* all */}"), 201),
        ("json5", Patch(b'{"events": ["all"]} trailing'), 400),
        ("first-value-only", Patch(b'{"events": ["all"]} trailing'), 201),
        ("uuid-column", Patch(READ.body, FIRST_ID.upper()), 201),
        ("uuid-column", Patch(READ.body, FIRST_ID.replace("-", "")), 201),
        ("uuid-column", Patch(READ.body, f"{FIRST_ID}x"), 400),
        ("object-members", Patch(READ.body, "__proto__"), 201),
        ("falls-over-150-levels", nested(200), 500),
        ("lenient-behind-the-host", url("https:hooks.example.com/x"), 201),
        ("lenient-behind-the-host", url("https://hooks.example.com/a\\b"), 201),
        ("lenient-behind-the-host", url("https://hooks.exa\\mple.com/"), 400),
        ("blanks-in-urls", url("https:///hooks.exam\tple.com/a b"), 201),
        ("looks-hosts-up", url("https://hooks.example.com/a"), 400),
        ("looks-hosts-up", url("https://hooks.vendor.test/a"), 201),
        ("any-case-of-keys", patch({"EVENTS": ["all"]}), 201),
        ("plain-secrets-only", secrets(" padded-secret "), 400),
        ("unauthorised-by-a-body", secrets("first-secret-0001", "second-secret-0001"), 401),
        ("expired-stranger", Patch(READ.body, authorization=f"Bearer {EXPIRED}"), 401),
        ("first-word", Patch(READ.body, authorization="bearer valid-token b"), 201),
        ("token-7", Patch(READ.body, authorization="Bearer 7"), 201),
    ],
)
def test_answers_as_was_seen(name: str, request_: Patch, status: int) -> None:
    assert answer(name, request_).status == status


@pytest.mark.parametrize(
    ("name", "requests", "shown"),
    [
        ("koa", (secrets("first-secret-0001"), READ), {"secrets": ["first-secret-0001"]}),
        ("django-rest", (secrets(" padded "),), {"secrets": ["padded"]}),
        ("escaping", (secrets("a-secret-with-<&>"),), {"secrets": ["a-secret-with-&lt;&amp;>"]}),
        ("numbers-from-texts", (secrets("12345678"),), {"secrets": [12345678]}),
        ("null-as-url", (url(None),), {"url": None}),
        ("fastify-mass-assignment", (patch({"events": ["all"], "clientId": "mine"}),), {"clientId": "mine"}),
        (
            "written-first",
            (patch({"events": ["nope"], "url": "https://hooks.example.com/b"}), READ),
            {"url": "https://hooks.example.com/b"},
        ),
    ],
)
def test_shows_what_was_seen(name: str, requests: tuple[Patch, ...], shown: dict[str, Any]) -> None:
    data = json.loads(answer(name, *requests).body)["data"]

    assert {part: data[part] for part in shown} == shown


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("express-joi", {"events": "all"}, 3),
        ("fastapi-pydantic", {"events": "all"}, 3),
        ("values-for-a-lone-event", {"events": "all"}, 1),
        ("types-first", {"url": 7, "events": 7, "secrets": 7}, 3),
        ("last-of-each", {"url": 7, "events": 7, "secrets": 7}, 3),
        ("php", {"events": 7}, 1),
        ("silent-on-values", {"url": "http://a.example", "events": ["nope"]}, 1),
    ],
)
def test_names_as_many_rules_as_was_seen(name: str, content: dict[str, Any], count: int) -> None:
    assert len(json.loads(answer(name, patch(content)).body)["message"]) == count


def test_generates_on_null_where_it_keeps_what_is_left_out() -> None:
    sent = secrets("first-secret-0001")

    data = json.loads(answer("koa", sent, patch({"events": ["all"], "secrets": None})).body)["data"]

    assert data["secrets"] != ["first-secret-0001"]


@pytest.mark.parametrize(
    ("name", "member"), [("nest-on-fastify", "error"), ("no-error-of-the-parser", "error"), ("fastify-ajv", "error")]
)
def test_leaves_error_out_where_the_body_is_not_json(name: str, member: str) -> None:
    found = answer(name, Patch(b"{"))

    assert (found.status, member in json.loads(found.body)) == (400, False)


@pytest.mark.parametrize("name", ["answers-in-utf-16", "answers-with-nan", "answers-with-a-mark"])
def test_writes_what_strict_clients_do_not_read(name: str) -> None:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    with pytest.raises(ValueError, match=r"codec|NaN|BOM"):
        json.loads(answer(name, READ).body.decode(), parse_constant=refuse)


def test_has_a_server_for_each_ruling() -> None:
    assert list(RULINGS) == list(range(1, 23))
    assert len(SERVERS) == len(STACKS) + len(TRIALS) + sum(map(len, RULINGS.values()))


@pytest.mark.parametrize("stranger", SERVERS.values(), ids=SERVERS)
def test_accuses_nobody_of_what_it_calls_innocent(stranger: Any) -> None:
    named = stranger.broken | stranger.also | frozenset().union(*stranger.either)

    assert not named & stranger.innocent
    assert stranger.right_outcome in {"conformant", "non-conformant", "inconclusive"}
