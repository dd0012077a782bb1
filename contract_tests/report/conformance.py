"""conformance.json: the whole of a run, for programs."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from contract_tests.answer import Answer
from contract_tests.curl import curl
from contract_tests.ledger import Entry, Failure, Verdict
from openapi.bundle import bundle, digest
from openapi.choices import choices

if TYPE_CHECKING:
    from contract_tests.redaction import Redactor
    from contract_tests.run import Run

MOST_FAILURES = 5
"""Failures of one requirement that are written out; ``failure_count`` has the number of all."""


def conformance(run: Run, redactor: Redactor) -> dict[str, Any]:
    """Return the report as JSON data, in an order that does not change from run to run."""
    settings = run.settings
    return {
        "verdict": run.outcome.value,
        "stopped": run.stopped,
        "target": settings.target,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "seed": settings.seed,
        "budget": settings.budget,
        "requests_sent": run.requests_sent,
        "valid_updates_accepted": run.history.accepted,
        "kit": version("user-webhook-contract"),
        "document": {"version": bundle()["info"]["version"], "sha256": digest()},
        "environment": {"python": platform.python_version(), "system": platform.system()},
        "requirements": [_requirement(entry, run, redactor) for entry in run.ledger.entries.values()],
        "choices": _choices(run),
        "notes": run.notes,
        "restored": run.restored,
    }


def _requirement(entry: Entry, run: Run, redactor: Redactor) -> dict[str, Any]:
    row = entry.requirement
    return {
        "id": row.id,
        "level": row.level,
        "verdict": entry.verdict.value,
        "title": row.title,
        "section": row.section,
        "statement": row.statement,
        "source": row.source,
        "why": why(entry),
        "proofs": entry.proofs,
        "first_proof": entry.first_proof,
        "failure_count": len(entry.failures),
        "failures": [_failure(failure, run, redactor) for failure in entry.failures[:MOST_FAILURES]],
    }


def why(entry: Entry) -> str:
    """Return why a requirement has no verdict of its own; nothing where it has."""
    match entry.verdict:
        case Verdict.NOT_RUN:
            return (
                entry.requirement.not_tested or entry.missing or "No request of this run was about it: raise --budget."
            )
        case Verdict.NOT_APPLICABLE:
            return entry.not_applicable
        case Verdict.WAIVED:
            return entry.waiver
    return ""


def _failure(failure: Failure, run: Run, redactor: Redactor) -> dict[str, Any]:
    exchange = failure.exchange
    request, outcome = exchange.request, exchange.outcome
    answer: dict[str, Any] | str = (
        outcome.value
        if not isinstance(outcome, Answer)
        else {
            "status": outcome.status,
            "headers": {name: redactor.text(value) for name, value in sorted(outcome.headers.items())},
            "body": redactor.body(outcome.body[:20_000]),
        }
    )
    return {
        "request_number": exchange.number,
        "title": failure.title,
        "received": redactor.text(failure.finding.received),
        "documented": redactor.text(failure.finding.documented),
        "request": {
            "webhook_id": request.webhook_id,
            "credential": request.credential.name.lower(),
            "media_type": request.media_type,
            "body": redactor.body(request.body[:20_000] if request.body else request.body),
        },
        "answer": answer,
        "curl": curl(request, run.settings, redactor),
    }


def _choices(run: Run) -> list[dict[str, Any]]:
    values = run.observations.values(run.history)
    return [
        {
            "name": choice.name,
            "value": values[choice.name],
            "question": choice.question,
            "requests": {str(value): numbers for value, numbers in run.observations.evidence(choice.name).items()},
        }
        for choice in choices()
    ]
