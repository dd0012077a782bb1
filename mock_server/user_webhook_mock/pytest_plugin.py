"""The pytest plugin: ``user_webhook_mock``, a running mock whose state is fresh for every test.

Every project that has the mock installed loads this module, so it imports the mock only when a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_mock.testing import UserWebhookMock

MARKER: Final = "user_webhook_mock"
PARTS: Final = ("choices", "faults")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", f"{MARKER}(choices={{}}, faults={{}}): start the mock with these choices and faults"
    )


@pytest.fixture(scope="session")
def _running_user_webhook_mock() -> Iterator[UserWebhookMock]:
    from user_webhook_mock.testing import running  # noqa: PLC0415  a second that only its users pay

    with running() as mock:
        yield mock


@pytest.fixture
def user_webhook_mock_settings() -> dict[str, dict[str, Any]]:
    """``choices`` and ``faults`` that each test starts with; override it, or mark a test, which overrides each part."""
    return {}


@pytest.fixture
def user_webhook_mock(
    request: pytest.FixtureRequest,
    _running_user_webhook_mock: UserWebhookMock,
    user_webhook_mock_settings: dict[str, dict[str, Any]],
) -> UserWebhookMock:
    """A mock of Update User Webhook on a free port, as at its start."""
    __tracebackhide__ = True
    from user_webhook_mock.core.usage_error import UsageError  # noqa: PLC0415  as above

    marker = request.node.get_closest_marker(MARKER)
    wanted = {**user_webhook_mock_settings, **(marker.kwargs if marker else {})}
    try:
        _check(wanted, marker.args if marker else ())
        _running_user_webhook_mock.configure(**wanted)
    except UsageError as error:
        pytest.fail(f"{MARKER}: {error}", pytrace=False)
    return _running_user_webhook_mock


def _check(wanted: dict[str, Any], unnamed: tuple[Any, ...]) -> None:
    from user_webhook_mock.core.usage_error import UsageError, check_names  # noqa: PLC0415  as above

    check_names(wanted, PARTS, "argument")
    remedy = 'write it like choices={"messages": "first"}.'
    if unnamed:
        raise UsageError("the marker has a value without a name", value=unnamed, remedy=remedy)
    for name, value in wanted.items():
        if not isinstance(value, dict):
            raise UsageError(f"{name}={value!r} is not a dict", value=value, remedy=remedy)
