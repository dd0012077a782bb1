"""What the suite does not find, or not under its own name, with a budget of 100: the one place where that is said."""

from __future__ import annotations

_NOT_FOUND: dict[str, tuple[str, ...]] = {
    "this form of a near token comes after the hundredth request": (
        "trusts-a-reversed-token",
        "trusts-a-doubled-scheme",
        "trusts-a-token-of-three-parts",
        "trusts-a-token-with-a-beginning",
        "trusts-a-token-with-another-end",
        "crashes-on-a-token-beyond-ascii",
    ),
    "this near-miss of an id comes after the hundredth request": (
        "finds-an-id-as-a-urn",
        "finds-an-id-with-spaces-around-it",
        "finds-an-id-with-more-before-it",
        "finds-an-id-before-a-nul",
    ),
    "the client of the second webhook is not read after that update of the first": (
        "leaks-the-client-to-the-other-webhook",
    ),
    "this body or media type comes after the hundredth request": (
        "crashes-on-a-form",
        "crashes-on-invalid-utf-8",
        "crashes-on-a-null-secret",
        "crashes-on-a-prototype-property",
        "crashes-on-an-object-among-secrets",
        "crashes-on-duplicate-keys",
        "carries-out-requests-of-a-form",
        "carries-out-requests-where-the-body-is-an-empty-object",
        "crashes-on-a-boolean-body",
        "crashes-on-a-missing-media-type",
        "crashes-on-a-long-secret",
        "crashes-on-a-url-with-an-open-bracket",
        "crashes-on-an-unknown-charset",
        "crashes-on-xml",
        "crashes-on-a-huge-url",
        "crashes-on-hundreds-of-events",
    ),
    "this odd id comes after the hundredth request": (
        "crashes-on-a-numeric-id",
        "crashes-on-a-very-long-id",
        "crashes-on-an-id-named-null",
        "crashes-on-an-id-that-is-no-utf-8",
        "crashes-on-nul-in-the-id",
    ),
    "this body that is no object comes after the hundredth request": (
        "accepts-a-boolean-as-body",
        "accepts-an-array-of-events-as-body",
        "accepts-an-array-of-one-update-as-body",
    ),
    "this form of what is no JSON comes after the hundredth request": (
        "accepts-a-form-for-json",
        "accepts-equals-for-colon-for-json",
        "accepts-text-before-json-for-json",
    ),
    "this near-miss of an event comes after the hundredth request": ("accepts-an-event-with-asterisks",),
    "this near-miss of a url comes after the hundredth request": (
        "accepts-true-in-url",
        "accepts-zero-in-url",
        "accepts-an-empty-list-in-url",
        "accepts-a-blank-as-url",
        "accepts-http-at-an-address-as-url",
    ),
    "servers and proxies treat such an id before the API sees it, so that the suite does not send it": (
        "crashes-on-an-encoded-slash-in-the-id",
        "crashes-on-dots-as-id",
    ),
    "a wrong caller at an unknown webhook comes after the hundredth request": (
        "crashes-on-a-stranger-at-an-unknown-id",
    ),
    "it comes after the hundredth request, in the order of worth": (
        "accepts-an-event-of-boolean",
        "accepts-an-event-of-object",
    ),
}

BEYOND_BUDGET = {name: reason for reason, names in _NOT_FOUND.items() for name in names}
"""Faults that a run of 100 requests with the seed 0 does not find, and why."""

_WHOLE = "the answer breaks the schema of the webhook first"
_ONE_OF_SEVERAL = "several kinds of refusal came before the change, and nothing says which of them was the cause"
_UPDATE = "a valid update is refused, and which part of it is to blame needs more requests than the finding"

ATTRIBUTED_ELSEWHERE: dict[str, tuple[tuple[str, ...], str]] = {
    "refuses-missing-urls-beside-secrets": (("R-101",), _UPDATE),
    "refuses-missing-urls-and-secrets": (("R-101",), _UPDATE),
    "refuses-missing-secrets-beside-a-url": (("R-101",), _UPDATE),
    "refuses-secrets-without-url": (("R-101",), _UPDATE),
    "refuses-events-out-of-order": (("R-101",), _UPDATE),
    "refuses-the-same-events-again": (("R-101",), _UPDATE),
    "forgets-the-webhook-when-refused": (("R-101",), "every update after the refusal is a 404"),
    "crashes-from-malformed-json-on": (("R-701",), "the crash comes with the malformed body"),
    "crashes-on-a-long-url": (("R-226",), "a url that must be accepted is not"),
    "says-that-events-is-required": (("R-211",), "the update is refused: its words alone are wrong"),
    "answers-500-for-400": (("R-701",), "the crash comes with the body"),
    "answers-500-for-404": (("R-702",), "the crash comes with the id"),
    "answers-200-for-updates-without-a-url": (("R-221",), "the updates that it concerns are those without a url"),
    "clears-the-url-when-refused": (("R-301",), _ONE_OF_SEVERAL),
    "clears-the-url-when-unauthorised": (("R-301",), _ONE_OF_SEVERAL),
    "clears-the-url-when-forbidden": (("R-301",), _ONE_OF_SEVERAL),
    "sets-an-omitted-url-to-null": (("R-103",), _WHOLE),
    "loses-the-url-after-two-updates": (("R-103",), _WHOLE),
    "generates-null": (("R-103",), _WHOLE),
    "stores-null-for-omitted-secrets": (("R-103",), _WHOLE),
}
"""Faults that are found under another requirement: which ones stand for it, and why that is right."""
