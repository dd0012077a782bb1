from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stress.state_kills import numbered, prove
from support.mock_process import DEADLINE, FIRST, ROOT, SECOND, Mock, announced, command, finish, mock_of
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.store.location import in_file
from user_webhook_mock.store.sqlite_file import APPLICATION
from user_webhook_mock.store.store import UnusableStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERROR = {"message": "Internal Server Error", "error": "Internal Server Error", "statusCode": 500}


@contextmanager
def kept(file: Path, *arguments: str, end: int = signal.SIGTERM) -> Iterator[tuple[Mock, list[str], int]]:
    """Serve a mock with its state in *file*; give its log, which is complete at the end, and its process id, too."""
    process = command("--port", "0", "--state", str(file), *arguments)
    lines: list[str] = []
    try:
        yield announced(process)[0], lines, process.pid
    finally:
        process.send_signal(end)
        lines += finish(process)[2].splitlines()


def state(mock: Mock, webhook_id: str = FIRST) -> Any:
    return mock.control("GET", f"/webhooks/{webhook_id}").body


def test_webhooks_survive_a_restart(tmp_path: Path) -> None:
    with kept(tmp_path / "state") as (mock, _, _):
        updated = mock.patch(numbered(7)).data
        second = state(mock, SECOND)
        put = mock.control("PUT", "/webhooks/mine", {"secrets": ["s"]}).body
    with kept(tmp_path / "state") as (mock, _, _):
        webhooks = mock.control("GET", "/webhooks").body["webhooks"]

    assert webhooks == [updated, second, put]
    assert [file.name for file in tmp_path.iterdir()] == ["state"]
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o600


def test_a_removed_webhook_stays_removed_and_a_new_id_is_added(tmp_path: Path) -> None:
    with kept(tmp_path / "state") as (mock, _, _):
        assert mock.control("DELETE", f"/webhooks/{FIRST}").status == 204
    process = command("--port", "0", "--second-webhook-id", "new", STATE=str(tmp_path / "state"))
    mock, _ = announced(process)
    ids = [webhook["id"] for webhook in mock.control("GET", "/webhooks").body["webhooks"]]
    process.terminate()
    finish(process)

    assert ids == [SECOND, "new"]


def test_a_reset_brings_the_seeds_back_for_good(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds.json"
    seeds.write_text(json.dumps([{"id": "a", "secrets": ["one"]}, {"id": "b", "secrets": []}]))
    arguments = ("--seed-file", str(seeds))
    with kept(tmp_path / "state", *arguments) as (mock, _, _):
        former = mock.control("GET", "/webhooks").body
        mock.patch(numbered(1), "a")
        mock.control("DELETE", "/webhooks/b")
    with kept(tmp_path / "state", *arguments) as (mock, _, _):
        assert state(mock, "a")["secrets"] == ["1", "1"]
        mock.control("POST", "/reset")
    with kept(tmp_path / "state", *arguments) as (mock, _, _):
        assert mock.control("GET", "/webhooks").body == former


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    proof = prove(4, tmp_path)

    assert (proof.kills, proof.kills_while_starting, proof.acknowledged > 4) == (4, 1, True)


def test_two_mocks_on_one_file_see_the_updates_of_each_other(tmp_path: Path) -> None:
    def update(mock: Mock, webhook_id: str, first: int) -> list[int]:
        """Send the updates of one webhook one after the other."""
        return [mock.patch(numbered(number), webhook_id).status for number in range(first, 60, 2)]

    with kept(tmp_path / "state") as (one, _, _), kept(tmp_path / "state") as (other, _, _):
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(update, (one, other), (FIRST, SECOND), (0, 1)))

        assert statuses == [[201] * 30] * 2
        assert (state(other)["url"], state(one, SECOND)["url"]) == ("https://e.example/58", "https://e.example/59")


