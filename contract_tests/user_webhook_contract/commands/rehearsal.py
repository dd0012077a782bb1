"""Whether what a run sent follows from its seed: the plan again, with the evidence of the run in place of the target."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.factory import RESERVED_HOST
from user_webhook_contract.commands.evidence_line import exchange_of_line, is_hidden
from user_webhook_contract.http.client import BudgetSpentError, Way
from user_webhook_contract.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from user_webhook_contract.cases.factory import CaseFactory
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.settings import Settings

_PLAIN_URL: Final = re.compile(r'"https://(?P<host>[^/"]+)/Run-(?P<mark>[0-9a-f]{8})/\d+"')


class Rehearsal(Runner):
    """Carries out the plan of *settings* again, and compares each request with that of the evidence *lines*.

    Random requests, which come behind the plan, are not compared, nor is what follows a response of which the evidence
    has the hash alone: the plan may depend on it.

    Attributes:
        followed: How many requests are those of the plan, one after the other.
        mismatch: The number of the first that is not; 0 if there is none.
    """

    def __init__(self, settings: Settings, lines: Mapping[int, dict[str, Any]]) -> None:
        """Carry it out."""
        self._script = _Script(lines, settings.budget)
        judged = [line for line in lines.values() if line["is_judged"]]
        host, self._mark = _host_and_mark(judged)
        self._credentials = {line["request"]["credential"] for line in judged}
        super().__init__(
            replace(settings, url_host=host),
            self._script,  # type: ignore[arg-type]  # what a runner needs of a client
        )
        self._is_planned = True
        self()
        self.followed = self._script.followed
        left = self._script.left_over
        self.mismatch = self._script.mismatch or (left if self._is_planned else 0)

    def _make_factory(self, settings: Settings) -> CaseFactory:
        """Return a factory with the mark of the run; only the run knew which credentials its tokens allow."""
        factory = super()._make_factory(settings)
        factory.mark = self._mark
        factory.can_send = lambda credential: credential.name.lower() in self._credentials  # type: ignore[method-assign]  # see above
        return factory

    def _explore(self) -> None:
        self._is_planned = False

    def _restore(self) -> None:
        """Leave it: what puts a webhook back does not follow from a seed."""


class _Script:
    """Answers each request with the response of the evidence, in place of a client, for as long as it is the same."""

    def __init__(self, lines: Mapping[int, dict[str, Any]], budget: int) -> None:
        self._lines = list(lines.values())
        self._next = 0
        self._budget = budget
        self._is_over = False
        self.followed = 0
        self.mismatch = 0
        self.sent = 0
        self.reserved = 0
        self.ends = math.inf
        self.remark = ""
        self.closed_by_target = 0
        self.on_exchange: Callable[[Exchange], None] = lambda _exchange: None

    @property
    def left(self) -> int:
        """How many requests may still be sent, as in the run."""
        return self._budget - self.reserved - self.sent

    @property
    def left_over(self) -> int:
        """The number of the first judged request that was not asked for, where all before it were."""
        rest = [] if self._is_over else [line["number"] for line in self._lines[self._next :] if line["is_judged"]]
        return rest[0] if rest else 0

    def send(self, request: Request) -> Exchange:
        """Return the exchange of the evidence whose turn it is.

        Raises:
            BudgetSpentError: There is none, or it is of another request.
        """
        if self.left <= 0 or self._is_over or self._next >= len(self._lines):
            raise BudgetSpentError
        line = self._lines[self._next]
        self._next += 1
        if line["is_judged"]:
            self._compare(line, request)
        # What comes after it may depend on what the evidence does not hold.
        self._is_over = is_hidden(line["answer"].get("body", {"kind": "none"}))
        self.sent = line["number"]
        return replace(exchange_of_line(line), request=request)

    def send_pipelined(self, requests: Sequence[Request]) -> list[Exchange]:
        """Return the exchanges of those of *requests* that were answered."""
        found = []
        for request in requests:
            if self._next >= len(self._lines) or self._lines[self._next]["way"] != Way.PIPELINED.name:
                break
            found.append(self.send(request))
        self.sent += len(requests) - len(found)
        return found

    def sleep(self, _: float) -> None:
        """Wait for nothing."""

    def close(self) -> None:
        """Close nothing."""

    def _compare(self, line: dict[str, Any], request: Request) -> None:
        if not _is_same(line, request):
            self.mismatch, self._is_over = line["number"], True
            raise BudgetSpentError
        self.followed += 1


def _is_same(line: dict[str, Any], request: Request) -> bool:
    """Return whether *line* of the evidence is of *request*."""
    sent, body = exchange_of_line(line).request, line["request"]["body"]
    if not is_hidden(body):
        return sent == request
    content = request.body or b""
    is_same_body = "sha256" not in body or body["sha256"] == hashlib.sha256(content).hexdigest()
    has_same_length = "length" not in body or body["length"] == len(content)
    return is_same_body and has_same_length and replace(sent, body=request.body) == request


def _host_and_mark(lines: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Return the host of the plain urls in *lines*, empty for the usual one, and the mark of the run."""
    for line in lines:
        found = _PLAIN_URL.search(json.dumps(line["request"]["body"].get("value")))
        if found:
            return "" if found["host"] == RESERVED_HOST else found["host"], found["mark"]
    return "", ""
