"""Requests that other people's servers fall over."""

from __future__ import annotations

import json
import re
import zlib
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import SECRETS, Deviation, content_of, deviation, object_of, operator, raw, update
from servers.generated.operators.crash.falling import ENDS, crashing, falling_at_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request


def _texts(request: Request, name: str) -> list[str]:
    value = object_of(request.body).get(name)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


@operator("rare-crash-on-url")
def urls() -> Iterator[Deviation]:
    """Fall over urls that a library cannot read."""
    for form, what, pattern, *values in (
        ("address-of-six", "an address of version 6", r"//\[", "https://[::1]/a", "https://[2001:db8::1]:8443/a"),
        ("open-bracket", "a bracket that is not closed", r"//[^/\]]*\[[^/\]]*(/|$)", "https://[::1/a", "https://[/"),
        ("address", "an address of version 4", r"//\d+\.\d+\.\d+\.\d+", "https://192.0.2.1/a"),
        ("large-port", "a port over 65535", r":(6553[6-9]|655[4-9]\d|65[6-9]\d\d|6[6-9]\d{3}|[7-9]\d{4}|\d{6,})(/|$)", "https://hooks.example.com:99999/a", "https://hooks.example.com:70000"),
        ("port-zero", "the port 0", r":0+(/|$)", "https://hooks.example.com:0/a"),
        ("word-for-a-port", "a port that is no number", r"//[^/]*:[^/\d@]+(/|$)", "https://hooks.example.com:port/a"),
        ("empty-port", "an empty port", r"//[^/]*:(/|$)", "https://hooks.example.com:/a", "https://hooks.example.com:"),
        ("user", "a user in a url", r"//[^/]*@", "https://user:password@hooks.example.com/a", "https://user@hooks.example.com"),
        ("outside-ascii", "a host outside ASCII", r"//[^/]*[^\x00-\x7f]", "https://b\u00fccher.example/a"),
        ("path-outside-ascii", "a path outside ASCII", r"//[^/]*/.*[^\x00-\x7f]", "https://hooks.example.com/b\u00fccher"),
        ("punycode", "punycode that says nothing", r"//[^/]*xn--(\.|/|$|-)", "https://xn--.example/a", "https://xn---.example/"),
        ("broken-escape", "a broken escape", r"%(?![0-9A-Fa-f]{2})", "https://hooks.example.com/%zz", "https://hooks.example.com/a%"),
        ("escaped-outside-utf-8", "an escape that is not UTF-8", r"(?i)%(ff|fe|c0|80)", "https://hooks.example.com/%ff", "https://hooks.example.com/%C0%80"),
        ("escaped-nul", "an escaped NUL", r"%00", "https://hooks.example.com/%00", "https://hooks.example.com/a%00b"),
        ("empty-label", "an empty label", r"//[^/]*\.\.|//\.", "https://hooks..example.com/a", "https://.example.com/a"),
        ("dot-behind", "a dot behind the host", r"//[^/:]*\.(/|:|$)", "https://hooks.example.com./a"),
        ("long-label", "a label over 63 characters", r"//([^/]*\.)?[^./]{64}", f"https://{'l' * 64}.example.com/a"),
        ("dash-label", "a label that begins or ends with a dash", r"//[^/]*(-\.|\.-)|//-", "https://-hooks.example.com/a", "https://hooks-.example.com/a"),
        ("underscore", "a host with an underscore", r"//[^/]*_", "https://my_hooks.example.com/a"),
        ("lone-label", "a host without a dot", r"^https://[^./:?#\[]+([/:?#]|$)", "https://localhost/a", "https://hooks"),
        ("no-host", "a url without a host", r"^https:(//)?(/|$)|^https:///?$|^https:$", "https://", "https:///a", "https:"),
        ("no-scheme", "a url without a scheme", r"^[^:]*$", "hooks.example.com/a", "/a", ""),
        ("other-scheme", "a scheme without slashes", r"^(?!https?:)[a-z]+:(?!//)", "javascript:alert(1)", "mailto:me@example.com"),
        ("empty", "an empty url", r"^$", ""),
        ("blanks-alone", "a url of blanks", r"^\s+$", " ", "\t\n"),
        ("backslashes", "backslashes in a url", r"\\", "https:\\\\hooks.example.com\\a", "https://hooks.example.com\\a"),
        ("line-breaks", "line breaks in a url", r"[\r\n]", "https://hooks.example.com/a\r\nx", "https://hooks.example.com/\n"),
        ("dots", "dots in the path", r"/\.\.?(/|$)", "https://hooks.example.com/../a", "https://hooks.example.com/./a"),
        ("quote", "a single quote in a url", r"'", "https://hooks.example.com/it's"),
        ("format", "what looks like a format", r"%[sdn]|\{\d*\}", "https://hooks.example.com/%s", "https://hooks.example.com/{0}"),
    ):  # fmt: skip
        is_fatal = lambda request, c=re.compile(pattern): any(map(c.search, _texts(request, "url")))  # noqa: E731
        examples = [update(url=value) for value in values]
        yield crashing(f"url-{form}", what, is_fatal, *examples, requirement="R-701 R-226 R-201 R-101")


