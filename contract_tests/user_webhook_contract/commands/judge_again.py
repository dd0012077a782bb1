"""Judges the evidence of a report again, without the target, and finds what does not follow from it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.factory import CaseFactory, again
from user_webhook_contract.checks.stored import RANDOM_SECRETS
from user_webhook_contract.commands.evidence_line import exchange_of_line, is_shortened, lines_of
from user_webhook_contract.commands.rehearsal import Rehearsal
from user_webhook_contract.http.client import BudgetSpentError
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.report.evidence import evidence
from user_webhook_contract.report.evidence_file import PUTTING_BACK
from user_webhook_contract.report.profiles import profile_results
from user_webhook_contract.results.hidden import MIN_LENGTH
from user_webhook_contract.results.ledger import Ledger, TargetVerdict
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.results.run import Run
from user_webhook_contract.results.waivers import Waiver
from user_webhook_contract.runner.conclusions import conclude
from user_webhook_contract.runner.originals import SECRETS, URL, Originals
from user_webhook_contract.runner.other_runs import WORDS, forgive
from user_webhook_contract.runner.recorder import Recorder
from user_webhook_contract.runner.restoration import Restoration
from user_webhook_contract.settings import Settings, UsageError, seed_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.http.request import Request

MAX_TOLD: Final = 20
"""Contradictions that are told at most."""

SAME: Final = ("verdict", "exit_status", "counts", "profiles", "valid_updates_accepted")
"""The fields of a report that are told as a whole if they do not follow."""

HIDDEN: Final = frozenset({RANDOM_SECRETS})
"""The requirements that depend on the characters of the target's secrets, which evidence does not show."""

PUT_BACK: Final = {
    "the url is put back": {URL},
    "url and secrets are put back": {URL, SECRETS},
    "the secrets are put back": {SECRETS},
}
"""What a report claims of a webhook that was put back, and the parts that this is about."""

_DIFFERENCE: Final = re.compile(r" differs from character \d+ on| in another case| without the blanks around it")
_SIGN: Final = r'(?:[^"\\]|\\u[0-9a-f]{4}|\\.)'
_SECRET: Final = re.compile(rf'"?<secret of \d+ characters>"?|"{_SIGN}{{0,{MIN_LENGTH - 1}}}"')
"""A secret in the words of a report, which shows those that are too short to be told from words.

One that ends with a quotation mark is found where one without it is quoted.
"""
_LIST: Final = re.compile(r"\[.*<secret>.*\]", re.DOTALL)
"""A list of them; of one that is longer than a secret of the suite, the end is shown behind it."""
_STAND_IN: Final = "not-the-token-of-the-run"


