from __future__ import annotations

import base64
import json
import random
import re
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from support.mock_process import FIRST, USER, running
from support.node import LANE, modules, run
from user_webhook_api.bundle import PATH, operation
from user_webhook_api.choices import choices
from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.http.client import Client
from user_webhook_contract.settings import Settings
from user_webhook_mock.export.forms import export
from user_webhook_mock.export.recording import Recorder

if TYPE_CHECKING:
    from pathlib import Path

    from user_webhook_contract.http.request import Request
    from user_webhook_mock.export.recording import Recorded

pytestmark = pytest.mark.node

OTHER_VALUES = [(choice.name, value) for choice in choices() for value in choice.values if value != choice.default]


SEEDS = (
    b'{"a":[1,-2.5e+3,true,false,null,"x"],"b":{}}',
    rb'"\u00e9\ud83d\udd11\n\/\"\\"',
    '["é", "🔑", " "]'.encode(),
    b"[0, -0, 0.0, 1E5, 123456789012345678, 18446744073709551616, 1e16, 12345678901234567.0, 5e-324]",
    b"[[[[]]], {}, [{}], -1e400, 0e999]",
)
ALPHABET = b'{}[]:,"\\/ \n\tutfn0123456789eE+-.aldDcCfFx\x00\x7f\xc3\xa9\xef\xbb\xbf\xff'
GENERATED = re.compile(r'"secrets":\["[A-Za-z0-9]{32}"\]')


class Sender(Client):
    """Shows what the suite would send."""

    def shown(self, title: str, request: Request) -> dict[str, Any]:
        path = PATH.replace("{webhookId}", quote(request.webhook_id, safe=""))
        headers = {name: text for name, text in self._headers(request).items() if name != "Connection"}
        return asked(title, request.body or b"", "PATCH", path, **headers)


def asked(title: str, body: bytes, method: str = "PATCH", path: str = USER + FIRST, **headers: str) -> dict[str, Any]:
    content = base64.b64encode(body).decode()
    return {"title": title, "method": method, "path": path, "headers": headers, "body": content}


def plan() -> list[dict[str, Any]]:
    """Return the requests of the suite's whole plan within the usual budget."""
    settings = Settings(target="http://127.0.0.1", seed=0)
    sender = Sender(settings)
    return [sender.shown(one.case.title, one.case.request) for one in dry_run(settings)]


def beyond_the_plan() -> list[dict[str, Any]]:
    """Return requests that the suite does not send: overrides, other methods, other paths, odd bodies."""
    examples = operation()["responses"]
    names = [name for one in examples.values() for name in one["content"]["application/json"]["examples"]]
    prefers = [f"code={code}" for code in (*examples, 418, "4")] + [f"example={name}" for name in (*names, "nope")]
    prefers += [f'code={code}; q=1 , "x", example="{name}"' for code in examples for name in names]
    prefers += [f"example={name}, code={code}" for code in examples for name in (*names, "nope")]
    prefers += [
        "",
        ",,",
        "wait=10",
        "respond-async",
        "(",
        "code",
        "CODE=404",
        "code=404, code=401",
        'example="not-found"',
    ]
    sound = {"Authorization": "Bearer valid-token", "Content-Type": "application/json"}
    valid = b'{"events":["all"]}'
    found = [asked(f"Prefer: {prefer}", valid, **sound, Prefer=prefer) for prefer in prefers]
    faults = ("429", "503", "404", "404 not-found", "not-found", "request-validation", "201", "418")
    found += [asked(f"X-Mock-Fault: {fault}", valid, **sound, **{"X-Mock-Fault": fault}) for fault in faults]
    found += [asked(method, b"", method, **sound) for method in ("GET", "PUT", "POST", "DELETE")]
    found += [asked(path, valid, path=USER + path, **sound) for path in ("a%2Fb", "%C3%A9", "nobody", "a%20b")]
    for media_type in ("application/json;charset=latin-1", "text/plain", 'APPLICATION/JSON ; charset="UTF-8"', ""):
        found.append(asked(media_type, valid, **{**sound, "Content-Type": media_type}))
    found.append(asked("an encoded body", valid, **sound, **{"Content-Encoding": "gzip"}))
    secrets: list[Any] = [[1, 1.0, -0.0, 1e16, 1e21, 1.5e-7], [{"a": [None, True]}], ["x"], [], None, [[]], [2**64]]
    bodies = [{"events": ["all"], "secrets": value} for value in secrets]
    found += [asked(json.dumps(body), json.dumps(body).encode(), **sound) for body in bodies]
    deep = b'{"events":["all"],"secrets":[%b]}'
    found += [asked(f"{depth} deep", deep % (b"[" * depth + b"]" * depth), **sound) for depth in (253, 254, 255, 1030)]
    return found


