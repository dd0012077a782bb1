"""The metrics of the mock, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from user_webhook_mock.control.response import NotServed

if TYPE_CHECKING:
    from starlette.requests import Request

    from user_webhook_mock.state import MockState


async def show(state: MockState, _request: Request) -> Response:
    """Show what was counted since the start."""
    if state.metrics is None:
        rule = "They need the extra metrics: pip install 'user-webhook-mock[metrics]'."
        raise NotServed("Metrics are off", rule=rule, remedy="start the mock with --metrics.")
    headers = {"content-type": state.metrics.media_type, "cache-control": "no-store"}
    return Response(state.metrics.render(), headers=headers)
