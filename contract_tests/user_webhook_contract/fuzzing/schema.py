"""The document as Schemathesis sees it, loaded when it is needed: the import takes a second."""

from __future__ import annotations

import copy
import os
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from user_webhook_api.bundle import PATH, bundle

if TYPE_CHECKING:
    from schemathesis.schemas import APIOperation


@cache
def operation() -> APIOperation[Any, Any, Any, Any]:
    """Return the operation, ready to generate cases."""
    # Neither hooks nor settings of the caller have a say: Schemathesis would import and run them.
    with patch.dict(os.environ):
        os.environ.pop("SCHEMATHESIS_HOOKS", None)
        import schemathesis  # noqa: PLC0415  takes a second, and short runs do without
        from schemathesis.config import SchemathesisConfig  # noqa: PLC0415  as above

        # Loading changes what it is given. Without a configuration it would look for one in the caller's folders.
        schema = schemathesis.openapi.from_dict(copy.deepcopy(bundle()), config=SchemathesisConfig())
        return schema[PATH]["PATCH"]
