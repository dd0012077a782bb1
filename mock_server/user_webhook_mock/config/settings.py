"""What can be set before the mock starts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from user_webhook_api.choices import defaults
from user_webhook_mock.core.hosts import is_loopback
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.plan import FaultPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from user_webhook_api.choices import Value
    from user_webhook_mock.store.redis_url import RedisAddress
    from user_webhook_mock.store.store import Webhook

PROGRAM: Final = "user-webhook-mock"
TOKEN: Final = re.compile(r"[!-~]+")
WEBHOOK_ID: Final = re.compile(r"[^/\s\x00-\x1f\x7f]+")
MAX_PORT: Final = 65535
MAX_WORKERS: Final = 64
AUTH: Final = ("token", "any")
MAX_BYTES: Final = 64 * 1024


class SettingsError(UsageError):
    """A setting is not legal. The message is one line and says what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that the mock is told at its start.

    Raises:
        SettingsError: A value is not legal, or two that must differ do not.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str = field(default="valid-token", repr=False)
    forbidden_token: str = field(default="forbidden-token", repr=False)
    auth: str = "token"
    webhook_id: str = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
    second_webhook_id: str = "dd6189c9-4aae-4ca3-b855-654c607824da"
    is_quiet: bool = False
    is_verbose: bool = False
    choices: Mapping[str, Value] = field(default_factory=defaults)
    seeds: tuple[Webhook, ...] = field(default=(), repr=False)
    faults: FaultPlan = field(default_factory=FaultPlan)
    journal: int = 1000
    has_control: bool = True
    control_token: str = field(default="", repr=False)
    deliver_to: str = field(default="", repr=False)
    deliver_for_real: bool = False
    time_scale: float = 1.0
    state: Path | None = None
    store: RedisAddress | None = None
    workers: int = 1
    has_tls: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= MAX_PORT:
            raise SettingsError(f"port={self.port} is no port: use 0 (any free port) to {MAX_PORT}.")
        for name in ("token", "forbidden_token", *(["control_token"] if self.control_token else [])):
            if not TOKEN.fullmatch(getattr(self, name)):
                raise SettingsError(f"{name} cannot be sent in a header: use visible ASCII characters without spaces.")
        self._check_flags()
        self._check_workers()
        if self.token == self.forbidden_token:
            raise SettingsError("token and forbidden_token are the same: one is valid, the other lacks the scope.")
        for name in ("webhook_id", "second_webhook_id"):
            if not WEBHOOK_ID.fullmatch(getattr(self, name)) and not self.seeds:
                raise SettingsError(f"{name}={getattr(self, name)!r} does not fit into a path: leave out / and spaces.")
        if self.webhook_id == self.second_webhook_id:
            raise SettingsError(f"webhook_id and second_webhook_id are the same, {self.webhook_id!r}: use two ids.")
        if not 0 < self.time_scale < math.inf:
            raise SettingsError(f"time_scale={self.time_scale} is no factor: use a number above 0, such as 60.")

    def _check_flags(self) -> None:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise SettingsError("--tls-cert and --tls-key belong together: give both, or --tls alone.")
        if self.has_tls and self.tls_cert:
            raise SettingsError("--tls makes a certificate, --tls-cert has one: give one of them.")
        if self.state and self.store:
            raise SettingsError("--state and --store are two places for the webhooks: give one of them.")
        if self.is_quiet and self.is_verbose:
            raise SettingsError("--quiet and --verbose are opposites: give one of them.")
        if self.auth not in AUTH:
            raise SettingsError(f"auth={self.auth!r} is not known: use one of {', '.join(AUTH)}.")

    def _check_workers(self) -> None:
        if not 1 <= self.workers <= MAX_WORKERS:
            raise SettingsError(f"workers={self.workers} is no number of workers: use 1 to {MAX_WORKERS}.")
        if self.workers == 1:
            return
        of_one_process = {
            "--rate-limit": self.faults.rate_limit,
            "--fault-seed": self.faults.fault_seed is not None,
            "--fault with a count": any(scripted.count for scripted in self.faults.script),
            "--journal": self.journal not in (0, Settings.journal),
            "--control-token": self.control_token,
            "--deliver-to": self.deliver_to,
            "--deliver-for-real": self.deliver_for_real,
            "--time-scale": self.time_scale != Settings.time_scale,
        }
        for option, is_given in of_one_process.items():
            if is_given:
                raise SettingsError(
                    f"{option} needs one process that gets every request, and --workers {self.workers} starts several: "
                    "leave one of the two out."
                )

    @property
    def serves_control(self) -> bool:
        """Whether the control API is served: by one worker, and other machines need a token for it."""
        return self.has_control and self.workers == 1 and bool(self.control_token or is_loopback(self.host))