@operator("rare-crash-on-secret")
def secrets() -> Iterator[Deviation]:
    """Fall over secrets that something behind cannot take."""
    rows: tuple[tuple[str, str, Callable[[list[Any]], Any], tuple[list[Any], ...]], ...] = (
        ("equal", "two equal secrets", lambda sent: len(sent) == 2 and sent[0] == sent[1], ([SECRETS[0]] * 2,)),
        ("empty-one", "an empty secret", lambda sent: "" in sent, ([""], [SECRETS[0], ""])),
        ("blank-one", "a blank secret", lambda sent: any(isinstance(one, str) and one.isspace() for one in sent), ([" "], ["\t"])),
        ("short-one", "a secret under eight characters", lambda sent: any(isinstance(one, str) and 0 < len(one) < 8 for one in sent), (["short"],)),
        ("odd-hexadecimal", "a secret of hexadecimal digits of an odd number", lambda sent: any(re.fullmatch(r"([0-9a-f]{2})+[0-9a-f]", str(one)) for one in sent), (["0123456789abcdef0"],)),
        ("no-base64", "a secret outside Base64", lambda sent: any(re.search(r"[^A-Za-z0-9+/=]", str(one)) for one in sent), (["secret-of-some-length-01"],)),
        ("broken-base64", "a secret whose length is no multiple of four", lambda sent: any(len(str(one)) % 4 for one in sent), (["secretofsomelength001"],)),
        ("long-65", "a secret over 64 characters", lambda sent: any(len(str(one)) > 64 for one in sent), ([SECRETS[0] * 3],)),
        ("long-72", "a secret over 72 bytes", lambda sent: any(len(str(one).encode("utf-8", "replace")) > 72 for one in sent), ([SECRETS[0] * 3],)),
        ("mixed", "a text and something else", lambda sent: len({type(one) for one in sent}) > 1, ([SECRETS[0], 7], [SECRETS[0], None])),
        ("second-of-another-type", "a second secret that is no text", lambda sent: len(sent) == 2 and not isinstance(sent[1], str), ([SECRETS[0], None], [SECRETS[0], {}])),
        ("many", "more than ten secrets", lambda sent: len(sent) > 10, ([SECRETS[0]] * 11,)),
        ("three", "three secrets", lambda sent: len(sent) == 3, ([*SECRETS, "another-secret-of-mine"],)),
        ("bools", "true or false among secrets", lambda sent: any(isinstance(one, bool) for one in sent), ([True], [SECRETS[0], False])),
        ("dashes", "a secret that begins with a dash", lambda sent: any(str(one).startswith("-") for one in sent), (["-secret-of-some-length"],)),
        ("formats", "a secret with a percent sign", lambda sent: any("%" in str(one) for one in sent), (["secret-of-100%-length"],)),
        ("braces", "a secret in braces", lambda sent: any("{" in str(one) for one in sent), (["{secret-of-some-length}"],)),
        ("spaces", "a secret with spaces", lambda sent: any(" " in str(one).strip() for one in sent), (["secret of several words"],)),
    )  # fmt: skip
    for form, what, is_such, values in rows:

        def is_fatal(request: Request, such: Callable[[list[Any]], Any] = is_such) -> Any:
            sent = object_of(request.body).get("secrets")
            return isinstance(sent, list) and such(sent)

        examples = [update(secrets=value) for value in values]
        yield crashing(f"secret-{form}", what, is_fatal, *examples, requirement="R-701 R-225 R-206 R-101")


