"""A few requests of a report, sent again: does the target answer as the report says?"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.numbers import whole_number
from user_webhook_contract.checks.response import UPDATE_IS_ACCEPTED
from user_webhook_contract.commands.replay_result import was_broken_alone
from user_webhook_contract.commands.replay_safety import PLACEHOLDER
from user_webhook_contract.commands.resending import Resending, Sent
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.response import Response
from user_webhook_contract.report.baseline import baseline
from user_webhook_contract.settings import Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CHECKED: Final = 50
"""Requests that are compared at most."""

_OF_OTHERS: Final = ("the same update again", ", then ", "sequence")
"""Words in the title of a request whose response depends on the one before it."""


class Answer(Enum):
    """How the response is to that of the report, the worst first."""

    OTHERWISE = "otherwise"
    UNTOLD = "not compared"
    SAME = "the same"


@dataclass(frozen=True)
class Checked:
    """A request of the report and what came of it; ``words`` is half a sentence."""

    number: int
    title: str
    answer: Answer
    words: str = field(repr=False)


class SpotCheck:
    """Sends up to *count* requests of *report* to the target of *settings*: half of them broken ones, if there are any."""

    def __init__(
        self, report: dict[str, Any], settings: Settings, count: int, chance: random.Random | None = None
    ) -> None:
        """Send them and compare the responses; *chance* decides which they are.

        Raises:
            UsageError: Target, token or webhook are not what the report needs.
        """
        self._report, self._target = report, settings.target
        self._is_of_this_kit = report.get("baseline", {}).get("code") == baseline(settings)["code"]
        self._resending = Resending(report, settings)
        self.checked: list[Checked] = []
        exchanges = {one["number"]: one for one in report["exchanges"] if _is_usable(one)}
        order = _order(report, exchanges, chance or random.SystemRandom())
        self._reasons = self._resending.prepare({number: exchanges[number] for number in order})
        cases = self._resending.cases
        self._resending.cases = {number: cases[number] for number in [one for one in order if one in cases][:count]}
        sent = self._resending.send() if self._resending.cases else {}
        for number, one in sent.items():
            answer, words = self._compared(exchanges[number], one)
            self.checked.append(Checked(number, exchanges[number]["title"], answer, words))

    @property
    def sent(self) -> int:
        """How many requests were sent in all."""
        return self._resending.sent

    @property
    def exit_status(self) -> int:
        """0: the target answers as in the report; 1: it does not; 2: nothing could be compared."""
        answers = {one.answer for one in self.checked}
        return 1 if Answer.OTHERWISE in answers else 0 if Answer.SAME in answers else 2

    def lines(self) -> Iterator[str]:
        """Yield one line for each request, what could not be sent, and the sum."""
        redactor = self._resending.redactor
        if not self._is_of_this_kit:
            yield "Another version of the kit made the report: it may judge the same response otherwise."
        for one in self.checked:
            yield redactor.text(f"Request {one.number} ({one.title}): {one.answer.value}, {one.words}.")
        if not self.checked:
            yield "The report holds no request that can be sent again."
        for reason in dict.fromkeys(self._reasons.values()):
            count = sum(one == reason for one in self._reasons.values())
            yield redactor.text(f"Not sent, {count} of the report: {reason}.")
        yield from (redactor.text(line) for line in self._resending.restored)
        counts = {answer: sum(one.answer is answer for one in self.checked) for answer in reversed(Answer)}
        told = ", ".join(f"{count} {answer.value}" for answer, count in counts.items() if count) or "nothing compared"
        yield f"{told}; {self.sent} requests sent to {self._target}."

    def _compared(self, exchange: dict[str, Any], sent: Sent) -> tuple[Answer, str]:
        """Return how the response is to that of *exchange* of the report, and half a sentence on it."""
        before, now = exchange["answer"]["status"], _status(sent)
        change = _change(before, now)
        rows = {row["id"]: row for row in self._report["requirements"]}
        findings = {one.requirement: one for one in sent.findings if one.requirement in rows}
        broken = [name for name, one in findings.items() if not one.is_kept]
        # Which part of an update that is refused is to blame, one request does not show.
        same_refusal = {UPDATE_IS_ACCEPTED, *sent.case.traits.values()} if before == now else set()
        new = [name for name in broken if rows[name]["verdict"] == "pass" and name not in same_refusal]
        if new:
            wrong = findings[new[0]]
            told = f"received {wrong.received}; documented {wrong.documented}"
            return Answer.OTHERWISE, f"{change}: the report says that {new[0]} is kept, but {told}"
        named = [
            name for name, row in rows.items() if exchange["number"] in {one["request"] for one in row["failures"]}
        ]
        gone = [name for name in named if name not in broken]
        if same_refusal & set(broken):
            gone = [name for name in gone if name not in same_refusal]
        if before == now and not gone:
            return Answer.SAME, change + (f", and breaks {', '.join(named)} as in the report" if named else "")
        has_other_secrets = PLACEHOLDER in json.dumps(exchange["request"]["body"])
        if has_other_secrets and sent.case.request.credential is Credential.VALID:
            return Answer.UNTOLD, f"{change}: the report hides its secrets, and it was sent with others"
        caveat = "it was fixed, or depends on the requests before it"
        if before != now:
            return Answer.OTHERWISE, f"{change}{f': {caveat}' if gone else ''}"
        alone = [name for name in gone if name in findings and was_broken_alone(name, exchange, sent.case)]
        if alone:
            return Answer.OTHERWISE, f"{change}: the report says that {alone[0]} is broken; {caveat}"
        return Answer.UNTOLD, f"{change}: {gone[0]} depends on the requests before it"


def wanted(text: str) -> int:
    """Return the number of requests that *text* asks for.

    Raises:
        UsageError: It is another text, or out of range.
    """
    number = whole_number(text)
    if number is None or not 1 <= number <= MAX_CHECKED:
        raise UsageError(f"--requests={text!r} must be a whole number from 1 to {MAX_CHECKED}.")
    return number


def _order(report: dict[str, Any], exchanges: dict[int, Any], chance: random.Random) -> Sequence[int]:
    """Return the numbers of *exchanges*, broken and kept ones in turn, as *chance* decides."""
    named = {one["request"] for row in report["requirements"] for one in row["failures"]}
    broken, kept = ([number for number in exchanges if (number in named) is wrong] for wrong in (True, False))
    chance.shuffle(broken)
    chance.shuffle(kept)
    pairs = min(len(broken), len(kept))
    in_turn = [number for pair in zip(broken, kept, strict=False) for number in pair]
    return [*in_turn, *broken[pairs:], *kept[pairs:]]


def _is_usable(exchange: dict[str, Any]) -> bool:
    """Return whether the report shows *exchange* whole, and its response depends on no other request by its title."""
    answer = exchange["answer"]
    is_bare = answer["status"] is not None and not answer["headers"] and answer["body"]["kind"] == "none"
    return not is_bare and not any(words in exchange["title"] for words in _OF_OTHERS)


def _status(sent: Sent) -> int | None:
    return sent.response.status if isinstance(sent.response, Response) else None


def _change(before: int | None, now: int | None) -> str:
    old, new = (f"status {one}" if one is not None else "no response" for one in (before, now))
    return old if old == new else f"{old} in the report, {new} now"
