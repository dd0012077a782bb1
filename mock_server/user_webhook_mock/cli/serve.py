"""What the command does: it serves, alone, with workers, or beside a command."""

from __future__ import annotations

import gc
import logging
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from user_webhook_api.extras import needing
from user_webhook_mock import create_app
from user_webhook_mock.cli.banner import banner
from user_webhook_mock.cli.ready import port_file, ready_line
from user_webhook_mock.core.stop_signals import ignore_signals
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.server.background import serving
from user_webhook_mock.server.certificate import tls_certificate
from user_webhook_mock.server.child import environment, run_child
from user_webhook_mock.server.server import Server, address, listen, split
from user_webhook_mock.server.supervisor import Supervisor
from user_webhook_mock.server.worker import worker_task
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from user_webhook_mock.cli.arguments import Arguments


def serve(given: Arguments) -> int:
    """Serve as *given* until a signal or the end of the command, and return the exit status.

    Raises:
        UsageError: Something that the arguments name cannot be used.
    """
    try:
        return _serve(given)
    except UsageError as error:
        raise error.with_names(given.names) from None


def _serve(given: Arguments) -> int:
    settings = given.settings
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        certificate = stack.enter_context(tls_certificate(settings))
        listener = stack.enter_context(listen(settings))
        write_port = stack.enter_context(port_file(settings.port_file))

        def announce() -> None:
            url = address(listener, certificate)
            write_port(listener.getsockname()[1])
            if settings.has_ready_line:
                sys.stdout.write(ready_line(settings, url, certificate))
            elif not (settings.is_quiet or given.command):
                sys.stdout.write(banner(settings, url, certificate))
            sys.stdout.flush()

        if settings.workers > 1:
            listeners = [stack.enter_context(one) for one in split(listener, settings.workers)]
            listener = listeners[0]
            task = stack.enter_context(worker_task(settings, listeners, certificate))
            workers = stack.enter_context(Supervisor(settings.workers, task))
            announce()
            if given.command:
                variables = environment(settings, address(listener, certificate), certificate)
                return run_child(given.command, variables, workers.wait)
            return workers.wait()
        state = MockState(settings)
        stack.enter_context(closing(state.webhooks))
        app = _application(given, state)
        gc.freeze()  # what is there by now stays; otherwise collections for the journal go through all of Connexion
        if given.command:
            variables = environment(settings, address(listener, certificate), certificate)
            with serving(app, listener, state.close, certificate):
                announce()
                return run_child(given.command, variables)
        Server(app, announce, state.close, certificate).run(sockets=[listener])
        ignore_signals()
        return 0


def _application(given: Arguments, state: MockState) -> ASGIApp:
    if not given.watches:
        return create_app(state=state)
    with needing("--watch", "user-webhook-mock[watch]", "openapi_spec_validator"):
        from user_webhook_mock.server.reload import Reloading  # noqa: PLC0415  only --watch needs what watches files

    return Reloading(state, given.chosen)
