"""The document as Schemathesis sees it, loaded when it is needed: the import takes a second."""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Any

from user_webhook_api.bundle import PATH, bundle

if TYPE_CHECKING:
    from schemathesis.schemas import APIOperation


@cache
def operation() -> APIOperation[Any, Any, Any, Any]:
    """Return the operation, ready to generate cases."""
    import schemathesis  # noqa: PLC0415  takes a second, and short runs do without

    # Loading changes what it is given.
    schema = schemathesis.openapi.from_dict(copy.deepcopy(bundle()))
    return schema[PATH]["PATCH"]