def differences(folder: Path, release: str, runs: list[dict[str, Any]]) -> tuple[int, list[Any]]:
    """Return how many requests were compared, and in what the exported handlers differ from the mock."""
    result = of_script("differential.mjs", folder, release, runs=runs)
    return result["count"], result["differences"]


def of_script(name: str, folder: Path, release: str = "msw", **given: Any) -> Any:
    """Return what a script of this folder prints of the exported handlers."""
    [module] = export("msw", folder)
    installed = modules(LANE)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "msw").symlink_to(installed / release)
    shutil.copy(LANE / name, folder)
    ran = run(folder, name, given={"module": str(module), **given})
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize("release", ["msw", "msw-2"], ids=["3", "2"])
def test_the_handlers_answer_the_whole_plan_as_the_mock(release: str, tmp_path: Path) -> None:
    requests = [*plan(), *beyond_the_plan()]
    with running() as mock:
        address = f"http://{mock.host}:{mock.port}"
        runs = [{"name": "defaults", "address": address, "options": {}, "requests": requests}]

        count, found = differences(tmp_path, release, runs)

    assert len(plan()) == 96
    assert (count, found) == (len(requests), [])


def test_the_handlers_play_each_choice_as_the_mock(tmp_path: Path) -> None:
    requests = plan()
    runs = []
    with ExitStack() as stack:
        for name, value in OTHER_VALUES:
            mock = stack.enter_context(running(**{name: value}))
            address = f"http://{mock.host}:{mock.port}"
            options = {"choices": {name: value}}
            runs.append({"name": f"{name}={value}", "address": address, "options": options, "requests": requests})

        count, found = differences(tmp_path, "msw", runs)

    assert len(runs) > 16
    assert (count, found) == (len(requests) * len(runs), [])


def mutants(count: int) -> list[bytes]:
    """Return bodies with what is almost JSON, or just JSON, as the secrets."""
    dice = random.Random(7)  # noqa: S311  to be repeated, not to be secret
    found = []
    for _ in range(count):
        text = bytearray(dice.choice(SEEDS))
        for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
            place = dice.randrange(len(text) + 1)
            match dice.choice(("cut", "end", "insert", "replace")):
                case "cut":
                    del text[place : place + dice.randint(1, 4)]
                case "end":
                    del text[place:]
                case "insert":
                    text[place:place] = bytes([dice.choice(ALPHABET)])
                case "replace":
                    text[place : place + 1] = bytes([dice.choice(ALPHABET)])
        found.append(b'{"events":["all"],"secrets":[%b]}' % text if dice.random() < 0.5 else bytes(text))
    return found


def without_generated(answer: Recorded) -> list[Any]:
    return [answer.status, GENERATED.sub('"secrets":["generated"]', answer.body)]


def test_the_handlers_read_json_as_the_mock(tmp_path: Path) -> None:
    bodies, mock = mutants(3000), Recorder()
    expected = [without_generated(mock.update(body)) for body in bodies]

    given = [base64.b64encode(body).decode() for body in bodies]
    answers = of_script("bodies.mjs", tmp_path, path=USER + FIRST, bodies=given)

    found = [[status, GENERATED.sub('"secrets":["generated"]', body)] for status, body in answers]
    assert {status for status, _ in expected} == {201, 400}
    assert [(body, *pair) for body, *pair in zip(bodies, expected, found, strict=True) if pair[0] != pair[1]] == []


def test_the_options_say_who_may_call_what_is_there_and_how_often(tmp_path: Path) -> None:
    found = of_script("options.mjs", tmp_path, path=USER)

    assert found["statuses"] == [503, 201, 201, 429, 404, 201]
    assert found["callers"] == [201, 403, 401, 404]
    assert found["forced"] == [404, 404, 0, 201]
    assert found["url"] == "https://hooks.example.com/own"
    assert found["complaint"].startswith('Unknown fault "nope". Use one of 201, 400, 401, ')
