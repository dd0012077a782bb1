"""The page about the control API, from the mock's own document of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scripts.markdown import anchor, page, table

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS: Final = "http://127.0.0.1:8000"
WEBHOOK: Final = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SPACE: Final = "worker-1"
NOT_SHOWN: Final = {"text/event-stream", "text/plain"}
"""What a command on the page would not show: a stream does not end, and metrics are served on demand."""

Node = dict[str, Any]


def control_page(document: Node) -> str:
    """Return the page about the control API that *document* describes."""
    [server] = document["servers"]
    introduction = [
        document["info"]["description"].strip(),
        f"The mock shows the same at `{server['url']}/docs`, and serves the document at `{server['url']}/openapi.json`.",
        "The commands below are for a mock on port 8000 without a control token.",
    ]
    operations = list(_operations(document, server["url"]))
    overview = table(
        ["request", "what it does"],
        [[f"[`{one.name}`](#{anchor(one.name)})", one.stated["summary"]] for one in operations],
    )
    errors = (
        "## Errors\n\n"
        "A request that cannot be carried out gets a status of 400 or above, and a JSON object with four members: "
        "`what` is wrong, the `value` that was given, the `rule`, and the `remedy`."
    )
    parts = [_section(one, document) for one in operations]
    return page("Control API", introduction, "<!-- page: mock -->", overview, *parts, errors)


@dataclass(frozen=True)
class Operation:
    """A method of a path, with the parameters of both."""

    method: str
    path: str
    parameters: list[Node]
    stated: Node

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


def _operations(document: Node, prefix: str) -> Iterator[Operation]:
    """Yield every operation, tag by tag."""
    for tag in document["tags"]:
        for path, item in document["paths"].items():
            for method, stated in item.items():
                if method != "parameters" and tag["name"] in stated["tags"]:
                    parameters = [*item.get("parameters", []), *stated.get("parameters", [])]
                    parameters = [one for one in parameters if "$ref" not in one]  # the description is about these
                    yield Operation(method.upper(), prefix + path, parameters, stated)


def _section(operation: Operation, document: Node) -> str:
    stated = operation.stated
    parts = [f"## `{operation.name}`", f"{stated['summary']}."]
    if "description" in stated:
        parts.append(stated["description"].strip())
    if operation.parameters:
        parts.append(_parameters(operation.parameters, document))
    content = _resolved(stated.get("requestBody", {}), document).get("content", {}).get("application/json", {})
    if content:
        parts.append(_members(_resolved(content["schema"], document), document))
    responses = {status: _resolved(one, document) for status, one in stated["responses"].items()}
    rows = [[f"`{status}`", one["description"]] for status, one in responses.items() if status != "default"]
    parts.append(table(["status", "meaning"], rows))
    if NOT_SHOWN.isdisjoint(media_type for one in responses.values() for media_type in one.get("content", {})):
        parts.append(_curl(operation, content.get("example")))
    return "\n\n".join(parts)


def _parameters(parameters: list[Node], document: Node) -> str:
    rows = [
        [f"`{one['name']}`", one["in"], _type(one["schema"], document), one.get("description", "")]
        for one in parameters
    ]
    return table(["parameter", "in", "type", "meaning"], rows)


def _members(schema: Node, document: Node) -> str:
    """Return the members of a body as a table, or what its schema says if it lists none."""
    required = schema.get("required", [])
    members = {name: _resolved(one, document) for name, one in schema.get("properties", {}).items()}
    if not members:
        return f"The body is an object. {schema.get('description', '')}".strip()
    rows = [
        [f"`{name}`", _type(one, document), "yes" if name in required else "", one.get("description", "")]
        for name, one in members.items()
    ]
    return table(["member", "type", "required", "meaning"], rows)


def _type(schema: Node, document: Node) -> str:
    schema = _resolved(schema, document)
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return " or ".join(_type(one, document) for one in schema[keyword])
    kind: str = schema.get("type", "any")
    if kind == "array":
        kind = f"array of {_type(schema.get('items', {}), document)}"
    return f"{kind} or null" if schema.get("nullable") else kind


def _resolved(node: Node, document: Node) -> Node:
    """Return *node*, or what it refers to."""
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _curl(operation: Operation, example: object) -> str:
    method = "" if operation.method == "GET" else f" -X {operation.method}"
    path = operation.path.replace("{id}", WEBHOOK).replace("{name}", SPACE)
    body = "" if example is None else f" -d '{json.dumps(example)}'"
    return f"```sh\ncurl -s{method} {ADDRESS}{path}{body}\n```"
