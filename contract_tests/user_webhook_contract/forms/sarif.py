"""results.sarif: what fails, in the form that code scanning reads (SARIF 2.1.0)."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib.metadata import metadata
from typing import Any, Final

from user_webhook_api.bundle import PATH
from user_webhook_api.requirements import TABLE
from user_webhook_contract.report.conformance import KIT
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import FailureDetails, failure_details
from user_webhook_contract.report.reason import why_inconclusive
from user_webhook_contract.report.totals import verdict_text, waived_count

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

STATEMENTS: Final = "openapi/requirements.yaml"
"""Where the kit holds the statements, from its root: a result points at the one that is broken."""

MAX_DESCRIPTION: Final = 1000
"""Characters of a description; GitHub takes 1024."""

_LEVELS: Final = {"must": "error", "should": "warning"}


def sarif(report: dict[str, Any]) -> str:
    """Return *report* as SARIF: a rule for each requirement that is tested, a result for each that fails.

    One that is waived is a result, too, with a suppression that says why and by whom.
    """
    rows = [row for row in report["requirements"] if row["is_tested"]]
    run = {
        "tool": {
            "driver": {
                "name": report["kit"]["name"],
                "semanticVersion": report["kit"]["version"],
                **_information(),
                "rules": [_rule(row) for row in rows],
            }
        },
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(index, row, report) for index, row in enumerate(rows) if row["verdict"] in {"fail", "waived"}
        ],
        "properties": {"verdict": verdict_text(report), "waivers": waived_count(report)},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _information() -> dict[str, str]:
    """Return the address of the kit, if whoever built its distribution gave one."""
    addresses = metadata(KIT).get_all("Project-URL") or []
    named = dict(one.split(", ", 1) for one in addresses)
    return {"informationUri": named["Homepage"]} if "Homepage" in named else {}


def _invocation(report: dict[str, Any]) -> dict[str, Any]:
    """Return how the run ended: a run that says nothing of the target is not one that found nothing."""
    reason = why_inconclusive(report)
    problem = reason or report["stopped"]
    level = "error" if reason else "warning"
    return {
        "executionSuccessful": not reason,
        "exitCode": report["exit_status"],
        "toolExecutionNotifications": [{"level": level, "message": {"text": _escaped(printable(problem))}}]
        if problem
        else [],
    }


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["title"],
        "shortDescription": {"text": _escaped(row["title"])},
        "fullDescription": {"text": _escaped(row["statement"][:MAX_DESCRIPTION])},
        "help": {"text": _escaped(f"{row['statement']}\nRemedy: {row['remedy']}\nSource: {row['source']}")},
        **({"helpUri": row["page"]} if "://" in row["page"] else {}),
        "defaultConfiguration": {"level": _LEVELS[row["level"]]},
        "properties": {"precision": "very-high", "tags": [row["section"]]},
    }


def _result(index: int, row: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    waiver = next((one for one in report["waivers"] if one["id"] == row["id"] and row["verdict"] == "waived"), None)
    return {
        "ruleId": row["id"],
        "ruleIndex": index,
        "level": _LEVELS[row["level"]],
        "message": {"text": _escaped(_message(failure_details(row, report)))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": STATEMENTS},
                    "region": _region(row["id"]),
                },
                "logicalLocations": [{"fullyQualifiedName": f"PATCH {PATH}"}],
            }
        ],
        # Only the requirement: what is sent and received differs from run to run.
        "partialFingerprints": {"primaryLocationLineHash": f"{hashlib.sha256(row['id'].encode()).hexdigest()[:16]}:1"},
        "occurrenceCount": row["failing_requests"],
        **({"suppressions": [_suppression(waiver)]} if waiver else {}),
    }


def _suppression(waiver: dict[str, Any]) -> dict[str, Any]:
    """Return *waiver*: the target's own code holds none of it, so that it is an external one."""
    return {
        "kind": "external",
        "status": "accepted",
        "justification": printable(waiver["reason"]),
        "properties": {
            name: printable(waiver[name]) for name in ("approved_by", "link", "expires") if waiver.get(name)
        },
    }


def _message(failure: FailureDetails) -> str:
    parts = (
        f"{failure.heading}.",
        f"Sent: {failure.sent}.",
        f"Received: {failure.received}.",
        f"Documented: {failure.documented}.",
        f"Remedy: {failure.remedy}",
    )
    return "\n".join(printable(part) for part in parts)


def _escaped(text: str) -> str:
    """Return *text* as a message of SARIF, in which braces are placeholders and ``[text](place)`` is a link."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _region(identifier: str) -> dict[str, int]:
    line, length = _lines().get(identifier, (1, 1))
    return {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": length + 1}


@cache
def _lines() -> dict[str, tuple[int, int]]:
    """Return number and length of the line on which the row of each requirement begins."""
    found = {}
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r"- id: (\S+)", line)
        if match:
            found[match[1]] = (number, len(line))
    return found
