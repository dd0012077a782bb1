"""Which rules of the document a body breaks."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from user_webhook_api.bundle import DocumentError, operation
from user_webhook_mock.api.url import SecureUrl
from user_webhook_mock.http.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from user_webhook_api.choices import Value
    from user_webhook_api.rules import Property, Rule
    from user_webhook_mock.core.json import Json

TYPES: Final[dict[str, type]] = {"string": str, "array": list}

RuleCheck = tuple[Violation, "Callable[[Json], bool]"]
"""A rule as code: what a broken one is reported as, and what returns whether a value keeps it."""


class Validator:
    """The rules of the document, and those that the choices add to them."""

    def __init__(self, properties: Iterable[Property], choices: Mapping[str, Value]) -> None:
        self._passes_schema = _schema_check(choices)
        self._rejects_null = frozenset(name for name in ("url", "secrets") if choices[f"null_{name}"] == "reject")
        self._reads_any_case = choices["key_case"] == "any"
        self._rejects_unknown = choices["unknown_properties"] == "reject"
        self._messages = choices["messages"]
        chosen = _chosen_checks(choices)
        self._properties = {
            stated.name: (
                stated.is_required,
                [_rule_check(rule, choices) for rule in stated.rules]
                + [check for check in chosen if check[0].property == stated.name],
            )
            for stated in properties
        }

    def read(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return *body* with the documented names of its properties: by choice, they may be in another case."""
        if not self._reads_any_case:
            return body
        names = {name.lower(): name for name in self._properties}
        return {names.get(name.lower(), name): value for name, value in body.items()}

    def violations(self, body: dict[str, Any]) -> list[Violation]:
        """Return the rules that *body*, as it was read, breaks and that a response names, in the documented order."""
        if self._passes_schema(body):
            return []
        found = list(self._unknown(body)) if self._rejects_unknown else []
        for name, (is_required, checks) in self._properties.items():
            value = body.get(name)
            if value is None and not is_required and (name not in self._rejects_null or name not in body):
                continue
            found += [violation for violation, accepts in checks if not accepts(value)]
        if self._messages == "first":
            return found[:1]
        if self._messages == "first_per_property":
            return list({violation.property: violation for violation in reversed(found)}.values())[::-1]
        return found

    def _unknown(self, body: dict[str, Any]) -> Iterable[Violation]:
        for name in body:
            if name not in self._properties:
                yield Violation(name, "unknown", f"property {name} should not exist")


def summary(violations: list[Violation]) -> str:
    """Return *violations* for the log: ``url: pattern, type; events: minItems``. Names of unknown properties stay out."""
    keywords: dict[str, list[str]] = {}
    for violation in violations:
        if violation.keyword == "unknown":
            keywords["body"] = ["unknown property"]
        else:
            keywords.setdefault(violation.property, []).append(violation.keyword)
    return "; ".join(f"{name}: {', '.join(names)}" for name, names in keywords.items())


def _schema_check(choices: Mapping[str, Value]) -> Callable[[dict[str, Any]], bool]:
    """Return a fast check, compiled from the document's schema: what passes it breaks no rule, what fails may still pass.

    It is many times as fast as the rules, which have to say what is broken.
    """
    if "reject" in (choices["ip_hosts"], choices["userinfo"]):
        return lambda _body: False  # what these two reject is in no schema
    schema = copy.deepcopy(operation()["requestBody"]["content"]["application/json"]["schema"])
    events, secrets = schema["properties"]["events"], schema["properties"]["secrets"]
    if choices["unknown_properties"] == "reject":
        schema["additionalProperties"] = False
    if choices["duplicate_events"] == "reject":
        events["uniqueItems"] = True
    if choices["secret_items"] == "strings":  # noqa: S105  a choice, not a password
        secrets["items"] = {"type": "string"}
    if choices["empty_secrets"] == "reject":
        secrets["minItems"] = 1
    return jsonschema_rs.Draft4Validator(schema).is_valid


def _rule_check(rule: Rule, choices: Mapping[str, Value]) -> RuleCheck:
    return Violation(rule.subject, rule.keyword, rule.message), _accepts(rule, choices)


def _accepts(rule: Rule, choices: Mapping[str, Value]) -> Callable[[Json], bool]:
    match rule.keyword:
        case "pattern":
            return SecureUrl(rule.value, choices)
        case "type":
            kind = TYPES[rule.value]
            return lambda value: isinstance(value, kind)
        case "minItems":
            return lambda value: isinstance(value, list) and len(value) >= rule.value
        case "maxItems":
            return lambda value: isinstance(value, list) and len(value) <= rule.value
        case "items.enum":
            return _has_only(frozenset(rule.value))
    raise DocumentError(
        f"{rule.subject}: the mock cannot check {rule.keyword!r}. Add the keyword to user_webhook_mock/api/rules.py."
    )


def _has_only(known: frozenset[str]) -> Callable[[Json], bool]:
    def accepts(value: Json) -> bool:
        # a lone value counts as its only element, as in the library that the messages come from
        elements = value if isinstance(value, list) else [value]
        return all(isinstance(element, str) and element in known for element in elements)

    return accepts


def _chosen_checks(choices: Mapping[str, Value]) -> list[RuleCheck]:
    checks: list[RuleCheck] = []
    if choices["duplicate_events"] == "reject":
        violation = Violation("events", "uniqueItems", "All events's elements must be unique")
        checks.append((violation, _has_no_string_twice))
    if choices["secret_items"] == "strings":  # noqa: S105  a choice, not a password
        violation = Violation("secrets", "items.type", "each value in secrets must be a string")
        checks.append((violation, _has_strings_only))
    if choices["empty_secrets"] == "reject":
        violation = Violation("secrets", "minItems", "secrets should not be empty")
        checks.append((violation, lambda value: value != []))
    return checks


def _has_no_string_twice(value: Json) -> bool:
    strings = [element for element in value if isinstance(element, str)] if isinstance(value, list) else []
    return len(strings) == len(set(strings))


def _has_strings_only(value: Json) -> bool:
    return not isinstance(value, list) or all(isinstance(element, str) for element in value)
