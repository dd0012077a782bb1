"""Whether deliveries leave the mock, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.destination import DestinationError, locate, locate_local

if TYPE_CHECKING:
    from user_webhook_mock.deliveries.destination import Destination

NOT_ENABLED: Final = (
    "Deliveries are off: start the mock with --deliver-to http://127.0.0.1:PORT/ for a receiver on this machine, or "
    "name it by PUT /__mock__/receiver; --deliver-for-real calls the stored urls."
)


@dataclass(frozen=True)
class DeliveryPolicy:
    """Where deliveries go.

    Attributes:
        receiver: Gets all deliveries; without one, they go to the urls of the webhooks.
        is_real: Whether deliveries may leave this machine.
        timeout: Seconds that one may take.
    """

    receiver: Destination | None = None
    is_real: bool = False
    timeout: float = 10.0

    @property
    def is_open(self) -> bool:
        """Whether anything leaves the mock."""
        return self.is_real or self.receiver is not None

    def destination(self, url: str) -> Destination:
        """Return where a delivery for *url* goes. A receiver is located once, at the start; a url at each call.

        Raises:
            DestinationError: It goes nowhere.
        """
        if self.receiver is not None:
            return self.receiver
        if not self.is_real:
            raise DestinationError(NOT_ENABLED)
        return locate(url)


def delivery_policy(deliver_to: str, *, for_real: bool) -> DeliveryPolicy:
    """Return the policy of the start options; an empty *deliver_to* counts as not given.

    Raises:
        UsageError: *deliver_to* leads nowhere, or to another machine without *for_real*.
    """
    if not deliver_to:
        return DeliveryPolicy(is_real=for_real)
    try:
        return DeliveryPolicy(locate(deliver_to) if for_real else locate_local(deliver_to), is_real=for_real)
    except DestinationError as error:
        advice = "" if for_real else " Another machine needs --deliver-for-real, too."
        raise UsageError(f"deliver_to: {error}{advice}", value=error.value) from None
