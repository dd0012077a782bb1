"""One Hypothesis run: what it sends, what it remembers, and the smallest form of what it finds."""

from __future__ import annotations

import gc
import gzip
import json
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.errors import HypothesisException

from user_webhook_api.extras import building_on
from user_webhook_contract.fuzzing.discovery import Discovery, JudgedRequest
from user_webhook_contract.http.client import BudgetSpentError, RateLimitedError, TargetDownError

TRIED: Final = "6.170.17"
"""The latest version of Hypothesis that the tests were run with."""

with building_on("hypothesis", TRIED):  # none of these names is promised to be kept
    from hypothesis.internal.charmap import charmap_file
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    _ = providers._get_local_constants, providers.CONSTANTS_CACHE.cache  # noqa: SLF001  see above

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

RUN_ENDS: Final = (BudgetSpentError, RateLimitedError, TargetDownError)
"""What ends a run: not a finding, and nothing to be made smaller."""


class _BrokenError(Exception):
    """Tells Hypothesis that something breaks a requirement."""


class _EndError(BaseException):
    """Passes through Hypothesis, which would take an Exception for a finding and try to make it smaller."""


class _ShrinkLimitError(BaseException):
    """Ends the search for a smaller form: Hypothesis has no public limit, and goes on for thousands of attempts."""


class HypothesisRun:
    """Looks for one requirement that is broken and not known to be; each attempt is sent once only."""

    def __init__(self, known: frozenset[str], max_shrinks: int, left: Callable[[], int]) -> None:
        """Spend up to *max_shrinks* requests, of those that are *left*, on making a finding smaller."""
        self._known = known
        self._shrinks_left = max_shrinks
        self._left = left
        self._memory: dict[Hashable, JudgedRequest] = {}
        self._first = 0
        self.target = ""
        self.smallest: Any = None
        self._smallest_cost = 0

    def attempt(self, item: Any, cost: int, send: Callable[[], JudgedRequest]) -> None:  # noqa: ANN401  anything hashable
        """Have *send* send *item*, for up to *cost* requests, unless its result is known.

        Raises:
            _BrokenError: It breaks the requirement that is searched for.
        """
        if item not in self._memory:
            if self.target:
                # Requests are kept for the confirmation: the smallest form is sent once more.
                if cost > self._shrinks_left or cost + self._smallest_cost > self._left():
                    raise _ShrinkLimitError
                self._shrinks_left -= cost
            try:
                self._memory[item] = send()
            except RUN_ENDS as error:
                raise _EndError from error
        sent = self._memory[item]
        found = sorted(sent.broken - self._known)
        if found and not self.target:
            self.target, self._first = found[0], sent.number
        if self.target in sent.broken:
            self.smallest, self._smallest_cost = item, cost
            raise _BrokenError(self.target)

    @property
    def is_shrinking(self) -> bool:
        """Something was found and is being made smaller."""
        return bool(self.target)

    def is_wanted(self, sent: JudgedRequest) -> bool:
        """Return whether *sent* breaks what is searched for: the requirement that was found, or before that any new one."""
        return self.target in sent.broken if self.target else bool(sent.broken - self._known)

    def search(self, test: Callable[[], None], number: int) -> None:
        """Run the Hypothesis test *test*, which makes attempts, from the seed *number*.

        What it finds is in ``target`` and ``smallest``.
        """
        try:
            seed(number)(test)()
        except _EndError as end:
            raise end.__cause__ or end from None
        except (_BrokenError, _ShrinkLimitError, HypothesisException):
            # The failure itself is in the ledger, as it was judged.
            return

    def conclude(self, send: Callable[[Any], JudgedRequest]) -> Discovery | None:
        """Have *send* send the smallest form of what was found once more; None if nothing was found."""
        if not self.target:
            return None
        sent = send(self.smallest)
        return Discovery(self.target, self._first, sent.number, is_steady=self.target in sent.broken)


def chosen_settings(examples: int, steps: int = 1) -> settings:
    """Return settings with which the seed alone decides what is drawn."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        derandomize=False,
        backend="hypothesis",
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )


@contextmanager
def isolated() -> Iterator[None]:
    """Keep Hypothesis, while the block runs, from the folder of the caller and from the constants of loaded modules.

    It writes caches to the working directory, and draws constants from the source code that happens to be imported:
    with either, the seed would not decide alone.
    """
    before = storage_directory().path
    no_constants = Constants()
    with tempfile.TemporaryDirectory() as folder, patch.object(providers, "_get_local_constants", lambda: no_constants):
        set_hypothesis_home_dir(folder)
        _store_characters()
        providers.CONSTANTS_CACHE.cache.clear()
        try:
            yield
        finally:
            providers.CONSTANTS_CACHE.cache.clear()
            set_hypothesis_home_dir(before)


@contextmanager
def settled() -> Iterator[None]:
    """Spare the garbage collector, while the block runs, what is loaded: each look at all of it takes a tenth of a second."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _store_characters() -> None:
    """Give Hypothesis the characters that UTF-8 encodes: to find them out takes it two seconds and 200 MB."""
    table = charmap_file("codec-v2-utf-8")
    table.parent.mkdir(parents=True)
    table.write_bytes(gzip.compress(json.dumps([[[0, 0xD7FF], [0xE000, 0x10FFFF]], []]).encode()))
