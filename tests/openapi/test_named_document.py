from __future__ import annotations

import copy
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import validate

from user_webhook_api.bundle import DOCUMENT, DocumentError, bundle, operation
from user_webhook_api.cache import new_edition
from user_webhook_api.named_document import named_document, named_document_3_1
from user_webhook_mock.deliveries.event import DATA

if TYPE_CHECKING:
    from pathlib import Path

ERRORS = {"BadRequest", "Unauthorized", "Forbidden", "NotFound"}
ADDED = {
    "TooManyRequests",
    "Delivery",
    "UserConnectionDelivery",
    "FacilityAcceptedDelivery",
    "FacilityRejectedDelivery",
}


def without_references(node: Any, document: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [without_references(part, document) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        part: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            part = part[name]
        return without_references(part, document)
    return {name: without_references(part, document) for name, part in node.items()}


def test_the_named_document_says_what_the_other_one_says() -> None:
    document = copy.deepcopy(named_document())
    for name in ERRORS:
        del document["components"]["schemas"][name]["required"]
    del operation(document)["responses"]["429"]

    resolved = without_references(document, document)

    resolved["components"] = {"securitySchemes": resolved["components"]["securitySchemes"]}
    assert resolved == bundle()


@pytest.mark.parametrize("document", [named_document, named_document_3_1], ids=["3.0", "3.1"])
def test_the_named_document_is_valid_and_names_what_a_client_meets(document: Any) -> None:
    validate(document())

    schemas = document()["components"]["schemas"]
    assert set(schemas) == {"Webhook", "UpdateUserWebhook", "UpdatedWebhook", "Event"} | ERRORS | ADDED
    assert set(operation(document())["responses"]) == {"201", "400", "401", "403", "404", "429"}


def test_an_error_requires_what_each_example_has() -> None:
    schemas = named_document()["components"]["schemas"]

    required = {name: schemas[name]["required"] for name in ERRORS}
    assert required.pop("Unauthorized") == ["message", "statusCode"]
    assert set(map(tuple, required.values())) == {("message", "error", "statusCode")}


def test_the_deliveries_are_those_that_the_mock_sends() -> None:
    schemas = named_document()["components"]["schemas"]
    stated = {
        event: schemas[name]["properties"]["data"]["required"]
        for name in ADDED - {"Delivery", "TooManyRequests"}
        for event in schemas[name]["properties"]["eventType"]["enum"]
    }

    assert stated == {event: list(members) for event, members in DATA.items()}


def test_the_3_1_form_has_no_word_of_3_0() -> None:
    url = named_document_3_1()["components"]["schemas"]["UpdateUserWebhook"]["properties"]["url"]

    assert (named_document_3_1()["openapi"], "example" in url, url["examples"]) == (
        "3.1.1",
        False,
        ["https://hooks.example.com/user"],
    )


def test_a_part_that_is_no_file_of_its_own_stays_where_it_is(tmp_path: Path) -> None:
    shutil.copytree(DOCUMENT.parent, tmp_path / "openapi")
    response = tmp_path / "openapi" / "responses" / "unauthorized.yaml"
    text = response.read_text(encoding="utf-8")
    inline = "{type: object, properties: {message: {type: string}, reason: {type: string}}}"
    response.write_text(text.replace("\n      $ref: ../schemas/unauthorized.yaml", f" {inline}"), encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("user_webhook_api.named_document.DOCUMENT", tmp_path / "openapi" / "openapi.yaml")
        with new_edition():
            found = named_document()["components"]
    with new_edition():
        pass  # other tests are about the document itself

    schema = found["responses"]["Unauthorized"]["content"]["application/json"]["schema"]
    assert ("Unauthorized" in found["schemas"], schema["required"]) == (False, ["message"])


def test_an_addition_takes_the_place_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "additions.yaml"
    file.write_text("info: {title: another}\n", encoding="utf-8")
    monkeypatch.setattr("user_webhook_api.named_document.ADDITIONS", file)

    with pytest.raises(DocumentError, match="info > title is in the document already"), new_edition():
        named_document()
