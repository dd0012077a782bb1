from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from support.mock_process import DEADLINE, ROOT, Mock, announced, command, finish, mock_of, serving, until
from user_webhook_api.bundle import operation
from user_webhook_api.choices import defaults
from user_webhook_mock import create_app
from user_webhook_mock.api.validation import Validated
from user_webhook_mock.cli.arguments import Chosen
from user_webhook_mock.config.choices import carry
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.server.reload import Reloading
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

TOO_FEW = "events must contain at least 1 elements"
RULES = "schemas/update-user-webhook.yaml"
EVENT = "facility.creation.accepted"


@dataclass(frozen=True)
class Watching:
    """A mock that watches a copy of the document and a choices file, and what it tells."""

    mock: Mock
    folder: Path
    said: list[str]

    def told(self, number: int) -> str:
        """Return the line with this *number* about a reload, once it is there."""
        until(lambda: len(self._lines()) >= number)
        return self._lines()[number - 1]

    def edit(self, name: str, changes: dict[str, str]) -> None:
        """Put another file in the place of this one, as editors do."""
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new, 1)
        other = file.with_suffix(".new")
        other.write_text(text, encoding="utf-8")
        other.replace(file)

    def _lines(self) -> list[str]:
        return [line for line in self.said if line.startswith("user-webhook-mock: ")]


@contextmanager
def watching(folder: Path, choices: str) -> Iterator[Watching]:
    shutil.copytree(
        ROOT / "openapi", folder / "openapi", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    (folder / "choices.yaml").write_text(choices, encoding="utf-8")
    process = command(
        *("--port", "0", "--watch", "--choices", "choices.yaml"), folder=folder, PYTHONPATH=str(folder / "openapi")
    )
    mock, _ = announced(process)
    said: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=said.extend, args=(process.stderr,))
    reader.start()
    try:
        yield Watching(mock, folder, said)
    finally:
        process.terminate()
        status = process.wait(DEADLINE)
        reader.join(DEADLINE)
        finish(process)
    assert (status, [line for line in said if "Traceback" in line]) == (0, [])


