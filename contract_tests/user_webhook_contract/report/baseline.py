"""What a run was made with: two reports are comparable if it is the same."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import user_webhook_api
import user_webhook_contract
from user_webhook_api.bundle import digest
from user_webhook_api.choices import TABLE as CHOICES
from user_webhook_api.requirements import TABLE as REQUIREMENTS

if TYPE_CHECKING:
    from types import ModuleType

    from user_webhook_contract.settings import Settings

PLAN: Final = ("budget", "rate", "timeout", "max_time", "is_deep", "is_strict", "reuses_connections")
"""The settings that decide what is sent and what counts; the seed decides only which values are generated."""


def baseline(settings: Settings) -> dict[str, str]:
    """Return the hash of all that *settings* and the kit bring to a run, and that of each part, in hex.

    Not in it: the target and its webhooks, the seed, and who runs it.
    """
    plan = {name: getattr(settings, name) for name in PLAN}
    plan["has_forbidden_token"] = bool(settings.forbidden_token)
    plan["has_second_webhook"] = bool(settings.second_webhook_id)
    parts = {
        "kit": version("user-webhook-contract"),
        "code": _code(),
        "document": digest(),
        "requirements": _hash(REQUIREMENTS.read_bytes()),
        "choices": _hash(CHOICES.read_bytes()),
        "plan": _hash(_json(plan)),
    }
    return {"sha256": _hash(_json(parts)), **parts}


@cache
def _code() -> str:
    """Return the hash of every module of the kit that has a part in a run."""
    found = hashlib.sha256()
    for package in (user_webhook_api, user_webhook_contract):
        folder = _folder(package)
        for file in sorted(folder.rglob("*.py"), key=lambda one: one.relative_to(folder).as_posix()):
            found.update(f"{package.__name__}/{file.relative_to(folder).as_posix()}\n".encode())
            # As git on Windows may have it: the same code.
            found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def _folder(package: ModuleType) -> Path:
    return Path(str(package.__file__)).parent


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