def test_an_update_that_the_disk_does_not_take_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with kept(tmp_path / "state") as (mock, lines, pid):
        former = mock.patch(numbered(1)).data
        limit = (tmp_path / "state-wal").stat().st_size
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        refused = mock.patch(numbered(2))
        unchanged = state(mock)
        reset = mock.control("POST", "/reset")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        after = mock.patch(numbered(3))

    assert (refused.status, refused.body, unchanged) == (500, ERROR, former)
    assert (reset.status, reset.body["what"]) == (500, "The webhooks cannot be read or stored")
    assert (after.status, after.data["url"]) == (201, "https://e.example/3")
    assert [line.partition(" ms  ")[2] for line in lines] == ["", "state: disk I/O error", ""]


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of its own on *folder*, which has room for a state file and little more."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only the superuser can mount a file system, and not in every container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607  as above


def test_a_full_disk_refuses_updates_and_room_on_it_takes_them_again(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, kept(disk / "state") as (mock, lines, _):
        former = mock.patch(numbered(1)).data
        (disk / "ballast").write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
        replies = [mock.patch(numbered(number)) for number in range(2, 9)]
        stored = [reply.data for reply in replies if reply.status == 201]
        unchanged = state(mock)
        (disk / "ballast").unlink()
        after = mock.patch(numbered(9))

    assert (replies[-1].status, replies[-1].body, unchanged) == (500, ERROR, [former, *stored][-1])
    assert {reply.status for reply in replies} <= {201, 500}
    assert (after.status, after.data["url"]) == (201, "https://e.example/9")
    assert lines[-2].partition(" ms  ")[2] == "state: database or disk is full"


def test_a_start_on_a_full_disk_is_refused_in_one_line(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk:
        (disk / "ballast").write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
        status, _, errors = finish(command("--port", "0", "--state", str(disk / "state")))
        left = [file.name for file in disk.iterdir()]

    assert (status, errors.count("\n"), left) == (2, 1, ["ballast"])
    assert "cannot be created: database or disk is full" in errors


def test_a_start_on_a_read_only_disk_is_refused_in_one_line(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk:
        with kept(disk / "state") as (mock, _, _):
            mock.patch(numbered(1))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S607  as above
        known, new = (finish(command("--port", "0", "--state", str(disk / name))) for name in ("state", "new"))

    assert [(status, errors.count("\n")) for status, _, errors in (known, new)] == [(2, 1), (2, 1)]
    assert "cannot be read: unable to open database file" in known[2]
    assert "cannot be created: Read-only file system" in new[2]


@pytest.mark.skipif(
    shutil.which("chattr") is None, reason="chattr, which makes open files read-only, is not on the PATH"
)
def test_files_that_become_read_only_cost_no_acknowledged_update(tmp_path: Path) -> None:
    with kept(tmp_path / "state", end=signal.SIGKILL) as (mock, _, _):
        former = mock.patch(numbered(1)).data
        files = [str(file) for file in tmp_path.iterdir()]
        if subprocess.run(["chattr", "+i", *files], capture_output=True, check=False).returncode:  # noqa: S607  as above
            pytest.skip("only the superuser can make a file immutable, and not on every file system")
        try:
            with suppress(OSError):  # SQLite has its index mapped into memory: a write to it may end the process
                assert mock.patch(numbered(2)).status == 500
        finally:
            subprocess.run(["chattr", "-i", *files], check=True)  # noqa: S607  as above
    with kept(tmp_path / "state") as (mock, _, _):
        shown = state(mock)

    assert shown == former


@pytest.mark.parametrize("name", ["state", "state-wal", "state-shm", ""], ids=["file", "log", "index", "folder"])
def test_an_update_after_a_file_was_deleted_is_refused_and_reads_go_on(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with kept(folder / "state") as (mock, lines, _):
        former = mock.patch(numbered(1)).data
        (folder / name).unlink() if name else shutil.rmtree(folder)
        refused = mock.patch(numbered(2))

        assert (refused.status, refused.body, state(mock)) == (500, ERROR, former)
    assert lines[-1].endswith("state: the file was deleted or replaced")


def test_an_update_while_another_program_holds_the_file_is_refused(tmp_path: Path) -> None:
    with kept(tmp_path / "state") as (mock, lines, _):
        with closing(sqlite3.connect(tmp_path / "state", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            refused = mock.patch(numbered(1))
        after = mock.patch(numbered(2))

    assert (refused.status, refused.body, after.status) == (500, ERROR, 201)
    assert lines[0].endswith("state: database is locked")


def foreign(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in ("CREATE TABLE t (x)", "INSERT INTO t VALUES (1)", *statements):
            connection.execute(statement)


def damaged(file: Path) -> None:
    with mock_of(Settings(port=0, is_quiet=True, store=in_file(file))) as (_, state):
        state.webhooks.close()
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def edited(file: Path) -> None:
    with mock_of(Settings(port=0, is_quiet=True, store=in_file(file))) as (_, state):
        state.webhooks.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE webhook SET content = '[]'")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda file: file.write_bytes(b""), "belongs to another program", id="empty"),
        pytest.param(lambda file: file.write_text("messages: all\n" * 99), "file is not a database", id="text"),
        pytest.param(foreign, "belongs to another program", id="foreign"),
        pytest.param(lambda file: foreign(file, "PRAGMA journal_mode = WAL"), "to another program", id="foreign WAL"),
        pytest.param(
            lambda file: foreign(file, f"PRAGMA application_id = {APPLICATION}", "PRAGMA user_version = 2"),
            "has version 2, but this mock reads version 1",
            id="later version",
        ),
        pytest.param(damaged, "is damaged", id="damaged"),
        pytest.param(edited, "is damaged", id="edited"),
    ],
)
def test_a_file_that_is_no_sound_state_file_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    file = tmp_path / "state"
    make(file)
    former = file.read_bytes()

    status, output, errors = finish(command("--port", "0", "--state", str(file)))

    assert (status, output, errors.count("\n"), file.read_bytes()) == (2, "", 1, former)
    assert errors.startswith(f"user-webhook-mock: The state file '{file}' ")
    assert reason in errors


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/folder", "cannot be created: No such file or directory"),
        (".", "is a folder"),
        ("pipe", "is not a regular file"),
        ("circle", "cannot be read: its links form a circle"),
        ("n" * 300, "cannot be read: File name too long"),
        ("", "--state is empty"),
    ],
)
def test_a_place_without_a_file_is_refused_in_one_line(tmp_path: Path, name: str, reason: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    file = str(tmp_path / name) if name else ""

    status, output, errors = finish(command("--port", "0", "--state", file))

    assert (status, output, errors.count("\n"), reason in errors) == (2, "", 1, True), errors


def test_a_link_leads_to_the_file_behind_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "state")
    with kept(tmp_path / "link") as (mock, _, _):
        mock.patch(numbered(1))
    with kept(tmp_path / "state") as (mock, _, _):
        shown = state(mock)["url"]

    assert (shown, (tmp_path / "link").is_symlink()) == ("https://e.example/1", True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give a file to another user")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    with kept(tmp_path / "state"):
        pass
    os.chown(tmp_path / "state", 65534, 65534)

    status, _, errors = finish(command("--port", "0", "--state", str(tmp_path / "state")))

    assert (status, errors.count("\n"), "belongs to another user" in errors) == (2, 1, True)


def planted(file: Path, *, owner: int, mode: int) -> None:
    """Put a file there as another user may have made it."""
    file.write_bytes(bytes(1024))
    file.chmod(mode)
    os.chown(file, owner, owner)


OTHER = 65534
PLANTED = {
    "another user's": (lambda file: planted(file, owner=OTHER, mode=0o666), "which belongs to another user"),
    "open to others": (
        lambda file: planted(file, owner=os.geteuid(), mode=0o644),
        "which other users may read or write",
    ),
    "a link": (lambda file: file.symlink_to("elsewhere"), "which is a link"),
    "a pipe": (os.mkfifo, "which is not a regular file"),
    "a folder": (lambda file: file.mkdir(), "which is not a regular file"),
}


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give a file to another user")
@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("kind", PLANTED)
def test_a_file_beside_it_that_somebody_else_put_there_is_refused(tmp_path: Path, suffix: str, kind: str) -> None:
    file = tmp_path / "state"
    in_file(file).open(()).close()
    former = file.read_bytes()
    plant, reason = PLANTED[kind]
    plant(tmp_path / f"state{suffix}")

    with pytest.raises(UnusableStore) as caught:
        in_file(file).open(())

    assert f"has 'state{suffix}' beside it, {reason}" in str(caught.value)
    assert file.read_bytes() == former


@pytest.mark.parametrize("name", ["state", "new"])
def test_a_folder_that_everybody_may_write_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    in_file(tmp_path / "state").open(()).close()
    tmp_path.chmod(0o777)
    refused = finish(command("--port", "0", "--state", str(tmp_path / name)))
    tmp_path.chmod(0o1777)  # as /tmp: nobody can replace a file of somebody else
    with kept(tmp_path / name) as (mock, _, _):
        taken = mock.patch(numbered(1)).status

    assert (refused[0], refused[2].count("\n"), taken) == (2, 1, 201)
    assert "is in a folder that every user may write, and could replace it in: name a file in a folder of" in refused[2]


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_a_file_that_is_open_to_others_is_refused_until_it_is_closed(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "the state"
    in_file(file).open(()).close()
    file.chmod(mode)

    with pytest.raises(UnusableStore) as caught:
        in_file(file).open(())

    assert str(caught.value) == (
        f"The state file '{file}' may be read or written by other users, and it holds secrets: "
        "check what is in it, then close it by chmod 600 'the state'."
    )
    file.chmod(0o600)
    in_file(file).open(()).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give a file to another user")
def test_a_file_that_was_put_there_while_it_was_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(file: Path) -> None:
        planted(Path(f"{file}-wal"), owner=OTHER, mode=0o666)

    in_file(tmp_path / "state").open(()).close()
    monkeypatch.setattr("user_webhook_mock.store.sqlite.check_integrity", too_late)

    with pytest.raises(UnusableStore) as caught:
        in_file(tmp_path / "state").open(())

    # SQLite gives the file to the superuser, who runs this test, and leaves it open
    assert "has 'state-wal' beside it, which other users may read or write" in str(caught.value)


def test_a_file_that_was_moved_leaves_nothing_to_the_next_one(tmp_path: Path) -> None:
    with kept(tmp_path / "state", end=signal.SIGKILL) as (mock, _, _):
        mock.patch(numbered(1))
    (tmp_path / "state").rename(tmp_path / "moved")
    refused = finish(command("--port", "0", "--state", str(tmp_path / "state")))
    (tmp_path / "state-wal").rename(tmp_path / "moved-wal")
    with kept(tmp_path / "moved") as (mock, _, _), kept(tmp_path / "state") as (other, _, _):
        shown = [state(one)["url"] for one in (mock, other)]

    reason = "does not exist, and 'state-wal' beside it belongs to a former one"
    assert (refused[0], refused[2].count("\n"), reason in refused[2]) == (2, 1, True)
    assert shown == ["https://e.example/1", "https://hooks.example.com/user"]


def test_mocks_that_start_at_once_make_one_file(tmp_path: Path) -> None:
    processes = [command("--port", "0", "--state", str(tmp_path / "state")) for _ in range(4)]
    mocks = [announced(process)[0] for process in processes]
    webhooks = [mock.control("GET", "/webhooks").body for mock in mocks]
    for process in processes:
        process.terminate()
        finish(process)

    assert webhooks == webhooks[:1] * 4
    assert [file.name for file in tmp_path.iterdir()] == ["state"]


WITHOUT_PRIVILEGE = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # a superuser that may not write what it does not own the right to
os.execv(sys.executable, [sys.executable, "-m", "user_webhook_mock", *sys.argv[1:]])
"""


def test_a_file_that_may_not_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "state"
    with kept(file):
        file.chmod(0o400)
    former = file.read_bytes()
    run = [sys.executable, "-c", WITHOUT_PRIVILEGE, "--port", "0", "--state", str(file)]

    refused = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=DEADLINE)

    assert (refused.returncode, refused.stderr.count("\n"), file.read_bytes()) == (2, 1, former)
    assert "cannot be written: attempt to write a readonly database" in refused.stderr
