"""The pytest plugin that sends the requests once and hands each test its requirement's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_contract.results.run import Run


class Gate:
    """Holds the run of one pytest session.

    ``error`` is what the user has to mend before anything can be judged, ``defect`` what the suite's authors have to.
    """

    def __init__(self, settings: Settings, on_progress: Callable[[Run], None]) -> None:
        """Prepare a run with *settings*; *on_progress* is called after every request."""
        self._runner = Runner(settings, on_progress=on_progress)
        self.run: Run | None = None
        self.report: dict[str, Any] = {}
        self.error: UsageError | None = None
        self.defect: Exception | None = None

    @pytest.fixture(scope="session")
    def report_of_the_gate(self) -> dict[str, Any]:
        """Send everything, at the first test that asks, and return the report."""
        try:
            self.run = self._send()
            self.report = conformance(self.run)
        except Exception as error:  # noqa: BLE001  pytest would put what it quotes into junit.xml
            self.defect = error
            pytest.exit("the suite has a defect")
        return self.report

    def _send(self) -> Run:
        try:
            return self._runner()
        except UsageError as error:
            # That nothing could be judged is a report, too.
            self.error = error
            return self._runner.run
