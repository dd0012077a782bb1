"""conformance.json: a whole run as data, from which every other form of the report is made."""

from __future__ import annotations

import platform
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.bundle import bundle, digest
from user_webhook_api.choices import choices
from user_webhook_api.requirements import page_of
from user_webhook_contract.report.baseline import baseline
from user_webhook_contract.report.causes import followed
from user_webhook_contract.report.content_hash import with_content_hash
from user_webhook_contract.report.evidence import evidence
from user_webhook_contract.report.evidence_file import evidence_summary
from user_webhook_contract.report.profiles import profile_results
from user_webhook_contract.results.ledger import Entry, Failure, Proof, Verdict
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.results.retention import held_by_target

if TYPE_CHECKING:
    from user_webhook_contract.results.run import Run

SCHEMA: Final = "urn:user-webhook-contract:conformance:1"
"""Names the form of the report; ``conformance.schema.json`` beside this module describes it."""

KIT: Final = "user-webhook-contract"
LIBRARIES: Final = ("hypothesis", "pytest", "schemathesis", "urllib3")

UNSEEN: Final = "Not tested: the requests for it were not sent, or got an unrelated response."

MAX_FAILURES: Final = 5
"""Failures of one requirement that are written out; ``failing_requests`` has the number of all."""


def conformance(run: Run) -> dict[str, Any]:
    """Return the report as JSON data, redacted, in an order that does not change from run to run."""
    redactor = Redactor(run.settings, run.history)
    settings = run.settings
    entries = list(run.ledger.entries.values())
    causes = followed(entries)
    rows = [_requirement(entry, causes, redactor, settings.docs_url) for entry in entries]
    report = {
        "schema": SCHEMA,
        "verdict": run.verdict.value,
        "exit_status": run.verdict.exit_status,
        "stopped": redactor.text(run.stopped),
        "attestation": {
            "vendor": settings.vendor,
            "product": settings.product,
            "product_version": settings.product_version,
            "environment": settings.environment,
        },
        "valid_until": _valid_until(run),
        "supersedes": settings.supersedes,
        "challenge": settings.challenge,
        "baseline": baseline(settings),
        "target": settings.target,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "kit": {"name": KIT, "version": version(KIT)},
        "document": {"title": bundle()["info"]["title"], "version": bundle()["info"]["version"], "sha256": digest()},
        "settings": {
            "webhook_id": settings.webhook_id,
            "second_webhook_id": settings.second_webhook_id,
            "has_forbidden_token": bool(settings.forbidden_token),
            "seed": settings.seed,
            "budget": settings.budget,
            "budget_from": settings.budget_from.value,
            "rate": settings.rate,
            "waits_for_429": settings.waits_for_429,
            "timeout": settings.timeout,
            "is_deep": settings.is_deep,
            "is_strict": settings.is_strict,
            "reuses_connections": settings.reuses_connections,
        },
        "requests_sent": run.requests_sent,
        "valid_updates_accepted": run.valid_updates_accepted,
        "counts": _counts(entries),
        "profiles": profile_results(rows, is_deep=settings.is_deep, is_whole=not run.stopped),
        "requirements": rows,
        "exchanges": _exchanges(run, redactor),
        "choices": _choices(run),
        "waivers": [{**asdict(waiver), "expires": waiver.expires.isoformat()} for waiver in run.waivers],
        "notes": [redactor.text(note) for note in run.notes],
        "restored": [redactor.text(line) for line in run.restored],
        "evidence": evidence_summary(run),
        "course": [
            [one.number, round(one.started, 3), round(one.seconds * 1000, 1), one.status, one.outcome.value]
            for one in run.timeline
        ],
        "environment": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            **{name: version(name) for name in LIBRARIES},
        },
    }
    return with_content_hash(report)


def _valid_until(run: Run) -> str:
    """Return the last day on which the report is to be relied on; empty if there is none."""
    days = run.settings.valid_days
    return (run.started.date() + timedelta(days=days)).isoformat() if days else ""


def _counts(entries: list[Entry]) -> dict[str, dict[str, int]]:
    """Return how many requirements of each level have which verdict; those that are never tested are counted apart."""
    counted = Counter(
        ("not_tested" if entry.requirement.not_tested else entry.requirement.level, entry.verdict.value)
        for entry in entries
    )
    return {
        level: {verdict.value: counted[level, verdict.value] for verdict in Verdict}
        for level in ("must", "should", "not_tested")
    }


def _requirement(entry: Entry, causes: dict[str, str], redactor: Redactor, docs_url: str) -> dict[str, Any]:
    row = entry.requirement
    return {
        "id": row.id,
        "level": row.level,
        "is_tested": not row.not_tested,
        "verdict": entry.verdict.value,
        "title": row.title,
        "section": row.section,
        "statement": row.statement,
        "source": row.source,
        "remedy": row.remedy,
        "page": page_of(row.id, docs_url),
        "why": why(entry),
        "follows_from": causes.get(row.id),
        "proving_requests": entry.proofs,
        "first_proof": entry.first_proof.exchange.number if entry.first_proof else None,
        "failing_requests": len({failure.exchange.number for failure in entry.failures}),
        "failures": [
            {
                "request": failure.exchange.number,
                "title": failure.title,
                "headline": redactor.text(failure.finding.headline),
                "received": redactor.text(failure.finding.received),
                "documented": redactor.text(failure.finding.documented),
            }
            for failure in _shown(entry)
        ],
    }


def _shown(entry: Entry) -> list[Failure]:
    return entry.failures[:MAX_FAILURES]


def why(entry: Entry) -> str:
    """Return why a requirement neither passes nor fails; empty if it does."""
    match entry.verdict:
        case Verdict.NOT_RUN:
            return entry.requirement.not_tested or entry.missing or UNSEEN
        case Verdict.NOT_APPLICABLE:
            return entry.not_applicable
        case Verdict.WAIVED:
            return entry.waiver
    return ""


def _exchanges(run: Run, redactor: Redactor) -> list[dict[str, Any]]:
    """Return every exchange that a requirement names, once."""
    named: dict[int, Proof | Failure] = {}
    for entry in run.ledger.entries.values():
        proofs: list[Proof | Failure] = [entry.first_proof] if entry.first_proof else []
        for one in [*proofs, *_shown(entry)]:
            named.setdefault(one.exchange.number, one)
    hidden = held_by_target(run.history)
    return [evidence(one.title, one.exchange, run.settings, redactor, hidden) for _, one in sorted(named.items())]


def _choices(run: Run) -> list[dict[str, Any]]:
    values = run.observations.values(run.history)
    return [
        {
            "name": choice.name,
            "value": values[choice.name],
            "values": list(choice.values),
            "question": choice.question,
            "documents": choice.documents,
            "requests": {str(value): numbers for value, numbers in run.observations.evidence(choice.name).items()},
        }
        for choice in choices()
    ]
