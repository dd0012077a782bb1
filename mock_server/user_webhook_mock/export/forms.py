"""The forms of an export, and how they are written."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from user_webhook_api.named_document import named_document
from user_webhook_api.signature import EXPLANATIONS, HEADER, LONGEST_HEADER, TOLERANCE
from user_webhook_mock.config.settings import PROGRAM, Settings
from user_webhook_mock.control.document import document as control_document
from user_webhook_mock.core.usage_error import UsageError, suggestion
from user_webhook_mock.export import msw
from user_webhook_mock.export.requests import documented_requests
from user_webhook_mock.export.typescript import declarations

if TYPE_CHECKING:
    from collections.abc import Callable

BASE_URL: Final = "http://127.0.0.1:8000"
POSTMAN: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
TITLE: Final = "Update User Webhook"

_ENVIRONMENT: Final = Environment(  # noqa: S701  it writes no HTML
    loader=PackageLoader("user_webhook_mock.export"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters["portable"] = msw.portable
_ENVIRONMENT.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)


def export(form: str, place: Path) -> list[Path]:
    """Write the files of *form* into the folder *place*, or the only one as *place* if that has its suffix; return them.

    Raises:
        UsageError: There is no such form, or a file cannot be written.
    """
    if form not in FORMS:
        rule = f"The forms are {', '.join(FORMS)}."
        raise UsageError(f"Unknown form {form!r}", value=form, rule=rule, remedy=suggestion(form, FORMS))
    contents = FORMS[form]()
    [first, *others] = contents
    if not others and place.suffix == Path(first).suffix:
        place, contents = place.parent, {place.name: contents[first]}
    written = []
    for name, content in contents.items():
        file = place / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        except OSError as error:
            rule = f"{error.strerror}."
            raise UsageError(f"{file} cannot be written", value=str(file), rule=rule, remedy="name another.") from error
        written.append(file)
    return written


def _msw() -> dict[str, str]:
    return {"user-webhook-mock.ts": _rendered("msw.ts.j2", **msw.material())}


def _types() -> dict[str, str]:
    schemas = named_document()["components"]["schemas"]
    control = declarations(control_document()["components"]["schemas"])
    return {"user-webhook-types.ts": _rendered("types.ts.j2", declarations=declarations(schemas), control=control)}


def _signature() -> dict[str, str]:
    values = {"header": HEADER, "tolerance": TOLERANCE, "max_header": LONGEST_HEADER, "explanations": EXPLANATIONS}
    return {"user-webhook-signature.ts": _rendered("signature.ts.j2", **values)}


def _variables() -> dict[str, str]:
    settings = Settings()
    return {
        "baseUrl": BASE_URL,
        "token": settings.token,
        "forbiddenToken": settings.forbidden_token,
        "webhookId": settings.webhook_id,
    }


def _http() -> dict[str, str]:
    values = {"variables": _variables(), "requests": documented_requests()}
    return {"user-webhook.http": _rendered("requests.http.j2", **values)}


def _postman() -> dict[str, str]:
    items = [
        {
            "name": f"{request.status} {request.name}",
            "event": [
                {
                    "listen": "test",
                    "script": {
                        "type": "text/javascript",
                        "exec": [
                            f'pm.test("status is {request.status}", () => pm.response.to.have.status({request.status}));'
                        ],
                    },
                }
            ],
            "request": {
                "method": request.method,
                "header": [{"key": name, "value": text} for name, text in request.shown("{{", "}}").items()],
                "body": {"mode": "raw", "raw": request.body, "options": {"raw": {"language": "json"}}},
                "url": request.url("{{", "}}"),
            },
        }
        for request in documented_requests()
    ]
    collection = {
        "info": {"name": TITLE, "schema": POSTMAN},
        "variable": [{"key": name, "value": text} for name, text in _variables().items()],
        "item": items,
    }
    return {"user-webhook.postman_collection.json": json.dumps(collection, indent=2, ensure_ascii=False) + "\n"}


def _bruno() -> dict[str, str]:
    head = {"version": "1", "name": TITLE, "type": "collection"}
    variables = "\n".join(f"  {name}: {text}" for name, text in _variables().items())
    requests = {
        f"{number:02} {request.status} {request.name}.bru": _rendered("request.bru.j2", request=request, number=number)
        for number, request in enumerate(documented_requests(), 1)
    }
    return {
        "bruno.json": json.dumps(head, indent=2) + "\n",
        "environments/mock.bru": f"vars {{\n{variables}\n}}\n",
        **requests,
    }


def _rendered(template: str, **values: Any) -> str:  # noqa: ANN401  whatever a template is filled with
    return _ENVIRONMENT.get_template(template).render(
        program=PROGRAM, version=version(PROGRAM), braces=("{{", "}}"), **values
    )


FORMS: Final[dict[str, Callable[[], dict[str, str]]]] = {
    "msw": _msw,
    "types": _types,
    "signature": _signature,
    "http": _http,
    "postman": _postman,
    "bruno": _bruno,
}
"""The files of each form, by name."""
