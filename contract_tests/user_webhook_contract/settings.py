"""The settings of a run, checked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TOKEN: Final = "valid-token"  # noqa: S105  the mock's default, no secret
DEFAULT_FORBIDDEN_TOKEN: Final = "forbidden-token"  # noqa: S105  the mock's default, no secret
DEFAULT_WEBHOOK_ID: Final = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
DEFAULT_SECOND_WEBHOOK_ID: Final = "dd6189c9-4aae-4ca3-b855-654c607824da"
DEFAULT_BUDGET: Final = 100
LOCAL_BUDGET: Final = 1500
DEEP_BUDGET: Final = 2000
MIN_BUDGET: Final = 4
MAX_VALID_DAYS: Final = 3660
SEED_DIGITS: Final = 13
"""Hexadecimal digits of the seed that a challenge decides: every reader of JSON holds a number of so many."""

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,127}")
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}", re.IGNORECASE)
OWN_HEADERS: Final = frozenset(
    [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "expect",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    ]
)
"""Headers whose value is a part of what is tested, or of HTTP itself."""


class UsageError(Exception):
    """What the user asked for cannot be done; the text says what to do instead."""


class BudgetFrom(Enum):
    """What decided how many requests a run may send."""

    OPTION = "option"
    DEEP = "deep"
    LOOPBACK = "loopback"
    OTHER_HOST = "other-host"


def default_budget(target: str, *, is_deep: bool) -> tuple[int, BudgetFrom]:
    """Return the budget without an option: a target on this machine need not be spared."""
    if is_deep:
        return DEEP_BUDGET, BudgetFrom.DEEP
    if is_loopback(target):
        return LOCAL_BUDGET, BudgetFrom.LOOPBACK
    return DEFAULT_BUDGET, BudgetFrom.OTHER_HOST


def is_loopback(target: str) -> bool:
    """Return whether *target* is an address of this machine, by its form alone: no name is looked up."""
    try:
        host = (urlsplit(target).hostname or "").rstrip(".")
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


@dataclass(frozen=True)
class Settings:
    """The settings of a run, checked.

    Attributes:
        forbidden_token: Empty leaves out what needs one.
        second_webhook_id: Empty leaves out what needs one.
        header: What every request has beside the suite's own headers; the values are secret.
        ca: The authority of the target's certificate, beside those of the system.
        proxy: May hold a password; empty for none, None for that of the environment.
        rate: Requests a minute; 0 for no limit.
        waits_for_429: Whether the rate is kept only from the first 429 on; without an option, a budget above that of
            other hosts then falls to it.
        budget_from: What decided the budget: an option, or the default for this place.
        timeout: Seconds.
        url_host: The host of the generated urls; empty for reserved names.
        max_time: Seconds; 0 for no limit.
        vendor: Whose product is judged, as the report says; ``product`` and ``product_version`` say which one,
            and ``environment`` which installation of it.
        valid_days: Days on which the report is to be relied on; 0 for no limit.
        supersedes: The hash of the report that this one replaces; empty if there is none.
        challenge: What whoever asks for the report gave for it alone: it decides the seed; empty if nobody asked.
        accepts_waivers: Whether the file of waivers counts.
        docs_url: Where the pages of ``make docs`` are published; empty if they are not.
    """

    target: str
    token: str = field(default=DEFAULT_TOKEN, repr=False)
    forbidden_token: str = field(default=DEFAULT_FORBIDDEN_TOKEN, repr=False)
    webhook_id: str = DEFAULT_WEBHOOK_ID
    second_webhook_id: str = DEFAULT_SECOND_WEBHOOK_ID
    header: dict[str, str] = field(default_factory=dict, repr=False)
    ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    rate: int = 100
    timeout: float = 10.0
    url_host: str = ""
    budget: int = DEFAULT_BUDGET
    seed: int = 0
    report_dir: Path = Path("reports")
    max_time: float = 0.0
    waivers: Path | None = None
    vendor: str = ""
    product: str = ""
    product_version: str = ""
    environment: str = ""
    valid_days: int = 0
    supersedes: str = ""
    challenge: str = ""
    docs_url: str = ""
    is_deep: bool = False
    is_strict: bool = False
    restores: bool = True
    accepts_waivers: bool = True
    waits_for_429: bool = False
    budget_from: BudgetFrom = BudgetFrom.OPTION
    reuses_connections: bool = False

    @property
    def confidential(self) -> frozenset[str]:
        """What no report may show, beside the tokens: values of headers, and how the proxy knows the suite."""
        parts = re.findall(r"^(?:\w+://)?([^@]*)@", self.proxy or "")
        words = {unquote(word) for part in parts for word in part.split(":", 1)}
        return frozenset({*self.header.values(), *words})

    def __post_init__(self) -> None:
        """Raise UsageError for what cannot work."""
        check_target(self.target)
        self._check_attestation()
        for name in ("token", "forbidden_token"):
            _check_token(name, getattr(self, name))
        if self.client_key and not self.client_cert:
            raise UsageError("--client-key is given without --client-cert: give the certificate, too.")
        if not self.token:
            raise UsageError("--token is empty: give a token that may update the webhook.")
        if not self.webhook_id:
            raise UsageError("--webhook-id is empty: give the id of a webhook that the run may change.")
        if self.webhook_id == self.second_webhook_id:
            raise UsageError(
                f"--second-webhook-id={self.second_webhook_id!r} is the same as --webhook-id: "
                "give another webhook, or '' to leave out what needs two."
            )
        if self.token == self.forbidden_token:
            raise UsageError(
                "--forbidden-token is the same as --token: give a valid token without the scope, "
                "or '' to leave out what needs one."
            )
        if self.budget < MIN_BUDGET:
            raise UsageError(f"--budget={self.budget} is too small: a run needs at least {MIN_BUDGET} requests.")
        if self.url_host and not _HOST.fullmatch(self.url_host):
            raise UsageError(
                f"--url-host={self.url_host!r} is not a host name: give one of at least two parts, "
                "such as hooks.example.com, without a scheme or a port."
            )
        if self.timeout <= 0:
            raise UsageError(f"--timeout={self.timeout} is not above 0: give the seconds to wait for a response.")

    def _check_attestation(self) -> None:
        if self.docs_url and not self.docs_url.startswith(("http://", "https://")):
            raise UsageError(f"--docs-url={self.docs_url!r} is not an http or https address: use https://...")
        if self.valid_days > MAX_VALID_DAYS:
            raise UsageError(f"--valid-days={self.valid_days} is too large: give at most {MAX_VALID_DAYS}.")
        check_challenge(self.challenge)
        if self.challenge and self.seed != seed_of(self.challenge):
            raise UsageError(
                f"--seed={self.seed} is not the seed that --challenge decides: leave --seed out, or the challenge."
            )
        if self.supersedes and not re.fullmatch("[0-9a-f]{64}", self.supersedes):
            raise UsageError(
                f"--supersedes={self.supersedes!r} is not the hash of a report: give the content_sha256 of the earlier one."
            )


def check_challenge(challenge: str) -> None:
    """Raise UsageError if *challenge* is neither empty nor one that a report can carry."""
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise UsageError(
            f"--challenge={challenge!r} is not a challenge: give what the command challenge printed, or 8 to 128 letters, "
            "digits, dots, hyphens and underscores."
        )


def seed_of(challenge: str) -> int:
    """Return the seed that *challenge* decides: nobody knows what a run will send before they know the challenge."""
    return int(hashlib.sha256(f"challenge {challenge}".encode()).hexdigest()[:SEED_DIGITS], 16)


def header_values(names: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the headers *names*, separated by commas, with their values in *environment*.

    Raises:
        UsageError: A name cannot be used, or has no value.
    """
    return {name: _header_value(name, environment) for name in filter(None, map(str.strip, names.split(",")))}