@operator("rare-crash-on-member")
def members() -> Iterator[Deviation]:
    """Fall over names that mean something to a library, and over their values."""
    for form, what, pattern, *names in (
        ("types", "names that name a type", r"[$@](type|class)|class|__typename|\$ref", "$type", "@type", "@class", "$ref"),
        ("operators", "names of operators", r"\$(set|gt|ne|where|inc|push|unset)", "$set", "$ne", "$unset"),
        ("methods", "names of methods", r"then|toJSON|valueOf|toString|equals|hashCode", "toJSON", "then", "valueOf"),
        ("python", "names with underscores around", r"__\w+__", "__class__", "__init__", "__dict__"),
        ("length", "length", r"length|size|count", "length", "size"),
        ("stored", "names of columns", r"created_?at|updated_?at|deleted_?at|_id", "createdAt", "updated_at", "_id"),
        ("long", "a name over 255 characters", r".{256,}", "n" * 300),
        ("outside-ascii", "names outside ASCII", r".*[^\x00-\x7f].*", "n\u00e4me", "\U0001f511"),
        ("words-of-sql", "names that are words of SQL", r"(?i)select|order|group|table|from|where", "order", "group"),
        ("inner-names", "url and events within", r"webhook|data|body", "webhook", "body"),
    ):  # fmt: skip
        for kind, value in (("a text", "value"), ("an object", {"a": 1})):

            def is_fatal(request: Request, pattern: str = pattern, value: Any = value) -> bool:
                body = content_of(request.body)
                if not isinstance(body, dict):
                    return False
                others = {name: one for name, one in body.items() if name not in {"url", "events", "secrets"}}
                return any(
                    re.fullmatch(pattern, name, re.DOTALL) and type(one) is type(value) for name, one in others.items()
                )

            examples = [patch({"events": ["all"], name: value}) for name in names]
            yield crashing(f"member-{form}-{kind.split()[-1]}", f"{what} with {kind}", is_fatal, *examples)


