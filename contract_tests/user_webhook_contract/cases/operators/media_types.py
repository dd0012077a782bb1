"""Media types: those that say JSON in UTF-8 in every spelling, and those that say anything else."""

from __future__ import annotations

from typing import Final

from user_webhook_contract.cases.operators.value import Value

OTHERS: Final[tuple[Value, ...]] = tuple(
    Value(name, value)
    for name, value in {
        "text": "text/plain",
        "no media type": None,
        "a form": "application/x-www-form-urlencoded",
        "a multipart form without a boundary": "multipart/form-data",
        "XML": "application/xml",
        "an unknown charset, other parameters": "application/json; charset=klingon; profile=x",
        "a word": "nonsense",
        "another kind of JSON": "application/vnd.api+json",
        "bytes": "application/octet-stream",
        "UTF-16 as charset": "application/json; charset=utf-16",
        "an empty charset": "application/json; charset=",
        "a multipart form": "multipart/form-data; boundary=x",
        "Latin-1 as charset": "application/json; charset=iso-8859-1",
        "another parameter": "application/json; version=1",
        "a merge patch": "application/merge-patch+json",
        "a patch": "application/json-patch+json",
        "JSON as text": "text/json",
        "HTML": "text/html",
        "any media type": "*/*",
        "an empty media type": "",
        "JSON of a longer name": "application/jsonx",
        "JSON of a shorter name": "application/jso",
        "lines of JSON": "application/x-ndjson",
        "problem details": "application/problem+json",
        "two media types": "application/json, text/plain",
        "a parameter without a value": "application/json; charset",
        "a semicolon behind": "application/json;",
        "YAML": "application/yaml",
        "GraphQL": "application/graphql",
        "an image": "image/png",
        "a long media type": "application/" + "x" * 2000,
        "a media type with a blank": "application / json",
        "a script": "application/javascript",
    }.items()
)
"""Media types that a target may accept or refuse."""

CHARSETS: Final = (
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "Application/JSON",
    "application/json ; charset=utf-8",
)
"""Spellings that mean what the plain one means."""
