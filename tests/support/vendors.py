"""Reports of many vendors, made from the servers of the self-test."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from servers.faulty import FaultyServers
from support.report_runs import report_of
from user_webhook_contract.forms.matrix import matrix_data
from user_webhook_contract.report.content_hash import with_content_hash
from user_webhook_contract.settings import seed_of

if TYPE_CHECKING:
    from pathlib import Path

NOW: Final = datetime(2030, 1, 1, tzinfo=UTC)
WAIVER: Final = "- {id: R-604, reason: Old clients read it, expires: 2999-12-31, approved_by: API board}\n"


class Vendor(NamedTuple):
    """A vendor: its name, its product, the server that stands for it, and what that chooses."""

    name: str
    product: str
    server: str
    choices: dict[str, str]
    settings: dict[str, Any]


VENDORS: Final = (
    Vendor("Acme", "Hooks", "correct", {}, {}),
    Vendor("Aurora Health", "Relay 2", "correct", {"omitted_secrets": "keep", "media_type": "415"}, {}),
    Vendor("Bolt", "", "answers-401-with-error", {}, {}),
    Vendor("Carelink", "Facility Gateway", "correct", {"duplicate_events": "reject"}, {"environment": "sandbox"}),
    Vendor("Dorian & Sons", "Webhooks", "authorises-everyone", {}, {}),
    Vendor("Ékram", "Événements", "reverses-given-secrets", {"null_optional": "reject"}, {}),
    Vendor("Forge", "Notify", "answers-404-as-html", {}, {"budget": 40}),
    Vendor("Globex", "Staff", "answers-401-with-error", {}, {"waives": True}),
    Vendor("Hooli", "Events", "writes-the-url-when-refused", {"check_order": "lookup_first"}, {}),
    Vendor("Initech", "TPS", "answers-500-for-201", {}, {}),
    Vendor("Juniper Medical Staffing Solutions International", "Universal Webhook Platform", "correct", {}, {}),
    Vendor("Kestrel", "Wire", "answers-400-with-truncated-json", {}, {"challenge": "0123456789abcdef"}),
)


def vendor_reports(folder: Path) -> list[dict[str, Any]]:
    """Judge the server of each vendor and return the reports, as files hold them; *folder* gets a file of waivers."""
    waivers = folder / "waivers.yaml"
    waivers.write_text(WAIVER, encoding="utf-8")
    found = []
    with FaultyServers() as servers:
        for one in VENDORS:
            rest = {"budget": 60, "vendor": one.name, "product": one.product, "valid_days": 90, **one.settings}
            if rest.pop("waives", False):
                rest["waivers"] = waivers
            if "challenge" in rest:
                rest["seed"] = seed_of(rest["challenge"])
            found.append(report_of(servers.url(one.server, **one.choices), **rest))
    return [json.loads(json.dumps(report)) for report in found]


def many(reports: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return *count* reports: *reports* again and again, each of a vendor of its own."""
    found = []
    for number in range(count):
        report = reports[number % len(reports)]
        name = report["attestation"]["vendor"]
        attestation = {**report["attestation"], "vendor": name if number < len(reports) else f"{name} {number}"}
        found.append(with_content_hash({**report, "attestation": attestation}))
    return found


def matrix_of(reports: list[dict[str, Any]], now: datetime = NOW) -> dict[str, Any]:
    """Return the matrix of *reports*; every third is signed by a known key, every other third by an unknown one."""
    states = ({"state": "none", "key": ""}, {"state": "signed", "key": "acme.pub"}, {"state": "unknown", "key": ""})
    return matrix_data([(report, states[number % 3]) for number, report in enumerate(reports)], now)
