from __future__ import annotations

import pytest

from support.browser import axe, chromium  # noqa: F401  pytest finds fixtures by their names


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or Node, and what make hardship runs, before the options say which marks are run."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if "hardship" in item.path.parts:
            item.add_marker(pytest.mark.hardship)
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
        if hasattr(item, "callspec") and any(str(value).startswith("node-") for value in item.callspec.params.values()):
            item.add_marker(pytest.mark.node)
