"""Eight clients that update the same two webhooks at a time, and what none of them may ever see."""

from __future__ import annotations

import fcntl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from support.mock_process import FIRST, SECOND

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from support.mock_process import Mock

CLIENTS = 8
ROUNDS = 60
KEEPS = ("--choice", "omitted_secrets=keep")
URL = "https://e.example/"


def run_clients(mocks: Sequence[Mock]) -> list[str]:
    """Let the clients update webhooks of *mocks*, which share them and keep omitted secrets; return what was wrong.

    Of the first webhook, one client alone counts the url up and another one the secrets; the others leave both out. So
    no client ever sees a count fall, and the two find their own again. The second one is written as a whole by all.
    """
    for webhook in (FIRST, SECOND):
        mocks[0].patch(body(0, 0), webhook)
    with ThreadPoolExecutor(CLIENTS) as pool:
        wrong = [line for lines in pool.map(lambda client: visit(mocks, client), range(CLIENTS)) for line in lines]
    if (last := counts(mocks[0].patch(body()).data)) != [ROUNDS] * 3:
        wrong.append(f"the last counts are {last}")
    return wrong


def visit(mocks: Sequence[Mock], client: int) -> list[str]:
    """Be one client, and return what was wrong."""
    wrong = []
    former = [0, 0, 0]
    for number in range(1, ROUNDS + 1):
        mock = mocks[(client + number) % len(mocks)]
        sent = {0: body(url=number), 1: body(secret=number)}.get(client, body())
        for update in (sent, body()):
            url, *secrets = found = counts(mock.patch(update).data)
            fell = any(now < before for now, before in zip(found, former, strict=True))
            lost = (client == 0 and url != number) or (client == 1 and secrets != [number] * 2)
            if fell or lost:
                wrong.append(f"client {client} finds {found} behind {former} in round {number}")
            former = found
        whole = client * 1000 + number
        for update in (body(whole, whole), body()) if number % 4 == 0 else ():
            found = counts(mock.patch(update, SECOND).data)
            if len(set(found)) > 1 or (update != body() and found[0] != whole):
                wrong.append(f"client {client} finds {found}, and wrote {whole}")
    return wrong


def widen_pipe(process: subprocess.Popen[str]) -> None:
    """Let *process* write down more requests than a pipe takes by itself, while nobody reads them."""
    assert process.stderr is not None
    fcntl.fcntl(process.stderr, fcntl.F_SETPIPE_SZ, 1 << 20)


def body(url: int | None = None, secret: int | None = None) -> dict[str, Any]:
    parts = {"url": url is not None and f"{URL}{url}", "secrets": secret is not None and [str(secret)] * 2}
    return {"events": ["all"], **{name: part for name, part in parts.items() if part}}


def counts(webhook: dict[str, Any]) -> list[int]:
    return [int(webhook["url"].removeprefix(URL)), *map(int, webhook["secrets"])]
