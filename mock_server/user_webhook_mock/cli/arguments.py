"""What the command line and the environment ask of the mock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from user_webhook_mock.cli.options import parser
from user_webhook_mock.config.choices import Chosen
from user_webhook_mock.config.seed_file import read_seeds
from user_webhook_mock.config.settings import Settings, SettingsError
from user_webhook_mock.faults.plan import FaultPlan, read_fault_plan
from user_webhook_mock.store.redis_url import RedisAddress, read_redis_address

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence


VARIABLES = (
    *("host", "port", "token", "forbidden_token", "webhook_id", "second_webhook_id", "control_token"),
    *("deliver_to", "time_scale", "state", "store", "workers"),
)


@dataclass(frozen=True)
class Arguments:
    """What the mock is to do: serve with *settings*, and only while *command* runs where there is one.

    Where it *watches*, files that change are read anew, those of *chosen* among them.
    """

    settings: Settings
    command: tuple[str, ...]
    chosen: Chosen
    watches: bool


def read_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> Arguments:
    """Return what *arguments* ask for, and *environment* where they are silent. An empty variable counts as not set.

    Raises:
        UsageError: Something is not legal.
    """
    own, command = _split(arguments)
    given = parser().parse_args(own)
    values: dict[str, Any] = {}
    for name in VARIABLES:
        value = getattr(given, name)
        value = environment.get(name.upper()) if value is None else value
        if value is not None and (value or getattr(given, name) is not None):
            values[name] = _read(name, value)
    if given.control_token == "":
        raise SettingsError("--control-token is empty: give a token, or leave the option out.")
    if given.auth is not None:
        values["auth"] = given.auth
    values |= {name: Path(getattr(given, name)) for name in ("tls_cert", "tls_key") if getattr(given, name)}
    if given.seed_file:
        values |= _seeds(Path(given.seed_file), values)
    if given.journal is not None:
        values["journal"] = _number("journal", given.journal)
    file = given.choices or environment.get("CHOICES")
    chosen = Chosen(Path(file) if file else None, tuple(_pair(text) for text in given.choice))
    settings = Settings(
        **values,
        has_tls=given.tls,
        is_quiet=given.quiet,
        is_verbose=given.verbose,
        choices=chosen.read(),
        faults=_faults(given),
        has_control=not given.no_control,
        deliver_for_real=given.deliver_for_real,
    )
    if given.watch and settings.workers > 1:
        raise SettingsError("--watch reloads one process, and --workers starts several: leave one of the two out.")
    return Arguments(settings, command, chosen, given.watch)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    # argparse would read a -- behind --run as its own
    if "--run" not in arguments:
        return arguments, ()
    place = list(arguments).index("--run")
    command = tuple(arguments[place + 1 :])
    command = command[1:] if command[:1] == ("--",) else command
    if not command:
        raise SettingsError("--run names no command: write it behind, as in --run npm test.")
    return arguments[:place], command


def _read(name: str, text: str) -> str | int | float | Path | RedisAddress:
    match name:
        case "port" | "workers":
            return _number(name, text)
        case "time_scale":
            return _factor(text)
        case "state":
            if not text:
                raise SettingsError("--state is empty: name a file, or leave the option out.")
            return Path(text)
        case "store":
            return read_redis_address(text)
    return text


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SettingsError(f"time_scale={text!r} is no factor: use a number above 0, such as 60.") from None


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004  enough for each of them
        advice = {
            "port": "is no port: use a number, 0 for any free port.",
            "workers": "is no number of workers: use a whole number, 1 or more.",
        }
        raise SettingsError(f"{name}={text!r} {advice.get(name, 'is no number: use a whole number, 0 for none.')}")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"--choice {text!r} has no value: write name=value, as in --choice messages=first.")
    return name, value


def _faults(given: Namespace) -> FaultPlan:
    names = {"latency": given.latency, "fail_rate": given.fail_rate, "fault_seed": given.fault_seed}
    names |= {"rate_limit": given.rate_limit, "script": given.fault}
    return read_fault_plan({name: value for name, value in names.items() if value is not None})


def _seeds(file: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the webhooks of *file*; the ids that a run is told are those that were given, else the first two."""
    seeds = read_seeds(file)
    ids = [seed.id for seed in seeds]
    chosen = {}
    for name in ("webhook_id", "second_webhook_id"):
        if name in values and values[name] not in ids:
            legal = ", ".join(ids)
            raise SettingsError(
                f"{name}={values[name]!r} is not in the seed file: leave it out, or use one of {legal}."
            )
    chosen["webhook_id"] = values.get("webhook_id", ids[0])
    others = [identifier for identifier in ids if identifier != chosen["webhook_id"]]
    chosen["second_webhook_id"] = values.get("second_webhook_id", others[0] if others else "")
    return {**chosen, "seeds": seeds}
