"""The command ``user-webhook-mock``."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, NoReturn

from user_webhook_api.bundle import DocumentError
from user_webhook_mock import create_app
from user_webhook_mock.cli.arguments import Arguments, read_arguments
from user_webhook_mock.cli.banner import banner
from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.server.certificate import tls_certificate
from user_webhook_mock.server.child import CommandError, environment, run_child
from user_webhook_mock.server.server import ListenError, Server, address, listen, serve, serve_while, split
from user_webhook_mock.server.supervisor import Supervisor, WorkerError
from user_webhook_mock.server.worker import worker_task
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from starlette.types import ASGIApp


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock as the command line says and return the exit status."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
    try:
        return _serve(read_arguments(sys.argv[1:] if arguments is None else arguments, os.environ))
    except (UsageError, ListenError, CommandError, WorkerError, DocumentError) as error:
        sys.stderr.write(f"{PROGRAM}: {error}\n")
        return 2


def _serve(given: Arguments) -> int:
    settings = given.settings
    with ExitStack() as stack:
        certificate = stack.enter_context(tls_certificate(settings))
        listener = stack.enter_context(listen(settings))

        def announce() -> None:
            if not settings.is_quiet:
                sys.stdout.write(banner(settings, address(listener, certificate), certificate))
                sys.stdout.flush()

        if settings.workers > 1:
            listeners = [stack.enter_context(one) for one in split(listener, settings.workers)]
            listener = listeners[0]
            work = stack.enter_context(worker_task(settings, listeners, certificate))
            workers = stack.enter_context(Supervisor(settings.workers, work))
            if given.command:
                variables = environment(settings, address(listener, certificate), certificate)
                return run_child(given.command, variables, workers.wait)
            announce()
            return workers.wait()
        state = MockState(settings)
        stack.enter_context(closing(state.webhooks))
        app = _application(given, state)
        gc.freeze()  # what is there by now stays; without it, collections for the journal go through all of Connexion
        if given.command:
            return serve_while(app, listener, given.command, state, certificate)
        return serve(Server(app, announce, state.close, certificate), listener)


def _application(given: Arguments, state: MockState) -> ASGIApp:
    if not given.watches:
        return create_app(state=state)
    from user_webhook_mock.server.reload import Reloading  # noqa: PLC0415  who does not watch does not import what watches

    return Reloading(state, given.chosen)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    raise SystemExit(main())