def header_variable(name: str) -> str:
    """Return the environment variable that has the value of the header *name*."""
    return f"HEADER_{name.upper().replace('-', '_')}"


def _header_value(name: str, environment: Mapping[str, str]) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*", name):
        raise UsageError("is not the name of a header: give the name alone, such as X-Api-Key.")
    if name.lower() in OWN_HEADERS:
        raise UsageError(f"names {name}, which the suite sends itself: give another header.")
    variable = header_variable(name)
    value = environment.get(variable, "")
    if not value:
        raise UsageError(f"has no value for {name}: set {variable} in the environment.")
    if not re.fullmatch(r"[!-~](?:[ -~]*[!-~])?", value):
        raise UsageError(f"has a value for {name} that no header can have: write {variable} in ASCII, on one line.")
    return value


def check_target(target: str) -> None:
    """Raise UsageError if *target* is not an http or https address."""
    if not target:
        raise UsageError("--target is missing: give the address of the API, such as http://localhost:8000.")
    if _has_user(target):  # before another message shows the target
        raise UsageError(
            "--target contains a user name or a password: give the address alone, and the token in --token."
        )
    if "://" not in target:
        raise UsageError(f"--target={target!r} has no scheme: use http://{target}")
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--target={target!r} is not an address: {error}.") from None
    if any(character <= " " or character == "\x7f" for character in target):
        raise UsageError(f"--target={target!r} contains a space: give the address alone.")
    if parts.scheme not in {"http", "https"}:
        raise UsageError(f"--target={target!r} has the scheme {parts.scheme!r}: use http or https.")
    if not host:
        raise UsageError(f"--target={target!r} has no host: use an address such as http://localhost:8000.")
    if parts.query or parts.fragment:
        raise UsageError("--target has a query or a fragment: give the address before the API's path.")


def _has_user(target: str) -> bool:
    """Return whether *target* may hold a password, even if it is not an address: a slash may be a part of it."""
    try:
        parts = urlsplit(target if "://" in target else f"//{target}")
        _ = parts.port
    except ValueError:
        return "@" in target
    return "@" in parts.netloc


def _check_token(name: str, token: str) -> None:
    if any(not "!" <= character <= "~" for character in token):
        option = "--" + name.replace("_", "-")
        raise UsageError(
            f"{option} contains a space or a character outside ASCII: give the token alone, without 'Bearer'."
        )
