"""The start options: the one table that command line, environment, checks and reference page come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.numbers import decimal, whole_number
from user_webhook_mock.config.choices import read_pair
from user_webhook_mock.config.cors import read_cors, read_origin
from user_webhook_mock.config.settings import AUTH, Settings
from user_webhook_mock.core.duration import read_duration
from user_webhook_mock.faults.kinds import KINDS
from user_webhook_mock.store.location import StoreLocation, described_schemes, in_file, read_store

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Option:
    """A start option.

    Attributes:
        flag: As on the command line.
        metavar: The placeholder of its value in the help; empty for a switch.
        help: What it does, without environment variable and default.
        sets: What it sets, if that has another name than the flag: see `setting`.
        env: Whether an environment variable sets it, too.
        read: Returns the value of its text; raises UsageError.
        is_repeated: Whether it may be given several times; its value is then a list.
        is_single: Returns whether a value needs one process that gets every request.
    """

    flag: str
    metavar: str
    help: str
    sets: str = ""
    env: bool = False
    read: Callable[[str], Any] = str
    is_repeated: bool = False
    is_single: Callable[[Any], bool] = lambda _value: False

    @property
    def name(self) -> str:
        """The flag as a name in Python."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def setting(self) -> str:
        """What it sets: a field of `Settings` or `FaultPlan`, or what `read_arguments` reads itself."""
        return self.sets or self.name

    @property
    def variable(self) -> str:
        """The environment variable; empty if there is none."""
        return self.name.upper() if self.env else ""

    @property
    def default(self) -> str:
        """The default as text; empty if there is none worth showing."""
        value = getattr(Settings, self.setting, None)
        return "" if self.sets or not self.metavar or value is None else f"{value:g}" if value == 1.0 else str(value)

    @property
    def description(self) -> str:
        """The whole help: what it does, its environment variable and its default."""
        more = [f"environment: {self.variable}"] * self.env + [f"default: {self.default}"] * bool(self.default)
        return f"{self.help} ({'; '.join(more)})" if more else self.help


def _number(text: str) -> int | str:
    number = whole_number(text)
    return text if number is None else number


def _in_file(text: str) -> StoreLocation:
    return in_file(Path(text))