class JudgedAgain:
    """What the judge finds in the evidence of a report.

    Attributes:
        contradictions: One sentence for each statement of the report that does not follow.
        untold: The requirements, and what else, of which redacted or shortened evidence cannot tell.
        followed: How many requests follow from the challenge of the report, one after the other; 0 without one.
    """

    def __init__(self, report: dict[str, Any], text: str) -> None:
        """Judge *text*, the evidence of *report*.

        Raises:
            UsageError: *text* has another form than evidence.
        """
        self._report = report
        self.contradictions: list[str] = []
        self.untold: list[str] = []
        self.followed = 0
        stated = report.get("evidence")
        if stated is None:
            raise UsageError(
                "the report names no evidence: an earlier version of the kit wrote it. Run the suite again."
            )
        if hashlib.sha256(text.encode()).hexdigest() != stated["sha256"]:
            self.contradictions.append("The evidence is not that of the report: its hash is another.")
            return
        self._lines = lines_of(text)
        self._shortened = {number for number, line in self._lines.items() if is_shortened(line)}
        self._judge()

    def _judge(self) -> None:
        report, lines = self._report, self._lines
        judged = [number for number, line in lines.items() if line["is_judged"]]
        course = [point[0] for point in report["course"]]
        if sorted(judged) != sorted(course):
            odd = sorted({*judged} ^ {*course})
            self._tell(f"request {odd[0] if odd else course[0]} is in the evidence or in the timeline only")
            return
        if lines and max(lines) > report["requests_sent"]:
            self._tell(f"request {max(lines)} is beyond the {report['requests_sent']} requests that were sent")
        run = Run(_settings(report), Ledger(_settings(report)))
        run.waivers, run.started = _waivers(report), datetime.fromisoformat(report["started"])
        run.stopped = report["stopped"]
        factory = CaseFactory(run.settings)
        recorder = Recorder(run, lambda _: None)
        originals = Originals([one for one in (run.settings.webhook_id, run.settings.second_webhook_id) if one])
        cases = {number: _case(lines[number], factory) for number in lines}
        if report.get("challenge"):
            self._follow_challenge(run.settings)
        for number in course:
            recorder.take_in(*cases[number])
        for number, (case, exchange) in cases.items():
            originals.sends(case.request)
            if lines[number]["is_judged"]:
                originals.learns(case, exchange.response)
        if WORDS in run.stopped.lower():
            forgive(run.ledger)
        recorder.kept_connections.were_closed = any(exchange.was_closed for _, exchange in cases.values())
        conclude(run, recorder, factory, [])
        run.requests_sent = report["requests_sent"]
        if run.verdict is TargetVerdict.INCONCLUSIVE and report["verdict"] == "inconclusive" and not cases:
            return
        self._compare(conformance(run), run)
        tail = [exchange for case, exchange in cases.values() if case.title == PUTTING_BACK]
        if self._shortened & {exchange.number for exchange in tail}:
            self.untold.append("what was put back")
            return
        self._compare_restored(Restoration(originals, factory, _Replayed(tail)), originals)  # type: ignore[arg-type]  # it sends

    def _follow_challenge(self, settings: Settings) -> None:
        report = self._report
        if settings.seed != seed_of(report["challenge"]):
            self._tell("the seed of the report is not the one that its challenge decides")
            return
        rehearsal = Rehearsal(settings, self._lines)
        self.followed = rehearsal.followed
        if rehearsal.mismatch:
            self._tell(f"request {rehearsal.mismatch} is not what the challenge of the report decides")

    def _tell(self, text: str) -> None:
        if len(self.contradictions) < MAX_TOLD:
            self.contradictions.append(f"{text[:1].upper()}{text[1:]}.")

    def _compare(self, found: dict[str, Any], run: Run) -> None:
        report, redactor = self._report, Redactor(run.settings, run.history)
        rows = {row["id"]: row for row in found["requirements"]}
        for row in report["requirements"]:
            if row["id"] in rows:
                self._compare_row(row, rows[row["id"]], run, redactor)
        odd = {*rows} ^ {row["id"] for row in report["requirements"]}
        for row in sorted(odd):
            self._tell(f"{row} is a requirement of the report or of this version of the kit only")
        self._compare_sums()
        for name in () if self.untold else SAME:
            if report.get(name) != found[name]:
                self._tell(f"the report says {name} {_short(report.get(name))}, the evidence {_short(found[name])}")
        choices = {one["name"]: one for one in found["choices"]}
        for choice in () if self._is_partial else report["choices"]:
            other = choices.get(choice["name"], {})
            if self._shortened & {
                number for one in (choice, other) for found in one.get("requests", {}).values() for number in found
            }:
                self.untold.append(choice["name"])
            elif (choice["value"], choice["requests"]) != (other.get("value"), other.get("requests")):
                self._tell(
                    f"the report says {choice['name']} {choice['value']}{_numbers(choice)}, "
                    f"the evidence {other.get('value')}{_numbers(other)}"
                )
        self._compare_exchanges(run, redactor)

    def _compare_sums(self) -> None:
        """Let the requirements of the report give its counts, its profiles and its verdict, whatever evidence cannot tell."""
        report, rows = self._report, self._report["requirements"]
        is_strict, is_whole = report["settings"]["is_strict"], not report["stopped"]
        counted = Counter((row["level"] if row["is_tested"] else "not_tested", row["verdict"]) for row in rows)
        counts = {level: {name: counted[level, name] for name in sums} for level, sums in report["counts"].items()}
        deciding = {row["verdict"] for row in rows if row["is_tested"] and (is_strict or row["level"] == "must")}
        verdict = "conformant" if is_whole else "inconclusive"
        if deciding & {"fail", "not-run"}:
            verdict = "non-conformant" if "fail" in deciding else "inconclusive"
        profiles = profile_results(rows, is_deep=report["settings"]["is_deep"], is_whole=is_whole)
        for name, found in (("verdict", verdict), ("counts", counts), ("profiles", profiles)):
            if report.get(name) != found:
                self._tell(f"the report says {name} {_short(report.get(name))}, its own requirements {_short(found)}")

    def _compare_row(self, row: dict[str, Any], other: dict[str, Any], run: Run, redactor: Redactor) -> None:
        if self._is_alike(row, other):
            self._compare_failures(row, run, redactor)
        elif self._cannot_tell(row, other) or (self._is_partial and row["verdict"] == other["verdict"]):
            self.untold.append(row["id"])
        else:
            self._tell(_difference(row, other))

    @property
    def _is_partial(self) -> bool:
        """Whether something fails that evidence does not show: what the same responses show besides is not told then."""
        return any(row["id"] in HIDDEN and row["verdict"] == "fail" for row in self._report["requirements"])

    def _is_alike(self, row: dict[str, Any], other: dict[str, Any]) -> bool:
        names = (
            "level",
            "is_tested",
            "title",
            "statement",
            "verdict",
            "proving_requests",
            "first_proof",
            "failing_requests",
        )
        return all(row[name] == other[name] for name in names)

    def _cannot_tell(self, row: dict[str, Any], other: dict[str, Any] | None = None) -> bool:
        """Return whether *row* depends on what evidence does not show, and with it how *other* differs from it."""
        shortened = self._shortened
        named = {one["request"] for found in (row, other or row) for one in found["failures"]}
        named |= {found["first_proof"] for found in (row, other or row)} - {None}
        if row["id"] in HIDDEN or named & shortened:
            return True
        if other is None or row["verdict"] != other["verdict"]:
            return False
        counts = ("proving_requests", "failing_requests")
        return all(abs(row[name] - other[name]) <= len(shortened) for name in counts) and bool(shortened)

    def _compare_failures(self, row: dict[str, Any], run: Run, redactor: Redactor) -> None:
        found = {
            (
                one.exchange.number,
                _told(redactor.text(one.finding.received)),
                _told(redactor.text(one.finding.documented)),
            )
            for one in run.ledger.entries[row["id"]].failures
        }
        for one in row["failures"]:
            said = (one["request"], _told(one["received"]), _told(one["documented"]))
            if said not in found and not self._cannot_tell(row):
                self._tell(f"{row['id']}: what the report says of request {one['request']} does not follow from it")

    def _compare_exchanges(self, run: Run, redactor: Redactor) -> None:
        for one in self._report["exchanges"]:
            line = self._lines.get(one["number"])
            if line is None:
                self._tell(f"request {one['number']} of the report is not in the evidence")
                continue
            if one["number"] in self._shortened or _is_bare(one["answer"]):
                continue
            shown = evidence(line["title"], exchange_of_line(line), run.settings, redactor)
            for name in ("title", "request", "answer"):
                if _comparable(one[name]) != _comparable(shown[name]):
                    self._tell(f"request {one['number']}: its {name} in the report is not that of the evidence")

    def _compare_restored(self, restoration: Restoration, originals: Originals) -> None:
        """Let what was sent at the end put the webhooks back again, and compare what is said of it."""
        stated = {line.partition(":")[0]: line for line in self._report["restored"]}
        for identifier in originals.touched:
            line = stated.get(identifier, "")
            if not line or "it was interrupted" in line or "--no-restore" in line:
                return
            told = restoration.restore(identifier)
            # Less may be claimed than the evidence shows: whether secrets look masked, it does not tell.
            if not _put_back(line) <= _put_back(told):
                self._tell(f"the report says of {line} This does not follow from the evidence, which shows: {told}")


