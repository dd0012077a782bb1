"""How a program learns that the mock is ready, and where: a line of JSON, and a file with the port."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.server.certificate import Certificate

MAX_FILE: Final = 6


def ready_line(settings: Settings, address: str, certificate: Certificate | None = None) -> str:
    """Return one line of JSON with the address of the mock, and without its tokens."""
    authority = certificate and certificate.authority
    content = {
        "ready": True,
        "url": address,
        "port": int(address.rpartition(":")[2]),
        "pid": os.getpid(),
        "webhookIds": [seed.id for seed in settings.seeds] or [settings.webhook_id, settings.second_webhook_id],
        "control": f"{address}/__mock__" if settings.serves_control else None,
        "authority": _shown(authority) if authority else None,
    }
    return orjson.dumps(content).decode() + "\n"


def _shown(file: Path) -> str:
    """Return the name of *file* as JSON can have it: its bytes may not be UTF-8."""
    return str(file).encode(errors="backslashreplace").decode()


@contextmanager
def port_file(file: Path | None) -> Iterator[Callable[[int], None]]:
    """Yield what writes a port to *file*, all of it at once; the file is gone before that and afterwards.

    Raises:
        UsageError: The file is something else, or its folder cannot be written.
    """
    if file is None:
        yield lambda _port: None
        return
    new = _beside(file)

    def write(port: int) -> None:
        new.write_text(f"{port}\n", encoding="ascii")
        new.chmod(0o644)
        new.replace(file)

    try:
        yield write
    finally:
        for path in (new, file):
            with suppress(OSError):  # somebody else has removed it
                path.unlink()


def _beside(file: Path) -> Path:
    """Return a new file in the folder of *file*, and remove what another mock left behind."""
    try:
        if file.exists() or file.is_symlink():
            if not _holds_port(file):
                raise UsageError(f"--port-file {str(file)!r} exists and does not hold a port: name another file.")
            file.unlink()
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    except OSError as error:
        raise UsageError(f"--port-file {str(file)!r} cannot be written: {error.strerror}.") from None
    os.close(descriptor)
    return Path(name)


def _holds_port(file: Path) -> bool:
    return file.is_file() and file.stat().st_size <= MAX_FILE and file.read_bytes().strip().isdigit()
