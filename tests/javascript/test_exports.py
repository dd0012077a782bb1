from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from scripts.reference import EXPORTED
from support.mock_process import Mock, running
from support.node import EXAMPLE, LANE, modules, run
from support.paths import ROOT
from user_webhook_api.named_document import named_document, named_document_3_1
from user_webhook_mock.__main__ import main
from user_webhook_mock.control.document import document as control_document
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.export.forms import FORMS, export
from user_webhook_mock.export.requests import documented_requests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VECTORS = json.loads((ROOT / "docs" / "signature-vectors.json").read_text(encoding="utf-8"))
STRICT = [
    *("--noEmit", "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--erasableSyntaxOnly"),
    *(
        "--verbatimModuleSyntax",
        "--noUnusedLocals",
        "--isolatedModules",
        "--skipLibCheck",
        "--allowImportingTsExtensions",
    ),
    *("--target", "es2023", "--lib", "es2023,dom,dom.iterable", "--module", "nodenext"),
]
NAMES_OF_THE_CONTRACT = """
import type { components, paths } from "./generated.ts";

type Schemas = components["schemas"];
type Path = "/api/v2/public/webhooks/user/{webhookId}";
type Answers = paths[Path]["patch"]["responses"];

const event: Schemas["Event"] = "facility.creation.accepted";
export const update: Schemas["UpdateUserWebhook"] = { events: [event] };
export const webhook: Schemas["Webhook"] = { id: "", url: "", events: [event], clientId: "", secrets: [] };
export const messages: string | string[] = ({} as Schemas["BadRequest"]).message;
export const answered: Schemas["Webhook"] = ({} as Answers[201]["content"]["application/json"]).data;
export const limited: Schemas["TooManyRequests"] = ({} as Answers[429]["content"]["text/html"]);
export const facility = (delivery: Schemas["Delivery"]): string =>
  delivery.eventType === "facility.creation.rejected" ? delivery.data.facilityName : delivery.data.facilityId;
// @ts-expect-error  a webhook has secrets
export const half: Schemas["Webhook"] = { id: "", url: "", events: [], clientId: "" };
// @ts-expect-error  there is no such event
export const other: Schemas["Event"] = "facility.deleted";
// @ts-expect-error  a 401 has no error
export const reason: string = ({} as Schemas["Unauthorized"]).error;
"""
NAMES_OF_THE_CONTROL_API = """
import type { components } from "./generated.ts";

type Schemas = components["schemas"];
export const choices: Schemas["ChoicesUpdate"] = { messages: "first", media_type: 415 };
export const status: number | null = ({} as Schemas["Entry"]).status;
export const events: Schemas["Event"][] = ({} as Schemas["Webhook"]).events;
// @ts-expect-error  there is no such value
export const other: Schemas["ChoicesUpdate"] = { messages: "none" };
// @ts-expect-error  all choices are shown
export const all: Schemas["Choices"] = { messages: "first" };
"""

DOCUMENTS = {
    "contract": (named_document, NAMES_OF_THE_CONTRACT),
    "contract-3.1": (named_document_3_1, NAMES_OF_THE_CONTRACT),
    "control": (control_document, NAMES_OF_THE_CONTROL_API),
}


@pytest.fixture
def mock() -> Iterator[Mock]:
    with running() as running_mock:
        yield running_mock


def compiled(folder: Path, *files: str) -> list[str]:
    """Return what TypeScript has against *files* of *folder*, a line for each error."""
    (folder / "node_modules").symlink_to(modules(LANE))
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    ran = run(folder, folder / "node_modules" / "typescript" / "lib" / "tsc.js", *STRICT, *files)
    assert ran.returncode in {0, 2}, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


@pytest.mark.node
def test_what_is_written_in_typescript_compiles_strictly(tmp_path: Path) -> None:
    files = [export(form, tmp_path)[0].name for form in ("msw", "types", "signature")]
    (tmp_path / "wrong.ts").write_text("export const one: string = 1;\n", encoding="utf-8")

    assert compiled(tmp_path, *files, "wrong.ts") == [
        "wrong.ts(1,14): error TS2322: Type 'number' is not assignable to type 'string'."
    ]


@pytest.mark.node
def test_generated_types_name_the_parts_of_the_documents(tmp_path: Path) -> None:
    generator = modules(EXAMPLE) / "openapi-typescript" / "bin" / "cli.js"
    for name, (document, usage) in DOCUMENTS.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document()), encoding="utf-8")
        (tmp_path / f"{name}-usage.ts").write_text(usage.replace("generated.ts", f"{name}.ts"), encoding="utf-8")
        made = run(tmp_path, generator, f"{name}.json", "--output", f"{name}.ts")
        assert made.returncode == 0, made.stderr

    assert compiled(tmp_path, *(f"{name}-usage.ts" for name in DOCUMENTS)) == []