class _Replayed:
    """Answers each request with the next response of the evidence, in place of the target."""

    def __init__(self, exchanges: list[Exchange]) -> None:
        self._left: Iterator[Exchange] = iter(exchanges)

    def send(self, _: Request) -> Exchange:
        """Return the next exchange."""
        found = next(self._left, None)
        if found is None:
            raise BudgetSpentError
        return found


def _comparable(value: Any) -> Any:  # noqa: ANN401  JSON
    """Return *value* without the length of a body that was cut: evidence holds it in another form of the same JSON."""
    if isinstance(value, dict) and value.get("body", {}).get("kind") == "cut":
        return {**value, "body": {"kind": "cut", "value": value["body"]["value"]}}
    return value


def _is_bare(answer: Mapping[str, Any]) -> bool:
    """Return whether the report shows no more of a response than its status: one of many with the same failure."""
    return answer["status"] is not None and not answer["headers"] and answer["body"]["kind"] == "none"


def _told(received: str) -> str:
    """Return *received* without its secrets, and how one of the target differs: evidence does not show that."""
    return _LIST.sub("<secrets>", _SECRET.sub("<secret>", _DIFFERENCE.sub("", received)))


def _case(line: dict[str, Any], factory: CaseFactory) -> tuple[Case, Exchange]:
    exchange = exchange_of_line(line)
    case = factory.case_of(line["title"], exchange.request)
    # The last step of a sequence names it, after those before it.
    last = line["title"].rpartition(": ")[2].rpartition(", then ")[2]
    is_again = last.startswith(("the same update again", "the same again"))
    return (again(case) if is_again else case), exchange


