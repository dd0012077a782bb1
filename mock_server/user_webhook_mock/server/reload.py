"""The mock, put together anew when the document or the choices file changes."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from user_webhook_api.bundle import DocumentError, validated
from user_webhook_api.cache import FOLDER, files
from user_webhook_mock import create_app
from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.usage_error import Rejection
from user_webhook_mock.faults.examples import examples
from user_webhook_mock.http.errors import (
    BrokenRules,
    Forbidden,
    Unauthorized,
    UnknownPath,
    UnknownWebhook,
    UnreadableBody,
)
from user_webhook_mock.server.watch import contents, may_have_changed

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from user_webhook_mock.config.choices import Chosen
    from user_webhook_mock.state import Backstage

MOST_SHOWN: Final = 3
REFUSALS: Final = (
    partial(Unauthorized, ""),
    Forbidden,
    partial(BrokenRules, [], ""),
    partial(UnreadableBody, "", form="string"),
    partial(UnknownWebhook, "webhook"),
    partial(UnknownWebhook, "generic"),
    UnknownPath,
)


class Reloading:
    """The application of now, in front of one *backstage* that outlives each of them.

    What cannot be used is told, and the mock goes on with what it has.
    """

    def __init__(self, backstage: Backstage, chosen: Chosen) -> None:
        self._backstage = backstage
        self._chosen = chosen
        self._choices_file = [chosen.file] if chosen.file else []
        self._document = contents(files())
        self._choices = contents(self._choices_file)
        self._is_refused = False
        self._app = create_app(backstage=backstage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the application of now; watch as long as the server runs."""
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
            async for _ in may_have_changed([*files(), *self._choices_file]):
                await self._look()
        except (OSError, RuntimeError) as error:
            _tell(f"--watch sees no change ({error}): set WATCHFILES_FORCE_POLLING=1, and start again.")

    async def _look(self) -> None:
        document = contents(files())
        document_is_new = document != self._document
        if document_is_new:
            changed = [file for file in document | self._document if document.get(file) != self._document.get(file)]
            self._document = document
            await self._reload_document(changed)
        choices = contents(self._choices_file)
        if choices != self._choices or (self._is_refused and document_is_new):
            self._choices = choices
            self._is_refused = not self._reload_choices()

    async def _reload_document(self, changed: list[Path]) -> None:
        try:
            await asyncio.to_thread(validated)
            with self._backstage.new_application():
                app = create_app(backstage=self._backstage)
                await _rehearse(app)
        except Exception as error:  # noqa: BLE001  whatever the document lets the mock stumble over, the mock goes on
            _tell(f"the document is not reloaded: {_reason(error)} The mock goes on with the last good one.")
            return
        self._app = app
        self._report(f"reloaded the document: {_named(changed)} changed.")

    def _reload_choices(self) -> bool:
        former = self._backstage.choices
        try:
            chosen = self._chosen.read()
        except Rejection as error:
            _tell(f"{self._chosen.file} is not reloaded: {error} The mock goes on with the choices that it has.")
            return False
        self._backstage.settings = replace(self._backstage.settings, choices=chosen)
        self._backstage.reset(["choices"])
        new = ", ".join(f"{name}={value}" for name, value in chosen.items() if value != former.get(name))
        self._report(f"reloaded {self._chosen.file}: {new or 'the choices are the same'}.")
        return True

    def _report(self, what: str) -> None:
        if not self._backstage.settings.is_quiet:
            _tell(what)


async def _rehearse(app: ASGIApp) -> None:
    """Let *app* do what it otherwise does with the first requests, so that it fails before them where it fails."""
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Message:
        return next(messages)

    async def send(_message: Message) -> None:
        pass

    await app({"type": "lifespan"}, receive, send)
    examples()
    for refusal in REFUSALS:
        refusal().answer()


def _reason(error: Exception) -> str:
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, KeyError):
        return f"{FOLDER} lacks {error}, which the mock needs. Put it back."
    return f"{type(error).__name__}, {error}. Mend what was changed last."


def _named(changed: list[Path]) -> str:
    names = [file.relative_to(FOLDER).as_posix() for file in changed[:MOST_SHOWN]]
    more = [f"{len(changed) - MOST_SHOWN} more"] * (len(changed) > MOST_SHOWN)
    return ", ".join(names + more)


def _tell(what: str) -> None:
    with suppress(OSError):  # whoever read the standard error is gone; the mock goes on
        sys.stderr.write(f"{PROGRAM}: {' '.join(what.split())}\n")
        sys.stderr.flush()