@pytest.mark.node
def test_the_verifier_and_the_signer_keep_every_vector(tmp_path: Path) -> None:
    [module] = export("signature", tmp_path)

    ran = run(tmp_path, LANE / "vectors.mjs", given={"module": str(module), **VECTORS})

    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["verifying"] == [vector["result"] for vector in VECTORS["verifying"]]
    assert found["signing"] == [vector["header"] for vector in VECTORS["signing"]]


@pytest.mark.node
def test_the_collection_for_postman_passes_on_the_mock(mock: Mock, tmp_path: Path) -> None:
    [collection] = export("postman", tmp_path)
    newman = modules(LANE) / "newman" / "bin" / "newman.js"
    address = f"baseUrl=http://{mock.host}:{mock.port}"
    report = tmp_path / "report.json"

    ran = run(tmp_path, newman, "run", collection, "--env-var", address, "-r", "json", "--reporter-json-export", report)

    assert ran.returncode == 0, ran.stdout
    counted = json.loads(report.read_text(encoding="utf-8"))["run"]["stats"]["assertions"]
    assert counted == {"total": len(documented_requests()), "pending": 0, "failed": 0}


@pytest.mark.node
def test_the_collection_for_bruno_passes_on_the_mock(mock: Mock, tmp_path: Path) -> None:
    export("bruno", tmp_path / "collection")
    given = {"folder": str(tmp_path / "collection"), "address": f"http://{mock.host}:{mock.port}"}
    modules(LANE)

    ran = run(LANE, "bruno.mjs", given=given)

    assert ran.returncode == 0, ran.stderr
    results = json.loads(ran.stdout)
    assert len(results) == len(documented_requests())
    assert [one for one in results if one["expected"] != f"eq {one['status']}"] == []
    assert {one["assertion"] for one in results} == {"res.status"}


def test_the_requests_of_the_http_file_get_their_documented_answers(mock: Mock, tmp_path: Path) -> None:
    [file] = export("http", tmp_path)
    head, *requests = file.read_text(encoding="utf-8").split("\n### ")
    variables = {**dict(re.findall(r"^@(\w+) = (.+)$", head, re.MULTILINE)), "baseUrl": ""}
    found = []
    for text in requests:
        filled = re.sub(r"\{\{(\w+)\}\}", lambda name: variables[name[1]], text)
        title, line, *rest = filled.split("\n")
        headers, body = "\n".join(rest).split("\n\n", 1)
        method, path = line.split()
        sent = dict(header.split(": ", 1) for header in headers.splitlines())
        found.append((title.split()[0], str(mock.request(method, path, body.strip().encode(), sent).status)))

    assert len(found) == len(documented_requests())
    assert [status for stated, status in found if stated != status] == []


@pytest.mark.parametrize(("ready", "form"), EXPORTED.items(), ids=["docs", "example", "handlers"])
def test_what_is_ready_made_is_that_of_today(ready: Path, form: str, tmp_path: Path) -> None:
    [file] = export(form, tmp_path)

    assert (ROOT / ready).read_text(encoding="utf-8") == file.read_text(encoding="utf-8"), "`make reference` writes it"


def test_the_command_prints_the_files_that_it_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = tmp_path / "src" / "handlers.ts"

    status = main(["export", "msw", str(wanted)])

    assert (status, capsys.readouterr().out) == (0, f"{wanted}\n")
    assert wanted.read_text(encoding="utf-8").startswith("// Update User Webhook for MSW 2 and 3")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["mws"], "Unknown form 'mws': did you mean 'msw'? The forms are msw, types, "),
        (["nope"], "Unknown form 'nope': use a valid one. The forms are msw, types, signature, http, postman, bruno."),
        (["types", "/proc/none"], "/proc/none/user-webhook-types.ts cannot be written: name another. "),
        ([], "the following arguments are required: FORM: see user-webhook-mock export --help. The forms are msw, "),
    ],
    ids=["mistyped form", "form", "folder", "nothing"],
)
def test_wrong_use_of_the_command_is_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["export", *arguments])

    error = capsys.readouterr().err
    assert (status, error.count("\n")) == (2, 1)
    assert error.startswith(f"user-webhook-mock: {complaint}")


def test_an_unknown_form_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Unknown form"):
        export("nope", tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert len(FORMS) == 6
