"""Reports that were edited and sealed again, each with its evidence."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from typing import TYPE_CHECKING, Any, NamedTuple

from user_webhook_contract.report.content_hash import with_content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Line = dict[str, Any]
    Edit = Callable[[dict[str, Any], list[Line], random.Random], None]


class Forgery(NamedTuple):
    """A report and its evidence, and what was done to one of them."""

    kind: str
    report: dict[str, Any]
    evidence: str


def forgeries(report: dict[str, Any], evidence: str, count: int, seed: int = 0) -> Iterator[Forgery]:
    """Yield *count* forgeries of *report* in turn of each kind; *seed* decides what is edited."""
    kinds = list(EDITS.items())
    for number in range(count):
        kind, edit = kinds[number % len(kinds)]
        forged, lines = copy.deepcopy(report), [json.loads(line) for line in evidence.splitlines()]
        edit(forged, lines, random.Random(f"{seed} {number}"))  # noqa: S311  to be repeated, not to be secret
        yield Forgery(kind, *sealed(forged, lines))


def sealed(report: dict[str, Any], lines: list[Line]) -> tuple[dict[str, Any], str]:
    """Return *report* with hashes that fit it and its evidence *lines*, and the evidence."""
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    named = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "exchanges": len(lines)}
    return with_content_hash({**report, "evidence": named}), text


def _flip_a_verdict(report: dict[str, Any], _: list[Line], chance: random.Random) -> None:
    row = chance.choice([one for one in report["requirements"] if one["verdict"] in {"pass", "fail"}])
    if row["verdict"] == "fail":
        row.update(verdict="pass", failing_requests=0, failures=[])
    else:
        row.update(verdict="not-run", proving_requests=0, first_proof=None)


def _call_it_conformant(report: dict[str, Any], _: list[Line], __: random.Random) -> None:
    for row in report["requirements"]:
        if row["verdict"] == "fail":
            row.update(verdict="pass", failing_requests=0, failures=[])
            report["counts"][row["level"]]["pass"] += 1
            report["counts"][row["level"]]["fail"] -= 1
    report.update(verdict="conformant", exit_status=0)


def _telling(lines: list[Line]) -> list[Line]:
    """Return those of *lines* that a report says something of: on a shared connection, what fails anyway counts for nothing."""
    return [line for line in lines if line["is_judged"] and line["way"] == "OWN"]


def _remove_an_exchange(report: dict[str, Any], lines: list[Line], chance: random.Random) -> None:
    line = chance.choice(_telling(lines))
    lines.remove(line)
    report["course"] = [point for point in report["course"] if point[0] != line["number"]]


def _change_a_body(report: dict[str, Any], lines: list[Line], chance: random.Random) -> None:
    # In place of what is wrong, this may be wrong in the same way: nothing that the report says would be another then.
    right = {point[0] for point in report["course"] if point[4] == "kept"}
    answers = [
        line["answer"]
        for line in _telling(lines)
        if line["number"] in right and line["answer"].get("body", {}).get("kind") == "json"
    ]
    chance.choice(answers)["body"]["value"] = {"data": {}}


def _change_a_status(_: dict[str, Any], lines: list[Line], chance: random.Random) -> None:
    answer = chance.choice([line["answer"] for line in lines if line["is_judged"] and line["answer"]["status"]])
    answer["status"] = {201: 500}.get(answer["status"], 201)


def _swap_two_answers(_: dict[str, Any], lines: list[Line], chance: random.Random) -> None:
    accepted = [line for line in lines if line["is_judged"] and line["answer"]["status"] == 201]
    refused = [line for line in lines if line["is_judged"] and line["answer"]["status"] not in {201, None}]
    first, second = chance.choice(accepted), chance.choice(refused)
    first["answer"], second["answer"] = second["answer"], first["answer"]


def _count_more(report: dict[str, Any], _: list[Line], chance: random.Random) -> None:
    row = chance.choice([one for one in report["requirements"] if one["verdict"] == "pass"])
    row["proving_requests"] += chance.choice([1, 5, 100])


def _choose_otherwise(report: dict[str, Any], _: list[Line], chance: random.Random) -> None:
    choice = chance.choice([one for one in report["choices"] if one["value"] != "unknown"])
    choice["value"] = chance.choice([value for value in [*choice["values"], "unknown"] if value != choice["value"]])


def _claim_to_put_back(report: dict[str, Any], _: list[Line], chance: random.Random) -> None:
    place = chance.randrange(len(report["restored"]))
    report["restored"][place] = f"{report['restored'][place].partition(':')[0]}: url and secrets are put back."


EDITS: dict[str, Edit] = {
    "flips a verdict": _flip_a_verdict,
    "calls it conformant": _call_it_conformant,
    "removes an exchange": _remove_an_exchange,
    "changes a body": _change_a_body,
    "changes a status": _change_a_status,
    "swaps two answers": _swap_two_answers,
    "counts more": _count_more,
    "chooses otherwise": _choose_otherwise,
    "claims to put back": _claim_to_put_back,
}
