"""The standard streams of a command: no token passes, and what cannot be written changes no verdict."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from user_webhook_api.streams import give_up
from user_webhook_contract.results.hidden import Hidden
from user_webhook_contract.settings import DEFAULT_FORBIDDEN_TOKEN, DEFAULT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIN_TOKEN: Final = 8
"""Characters of the shortest token that is looked for in all that is printed."""

MAX_WORD: Final = 16
"""Letters up to which a token of small letters is taken for a word, which the suite may say itself."""

_OPTIONS: Final = ("--token", "--forbidden-token")
_VARIABLES: Final = ("TOKEN", "FORBIDDEN_TOKEN")


class Output(io.TextIOBase):
    """Writes to a stream what holds no token; keeps the first problem in place of raising it."""

    def __init__(self, stream: TextIO, hidden: Hidden) -> None:
        """Write to *stream*."""
        self._stream = stream
        self._hidden = hidden
        self._line = ""
        self.problem = ""

    def write(self, text: str) -> int:
        """Write *text* without tokens; return how much of it was taken."""
        # A token may come in two pieces: what may be the beginning of one waits for its line to end.
        *whole, self._line = f"{self._line}{text}".rpartition("\n")
        if any(whole):
            self._write(self._hidden.replaced("".join(whole)))
        if len(self._line) > io.DEFAULT_BUFFER_SIZE or self._stream_is_terminal():
            self._write(self._hidden.replaced(self._line))
            self._line = ""
        return len(text)

    def _stream_is_terminal(self) -> bool:
        try:
            return self._stream.isatty()
        except ValueError:
            return False

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._try(lambda: self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding)))

    def flush(self) -> None:
        """Write what was held back."""
        self._try(self._stream.flush)

    def finish(self) -> None:
        """Write all that is left."""
        self._write(self._hidden.replaced(self._line))
        self._line = ""
        self.flush()

    def _try(self, act: object) -> None:
        if self.problem:
            return
        try:
            act()  # type: ignore[operator]  # a write or a flush
        except (OSError, ValueError) as error:
            self.problem = getattr(error, "strerror", None) or "it is closed"
            if getattr(error, "errno", None) == errno.EPIPE:
                self.problem = "nobody reads it"

    def isatty(self) -> bool:
        """Return whether a person sees it."""
        return self._stream_is_terminal()

    def fileno(self) -> int:
        """Return the number of the stream below."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # io has it as an attribute
        """The encoding of the stream below."""
        return self._stream.encoding or "utf-8"

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True


@contextmanager
def guarded_streams(words: Sequence[str]) -> Iterator[None]:
    """Let everything that is printed while the block runs pass through here; *words* may name tokens."""
    before = sys.stdout, sys.stderr
    hidden = Hidden()
    for token in _tokens(words):
        hidden.add_token(token)
    output, errors = (Output(stream or _nothing(), hidden) for stream in before)
    sys.stdout, sys.stderr = output, errors
    try:
        yield
    finally:
        output.finish()
        if output.problem and before[0] is not None and output.problem != "nobody reads it":
            errors.write(f"The output cannot be written: {output.problem}.\n")
        errors.finish()
        sys.stdout, sys.stderr = before
        for guarded, stream in ((output, before[0]), (errors, before[1])):
            if guarded.problem and stream is not None:
                give_up(stream)


def _nothing() -> TextIO:
    return io.StringIO()


def _tokens(words: Sequence[str]) -> set[str]:
    """Return the tokens that the command line and the environment give, but for those that every mock has."""
    found = {os.environ.get(name, "") for name in _VARIABLES}
    for word, after in zip(words, [*words[1:], ""], strict=False):
        name, sign, value = word.partition("=")
        if name in _OPTIONS:
            found.add(value if sign else after)
    public = {DEFAULT_TOKEN, DEFAULT_FORBIDDEN_TOKEN}
    return {one for one in found - public if len(one) >= MIN_TOKEN and not _is_word(one)}


def _is_word(token: str) -> bool:
    return len(token) < MAX_WORD and token.isascii() and token.isalpha() and token.islower()