def _settings(report: dict[str, Any]) -> Settings:
    given = report["settings"]
    return Settings(
        report["target"],
        token=_STAND_IN,
        forbidden_token=f"{_STAND_IN}-forbidden" if given["has_forbidden_token"] else "",
        webhook_id=given["webhook_id"],
        second_webhook_id=given["second_webhook_id"],
        seed=given["seed"],
        challenge=report.get("challenge", "") if given["seed"] == seed_of(report.get("challenge", "")) else "",
        budget=given["budget"],
        rate=given["rate"],
        timeout=given["timeout"],
        restores=not any("--no-restore" in line for line in report["restored"]),
        is_deep=given["is_deep"],
        is_strict=given["is_strict"],
        reuses_connections=given.get("reuses_connections", False),
    )


def _waivers(report: dict[str, Any]) -> tuple[Waiver, ...]:
    return tuple(Waiver(**{**one, "expires": date.fromisoformat(one["expires"])}) for one in report["waivers"])


def _difference(row: dict[str, Any], other: dict[str, Any]) -> str:
    for name in ("verdict", "proving_requests", "failing_requests", "first_proof"):
        if row[name] != other[name]:
            request = other["failures"][0]["request"] if other["failures"] else other["first_proof"]
            where = f" (request {request})" if request else ""
            words = name.replace("_", " ")
            return f"the report says {row['id']} {words} {row[name]}, the evidence {other[name]}{where}"
    return f"the text of {row['id']} is not that of this version of the kit"


def _numbers(choice: Mapping[str, Any]) -> str:
    numbers = [number for found in choice.get("requests", {}).values() for number in found]
    return f" (request {numbers[0]})" if numbers else ""


def _put_back(told: str) -> set[str]:
    return {part for words, parts in PUT_BACK.items() if words in told for part in parts}


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}..."  # noqa: PLR2004  a line
