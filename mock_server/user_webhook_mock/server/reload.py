"""The mock, reloaded when the document or the choices file changes."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_api.bundle import DocumentError, validated
from user_webhook_api.cache import FOLDER, files
from user_webhook_mock import create_app
from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.examples import examples
from user_webhook_mock.http.errors import DOCUMENTED, documented
from user_webhook_mock.server.watch import changes, contents

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from user_webhook_mock.config.choices import Chosen
    from user_webhook_mock.state import MockState

MAX_SHOWN: Final = 3


class Reloading:
    """The current application, in front of one *state* that outlives each of them.

    What cannot be used is reported, and the mock keeps what it has.
    """

    def __init__(self, state: MockState, chosen: Chosen) -> None:
        self._state = state
        self._chosen = chosen
        self._choices_file = [chosen.file] if chosen.file else []
        self._document = contents(files())
        self._choices = contents(self._choices_file)
        self._has_bad_choices = False
        self._app = create_app(state=state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the current application; watch the files while the server runs."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        watching = asyncio.create_task(self._watch())
        try:
            await self._app(scope, receive, send)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        try:
            async for _ in changes([*files(), *self._choices_file]):
                await self._look()
        except (OSError, RuntimeError) as error:
            _print(f"--watch sees no change ({error}): set WATCHFILES_FORCE_POLLING=1, and start again.")

    async def _look(self) -> None:
        document = contents(files())
        document_is_new = document != self._document
        if document_is_new:
            changed = [file for file in document | self._document if document.get(file) != self._document.get(file)]
            self._document = document
            await self._reload_document(changed)
        choices = contents(self._choices_file)
        if choices != self._choices or (self._has_bad_choices and document_is_new):
            self._choices = choices
            self._has_bad_choices = not self._reload_choices()

    async def _reload_document(self, changed: list[Path]) -> None:
        try:
            await asyncio.to_thread(validated)
            with self._state.new_application():
                app = create_app(state=self._state)
                await _smoke_test(app)
        except Exception as error:  # noqa: BLE001  whatever in the document breaks the mock, the former one goes on
            _print(f"Document not reloaded: {_reason(error)} Still serving the previous version.")
            return
        self._app = app
        self._report(f"Document reloaded: {_names(changed)} changed.")

    def _reload_choices(self) -> bool:
        former = self._state.choices
        try:
            chosen = self._chosen.read()
        except UsageError as error:
            _print(f"{self._chosen.file} not reloaded: {error} Still serving with the previous choices.")
            return False
        for state in self._state.spaces.all():
            state.settings = replace(state.settings, choices=chosen)
            state.reset(["choices"])
        new = ", ".join(f"{name}={value}" for name, value in chosen.items() if value != former.get(name))
        self._report(f"{self._chosen.file} reloaded: {new or 'the choices are the same'}.")
        return True

    def _report(self, message: str) -> None:
        if not self._state.settings.is_quiet:
            _print(message)


async def _smoke_test(app: ASGIApp) -> None:
    """Let *app* do what it otherwise does with the first requests, so that it fails before them if it fails."""
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Message:
        return next(messages)

    async def send(_message: Message) -> None:
        pass

    await app({"type": "lifespan"}, receive, send)
    examples()
    for name in DOCUMENTED:
        documented(name)


def _reason(error: Exception) -> str:
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, KeyError):
        return f"{FOLDER} lacks {error}, which the mock needs. Put it back."
    return f"{type(error).__name__}, {error}. Fix what was changed last."


def _names(changed: list[Path]) -> str:
    names = [file.relative_to(FOLDER).as_posix() for file in changed[:MAX_SHOWN]]
    more = [f"{len(changed) - MAX_SHOWN} more"] * (len(changed) > MAX_SHOWN)
    return ", ".join(names + more)


def _print(message: str) -> None:
    with suppress(OSError):  # nobody reads standard error any more; the mock goes on
        sys.stderr.write(f"{PROGRAM}: {' '.join(message.split())}\n")
        sys.stderr.flush()