@operator("rare-crash-on-shape")
def shapes() -> Iterator[Deviation]:
    """Fall over several odd values at once, or over an odd one beside right ones."""
    rows: tuple[tuple[str, str, Callable[[dict[str, Any]], Any], tuple[Any, ...]], ...] = (
        ("nulls", "null for url and secrets", lambda body: body.get("url", 0) is None and body.get("secrets", 0) is None, ({"events": ["all"], "url": None, "secrets": None},)),
        ("all-null", "null for everything", lambda body: len(body) > 1 and all(one is None for one in body.values()), ({"url": None, "events": None, "secrets": None},)),
        ("null-url-and-secrets", "null for url beside secrets", lambda body: body.get("url", 0) is None and body.get("secrets"), ({"events": ["all"], "url": None, "secrets": [SECRETS[0]]},)),
        ("null-secrets-and-url", "null for secrets beside a url", lambda body: body.get("secrets", 0) is None and body.get("url"), ({"events": ["all"], "url": "https://hooks.example.com/a", "secrets": None},)),
        ("empty-secrets-and-url", "empty secrets beside a url", lambda body: body.get("secrets") == [] and "url" in body, ({"events": ["all"], "url": "https://hooks.example.com/a", "secrets": []},)),
        ("all-empty", "empty lists and texts", lambda body: len(body) > 1 and not any(body.values()), ({"url": "", "events": [], "secrets": []},)),
        ("all-wrong", "several wrong types", lambda body: sum(type(one) in {int, bool, dict, float} for one in body.values()) > 1, ({"url": 7, "events": 7, "secrets": 7}, {"url": {}, "events": {}})),
        ("double-events", "an event twice", lambda body: isinstance(body.get("events"), list) and len(body["events"]) == 2 and body["events"][0] == body["events"][1], ({"events": ["all", "all"]},)),
        ("six-events", "more than five events", lambda body: isinstance(body.get("events"), list) and len(body["events"]) > 5, ({"events": ["all"] * 6}, {"events": ["nope"] * 6})),
        ("lists-of-events", "lists among events", lambda body: isinstance(body.get("events"), list) and any(isinstance(one, list) for one in body["events"]), ({"events": [["all"]]}, {"events": ["all", []]})),
        ("mixed-events", "a text and something else among events", lambda body: isinstance(body.get("events"), list) and len({type(one) for one in body["events"]}) > 1, ({"events": ["all", 7]}, {"events": ["all", None]})),
        ("empty-event", "an empty event", lambda body: isinstance(body.get("events"), list) and "" in body["events"], ({"events": [""]}, {"events": ["all", ""]})),
        ("event-of-parts", "an event of two or four parts", lambda body: isinstance(body.get("events"), list) and any(isinstance(one, str) and one.count(".") in {1, 3} for one in body["events"]), ({"events": ["facility.accepted"]}, {"events": ["a.b.c.d"]})),
        ("unknown-event", "a wrong event beside a right one", lambda body: isinstance(body.get("events"), list) and "all" in body["events"] and "nope" in body["events"], ({"events": ["all", "nope"]},)),
        ("text-events", "a lone event in place of a list", lambda body: isinstance(body.get("events"), str), ({"events": "all"}, {"events": "nope"})),
        ("text-secrets", "a lone secret in place of a list", lambda body: isinstance(body.get("secrets"), str), ({"events": ["all"], "secrets": SECRETS[0]},)),
        ("many-unknown", "five unknown properties", lambda body: len({*body} - {"url", "events", "secrets"}) >= 5, ({"events": ["all"], **{f"n{at}": at for at in range(6)}},)),
        ("no-known", "unknown properties alone", lambda body: bool(body) and not {*body} & {"url", "events", "secrets"}, ({"note": 1}, {"a": "b"})),
        ("large-numbers", "a number beyond 64 bits", lambda body: any(type(one) is int and abs(one) >= 2**63 for one in body.values()), ({"events": ["all"], "note": 2**64}, {"events": ["all"], "url": 2**70})),
        ("negative", "a negative number", lambda body: any(type(one) in {int, float} and one < 0 for one in body.values()), ({"events": ["all"], "note": -1}, {"events": -1})),
    )  # fmt: skip
    for form, what, is_such, values in rows:

        def is_fatal(request: Request, such: Callable[[Any], Any] = is_such) -> Any:
            body = content_of(request.body)
            return isinstance(body, dict) and such(body)

        examples = [raw(json.dumps(value)) for value in values]
        yield crashing(f"shape-{form}", what, is_fatal, *examples)


