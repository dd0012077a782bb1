from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from user_webhook_api.bundle import operation
from user_webhook_api.choices import choices
from user_webhook_api.rules import body_properties
from user_webhook_mock.api.rules import Validator
from user_webhook_mock.config.choices import choose

SCHEMA = operation()["requestBody"]["content"]["application/json"]["schema"]
EVENTS = SCHEMA["properties"]["events"]["items"]["enum"]
PLAYED = [{}] + [{choice.name: value} for choice in choices() for value in choice.values if value != choice.default]

urls = st.sampled_from(
    [
        "https://hooks.example.com/a?b#c",
        "HTTPS://user:word@hooks.example.com:8443",
        "https://192.0.2.1/",
        "https://[2001:db8::1]/",
        "https://localhost/",
        "https://hooks.example.com\n",
        "https://hooks.example.com:65536",
        "http://hooks.example.com",
        "",
    ]
) | st.text(max_size=3).map(lambda text: f"https://a{text}b.example/{text}")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)
parts: dict[str, st.SearchStrategy[Any]] = {
    "url": urls,
    "events": st.lists(st.sampled_from(EVENTS), min_size=1, max_size=3),
    "secrets": st.lists(st.text(max_size=1), max_size=2),
}
wild: dict[str, st.SearchStrategy[Any]] = {
    "url": anything,
    "events": st.lists(anything, max_size=3),
    "secrets": st.lists(anything, max_size=3),
    "x": anything,
}
bodies = st.builds(
    dict.__or__,
    st.fixed_dictionaries(
        {"events": parts["events"]}, optional={"url": parts["url"], "secrets": parts["secrets"], "more": anything}
    ),
    st.just({}) | st.sampled_from([*wild]).flatmap(lambda name: st.fixed_dictionaries({name: wild[name] | anything})),
)


def by_rules_alone(played: dict[str, Any]) -> Validator:
    validator = Validator(body_properties(), choose(played.items()))
    validator._passes_schema = lambda _body: False  # type: ignore[method-assign]  # noqa: SLF001  the shortcut is what is tested
    return validator


PAIRS = [(Validator(body_properties(), choose(played.items())), by_rules_alone(played)) for played in PLAYED]


@given(bodies)
@settings(max_examples=300, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_compiled_schema_lets_nothing_pass_that_breaks_a_rule(body: dict[str, Any]) -> None:
    messages = [
        [[step.message for step in validator.violations(body)] for validator in validators] for validators in PAIRS
    ]

    assert [shortened for shortened, _ in messages] == [by_rules for _, by_rules in messages]


def test_the_compiled_schema_lets_no_url_pass_that_breaks_the_pattern() -> None:
    shortened, by_rules = PAIRS[0]
    codes = (*range(0x3100), 0xFEFF, 0xFFFD, 0x1F600, sys.maxunicode)
    forms = ("https://{}b.example/", "https://a{}b.example/", "https://a.example/{}c", "https://u{}@a.example")
    places = [{"url": form.format(chr(code)), "events": ["all"]} for code in codes for form in forms]
    passed = [body for body in places if shortened._passes_schema(body)]  # noqa: SLF001  as above

    assert [body for body in passed if by_rules.violations(body)] == []
    assert len(passed) > 26 * len(forms)


@pytest.mark.parametrize("depth", [10, 200, 1000])
def test_a_property_that_is_nested_deep_needs_no_deep_stack(depth: int) -> None:
    nested: Any = "end"
    for _ in range(depth):
        nested = [nested]

    validator = Validator(body_properties(), choose([]))

    assert validator.violations({"events": ["all"], "more": nested, "secrets": [nested]}) == []
