from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from prance import ResolvingParser

from support.paths import ROOT
from support.tools import missing, needed
from user_webhook_api.__main__ import main
from user_webhook_api.bundle import DOCUMENT, PATH, DocumentError, bundle, operation, resolve, validated
from user_webhook_api.cache import new_edition
from user_webhook_api.choices import choices

if TYPE_CHECKING:
    from collections.abc import Iterator

REDOCLY = "@redocly/cli@2.77.0"
JSON = "application/json"
ODD_FOLDERS = [
    "my kit",
    "kité",
    "kit#1",
    "kit+1",
    "kit (1)",
    "kit&x",
    "kit'x",
    'kit"x',
    "kit%20x",
    "kit?x=1",
    "kit;x",
    "kit$x",
    "kit:x",
    "kit\\x",
    "{kit}[1]",
    "套件",
]
EVENTS = [
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
]
MESSAGES = [
    "should be a secure URL with HTTPS",
    "url must be a string",
    "events must contain at least 1 elements",
    "events must be an array",
    f"each value in events must be one of the following values: {', '.join(EVENTS)}",
    "secrets must contain no more than 2 elements",
    "secrets must be an array",
]


def body() -> dict[str, Any]:
    content = operation()["requestBody"]["content"]
    assert list(content) == [JSON]
    schema: dict[str, Any] = content[JSON]["schema"]
    return schema


def stated(schema: dict[str, Any], *keywords: str) -> dict[str, Any]:
    """Return *schema* without descriptions and examples, or only *keywords* of it."""
    return {
        name: value
        for name, value in schema.items()
        if (name in keywords if keywords else name not in {"description", "example", "x-message"})
    }


def answer(status: str) -> dict[str, Any]:
    content = operation()["responses"][status]["content"]
    assert list(content) == [JSON]
    media_type: dict[str, Any] = content[JSON]
    return media_type


def answer_examples(status: str) -> list[Any]:
    return [example["value"] for example in answer(status)["examples"].values()]


