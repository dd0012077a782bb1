"""What Prometheus reads of a mock: counted since its start, for all spaces together."""

from __future__ import annotations

from collections import Counter as Tally
from time import perf_counter
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from user_webhook_mock.deliveries.delivery import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from user_webhook_mock.journal.exchange import Exchange
    from user_webhook_mock.state.spaces import Spaces

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
NONE: Final = "none"


class Metrics:
    """Counts requests. No label has a value of a request: there are as many series as there are kinds of responses."""

    media_type: Final = CONTENT_TYPE_LATEST

    def __init__(self, spaces: Spaces) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "user_webhook_mock_requests",
            "Requests to the API by the status of the response and the kind of reason for it",
            ("status", "reason"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "user_webhook_mock_request_seconds",
            "Seconds from a request to its response, delays included",
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._faults = Counter(
            "user_webhook_mock_faults", "Requests that met a fault, by its name", ("fault",), registry=self._registry
        )
        self._registry.register(_Current(spaces))

    def count(self, exchange: Exchange) -> None:
        """Count a request to the API, once its response is known."""
        self._requests.labels(exchange.status or NONE, _kind(exchange)).inc()
        self._seconds.observe(perf_counter() - exchange.started)
        if exchange.fault:
            self._faults.labels(exchange.fault).inc()

    def render(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Current(Collector):
    """What is not counted but read when somebody asks."""

    def __init__(self, spaces: Spaces) -> None:
        self._spaces = spaces

    def collect(self) -> Iterator[Metric]:
        """Yield the number of spaces, and that of the deliveries that are kept, by their state."""
        yield GaugeMetricFamily("user_webhook_mock_spaces", "Spaces beside the default one", len(self._spaces))
        tally = Tally(one["state"] for space in self._spaces.all() for one in space.deliveries.deliveries())
        deliveries = GaugeMetricFamily(
            "user_webhook_mock_deliveries", "The latest deliveries, by their state", labels=["state"]
        )
        for state in State:
            deliveries.add_metric([state], tally[state])
        yield deliveries


def _kind(exchange: Exchange) -> str:
    """Return the kind of reason for the response: ``validation``, ``token``, ``fault`` and so on; ``none`` for a 201."""
    return "validation" if exchange.violations else exchange.reason.partition(":")[0] or NONE
