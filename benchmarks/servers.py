"""The servers that are measured, and how each is started."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import node

ROOT: Final = Path(__file__).resolve().parent.parent
PEERS: Final = ROOT / "benchmarks" / "peers"

MOCK: Final = (sys.executable, "-m", "user_webhook_mock", "--port", "{port}", "--quiet")
UVICORN: Final = (
    *(sys.executable, "-m", "uvicorn", "--port", "{port}", "--http", "httptools", "--loop", "uvloop", "--ws", "none"),
    *("--no-access-log", "--no-proxy-headers", "--no-server-header", "--log-level", "critical"),
)
GRANIAN: Final = (
    *(sys.executable, "-m", "granian", "--port", "{port}", "--interface", "asgi", "--http", "1", "--loop", "uvloop"),
    *("--no-ws", "--log-level", "critical"),
)
PRISM: Final = str(node.MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js")
WORKERS: Final = "--workers"


@dataclass(frozen=True)
class Server:
    """One row of the table.

    ``command`` has {port} and {document} in it; ``application`` is the same as an ASGI application, where it is one;
    one that is not ``pinned`` has all cores, and so has its load.
    """

    name: str
    what: str
    command: tuple[str, ...]
    packages: tuple[str, ...]
    application: str = ""
    is_on_node: bool = False
    is_pinned: bool = True

    def line(self, port: int, document: Path) -> list[str]:
        """Return the command line for *port* and the resolved *document*."""
        return [part.format(port=port, document=document) for part in self.command]

    def unavailable(self) -> str:
        """Return in one line why it cannot run here, or nothing."""
        if self.is_on_node:
            return node.unavailable()
        return "" if WORKERS not in self.command or _has_workers() else f"the mock has no option {WORKERS}"

    def versions(self) -> str:
        """Return what it is made of, with versions."""
        if self.is_on_node:
            return ", ".join([*(node.package_version(package) for package in self.packages), f"Node {node.version()}"])
        return ", ".join(f"{package} {version(package)}" for package in self.packages)


SERVERS: Final = (
    Server(
        "mock",
        "the mock with its defaults and `--quiet`",
        MOCK,
        ("user-webhook-contract", "connexion", "uvicorn"),
        "quiet_mock:app",
    ),
    Server(
        "mock-lean",
        "the mock with `--quiet --journal 0 --no-control`",
        (*MOCK, "--journal", "0", "--no-control"),
        ("user-webhook-contract", "connexion", "uvicorn"),
        "quiet_mock:lean",
    ),
    Server(
        "mock-granian",
        "the mock with its defaults, quiet, under granian",
        (*GRANIAN, "quiet_mock:app"),
        ("user-webhook-contract", "connexion", "granian"),
        "quiet_mock:app",
    ),
    Server(
        "mock-workers",
        "the mock with `--quiet --workers 2`",
        (*MOCK, WORKERS, "2"),
        ("user-webhook-contract", "connexion", "uvicorn"),
        is_pinned=False,
    ),
    Server(
        "openapi-backend",
        "openapi-backend on node:http, with a handler, a token and a store",
        ("node", str(PEERS / "openapi_backend.mjs"), "{port}"),
        ("openapi-backend", "ajv"),
        is_on_node=True,
    ),
    Server(
        "prism",
        "Prism, `prism mock -v silent`",
        ("node", PRISM, "mock", "-h", "127.0.0.1", "-p", "{port}", "-v", "silent", "{document}"),
        ("@stoplight/prism-cli",),
        is_on_node=True,
    ),
    Server(
        "scalar",
        "Scalar's mock server on @hono/node-server",
        ("node", str(PEERS / "scalar.mjs"), "{port}"),
        ("@scalar/mock-server", "@hono/node-server"),
        is_on_node=True,
    ),
    Server(
        "connexion",
        "stock Connexion `AsyncApp` under uvicorn, with a handler, a token and a store",
        (*UVICORN, "stock_connexion:app"),
        ("connexion", "uvicorn"),
        "stock_connexion:app",
    ),
    Server(
        "bare-uvicorn",
        "the ceiling: a validator, a token and a store on bare ASGI under uvicorn",
        (*UVICORN, "bare:app"),
        ("jsonschema_rs", "orjson", "uvicorn"),
        "bare:app",
    ),
    Server(
        "bare-granian",
        "the same under granian",
        (*GRANIAN, "bare:app"),
        ("jsonschema_rs", "orjson", "granian"),
        "bare:app",
    ),
)


def environment(document: Path) -> dict[str, str]:
    """Return the variables that the servers are started with."""
    return {"DOCUMENT": str(document), "PYTHONPATH": str(PEERS)}


def _has_workers() -> bool:
    told = subprocess.run([*MOCK[:3], "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    return WORKERS in told.stdout
