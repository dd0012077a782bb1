from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from inline_snapshot import snapshot
from rich.console import Console

from support.suite_runs import run
from support.totals import passing, total
from user_webhook_contract.forms.terminal import print_report
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.report.failure import all_failures, causes, first_fix

if TYPE_CHECKING:
    from servers.faulty import FaultyServers

ADDRESS = "http://127.0.0.1:8080"


def judged(servers: FaultyServers, name: str, **settings: Any) -> dict[str, Any]:
    """Return the report on the server *name*, as if it had taken a tenth of a second and stood at a fixed address."""
    found = run(servers.url(name), **settings)
    report = conformance(found)
    written = re.sub("(?<=Run-)[0-9a-f]{8}", "6baa9455", json.dumps(report).replace(found.settings.target, ADDRESS))
    told: dict[str, Any] = json.loads(written)
    return {**told, "seconds": 0.1}


def printed(report: dict[str, Any], width: int = 100, **options: Any) -> str:
    """Return what a terminal of that *width* shows, without its colours."""
    output = io.StringIO()
    console = Console(file=output, width=width, force_terminal=True, color_system=None)
    print_report(report, ["reports/report.html"], console, **options)
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines())


def test_a_conformant_target_is_told_in_a_few_lines(servers: FaultyServers) -> None:
    shown, _, verdict = printed(judged(servers, "correct")).rpartition("\n")

    assert shown == snapshot("""\
Choices seen: omitted_secrets generate, empty_secrets generate, secret_items strings, null_secrets
as_omitted, null_url keep, key_case exact, unknown_properties ignore, duplicate_events keep,
check_order body_first, messages all, unparseable_message string, unparseable_error present,
media_type 400, not_found_message webhook, body_limit 1MB, dotless_hosts reject, ip_hosts accept,
userinfo accept, uuid_forms exact, token_words refuse, scheme_case any
Put back: cf3832dd-ba9b-4187-9ab2-c6cadafe875b: the url is put back. The secrets from before the run
were replaced by its requests: the target makes new ones whenever an update omits them. Its events
cannot be read first; it now subscribes to all.
Put back: dd6189c9-4aae-4ca3-b855-654c607824da: the url is put back. The secrets from before the run
were replaced by its requests: the target makes new ones whenever an update omits them. Its events
cannot be read first; it now subscribes to all.
Reports: reports/report.html\
""")
    assert verdict == (
        f"CONFORMANT {ADDRESS}: {passing()}, 0 failures; "
        "100 requests in 0.1 s, 18 of them valid updates that were accepted; seed 0"
    )


def test_a_failure_is_a_block_that_can_be_acted_on(servers: FaultyServers) -> None:
    (block,) = all_failures(judged(servers, "answers-401-with-error"))

    assert str(block) == snapshot("""\
R-604 (must) A 401 has the documented body
  Seen in     11 requests; one is shown
  Sent        request 36, a near-miss credential and an odd body: lengthened, body no body: credential lengthened, application/json, an empty body
  Received    error "Unauthorized"; the response is 401 {"message": "Unauthorized", "statusCode": 401, "error": "Unauthorized"}
  Documented  no error
  Remedy      Answer exactly {"message": "Unauthorized", "statusCode": 401}.
  Source      documents: Responses, 401, Example; provider's public reference: Errors
  Page        docs/reference/requirements/R-604.md
  curl -i -X PATCH http://127.0.0.1:8080/api/v2/public/webhooks/user/cf3832dd-ba9b-4187-9ab2-c6cadafe875b -H 'Accept: application/json' -H "Authorization: Bearer ${TOKEN:-valid-token}x" -H 'Content-Type: application/json' --data-binary ''\
""")


def test_the_first_three_lines_say_what_to_fix_first(servers: FaultyServers) -> None:
    lines = printed(judged(servers, "answers-401-with-error")).splitlines()

    assert lines[:5] == snapshot(
        [
            "Fix first  R-604 (must) A 401 has the documented body",
            "Shown by   request 36: credential lengthened, application/json, an empty body",
            'Remedy     Answer exactly {"message": "Unauthorized", "statusCode": 401}.',
            "",
            "R-604 (must) A 401 has the documented body",
        ]
    )


