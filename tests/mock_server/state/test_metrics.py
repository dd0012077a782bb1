from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.mock_process import FIRST, Mock, call, mock_of
from support.paths import ROOT
from user_webhook_api.extras import MissingPackageError
from user_webhook_mock import create_app
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {"events": ["all"]}
METERED = Settings(port=0, is_quiet=True, has_metrics=True)
PREFIX = "user_webhook_mock_"


@pytest.fixture
def served() -> Iterator[tuple[Mock, MockState]]:
    with mock_of(METERED) as served:
        yield served


def samples(mock: Mock) -> dict[str, float]:
    """Return the metrics of *mock*: the name, and the values of the labels by their names, with the number."""
    reply = mock.control("GET", "/metrics")
    assert (reply.status, reply.headers["content-type"].split(";")[0]) == (200, "text/plain")
    return {
        " ".join([one.name.removeprefix(PREFIX), *(one.labels[label] for label in sorted(one.labels))]): one.value
        for family in text_string_to_metric_families(reply.content.decode())
        for one in family.samples
    }


def test_requests_are_counted_by_status_and_kind_of_reason(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    mock.patch(ALL)
    mock.patch(ALL, x_mock_space="a")
    mock.patch({"events": ["no"], "url": 7, "x": "secret-value"})
    mock.patch(None, authorization=None)
    mock.patch(ALL, "secret-id")
    mock.patch(b"{")
    mock.patch(ALL, prefer="code=404")
    mock.patch(ALL, x_mock_space="a b")
    shown = samples(mock)

    counted = {name: number for name, number in shown.items() if name.startswith("requests_total")}
    assert counted == {
        "requests_total none 201": 2,
        "requests_total validation 400": 1,
        "requests_total token 401": 1,
        "requests_total webhookId 404": 1,
        "requests_total body 400": 1,
        "requests_total forced 404": 1,
        "requests_total space 400": 1,
    }
    assert b"secret" not in mock.control("GET", "/metrics").content


def test_latency_is_counted_with_the_delays(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    mock.patch(ALL, x_mock_latency="300ms")
    mock.patch(ALL)
    shown = samples(mock)

    assert (shown["request_seconds_count"], shown["request_seconds_bucket 60.0"]) == (2, 2)
    assert shown["request_seconds_bucket 0.25"] <= 1
    # A timer of the event loop counts whole milliseconds, and may be over a little early.
    assert shown["request_seconds_sum"] >= 0.295


def test_faults_deliveries_and_spaces_are_shown(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    mock.control("PUT", "/faults", {"script": ["503:2"]}, x_mock_space="a")
    for _ in range(3):
        mock.patch(ALL, x_mock_space="a")
    mock.control("POST", "/events", {"eventType": "facility.creation.accepted", "webhookId": FIRST}, x_mock_space="b")
    shown = samples(mock)

    assert (shown["faults_total 503"], shown["requests_total fault 503"]) == (2, 2)
    assert (shown["deliveries not-sent"], shown["deliveries delivered"]) == (1, 0)
    assert shown["spaces"] == 2


def test_a_reload_of_the_document_goes_on_counting() -> None:
    state = MockState(METERED)
    before = state.metrics
    with state.new_application():
        create_app(state=state)

    assert state.metrics is before is not None
    assert state.spaces.named(["a"]).metrics is None


def test_without_the_option_the_path_says_how_to_get_metrics() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        reply = mock.control("GET", "/metrics")

    rule = "They need the extra metrics: pip install 'user-webhook-mock[metrics]'."
    assert (reply.status, reply.body) == (
        404,
        {"what": "Metrics are off", "value": None, "rule": rule, "remedy": "start the mock with --metrics."},
    )


def test_without_the_option_nothing_of_prometheus_is_imported() -> None:
    code = (
        "import sys; from user_webhook_mock import create_app; create_app(); print('prometheus_client' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"


def test_a_package_that_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("user_webhook_api.extras.MAKEFILE", Path("/no/Makefile"))
    for name in [name for name in sys.modules if name.startswith(("prometheus_client", "user_webhook_mock.state.m"))]:
        if name != "user_webhook_mock.state.mock_state":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(MissingPackageError) as caught:
        MockState(METERED)

    assert str(caught.value) == (
        "--metrics needs the package prometheus-client, which is not installed: pip install 'user-webhook-mock[metrics]'."
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--metrics", "--workers", "2"],
            "--metrics needs one process that gets every request, and --workers 2 starts several: leave one of the two out.",
        ),
        (
            ["--metrics", "--no-control"],
            "--metrics is a path of the control API, which is off: leave out --no-control, or leave out --metrics.",
        ),
        (
            ["--metrics", "--host", "::"],
            "--metrics is a path of the control API, which is off: give it a --control-token, or leave out --metrics.",
        ),
    ],
    ids=["workers", "no control API", "public"],
)
def test_what_does_not_go_with_metrics_is_refused_at_the_start(options: list[str], message: str) -> None:
    assert call("--port", "0", *options) == (2, "", f"user-webhook-mock: {message}\n")
