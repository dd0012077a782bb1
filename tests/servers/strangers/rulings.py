"""For each ruling on what is fair, a server that keeps the contract and was accused, or one that breaks it and passed."""

from __future__ import annotations

import base64
import json

from servers.faulty.server import Server

from . import servers
from .stacks import DjangoRest, FlaskMarshmallow, Koa, Php, assigning
from .stranger import INCONCLUSIVE, NON_CONFORMANT, Stranger, rows

EXPIRED = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "RS256"}, {"sub": "stranger", "exp": 1_600_000_000}, "signature")
)
"""A token of the form of a JWT whose lifetime has passed."""

_UNREADABLE = (rows("102 103"), rows("601 602"))
_ERRORS = rows("603 604 605 606 607 608")

RULINGS: dict[int, tuple[Stranger, ...]] = {
    1: (
        Stranger(
            "keeps-and-generates-on-null",
            "Null in secrets generates, an omitted one keeps.",
            Koa,
            broken=rows("201"),
            also=rows("211"),
            innocent=rows("301 302 303 304 305 306 307"),
        ),
        Stranger("null-as-url", "Shows null as url after a 201 to null.", servers.NullAsUrl, broken=rows("103")),
    ),
    2: (
        Stranger(
            "rotates-on-an-empty-list",
            "Keeps secrets that are left out and generates on an empty list.",
            servers.choosing(Server, omitted_secrets="keep", empty_secrets="generate"),
            innocent=rows("304 305 306 307"),
        ),
        Stranger(
            "written-first",
            "Stores the url of a request whose events are wrong.",
            servers.WrittenFirst,
            broken=rows("304"),
            also=rows("301"),
        ),
    ),
    3: (
        Stranger("types-first", "Names the type rule of each property, or its first.", servers.TypesFirst),
        Stranger(
            "last-of-each",
            "Names the last broken rule of each property.",
            servers.LastOfEach,
            broken=rows("211"),
            also=rows("203 204 208"),
        ),
    ),
    4: (
        Stranger("three-for-a-lone-event", "Three messages for a lone event.", servers.ThreeForALoneEvent),
        Stranger(
            "values-for-a-lone-event",
            "One message for a lone event, and that of the values.",
            servers.ValuesForALoneEvent,
            broken=rows("204 211"),
        ),
    ),
    5: (
        Stranger(
            "messages-of-lengths",
            "Gives what is not a list the message of lengths.",
            Php,
            broken=rows("204 207 211 226"),
            innocent=rows("203 205 206"),
        ),
        Stranger(
            "falls-over-text",
            "500 to a body that is not JSON, whatever the id.",
            servers.FallsOverText,
            either=(rows("210 701"),),
            innocent=rows("501 502 702"),
        ),
    ),
    6: (
        Stranger(
            "silent-on-values",
            "Refuses wrong events beside a wrong url without naming them.",
            servers.SilentOnValues,
            broken=rows("211"),
            also=rows("205 204 208"),
        ),
    ),
    7: (
        Stranger("json5", "Reads what parsers accept beyond the grammar.", servers.Json5),
        Stranger("nan", "Accepts NaN.", FlaskMarshmallow, innocent=rows("210 701")),
        Stranger(
            "first-value-only",
            "Accepts text behind the JSON.",
            servers.FirstValueOnly,
            broken=rows("210"),
            also=rows("701"),
        ),
    ),
    8: (
        Stranger(
            "no-error-of-the-parser",
            "The 400 to what is not JSON has no error.",
            servers.NoErrorOfTheParser,
            innocent=rows("602"),
        ),
        Stranger(
            "page-of-the-parser",
            "The 400 to what is not JSON is a page.",
            servers.PageOfTheParser,
            broken=rows("601"),
            also=rows("602 701"),
        ),
    ),
    9: (
        Stranger(
            "answers-with-a-mark",
            "A byte order mark before each answer: no more than a `should`.",
            servers.writing(servers.with_mark),
        ),
        Stranger("answers-in-utf-16", "UTF-16.", servers.writing(servers.utf_16), either=_UNREADABLE, also=_ERRORS),
        Stranger("answers-with-nan", "NaN in each 201.", servers.writing(servers.with_nan), either=_UNREADABLE[:1]),
        Stranger(
            "answers-untruly-packed",
            "Content-Encoding says gzip, and the body is plain.",
            servers.writing(servers.untrue_encoding),
            either=_UNREADABLE,
            also=_ERRORS | rows("703"),
        ),
    ),
    10: (
        Stranger(
            "stores-any-element",
            "Stores and shows `[1]`: a remark.",
            servers.choosing(Server, secret_items="any"),
            innocent=rows("103 107"),
        ),
        Stranger(
            "numbers-from-texts",
            "Shows a number if a text of digits was sent.",
            servers.NumbersFromTexts,
            either=(rows("103 107"),),
        ),
    ),
    11: (
        Stranger(
            "first-word",
            "Takes the first word behind the scheme, in any case, for the token.",
            servers.FirstWord,
            innocent=rows("402 403"),
        ),
        Stranger(
            "beginning",
            "Takes what begins with the token for it.",
            servers.Beginning,
            broken=rows("402"),
            also=rows("404 405 401"),
        ),
    ),
    12: (
        Stranger(
            "uuid-column",
            "Finds a UUID in any spelling, 400 to other ids.",
            servers.UuidColumn,
            innocent=rows("501 502 702 307"),
        ),
        Stranger(
            "object-members",
            "Finds the members of an object by their names.",
            servers.ObjectMembers,
            either=(rows("501 702"),),
        ),
    ),
    13: (
        Stranger(
            "falls-over-1100-levels", "500 from 1,100 levels on: a `should`.", FlaskMarshmallow, innocent=rows("701")
        ),
        Stranger("falls-over-150-levels", "500 to 200 levels.", servers.ShallowStack, broken=rows("701")),
    ),
    14: (
        Stranger(
            "lenient-behind-the-host",
            "Accepts `https:host`, and backslashes and control characters in the path.",
            servers.LenientBehindTheHost,
            innocent=rows("201"),
        ),
        Stranger(
            "blanks-in-urls",
            "Accepts blanks and any number of slashes.",
            servers.BlanksInUrls,
            broken=rows("201"),
            also=rows("211"),
        ),
    ),
    15: (
        Stranger(
            "looks-hosts-up",
            "Refuses hosts that do not resolve; the run has one that does.",
            servers.LooksHostsUp,
            innocent=rows("226"),
            settings={"url_host": "hooks.vendor.test"},
        ),
        Stranger(
            "looks-hosts-up-unasked",
            "The same without such a host: told as the likely cause.",
            servers.LooksHostsUp,
            broken=rows("226"),
            also=rows("101 211"),
        ),
    ),
    16: (
        Stranger(
            "any-case-of-keys", "Passes over the case of property names.", servers.AnyCaseOfKeys, innocent=rows("208")
        ),
        Stranger(
            "any-case-of-events",
            "Passes over the case of events.",
            servers.AnyCaseOfEvents,
            broken=rows("205"),
            also=rows("211 103"),
        ),
    ),
    17: (
        Stranger(
            "plain-secrets-only",
            "Refuses secrets outside printable ASCII, or with blanks around.",
            servers.PlainSecretsOnly,
            innocent=rows("225 101 107"),
        ),
        Stranger("trimming", "Trims secrets.", servers.Trimming, broken=rows("107")),
        Stranger("escaping", "Escapes secrets.", servers.Folding, broken=rows("107")),
    ),
    18: (
        Stranger(
            "no-chunks",
            "Reads no body that comes in chunks: a `should`.",
            servers.NoChunks,
            innocent=rows("101 221 224 209"),
        ),
        Stranger(
            "no-chunks-and-more",
            "The same, and it trims: only that counts.",
            DjangoRest,
            broken=rows("107 202 211"),
            innocent=rows("101"),
        ),
    ),
    19: (
        Stranger(
            "token-expires",
            "Every token gets 401 from request 60 on.",
            servers.TokenExpires,
            outcome=INCONCLUSIVE,
            innocent=rows("101 201 202 203 204 205 208 209 210 226 501 502 701 702 307"),
        ),
        Stranger(
            "gateway-goes-down",
            "A gateway answers 502 from request 60 on.",
            servers.GatewayGoesDown,
            outcome=INCONCLUSIVE,
            innocent=rows("101 701 702 703"),
        ),
        Stranger(
            "unauthorised-by-a-body",
            "401 to two secrets alone.",
            servers.UnauthorisedByABody,
            broken=rows("225"),
            also=rows("101 308 701 501 502 702"),
        ),
    ),
    20: (
        Stranger(
            "waived-ports",
            "Refuses ports, for which there is a waiver.",
            servers.NoPorts,
            broken=rows("226"),
            also=rows("211"),
            outcome=NON_CONFORMANT,
        ),
    ),
    21: (
        Stranger(
            "expired-stranger",
            "401 to a token whose exp has passed: not run.",
            servers.KnowsNoStranger,
            innocent=rows("404 306 605 606"),
            settings={"forbidden_token": EXPIRED},
            outcome=INCONCLUSIVE,
        ),
        Stranger(
            "unknown-stranger",
            "401 to a token that should get 403.",
            servers.KnowsNoStranger,
            broken=rows("404"),
            also=rows("306 605 606"),
        ),
    ),
    22: (
        Stranger(
            "assigns-and-refuses-proto",
            "Refuses `__proto__`, and lets the body set clientId and id.",
            lambda: assigning("id", "clientId"),
            broken=rows("108"),
            also=rows("104 103"),
        ),
        Stranger("refuses-proto", "Refuses `__proto__` and ignores other unknown properties.", assigning),
    ),
}