@operator("rare-crash-on-id")
def identifiers() -> Iterator[Deviation]:
    """Fall over ids that something behind cannot take."""
    known = {FIRST_ID, SECOND_ID}
    for form, what, pattern, *values in (
        ("slash", "an escaped slash", r".*/.*", "a/b", "../x"),
        ("backslash", "a backslash", r".*\\.*", "a\\b"),
        ("nul", "a NUL", r".*\0.*", "\0", "a\0b"),
        ("controls", "control characters", r".*[\x01-\x1f\x7f].*", "a\x07b", "a\nb"),
        ("almost-a-uuid", "a UUID with a wrong letter", r"[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]*[g-z][0-9a-z]*", FIRST_ID[:-1] + "z", FIRST_ID[:-1] + "g"),
        ("short-uuid", "a UUID without a digit", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{1,11}", FIRST_ID[:-1]),
        ("long-uuid", "a UUID with a digit more", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{13,}", f"{FIRST_ID}0"),
        ("zeros", "a UUID of zeros", r"[0-]+", "00000000-0000-0000-0000-000000000000"),
        ("other-version", "a UUID of another version", r"[0-9a-f]{8}-[0-9a-f]{4}-[1235-9a-f][0-9a-f]{3}-.*", "1f8a2c00-5ee7-11f0-8d3e-0242ac120002"),
        ("object-id", "the id of a document", r"[0-9a-f]{24}", "507f1f77bcf86cd799439011"),
        ("object", "an object as a text", r"\[object .*\]|\{.*\}", "[object Object]", "{}"),
        ("exponent", "a number with an exponent", r"\d+e\d+", "1e3"),
        ("fraction", "a fraction", r"\d+\.\d+", "1.5"),
        ("nan", "words for numbers", r"NaN|-?Infinity", "NaN", "Infinity"),
        ("sixty-four-bits", "a number beyond 64 bits", r"\d{19,}", "9" * 20),
        ("dots", "dots", r"\.{3,}", "...", "...."),
        ("star", "a star", r".*\*.*", "*", "a*"),
        ("comma", "a comma", r".*,.*", "a,b"),
        ("colon", "a colon", r".*:.*", "a:b", "urn:x"),
        ("hash-or-query", "an escaped # or ?", r".*[#?].*", "a#b", "a?b"),
        ("semicolon", "a semicolon", r".*;.*", "a;b"),
        ("dollar", "a dollar sign", r".*\$.*", "$ne", "a$b"),
        ("letters", "a word", r"[a-z]+", "unknown", "abc"),
        ("capitals", "capitals", r"[A-Z]+", "UNKNOWN"),
        ("right-to-left", "letters of other scripts", r".*[\u0590-\u06ff\u4e00-\u9fff].*", "\u4f60\u597d", "\u05d0"),
        ("combining", "combining marks", r".*[\u0300-\u036f].*", "e\u0301"),
    ):  # fmt: skip
        check = re.compile(pattern, re.DOTALL)
        is_fatal = lambda request, c=check: request.webhook_id not in known and c.fullmatch(request.webhook_id)  # noqa: E731
        requests = [Patch(update().body, one) for one in values]
        yield crashing(f"id-{form}", f"{what} as id", is_fatal, *requests, requirement="R-702 R-501 R-502")


@operator("rare-crash-on-credential")
def credentials() -> Iterator[Deviation]:
    """Fall over credentials that a library cannot read."""
    for form, what, pattern, *headers in (
        ("two-parts", "a token of two parts", r"Bearer [^.]+\.[^.]+", "Bearer a.b", "Bearer valid-token.x"),
        ("four-parts", "a token of four parts", r"Bearer [^.]+(\.[^.]+){3,}", "Bearer a.b.c.d"),
        ("dots", "a token of dots", r"Bearer [.]+", "Bearer ..", "Bearer ."),
        ("no-signature", "a JWT without a signature", r"Bearer eyJ.*\.$", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."),
        ("broken-payload", "a JWT whose payload is not JSON", r"Bearer eyJ[^.]*\.(?!eyJ)[^.]*\..*", "Bearer eyJhbGciOiJIUzI1NiJ9.eA.c2ln"),
        ("real-jwt", "a JWT of somebody else", r"Bearer eyJ[^.]+\.eyJ[^.]+\.[^.]+", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
        ("no-base64", "a token outside Base64", r"Bearer .*[^\w.=+/-].*", "Bearer a$b", "Bearer {}"),
        ("outside-ascii", "a token outside ASCII", r"Bearer .*[^\x00-\x7f].*", "Bearer t\u00f6ken"),
        ("equals", "a token of signs", r"Bearer [=.+/~_-]+", "Bearer =", "Bearer ---"),
        ("digits", "a token of digits", r"Bearer \d+", "Bearer 12345"),
        ("words", "words for nothing", r"(?i)Bearer (null|undefined|none|nan|true|false)", "Bearer null", "Bearer undefined"),
        ("very-long", "a token over 2,000 characters", r"Bearer \S{2001,}", "Bearer " + "t" * 2500),
        ("basic-no-colon", "Basic without a colon", r"Basic [A-Za-z0-9+/=]+", "Basic dXNlcg=="),
        ("basic-broken", "Basic that is not Base64", r"Basic .*[^A-Za-z0-9+/=].*", "Basic valid-token"),
        ("digest", "Digest with parameters", r"Digest .*=.*", 'Digest username="me", realm="x"'),
        ("scheme-of-signs", "a scheme of signs", r"[^\w\s]+.*", "?? x", "-"),
        ("commas", "several credentials", r".*,.*", "Bearer x, Bearer y"),
        ("quotes", "a token in quotes", r"Bearer [\"'].*", 'Bearer "x"'),
    ):  # fmt: skip
        verb, fall = ENDS[zlib.crc32(form.encode()) % len(ENDS)]
        examples = [Patch(update().body, authorization=header) for header in headers]
        yield deviation(
            form, f"{verb} {what}", "R-402 R-401 R-403 R-703 R-701", falling_at_header(pattern, fall), *examples
        )