def test_the_most_severe_requirement_is_fixed_first(servers: FaultyServers) -> None:
    report = judged(servers, "answers-401-with-error")
    rows = {row["id"]: row for row in report["requirements"]}
    for name in ("R-104", "R-305", "R-402", "R-227"):
        rows[name] |= {"verdict": "fail", "failures": rows["R-604"]["failures"]}
    failing = {**report, "requirements": [row for row in rows.values() if row["id"] != "R-604"]}

    assert [label for label, _ in first_fix(failing)] == ["Fix first", "Shown by", "Remedy"]
    assert first_fix(failing)[0][1] == "R-402 (must) An unknown token is refused with 401"
    assert [row["id"] for rows in causes(failing) for row in rows] == ["R-402", "R-305", "R-104", "R-227"]


def test_one_cause_is_one_block_that_names_everything_it_breaks(servers: FaultyServers) -> None:
    (block,) = all_failures(judged(servers, "answers-500-for-401"))

    assert (block.heading, block.count, block.also) == snapshot(
        (
            "R-401 (must) A request without a token is refused with 401",
            2,
            "R-402 An unknown token is refused with 401, R-403 A token under another scheme is refused with 401, R-701 No body causes an undocumented response",
        )
    )


def test_a_run_that_could_not_decide_says_why(servers: FaultyServers) -> None:
    report = judged(servers, "correct", forbidden_token="", second_webhook_id="")
    shown, _, verdict = printed(report).rpartition("\n")

    assert shown == snapshot("""\
not-run: R-306, R-404, R-605, R-606. No token without the scope was given: --forbidden-token.
not-run: R-307 An update changes only its own webhook. No second webhook was given:
--second-webhook-id.
Choices seen: omitted_secrets generate, empty_secrets generate, secret_items strings, null_secrets
as_omitted, null_url keep, key_case exact, unknown_properties ignore, duplicate_events keep,
check_order body_first, messages all, unparseable_message string, unparseable_error present,
media_type 400, not_found_message webhook, body_limit 1MB, dotless_hosts reject, ip_hosts accept,
userinfo accept, uuid_forms exact, token_words refuse, scheme_case any
Put back: cf3832dd-ba9b-4187-9ab2-c6cadafe875b: the url is put back. The secrets from before the run
were replaced by its requests: the target makes new ones whenever an update omits them. Its events
cannot be read first; it now subscribes to all.
Reports: reports/report.html\
""")
    assert verdict == (
        f"INCONCLUSIVE {ADDRESS}: {passing(without=5)}, 0 failures; "
        "100 requests in 0.1 s, 18 of them valid updates that were accepted; seed 0"
    )


def test_the_lines_fit_a_narrow_terminal(servers: FaultyServers) -> None:
    lines = printed(judged(servers, "answers-401-with-error"), width=60).splitlines()

    # What is pasted or looked up is not folded: the curl line, the paths of the files, the verdict.
    whole = ("  curl ", "Reports: ", "NON-CONFORMANT ")
    assert [line for line in lines if len(line) > 60 and not line.startswith(whole)] == []
    assert len(lines) > 20


def test_a_talkative_run_has_a_line_for_every_requirement(servers: FaultyServers) -> None:
    lines = printed(judged(servers, "answers-401-with-error"), is_verbose=True).splitlines()

    assert len([line for line in lines if line.startswith("pass ")]) == total() - 1
    assert [line for line in lines if line.startswith("fail ")] == snapshot(
        ["fail           R-604  A 401 has the documented body. 0 requests keep it, 11 break it"]
    )


def test_a_steering_sequence_of_the_target_is_shown_and_not_obeyed(servers: FaultyServers) -> None:
    report = judged(servers, "answers-401-with-error")
    text = json.dumps(report).replace('\\"Unauthorized\\"', "\\u001b[2J\\u009b31m\\u202e")

    assert "\x1b" not in printed(json.loads(text))
    assert r"\x1b[2J\x9b31m\u202e" in printed(json.loads(text))