def examples(tree: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield place, schema and value of every example of the document."""
    if isinstance(tree, list):
        for number, part in enumerate(tree):
            yield from examples(part, f"{place}/{number}")
    if not isinstance(tree, dict):
        return
    schema = tree.get("schema", tree if "type" in tree else None)
    if schema is not None and "example" in tree:
        yield place, schema, tree["example"]
    if "schema" in tree:
        for name, example in tree.get("examples", {}).items():
            yield f"{place}/{name}", tree["schema"], example["value"]
    for name, part in tree.items():
        yield from examples(part, f"{place}/{name}")


EXAMPLES = list(examples(bundle()))


def test_the_document_is_valid_openapi_of_version_3_0() -> None:
    parser = ResolvingParser(str(DOCUMENT), backend="openapi-spec-validator", strict=True)

    assert parser.valid
    assert parser.specification["openapi"] == "3.0.4"


def test_both_ways_of_resolving_give_the_same_tree() -> None:
    assert validated() == bundle()


def test_the_resolved_document_holds_no_reference() -> None:
    assert '"$ref"' not in json.dumps(bundle())


def test_there_is_one_operation() -> None:
    [(path, item)] = bundle()["paths"].items()

    assert path == "/api/v2/public/webhooks/user/{webhookId}"
    assert set(item) == {"parameters", "patch"}


def test_the_operation_is_named_as_in_the_reference() -> None:
    assert operation()["operationId"] == "UserWebhooksController_updateOneUserWebhook"
    assert operation()["tags"] == ["User webhooks"]
    assert operation()["summary"] == "Update User Webhook"


def test_the_one_parameter_is_an_opaque_id_in_the_path() -> None:
    [parameter] = bundle()["paths"]["/api/v2/public/webhooks/user/{webhookId}"]["parameters"]

    assert stated(parameter) == {"name": "webhookId", "in": "path", "required": True, "schema": {"type": "string"}}
    assert "parameters" not in operation()


def test_a_bearer_token_is_needed() -> None:
    schemes = bundle()["components"]["securitySchemes"]

    assert operation()["security"] == [{"public-api": []}]
    assert stated(schemes["public-api"]) == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def test_the_servers_are_production_and_sandbox() -> None:
    assert [server["url"] for server in bundle()["servers"]] == [
        "https://public-api.prod.nursa.com",
        "https://public-api.sandbox.nursa.com",
    ]


def test_the_body_is_required_and_only_events_in_it() -> None:
    assert operation()["requestBody"]["required"] is True
    assert stated(body(), "type", "required", "additionalProperties") == {"type": "object", "required": ["events"]}
    assert list(body()["properties"]) == ["url", "events", "secrets"]


def test_url_is_an_https_url() -> None:
    url = body()["properties"]["url"]
    pattern = jsonschema_rs.Draft4Validator({"pattern": url["pattern"]})

    assert stated(url) == {"type": "string", "format": "uri", "pattern": url["pattern"]}
    assert pattern.is_valid("https://hooks.example.com:8443/a?b=c#d")
    assert not pattern.is_valid("http://hooks.example.com/a")
    assert not pattern.is_valid("httpsfoo://hooks.example.com/a")
    assert not pattern.is_valid("https://")


def test_events_is_at_least_one_of_the_five() -> None:
    events = body()["properties"]["events"]

    assert stated(events, "type", "minItems") == {"type": "array", "minItems": 1}
    assert set(stated(events)) == {"type", "minItems", "items"}
    assert stated(events["items"]) == {"type": "string", "enum": EVENTS}


def test_secrets_is_at_most_two_strings() -> None:
    secrets = body()["properties"]["secrets"]

    assert stated(secrets) == {"type": "array", "maxItems": 2, "items": {"type": "string"}}


def test_each_constraint_carries_its_message_in_the_documented_order() -> None:
    messages = {name: stated["x-message"] for name, stated in body()["properties"].items()}

    assert [list(of_one) for of_one in messages.values()] == [
        ["pattern", "type"],
        ["minItems", "type", "items.enum"],
        ["maxItems", "type"],
    ]
    assert [message for of_one in messages.values() for message in of_one.values()] == MESSAGES


def test_the_statuses_are_the_documented_five() -> None:
    assert list(operation()["responses"]) == ["201", "400", "401", "403", "404"]


def test_a_201_holds_the_whole_webhook() -> None:
    schema = answer("201")["schema"]
    data = schema["properties"]["data"]
    types = {name: (part["type"], part.get("items", {}).get("type")) for name, part in data["properties"].items()}

    assert stated(schema, "type", "required") == {"type": "object", "required": ["data"]}
    assert data["required"] == ["id", "url", "events", "clientId", "secrets"]
    assert types == {
        "id": ("string", None),
        "url": ("string", None),
        "events": ("array", "string"),
        "clientId": ("string", None),
        "secrets": ("array", "string"),
    }
    assert data["properties"]["events"]["items"]["enum"] == EVENTS


def test_the_example_of_a_201_is_the_documents_own() -> None:
    [example] = answer_examples("201")

    assert example == {
        "data": {
            "id": "cf3832dd-ba9b-4187-9ab2-c6cadafe875b",
            "url": "https://" + "ex" + "emple.com/webhook",
            "events": ["facility.creation.accepted", "facility.user-connection.accepted"],
            "clientId": "string",
            "secrets": ["sDV1aKqitCLClI12m7UPFbAAvZfZquJw", "mryefgHPBVHJwux0o3BYW7hPM0BZlcCa"],
        }
    }


@pytest.mark.parametrize("status", ["400", "401", "403", "404"])
def test_an_error_body_has_the_documented_properties(status: str) -> None:
    properties = answer(status)["schema"]["properties"]
    names = ["message", "statusCode"] if status == "401" else ["message", "error", "statusCode"]

    assert list(properties) == names
    assert properties["statusCode"]["type"] == "number"
    assert properties.get("error", {"type": "string"})["type"] == "string"


def test_the_message_of_a_400_is_an_array_or_a_string() -> None:
    message = answer("400")["schema"]["properties"]["message"]

    assert message["oneOf"] == [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]


@pytest.mark.parametrize("status", ["401", "403", "404"])
def test_the_message_of_another_error_is_a_string(status: str) -> None:
    assert answer(status)["schema"]["properties"]["message"]["type"] == "string"


@pytest.mark.parametrize(
    ("status", "bodies"),
    [
        (
            "400",
            [
                {"message": ["Property must be a string"], "error": "Bad Request", "statusCode": 400},
                {"message": MESSAGES, "error": "Bad Request", "statusCode": 400},
            ],
        ),
        ("401", [{"message": "Unauthorized", "statusCode": 401}]),
        ("403", [{"message": "Forbidden Resource", "error": "Forbidden", "statusCode": 403}]),
        (
            "404",
            [
                {"message": "Not Found", "error": "Not Found", "statusCode": 404},
                {"message": "Webhook not found", "error": "Not Found", "statusCode": 404},
            ],
        ),
    ],
    ids=["400", "401", "403", "404"],
)
def test_the_examples_of_an_error_are_the_documents_own(status: str, bodies: list[dict[str, Any]]) -> None:
    assert answer_examples(status) == bodies


def test_every_place_for_an_example_is_looked_at() -> None:
    assert len(EXAMPLES) == 13


@pytest.mark.parametrize(("schema", "value"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_an_example_keeps_its_schema(schema: dict[str, Any], value: Any) -> None:
    errors = [error.message for error in jsonschema_rs.Draft4Validator(schema).iter_errors(value)]

    assert errors == []


def test_the_domain_of_a_stranger_stands_in_one_example_only() -> None:
    stranger = b"ex" + b"emple.com"
    folders = [ROOT / name for name in ("openapi", "mock_server", "contract_tests", "tests", "docs", "benchmarks")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    files = [file for file in [*files, *ROOT.glob("*.md")] if "node_modules" not in file.parts]

    named = [file.relative_to(ROOT).as_posix() for file in files if stranger in file.read_bytes()]

    assert named == ["openapi/examples/updated.yaml"]


def test_the_bundle_is_written_with_version_and_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([str(tmp_path / "new" / "openapi.json")])

    path, word, version, sha256, digest = capsys.readouterr().out.split()
    assert (status, path, word, sha256) == (0, str(tmp_path / "new" / "openapi.json"), "version", "sha256")
    assert (version, len(digest)) == ("2.0.0", 64)
    assert json.loads((tmp_path / "new" / "openapi.json").read_text(encoding="utf-8")) == bundle()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--nope"], "unrecognized arguments: --nope. See python -m user_webhook_api --help."),
        (["one", "two"], "unrecognized arguments: two. See python -m user_webhook_api --help."),
        (["."], ". cannot be written: Is a directory. Name another file."),
    ],
    ids=["flag", "two files", "folder"],
)
def test_wrong_use_of_the_bundler_is_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(arguments)

    assert (status, capsys.readouterr().err) == (2, f"python -m user_webhook_api: {complaint}\n")


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_the_document_is_read_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    shutil.copytree(DOCUMENT.parent, tmp_path / name)

    assert resolve(tmp_path / name / "openapi.yaml") == bundle()
    assert validated(tmp_path / name / "openapi.yaml") == bundle()


def test_a_broken_reference_is_named(tmp_path: Path) -> None:
    shutil.copytree(DOCUMENT.parent, tmp_path / "openapi")
    (tmp_path / "openapi" / "schemas" / "event.yaml").unlink()

    with pytest.raises(DocumentError, match=r"event\.yaml"):
        resolve(tmp_path / "openapi" / "openapi.yaml")
    with pytest.raises(DocumentError, match=r"event\.yaml"):
        validated(tmp_path / "openapi" / "openapi.yaml")


def test_a_document_that_is_no_openapi_is_refused(tmp_path: Path) -> None:
    shutil.copytree(DOCUMENT.parent, tmp_path / "openapi")
    parameter = tmp_path / "openapi" / "parameters" / "webhook-id.yaml"
    parameter.write_text(parameter.read_text(encoding="utf-8").replace("in: path", "in: nowhere"), encoding="utf-8")

    with pytest.raises(DocumentError, match="is not valid"):
        validated(tmp_path / "openapi" / "openapi.yaml")


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        (
            "schemas/event.yaml",
            "type: string\nenum: [\n",
            ", line 3: expected the node content, but found '<stream end>'.",
        ),
        ("schemas/event.yaml", "", " is empty."),
        ("openapi.yaml", "a: b: c\n", ", line 1: mapping values are not allowed here."),
    ],
    ids=["reference", "empty", "root"],
)
def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path, name: str, content: str, place: str) -> None:
    shutil.copytree(DOCUMENT.parent, tmp_path / "openapi")
    (tmp_path / "openapi" / name).write_text(content, encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        validated(tmp_path / "openapi" / "openapi.yaml")

    assert str(caught.value) == f"{tmp_path}/openapi/{name}{place} Fix the document."


def test_what_is_no_openapi_is_told_in_a_line_with_its_place(tmp_path: Path) -> None:
    shutil.copytree(DOCUMENT.parent, tmp_path / "openapi")
    operation_file = tmp_path / "openapi" / "paths" / "user-webhook.yaml"
    text = operation_file.read_text(encoding="utf-8")
    operation_file.write_text(text.replace("responses:", "answers:"), encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        validated(tmp_path / "openapi" / "openapi.yaml")

    assert str(caught.value) == (
        f"{tmp_path}/openapi/openapi.yaml is not valid at paths > {PATH} > patch: "
        '"responses" is a required property. Fix the document.'
    )


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("- [", ", line 1: "),
        ("name: a", " is not a list of rows. Fix the file."),
        ("- {name: a, values: [b], default: b}", ", row 1 ('a') is not as the others: "),
        ("- {name: a}", ", row 1 ('a') is not as the others: 'values'. Fix it."),
    ],
    ids=["no YAML", "no list", "member missing", "values missing"],
)
def test_a_table_that_cannot_be_read_is_told_with_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, place: str
) -> None:
    file = tmp_path / "choices.yaml"
    file.write_text(content, encoding="utf-8")
    monkeypatch.setattr("user_webhook_api.choices.TABLE", file)

    with pytest.raises(DocumentError, match=re.escape(f"{file}{place}")), new_edition():
        choices()


@pytest.mark.node
def test_redocly_finds_no_error() -> None:
    npm, node = needed("npm"), needed("node")
    folder = ROOT / "build" / "redocly"
    program = folder / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            made = subprocess.run([*command, REDOCLY], capture_output=True, text=True, check=False, timeout=120)
        except subprocess.TimeoutExpired:
            missing(f"npm did not install {REDOCLY} within two minutes.")
        if made.returncode or not program.exists():
            missing(f"npm cannot install {REDOCLY}: {made.stderr.strip().splitlines()[:1]}")

    lint = subprocess.run(
        [node, str(program), "lint", "--format", "json", str(DOCUMENT)],
        cwd=folder,
        env={"PATH": str(Path(node).parent), "HOME": str(folder), "REDOCLY_TELEMETRY": "off"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert json.loads(lint.stdout)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, lint.stdout
    assert lint.returncode == 0


def test_the_bundler_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "user_webhook_api"]

    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "build" / "openapi.json").exists()
