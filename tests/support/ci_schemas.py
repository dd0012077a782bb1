"""The schemas of files of a CI, from the public store of schemas."""

from __future__ import annotations

import json
from importlib.resources import files

from jsonschema import Draft7Validator


def schema(name: str) -> Draft7Validator:
    """Return the validator of the schema *name*."""
    file = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json"
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8")))
