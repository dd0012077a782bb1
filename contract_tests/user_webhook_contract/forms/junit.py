"""junit.xml: the report as pytest reports tests, one for each requirement."""

from __future__ import annotations

import os
import re
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest

from user_webhook_contract.report.totals import verdict_text

JUNIT: Final = "junit.xml"
SUITE_NAME: Final = "user-webhook-contract"
TESTS: Final = Path(__file__).parent.parent / "test_conformance.py"

RUN_CASE: Final = ("The target was judged", "Run")
"""Name and section of the case that has an error if the run is inconclusive."""


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
    """Return *report* as JUnit's XML, in the form that Jenkins' schema allows.

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
            # It collects all garbage several times, for what was raised where nobody sees it: nothing is here.
            arguments += ["-p", "no:unraisableexception"]
            arguments += ["--override-ini", "junit_family=xunit2", "--override-ini", f"junit_suite_name={SUITE_NAME}"]
            pytest.main(arguments, plugins=[ReportPlugin(report)])
            root = ET.parse(file).getroot()  # noqa: S314  pytest's own file
    _name_cases(root, report)
    _name_waivers(root, report)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content.decode() + "\n"


def _name_waivers(root: ET.Element, report: dict[str, Any]) -> None:
    """Say as properties of the suite that the verdict needs waivers, how many, and of what."""
    waived = [row["id"] for row in report["requirements"] if row["verdict"] == "waived"]
    if not waived:
        return
    properties = ET.Element("properties")
    values = {"verdict": verdict_text(report), "waivers": str(len(waived)), "waived": ", ".join(waived)}
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=value)
    root[0].insert(0, properties)


def _name_cases(root: ET.Element, report: dict[str, Any]) -> None:
    """Name each case for its requirement, and its class for the section, which Jenkins shows as a package."""
    root.set("name", SUITE_NAME)
    rows = {row["id"]: row for row in report["requirements"]}
    for case in root.iter("testcase"):
        match = re.search(r"\[(.+)\]$", case.get("name", ""))
        name, section = (
            RUN_CASE if match is None else (f"{match[1]} {rows[match[1]]['title']}", rows[match[1]]["section"])
        )
        case.set("name", name)
        case.set("classname", f"{SUITE_NAME}.{section}")
        for outcome in case:
            # pytest writes beside the reason where its own file is, and that a fixture gave it.
            if outcome.tag != "failure":
                reason = (outcome.text or "").partition(f"{TESTS.name}:")[2].partition(": ")[2] or outcome.text or ""
                outcome.set("message", reason)
                outcome.text = reason
