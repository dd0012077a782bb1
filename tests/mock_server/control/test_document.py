from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from support.mock_process import FIRST, Mock, running
from user_webhook_api.choices import choices
from user_webhook_mock.control.document import document

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as running_mock:
        running_mock.patch({"events": ["all"]})
        running_mock.patch({"events": ["nope"], "url": 7})
        running_mock.patch(None, authorization=None)
        running_mock.control("POST", "/events", {"eventType": "facility.creation.accepted"})
        yield running_mock


def broken(value: Any, schema: dict[str, Any]) -> list[str]:
    """Return what of *value* is not as *schema* of the document has it."""
    components = {"components": {"schemas": _with_null(document()["components"]["schemas"])}}
    return [str(error) for error in jsonschema_rs.Draft7Validator({**components, **schema}).iter_errors(value)]


def _with_null(node: Any) -> Any:
    """Return *node* with null among the types of what is nullable, which JSON Schema has no word for."""
    if isinstance(node, list):
        return [_with_null(part) for part in node]
    if not isinstance(node, dict):
        return node
    changed = {name: _with_null(part) for name, part in node.items()}
    if changed.get("nullable") is True and "type" in changed:
        changed["type"] = [changed["type"], "null"]
    return changed


def part(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (f"/webhooks/{FIRST}", part("Webhook")),
        ("/choices", part("Choices")),
        ("/faults", part("FaultPlan")),
        ("/journal", {"properties": {"entries": {"minItems": 3, "items": part("Entry")}}}),
        ("/deliveries", {"properties": {"deliveries": {"minItems": 1, "items": part("Delivery")}}}),
    ],
    ids=["webhook", "choices", "faults", "journal", "deliveries"],
)
def test_what_is_shown_has_each_member_that_is_required(path: str, schema: dict[str, Any], mock: Mock) -> None:
    assert broken(mock.control("GET", path).body, schema) == []


def test_a_choice_has_the_values_of_the_table_and_no_other() -> None:
    legal = {choice.name: choice.values[-1] for choice in choices()}

    assert broken(legal, part("Choices")) == []
    assert len(broken({**legal, "messages": "none"}, part("Choices"))) == 1
    assert len(broken({"messages": "all"}, part("Choices"))) == len(legal) - 1
    assert broken({"messages": "all"}, part("ChoicesUpdate")) == []
