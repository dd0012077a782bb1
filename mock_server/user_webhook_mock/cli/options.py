"""The options of the mock's command, and its help."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, NoReturn

from user_webhook_api.choices import choices
from user_webhook_mock.config.settings import PROGRAM, Settings, SettingsError

DESCRIPTION: Final = """\
A mock of Update User Webhook: PATCH /api/v2/public/webhooks/user/{webhookId}.
It checks requests by the rules of the document, answers with the document's messages and keeps
its webhooks in memory, in a file (--state) or in Redis (--store). What the documents leave open is a choice (--choice).
"""

EXAMPLES: Final = """\
examples:
  %(prog)s
      serve on http://127.0.0.1:8000 and print a curl line to try
  %(prog)s --port 0 --token "$MY_TOKEN"
      serve on any free port, with a token of your own
  %(prog)s --choice omitted_secrets=keep --choice messages=first
      play an API that keeps its secrets and names one broken rule only
  %(prog)s --choices observed-choices.yaml
      play the choices that a contract run observed on another API
  %(prog)s --state webhooks.db
      go on at the next start with the webhooks of today
  %(prog)s --watch --choices choices.yaml
      play other choices, or another document, as soon as their files are saved
  %(prog)s --store redis://127.0.0.1:6379/0
      share the webhooks with every other mock of this Redis
  %(prog)s --workers 4
      answer on four cores, with one state of the webhooks
  %(prog)s --latency 150ms..400ms --rate-limit 100/m
      answer as slowly and as seldom as the provider may
  %(prog)s --fault 503:2 --fault drop:1
      answer 503 twice, close the third connection, and be well from the fourth request on
  %(prog)s --deliver-to http://127.0.0.1:9000/ --time-scale 60
      call a receiver when an event is fired, and try again after 5, 30 and 60 seconds
  %(prog)s --port 0 --quiet --run npm test
      serve while `npm test` runs, with TARGET, TOKEN, FORBIDDEN_TOKEN, WEBHOOK_ID and
      SECOND_WEBHOOK_ID in its environment, and exit with its status

exit status: 0 stopped by Ctrl-C or SIGTERM; 2 could not start; with --run, that of the command
"""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to say as a SettingsError; a word that it cannot place may be a token."""
        problem, colon, words = message.partition("unrecognized arguments: ")
        if colon:
            names = [word.partition("=")[0] for word in words.split() if word.startswith("--")]
            lone = "a word belongs to no option: put quotes around a value with blanks"
            message = f"{problem}{colon}{' '.join(names)}" if names else lone
        raise SettingsError(f"{message}. See {PROGRAM} --help.")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; an option that is left out is None, [] or False."""
    whole = OneLineParser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EXAMPLES + "\n" + _table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_server(whole)
    _add_faults(whole.add_argument_group("faults", "also by the control API, and by X-Mock-Latency and X-Mock-Fault"))
    _add_control(whole.add_argument_group("journal and control API"))
    _add_deliveries(whole.add_argument_group("deliveries", "events are fired by the control API"))
    whole.add_argument(
        "--run",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="serve while COMMAND runs and exit with its status; everything behind --run belongs to COMMAND",
    )
    return whole


def _add_server(group: argparse.ArgumentParser) -> None:
    default = Settings()

    def add(flag: str, text: str) -> None:
        name = flag.removeprefix("--").replace("-", "_")
        text = f"{text} (environment: {name.upper()}; default: {getattr(default, name)})"
        group.add_argument(flag, metavar=name.rpartition("_")[2].upper(), help=text)

    add("--host", "address to listen on")
    add("--port", "port to listen on, 0 for any free one")
    add("--token", "bearer token of a caller who may update")
    add("--forbidden-token", "bearer token of a caller who lacks the scope: 403")
    _add(group, "--auth", "token|any", "accept the token alone, or any token but the forbidden one (default: token)")
    add("--webhook-id", "id of the first webhook")
    add("--second-webhook-id", "id of the second webhook")
    _add(group, "--seed-file", "FILE", "YAML or JSON file of webhooks to start with, in the place of those two")
    _add(
        group, "--state", "FILE", "keep the webhooks in this file, so that they survive a restart (environment: STATE)"
    )
    text = "keep the webhooks in this Redis, so that several mocks share them (environment: STORE)"
    _add(group, "--store", "redis://HOST:PORT/DATABASE", text)
    group.add_argument(
        "--choice", action="append", default=[], metavar="NAME=VALUE", help="one choice, see below; may be repeated"
    )
    _add(group, "--choices", "FILE", "YAML file of choices, name: value; --choice wins over it (environment: CHOICES)")
    group.add_argument(
        "--watch",
        action="store_true",
        help="reload the document and the choices file when they change, and keep all else",
    )
    add("--workers", "processes that serve; several share the webhooks, and have no control API and no deliveries")
    group.add_argument("--tls", action="store_true", help="serve HTTPS with a certificate that is made for this start")
    _add(group, "--tls-cert", "FILE", "serve HTTPS with this certificate, in PEM")
    _add(group, "--tls-key", "FILE", "its key, in PEM, without a password")
    group.add_argument("--quiet", action="store_true", help="print no banner and no line for each request")
    group.add_argument("--verbose", action="store_true", help="say in the line of each request what decided about it")
    group.add_argument("--version", action="version", version=f"%(prog)s {_version()}")


def _add_faults(group: Any) -> None:  # noqa: ANN401  argparse does not export the type of a group
    _add(group, "--latency", "TIME", "hold each answer back, as in 200ms, 1s or 150ms..400ms")
    group.add_argument(
        "--fault",
        action="append",
        metavar="NAME[:COUNT]",
        help="fail the next COUNT requests, or all: drop, hang, cut, slow, malformed, a status, or an example of the document; may be repeated",
    )
    _add(group, "--fail-rate", "SHARE", "answer this share of requests with 500, as in 0.1; 1 makes every call fail")
    _add(group, "--fault-seed", "NUMBER", "fail the same requests and draw the same delays at each start")
    _add(group, "--rate-limit", "LIMIT", "answer 429 as the provider does above this limit, as in 100/m")


def _add_control(group: Any) -> None:  # noqa: ANN401  as above
    _add(group, "--journal", "NUMBER", f"keep the latest NUMBER requests, 0 for none (default: {Settings().journal})")
    group.add_argument("--no-control", action="store_true", help="do not serve the control API under /__mock__/")
    _add(
        group,
        "--control-token",
        "TOKEN",
        "token of the control API, which is served on the loopback only where it has none (environment: CONTROL_TOKEN)",
    )


def _add_deliveries(group: Any) -> None:  # noqa: ANN401  as above
    text = "receiver on this machine that gets every delivery in place of the stored urls (environment: DELIVER_TO)"
    _add(group, "--deliver-to", "URL", text)
    group.add_argument(
        "--deliver-for-real",
        action="store_true",
        help="call the stored urls; with --deliver-to, the receiver may be on another machine",
    )
    text = "let retries come so many times sooner than the provider's (environment: TIME_SCALE; default: 1)"
    _add(group, "--time-scale", "NUMBER", text)


def _add(group: Any, flag: str, metavar: str, text: str) -> None:  # noqa: ANN401  as above
    group.add_argument(flag, metavar=metavar, help=text)


def _table() -> str:
    rows = ["choices (the default first):"]
    for choice in choices():
        values = [choice.default, *(value for value in choice.values if value != choice.default)]
        rows += [f"  {choice.name}={'|'.join(map(str, values))}", f"      {choice.question}"]
    return "\n".join(rows).replace("%", "%%")


def _version() -> str:
    try:
        return version(PROGRAM)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "(not installed)"
