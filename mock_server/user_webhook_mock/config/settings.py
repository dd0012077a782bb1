"""The settings of a mock."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from user_webhook_api.choices import defaults
from user_webhook_mock.config.cors import ANY_ORIGIN, CorsPolicy, is_local
from user_webhook_mock.core.hosts import is_loopback
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.plan import FaultPlan
from user_webhook_mock.http.path import fits_into_path
from user_webhook_mock.store.location import MEMORY, StoreLocation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from user_webhook_api.choices import Value
    from user_webhook_mock.store.webhooks import Webhook

PROGRAM: Final = "user-webhook-mock"
TOKEN: Final = re.compile(r"[!-~]+")
MAX_PORT: Final = 65535
MAX_WORKERS: Final = 64
MAX_SPACES: Final = 1000
AUTH: Final = ("token", "any")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a mock is started. `OPTIONS` describes the settings one by one.

    Raises:
        UsageError: A value is not valid, or two values do not go together.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str = field(default="valid-token", repr=False)
    forbidden_token: str = field(default="forbidden-token", repr=False)
    expired_token: str = field(default="expired-token", repr=False)
    token_lifetime: float | None = None
    auth: str = "token"
    webhook_id: str = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
    second_webhook_id: str = "dd6189c9-4aae-4ca3-b855-654c607824da"
    seeds: tuple[Webhook, ...] = field(default=(), repr=False)
    store: StoreLocation = MEMORY
    choices: Mapping[str, Value] = field(default_factory=defaults)
    workers: int = 1
    has_tls: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    cors: CorsPolicy = ANY_ORIGIN
    port_file: Path | None = None
    has_ready_line: bool = False
    is_quiet: bool = False
    is_verbose: bool = False
    faults: FaultPlan = field(default_factory=FaultPlan)
    journal: int = 1000
    spaces: int = 100
    has_control: bool = True
    has_metrics: bool = False
    control_token: str = field(default="", repr=False)
    control_origins: Sequence[str] = ()
    deliver_to: str = field(default="", repr=False)
    deliver_for_real: bool = False
    time_scale: float = 1.0

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_tokens()
        self._check_ids()
        self._check_control_origins()
        if self.auth not in AUTH:
            raise UsageError(f"auth={self.auth!r} is not valid: use {' or '.join(AUTH)}.")
        if bool(self.tls_cert) != bool(self.tls_key):
            raise UsageError("--tls-cert and --tls-key belong together: give both, or --tls alone.")
        if self.has_tls and self.tls_cert:
            raise UsageError("--tls makes a certificate, --tls-cert has one: give one of them.")
        if self.has_metrics and self.workers == 1 and not self.serves_control:
            how = "give it a --control-token" if self.has_control else "leave out --no-control"
            raise UsageError(f"--metrics is a path of the control API, which is off: {how}, or leave out --metrics.")
        if self.is_quiet and self.is_verbose:
            raise UsageError("--quiet and --verbose are opposites: give one of them.")

    def _check_numbers(self) -> None:
        """Check the numbers; text in place of one is what could not be read as one."""
        if not isinstance(self.port, int) or not 0 <= self.port <= MAX_PORT:
            raise UsageError(f"port={self.port!r} is not a valid port: use 0 (any free port) to {MAX_PORT}.")
        if not isinstance(self.workers, int) or not 1 <= self.workers <= MAX_WORKERS:
            raise UsageError(f"workers={self.workers!r} is not a valid number of workers: use 1 to {MAX_WORKERS}.")
        if self.workers > 1 and not hasattr(os, "fork"):
            raise UsageError(
                f"workers={self.workers} needs a system that forks processes, which Windows does not: use 1, or WSL."
            )
        if not isinstance(self.journal, int) or self.journal < 0:
            raise UsageError(f"journal={self.journal!r} is not a valid number of requests: use 0 (keep none) or more.")
        if not isinstance(self.spaces, int) or not 0 <= self.spaces <= MAX_SPACES:
            raise UsageError(f"spaces={self.spaces!r} is not a valid number of spaces: use 0 (none) to {MAX_SPACES}.")
        if not isinstance(self.time_scale, int | float) or not 0 < self.time_scale < math.inf:
            raise UsageError(f"time_scale={self.time_scale!r} is not a valid factor: use a number above 0, such as 60.")
        if self.token_lifetime is not None and not 0 < self.token_lifetime < math.inf:
            raise UsageError(f"token_lifetime={self.token_lifetime!r} is not valid: use a time above 0, such as 1h.")

    def _check_tokens(self) -> None:
        for name in ("token", "forbidden_token", "expired_token", *(["control_token"] if self.control_token else [])):
            if not TOKEN.fullmatch(getattr(self, name)):
                raise UsageError(f"{name} cannot be sent in a header: use visible ASCII characters without spaces.")
        if self.token == self.forbidden_token:
            raise UsageError("token and forbidden_token are the same: one is valid, the other lacks the scope.")
        if self.expired_token in {self.token, self.forbidden_token}:
            raise UsageError("expired_token is one of the other tokens: it is always refused with 401, they are not.")

    def _check_ids(self) -> None:
        if self.webhook_id == self.second_webhook_id:
            raise UsageError(f"webhook_id and second_webhook_id are the same, {self.webhook_id!r}: use two ids.")
        for name in ("webhook_id", "second_webhook_id"):
            if not fits_into_path(getattr(self, name)) and not self.seeds:
                raise UsageError(f"{name}={getattr(self, name)!r} does not fit into a path: leave out / and spaces.")

    def _check_control_origins(self) -> None:
        if self.control_origins and not self.has_control:
            raise UsageError("--control-origin and --no-control are opposites: give one of them.")
        for origin in self.control_origins:
            if not is_local(origin) and not self.control_token:
                raise UsageError(f"--control-origin: {origin!r} is not on this machine: give --control-token, too.")

    @property
    def max_spaces(self) -> int:
        """How many spaces there may be beside the default one: none where several processes share the webhooks."""
        return 0 if self.workers > 1 or self.store.is_remote else self.spaces

    @property
    def serves_control(self) -> bool:
        """Whether the control API is served: by a single worker, and on a public host only with a token."""
        return self.has_control and self.workers == 1 and bool(self.control_token or is_loopback(self.host))
