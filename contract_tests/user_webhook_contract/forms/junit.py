"""junit.xml: the report as pytest reports tests, one for each requirement."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest

JUNIT: Final = "junit.xml"
SUITE_NAME: Final = "user-webhook-contract"
TESTS: Final = Path(__file__).parent.parent / "test_conformance.py"


class ReportPlugin:
    """Gives the finished report to the tests."""

    def __init__(self, report: dict[str, Any]) -> None:
        """Give *report*."""
        self._report = report

    @pytest.fixture(scope="session")
    def report(self) -> dict[str, Any]:
        """Return the report."""
        return self._report


def junit(report: dict[str, Any]) -> str:
    """Return *report* as JUnit's XML.

    Raises:
        OSError: The disk is full.
    """
    with patch.dict(os.environ):
        # The caller's own pytest settings and plugins do not change a verdict.
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.environ.pop("PYTEST_ADDOPTS", None)
        os.environ.pop("PYTEST_PLUGINS", None)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / JUNIT
            arguments = [str(TESTS), "-c", os.devnull, "--rootdir", str(TESTS.parent), "--junitxml", str(file)]
            arguments += ["-p", "no:cacheprovider", "-p", "no:terminal"]
            arguments += ["--override-ini", "junit_family=xunit1", "--override-ini", f"junit_suite_name={SUITE_NAME}"]
            pytest.main(arguments, plugins=[ReportPlugin(report)])
            return file.read_text(encoding="utf-8")
