"""The responses that the document has as examples."""

from __future__ import annotations

import orjson

from user_webhook_api.bundle import operation
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.prefer import quoted
from user_webhook_mock.http.errors import Unauthorized
from user_webhook_mock.http.response import Headers, Response


def examples() -> dict[str, dict[str, bytes]]:
    """Return the documented bodies by status and name of the example, in the order of the document."""
    return {
        status: {
            name: orjson.dumps(example["value"])
            for name, example in response["content"]["application/json"]["examples"].items()
        }
        for status, response in operation()["responses"].items()
    }


def documented_response(code: str | None, example: str | None) -> tuple[str, Response]:
    """Return the name of the documented response that a Prefer header asks for, ``404 not-found``, and the response.

    Args:
        code: The status; None if only the example is named.
        example: The name of the example; None for the first one of the status.

    Raises:
        UsageError: There is none, or several statuses have an example of this name.
    """
    known = examples()
    if code is not None and code not in known:
        rule = f"The documented codes are {', '.join(known)}."
        remedy = "use a documented code, or X-Mock-Fault for another status."
        raise UsageError(f"Prefer: code={code} is not documented", value=code, rule=rule, remedy=remedy)
    codes = [status for status in ([code] if code else known) if example is None or example in known[status]]
    if len(codes) != 1:
        valid = "; ".join(f"{status}: {', '.join(known[status])}" for status in ([code] if code else known))
        what = f"Prefer: example={example} {'exists for several codes' if codes else 'does not exist'}"
        remedy = "name the code, too." if codes else "use one that exists."
        raise UsageError(what, value=example, rule=f"The examples are {valid}.", remedy=remedy)
    status = codes[0]
    name = example if example is not None else next(iter(known[status]))
    applied = [f"code={status}"] * (code is not None) + [f"example={quoted(name)}"] * (example is not None)
    headers: Headers = ((b"preference-applied", ", ".join(applied).encode()),)
    if status == "401":
        headers += Unauthorized.headers
    return f"{status} {name}", Response(int(status), known[status][name], headers=headers)
