"""The plan on the terminal: what will be sent."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from user_webhook_api.requirements import requirements
from user_webhook_contract.cases.dry_run import dry_run, uncovered
from user_webhook_contract.checks.history import History
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.results.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.cases.dry_run import PlannedCase
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.settings import Settings

MAX_BODY: Final = 60


def plan_lines(settings: Settings) -> Iterator[str]:
    """Yield the lines of ``--plan``: every planned request, then every requirement. Nothing is sent."""
    redactor = Redactor(settings, History())
    planned = list(dry_run(settings))
    yield f"The plan for {settings.budget} requests, seed {settings.seed}, on a target that names every broken rule and"
    yield "generates secrets; it adapts to the responses of a target. Nothing is sent."
    yield ""
    yield from (_line(one, settings, redactor) for one in planned)
    yield ""
    rest = settings.budget - len(planned)
    yield f"The other {rest} requests: coverage of the schema, random requests, and putting the webhooks back."
    yield ""
    yield from _summary(planned)
    warning = budget_warning(settings)
    if warning:
        yield ""
        yield warning


def budget_warning(settings: Settings) -> str:
    """Return which ``must`` requirements the budget leaves out; empty if none."""
    rows = uncovered(settings)
    if not rows:
        return ""
    left_out = f"{len(rows)} requirements, such as {rows[0]}" if len(rows) > 1 else rows[0]
    return f"--budget={settings.budget} is too small for {left_out}: not run, unless other responses show them."


def _line(one: PlannedCase, settings: Settings, redactor: Redactor) -> str:
    request = one.case.request
    columns = (
        f"{one.number:>4}",
        f"{one.case.title:<46}",
        f"{_webhook(request, settings):<10}",
        f"{request.credential.name.lower():<14}",
        f"{_body(request, redactor):<{MAX_BODY + 3}}",
        " ".join(one.proves),
    )
    return "  ".join(columns).rstrip()


def _webhook(request: Request, settings: Settings) -> str:
    names = {settings.webhook_id: "first", settings.second_webhook_id: "second"}
    return names.get(request.webhook_id, "unknown")


def _body(request: Request, redactor: Redactor) -> str:
    shown = redactor.body(request.body)
    text = shown if isinstance(shown, str) and shown else json.dumps(shown) if request.body else "no body"
    if request.media_type != "application/json":
        text = f"({request.media_type}) {text}"
    text = printable(text)
    return text if len(text) <= MAX_BODY else f"{text[:MAX_BODY]}..."


def _summary(planned: list[PlannedCase]) -> Iterator[str]:
    seen: dict[str, list[int]] = defaultdict(list)
    for one in planned:
        for row in one.proves:
            seen[row].append(one.number)
    for known in requirements():
        numbers = seen[known.id]
        reach = f"{len(numbers)} requests, the first is {numbers[0]}" if numbers else "not reached"
        if known.not_tested:
            reach = "not tested"
        yield f"{known.id}  {known.level:<6}  {reach:<30}  {known.title}"
