from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT
from support.tools import needed

sys.path.insert(1, str(ROOT / "benchmarks"))

from exchange import INVALID, VALID
from load import Generator
from omissions import omissions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TINY = ("--runs", "1", "--seconds", "0.2", "--warm-up", "0.1", "--connections", "1,4")


class Agreeable(BaseHTTPRequestHandler):
    """Answers 201 and an empty object to everything."""

    protocol_version = "HTTP/1.1"

    def do_PATCH(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def agreeable() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Agreeable) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def bench(*options: str, programs: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the benchmark; the PATH is the folder *programs* where one is given."""
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "bench.py"), *options],
        env={"PATH": str(programs)} if programs else None,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(page: str, server: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("|")[2:-1]]
        for line in page.splitlines()
        if line.startswith(f"| `{server}` |")
    ]


def test_the_bench_goes_on_where_wrk_and_node_are_missing(tmp_path: Path) -> None:
    if ps := shutil.which("ps"):
        (tmp_path / "ps").symlink_to(ps)
    shown = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    done = bench(*TINY, "--peers", "prism,bare-uvicorn", "--output", str(tmp_path / "results.md"), programs=tmp_path)

    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "wrk is not on the PATH: the load comes from a bundled script" in done.stdout
    assert "  prism left out: node is not on the PATH\n" in done.stdout
    assert "`prism` left out after 0 runs: node is not on the PATH." in page
    for server in ("mock", "bare-uvicorn"):
        ratios, *loads, described = rows(page, server)
        assert [load[:2] + load[-1:] for load in loads] == [
            ["valid", "1", "0"],
            ["valid", "4", "0"],
            ["invalid", "4", "0"],
        ]
        assert described[1:3] == ["201", "400"]
        assert all(re.match(r"[\d,]*\.?\d", figure) for figure in ratios if figure or ps)
    assert [str(place) for place in (ROOT, tmp_path, sys.prefix) if str(place) in page] == []
    assert (ROOT / "docs" / "performance.md").read_text(encoding="utf-8") == shown


@pytest.mark.slow
def test_wrk_makes_the_load_where_it_is_there(tmp_path: Path) -> None:
    needed("wrk")
    (tmp_path / "results.md").write_text(
        "# Mine\n<!-- measured -->\nold\n<!-- end of measured -->\nKept.\n", encoding="utf-8"
    )

    done = bench(*TINY[:-1], "4", "--peers", "", "--output", str(tmp_path / "results.md"))

    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n- load: wrk " in page
    assert [load[:2] + load[-1:] for load in rows(page, "mock")[1:3]] == [["valid", "4", "0"], ["invalid", "4", "0"]]
    assert (page[:7], page[-6:], "\nold\n" in page) == ("# Mine\n", "Kept.\n", False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--load", "wrk"),
            "bench: --load wrk: wrk is not on the PATH: install it, as by apt-get install wrk, or use --load python.",
        ),
        (
            ("--seconds", "0"),
            "bench: argument --seconds: '0' is not a valid length: use more than 0 and at most 60. See --help.",
        ),
    ],
    ids=["wrk", "seconds"],
)
def test_a_bench_that_cannot_be_run_is_one_line(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = bench(*TINY, "--output", str(tmp_path / "results.md"), *options, programs=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", said + "\n")


def test_an_answer_that_is_not_the_expected_one_is_an_error() -> None:
    with agreeable() as port:
        valid, invalid = (Generator("python").drive(port, body, 2, 0.1, set()) for body in (VALID, INVALID))

    assert (valid.errors, invalid.errors) == (0, invalid.requests)
    assert invalid.requests > 0


def test_what_a_server_does_not_do_is_told() -> None:
    with agreeable() as port:
        told = omissions(port)

    assert told == [
        "check the token",
        "know its webhooks",
        "apply the rules of url, events, secrets",
        "store the update",
        "name the broken rules in the documented words",
    ]