def is_unicode(text: str) -> bool:
    """Return whether *text* came as UTF-8: Python keeps other bytes of a command line as surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _control_origin(text: str) -> str:
    return read_origin("--control-origin", text, "; no origin stands for others")


def _factor(text: str) -> float | str:
    number = decimal(text)
    return text if number is None else number


def _always(_value: object) -> bool:
    return True


def _has_count(faults: list[str]) -> bool:
    return any(":" in fault for fault in faults)


STORES: Final = f"where to keep the webhooks: {described_schemes()}"
FAULTS: Final = (
    f"fail the next COUNT requests, or all: {', '.join(KINDS)}, a status, or an example of the document, see below; may "
    "be repeated"
)

GROUPS: Final[dict[tuple[str, str], tuple[Option, ...]]] = {
    ("server", ""): (
        Option("--host", "HOST", "address to listen on", env=True),
        Option("--port", "PORT", "port to listen on, 0 for any free one", env=True, read=_number),
        Option(
            "--workers",
            "NUMBER",
            "processes that serve; several have neither control API nor deliveries",
            env=True,
            read=_number,
        ),
        Option("--tls", "", "serve HTTPS with a certificate that is made for this start", sets="has_tls"),
        Option("--tls-cert", "FILE", "serve HTTPS with this certificate, in PEM", read=Path),
        Option("--tls-key", "FILE", "the key of the certificate, in PEM, without a password", read=Path),
        Option("--cors", "any|off|ORIGIN,...", "pages of which other origins may read responses", read=read_cors),
        Option("--watch", "", "reload the document and the choices file when they change", is_single=_always),
        Option("--port-file", "FILE", "write the port to this file as soon as the mock is ready", read=Path),
        Option("--ready-line", "", "print one line of JSON instead of the banner, once ready", sets="has_ready_line"),
        Option("--quiet", "", "print no banner and no line for each request", sets="is_quiet"),
        Option("--verbose", "", "print the reasons for each response", sets="is_verbose"),
    ),
    ("API", ""): (
        Option("--token", "TOKEN", "bearer token of a caller who may update", env=True),
        Option("--forbidden-token", "TOKEN", "bearer token of a caller who lacks the scope: 403", env=True),
        Option("--expired-token", "TOKEN", "bearer token of a caller whose token has expired: 401", env=True),
        Option(
            "--token-lifetime",
            "TIME",
            "let tokens expire, as in 1h: 401 from then on; the control API moves the clock and issues tokens",
            read=read_duration,
            is_single=_always,
        ),
        Option("--auth", "|".join(AUTH), "accept the token alone, or any token but the forbidden and the expired one"),
        Option("--webhook-id", "ID", "id of the first webhook", env=True),
        Option("--second-webhook-id", "ID", "id of the second webhook", env=True),
        Option("--seed-file", "FILE", "YAML or JSON file of webhooks to start with instead of those two", read=Path),
        Option("--store", "STORE", STORES, env=True, read=read_store),
        Option("--state", "FILE", "the same as --store sqlite:FILE", "store", env=True, read=_in_file),
        Option("--choice", "NAME=VALUE", "one choice, see below; may be repeated", is_repeated=True, read=read_pair),
        Option("--choices", "FILE", "YAML file of choices, name: value; --choice overrides it", env=True, read=Path),
    ),
    ("faults", "also set by the control API, and by X-Mock-Latency and X-Mock-Fault"): (
        Option("--latency", "TIME", "delay each response, as in 200ms, 1s or 150ms..400ms"),
        Option("--fault", "NAME[:COUNT]", FAULTS, "script", is_repeated=True, is_single=_has_count),
        Option("--fail-rate", "SHARE", "respond 500 to this share of requests, as in 0.1; 1 fails every call"),
        Option(
            "--fault-seed", "NUMBER", "fail the same requests and draw the same delays at each start", is_single=_always
        ),
        Option(
            "--rate-limit", "LIMIT", "respond 429 above this limit, as in 100/m, like the provider", is_single=_always
        ),
    ),
    ("journal and control API", ""): (
        Option("--journal", "NUMBER", "keep the latest NUMBER requests, 0 for none", read=_number, is_single=bool),
        Option(
            "--spaces",
            "NUMBER",
            "make at most NUMBER spaces for requests with X-Mock-Space, 0 for none",
            read=_number,
            is_single=bool,
        ),
        Option("--no-control", "", "do not serve the control API under /__mock__/", sets="has_control"),
        Option(
            "--metrics",
            "",
            "count requests, and serve metrics for Prometheus at /__mock__/metrics",
            sets="has_metrics",
            is_single=_always,
        ),
        Option(
            "--control-token",
            "TOKEN",
            "token of the control API; without one, other machines cannot use it",
            env=True,
            is_single=_always,
        ),
        Option(
            "--control-origin",
            "ORIGIN",
            "let pages of this origin use the control API, as tests in a browser do; may be repeated",
            sets="control_origins",
            read=_control_origin,
            is_repeated=True,
            is_single=_always,
        ),
    ),
    ("deliveries", "events are fired by the control API"): (
        Option(
            "--deliver-to",
            "URL",
            "receiver on this machine that gets every delivery instead of the stored urls",
            env=True,
            is_single=_always,
        ),
        Option(
            "--deliver-for-real",
            "",
            "call the stored urls; with --deliver-to, the receiver may be on another machine",
            is_single=_always,
        ),
        Option(
            "--time-scale",
            "NUMBER",
            "retry this many times sooner than the provider does",
            env=True,
            read=_factor,
            is_single=_always,
        ),
    ),
}
FILES: Final = (Path, _in_file)
"""What reads the name of a file."""

OPTIONS: Final = tuple(option for options in GROUPS.values() for option in options)
