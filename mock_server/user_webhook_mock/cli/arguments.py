"""What the command line and the environment ask of the mock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from user_webhook_mock.cli.parser import parser
from user_webhook_mock.config.choices import Chosen
from user_webhook_mock.config.options import FILES, OPTIONS, is_unicode
from user_webhook_mock.config.seed_file import read_seeds
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.plan import READERS, read_fault_plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from user_webhook_mock.config.options import Option


@dataclass(frozen=True)
class Arguments:
    """What the mock is to do.

    Attributes:
        settings: How it serves.
        command: Serve only while this command runs; empty if there is none.
        chosen: Where its choices come from.
        watches: Whether to reload the document and the choices when their files change.
        names: What errors call each setting: its option, or its environment variable if that gives it.
    """

    settings: Settings
    command: tuple[str, ...]
    chosen: Chosen
    watches: bool
    names: Mapping[str, str]


def read_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> Arguments:
    """Return what *arguments* ask for, or else *environment*. An empty variable counts as not set.

    Raises:
        UsageError: Something is not valid.
    """
    own, command = _split(arguments)
    parsed = vars(parser().parse_args(own))
    names = _names(parsed, environment)
    try:
        return _read(_given(parsed, environment), command, names)
    except UsageError as error:
        raise error.with_names(names) from None


def _read(given: Mapping[Option, Any], command: tuple[str, ...], names: Mapping[str, str]) -> Arguments:
    values = _values(given)
    chosen = Chosen(values.pop("choices", None), tuple(values.pop("choice", ())))
    watches = values.pop("watch", False)
    faults = read_fault_plan({name: values.pop(name) for name in READERS if name in values})
    if "seed_file" in values:
        values |= _seeds(values.pop("seed_file"), values)
    settings = Settings(**values, choices=chosen.read(), faults=faults)
    _check_workers(settings.workers, given)
    if settings.spaces and settings.store.is_remote and "spaces" in values:
        raise UsageError(
            f"--spaces needs one process that gets every request, and mocks share {settings.store}: "
            "leave one of the two out."
        )
    return Arguments(settings, command, chosen, watches, names)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    # argparse would read a -- behind --run as its own
    if "--run" not in arguments:
        return arguments, ()
    index = list(arguments).index("--run")
    command = tuple(arguments[index + 1 :])
    command = command[1:] if command[:1] == ("--",) else command
    if not command:
        raise UsageError("--run needs a command after it, such as --run npm test.")
    return arguments[:index], command


def _names(parsed: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the option of each setting, or its environment variable if only that is set."""
    names: dict[str, str] = {}
    for option in OPTIONS:
        is_variable = not parsed[option.name] and environment.get(option.variable)
        names.setdefault(option.setting, option.variable if is_variable else option.flag)
    return names


def _given(parsed: Mapping[str, Any], environment: Mapping[str, str]) -> dict[Option, Any]:
    """Return the options that are given, with the value that each has."""
    given: dict[Option, Any] = {}
    for option in OPTIONS:
        text = parsed[option.name]
        if text == "":
            raise UsageError(f"{option.flag} is empty: give a value, or leave the option out.")
        text = text or environment.get(option.variable)
        if option.read not in FILES:
            _check_text(option, text)
        if text is True:
            given[option] = not option.flag.startswith("--no-")
        elif text:
            given[option] = [option.read(one) for one in text] if option.is_repeated else option.read(text)
    return given


def _check_text(option: Option, text: object) -> None:
    """Raise a UsageError if a value is not UTF-8; the names of files may have other bytes."""
    for one in text if isinstance(text, list) else [text]:
        if isinstance(one, str) and not is_unicode(one):
            raise UsageError(f"{option.flag} is not UTF-8: write it in UTF-8.")


def _values(given: Mapping[Option, Any]) -> dict[str, Any]:
    """Return the settings by name."""
    values: dict[str, Any] = {}
    for option, value in given.items():
        if option.setting in values:
            first = next(one for one in given if one.setting == option.setting)
            raise UsageError(f"{first.flag} and {option.flag} set the same: give one of them.")
        values[option.setting] = value
    return values


def _check_workers(workers: int, given: Mapping[Option, Any]) -> None:
    for option, value in given.items():
        if workers > 1 and option.is_single(value):
            raise UsageError(
                f"{option.flag}{' with a count' * (option.setting == 'script')} needs one process that gets every request, and --workers {workers} starts several: "
                "leave one of the two out."
            )


def _seeds(file: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the webhooks of *file*, and the ids that --run passes on: those that are given, else the first two."""
    seeds = read_seeds(file)
    ids = [seed.id for seed in seeds]
    for name in ("webhook_id", "second_webhook_id"):
        if name in values and values[name] not in ids:
            what = f"{name}={values[name]!r} is not in the seed file"
            raise UsageError(f"{what}: leave it out, or use one of {', '.join(ids)}.")
    first = values.get("webhook_id", ids[0])
    others = [identifier for identifier in ids if identifier != first]
    second = values.get("second_webhook_id", others[0] if others else "")
    return {"webhook_id": first, "second_webhook_id": second, "seeds": seeds}