def test_a_new_message_is_in_the_next_refusal_and_the_state_is_kept(tmp_path: Path) -> None:
    with watching(tmp_path, "messages: all\n") as kit, kit.mock.connect() as listener:
        mock = kit.mock
        listener.sendall(b"GET /__mock__/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        mock.patch({"events": ["all"], "secrets": ["kept"]})
        mock.control("POST", "/clock/advance", {"by": "60s"})
        mock.control("POST", "/events", {"eventType": EVENT})
        mock.control("PUT", "/faults", {"script": ["503:2"]})
        mock.control("PATCH", "/choices", {"not_found_message": "generic"})
        paths = ("/webhooks", "/journal", "/deliveries", "/faults", "/choices")
        state = [mock.control("GET", path).content for path in paths]

        kit.edit(f"openapi/{RULES}", {TOO_FEW: "pick an event"})

        assert kit.told(1) == f"user-webhook-mock: Document reloaded: {RULES} changed.\n"
        assert [mock.control("GET", path).content for path in paths] == state
        assert mock.control("GET", "/clock").body["ahead_seconds"] == 60
        mock.control("DELETE", "/faults")
        refused = mock.patch({"events": []})
        assert (refused.status, refused.body["message"]) == (400, ["pick an event"])
        assert "pick an event" in mock.request("GET", "/openapi.json").content.decode()
        heard = b""
        while b"pick an event" not in heard:
            heard += listener.recv(65536)
        assert b"event: request" in heard


def test_a_broken_document_is_one_line_and_the_mended_one_is_used(tmp_path: Path) -> None:
    with watching(tmp_path, "") as kit:
        kit.edit(f"openapi/{RULES}", {"    minItems: 1\n": "    minItems: 1: 2\n"})
        assert kit.told(1) == (
            f"user-webhook-mock: Document not reloaded: {tmp_path}/openapi/{RULES}, line 18: mapping values are "
            "not allowed here. Fix the document. Still serving the previous version.\n"
        )
        assert kit.mock.patch({"events": []}).body["message"] == [TOO_FEW]

        kit.edit(f"openapi/{RULES}", {"    minItems: 1: 2\n": "    minItems: 2\n"})

        assert kit.told(2) == f"user-webhook-mock: Document reloaded: {RULES} changed.\n"
        assert kit.mock.patch({"events": ["all"]}).body["message"] == [TOO_FEW]


def test_what_the_mock_needs_of_the_files_is_not_taken_from_it(tmp_path: Path) -> None:
    with watching(tmp_path, "") as kit:
        former = (tmp_path / "openapi" / "choices.yaml").read_text(encoding="utf-8")
        kit.mock.patch({"events": ["all"], "secrets": ["own"]})
        kit.edit(
            "openapi/choices.yaml", {"default: generate": "default: keep", "name: not_found_message": "name: not_found"}
        )
        assert f"{tmp_path}/openapi lacks 'not_found_message', which the mock needs. Put it back." in kit.told(1)
        assert kit.mock.patch({"events": ["all"]}).data["secrets"] != ["own"]
        (tmp_path / "openapi" / "choices.yaml").write_text(former, encoding="utf-8")
        assert "Document reloaded: choices.yaml changed." in kit.told(2)

        kit.edit("openapi/responses/not-found.yaml", {"  not-found:": "  no-such:"})

        assert f"{tmp_path}/openapi lacks 'not-found', which the mock needs. Put it back." in kit.told(3)
        assert kit.mock.patch({"events": ["all"]}, "unknown").body["message"] == "Webhook not found"


def test_the_choices_file_wins_over_the_control_api_when_it_changes(tmp_path: Path) -> None:
    with watching(tmp_path, "messages: all\n") as kit:
        kit.mock.control("PATCH", "/choices", {"not_found_message": "generic", "messages": "first_per_property"})
        kit.edit("choices.yaml", {"messages: all": "messages: frist"})
        assert kit.told(1) == (
            "user-webhook-mock: choices.yaml not reloaded: messages='frist' is not a valid choice: did you mean 'first'? "
            "Valid: all, first_per_property, first. Still serving with the previous choices.\n"
        )
        assert kit.mock.control("GET", "/choices").body["messages"] == "first_per_property"

        kit.edit("choices.yaml", {"messages: frist": "messages: first"})

        assert "choices.yaml reloaded: messages=first, not_found_message=webhook." in kit.told(2)
        assert kit.mock.patch({"events": None}).body["message"] == [TOO_FEW]
        kit.mock.control("POST", "/reset", {"only": ["choices"]})
        assert kit.mock.control("GET", "/choices").body == {**defaults(), "messages": "first"}


def test_a_refused_choices_file_is_read_again_with_another_document(tmp_path: Path) -> None:
    with watching(tmp_path, "") as kit:
        (tmp_path / "choices.yaml").write_text("messages: loud\n", encoding="utf-8")
        assert "choices.yaml not reloaded: messages='loud' is not a valid choice" in kit.told(1)

        kit.edit("openapi/choices.yaml", {"values: [all, first_per_property, first]": "values: [all, first, loud]"})

        assert "Document reloaded: choices.yaml changed." in kit.told(2)
        assert "choices.yaml reloaded: messages=loud." in kit.told(3)


@pytest.mark.thorough
def test_a_change_that_the_system_does_not_tell_of_is_seen(tmp_path: Path) -> None:
    unwatched = tmp_path / "openapi" / "without-a-file"
    unwatched.mkdir(parents=True)
    with watching(tmp_path, "") as kit:
        (unwatched / "file.yaml").write_text("type: string\n", encoding="utf-8")

        assert "Document reloaded: without-a-file/file.yaml changed." in kit.told(1)


def test_folders_that_cannot_be_watched_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(_files: object) -> AsyncIterator[None]:
        raise OSError("OS file watch limit reached")
        yield

    monkeypatch.setattr("user_webhook_mock.server.reload.changes", refuse)
    settings = Settings(port=0, is_quiet=True)
    state = MockState(settings)

    with serving(Reloading(state, Chosen(None, ())), settings, state.close) as mock:
        assert mock.patch({"events": ["all"]}).status == 201

    assert capsys.readouterr().err == (
        "user-webhook-mock: --watch sees no change (OS file watch limit reached): set WATCHFILES_FORCE_POLLING=1, "
        "and start again.\n"
    )


def test_without_watch_nothing_of_it_is_imported() -> None:
    code = (
        "import sys; from user_webhook_mock import create_app; import user_webhook_mock.__main__; create_app();"
        "print([name for name in sys.modules if name in ('user_webhook_mock.server.reload', 'user_webhook_mock.server.watch')])"
    )

    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


def test_a_former_application_is_forgotten() -> None:
    state = MockState(Settings(is_quiet=True))
    before = validations()
    start(create_app(state=state))
    assert validations() == before + 1  # the state keeps what it has compiled

    with state.new_application():
        current = create_app(state=state)
        start(current)

    assert validations() == before + 1


def start(app: ASGIApp) -> None:
    """Build the layers of *app*, as its first request does."""
    with TestClient(app):
        pass


def validations() -> int:
    """Return how many validation layers of the process are alive."""
    gc.collect()
    return sum(isinstance(one, Validated) for one in gc.get_objects())


def test_an_application_that_fails_leaves_all_as_it_was() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        document = operation()
        with suppress(KeyError), state.new_application():
            create_app(state=state)
            raise KeyError
        state.choose({"messages": "first"}.items())

        assert operation() is document
        assert mock.patch({}).body["message"] == [TOO_FEW]


@pytest.mark.parametrize(
    ("former", "chosen", "carried"),
    [
        ({"messages": "all"}, {"messages": "first"}, {"messages": "first"}),
        ({"messages": "first"}, {"messages": "first"}, {}),
        ({"messages": "all"}, {"messages": "no more"}, {}),
        ({"gone": "a"}, {"gone": "b"}, {}),
    ],
    ids=["chosen", "at the former default", "value is gone", "choice is gone"],
)
def test_choices_are_carried_over_to_another_table(
    former: dict[str, str], chosen: dict[str, str], carried: dict[str, str]
) -> None:
    assert carry(chosen, former) == {**defaults(), **carried}
