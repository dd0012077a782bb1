"""The contract's literals, written out again so that the faulty servers are a witness of their own."""

from types import MappingProxyType

PATH = "/api/v2/public/webhooks/user/"

FIRST_ID = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SECOND_ID = "dd6189c9-4aae-4ca3-b855-654c607824da"

VALID_TOKEN = "valid-token"
FORBIDDEN_TOKEN = "forbidden-token"

EVENTS = (
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
)

URL_HTTPS = "should be a secure URL with HTTPS"
URL_STRING = "url must be a string"
EVENTS_MINIMUM = "events must contain at least 1 elements"
EVENTS_ARRAY = "events must be an array"
EVENTS_VALUES = (
    "each value in events must be one of the following values: all, facility.user-connection.accepted, "
    "facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected"
)
SECRETS_MAXIMUM = "secrets must contain no more than 2 elements"
SECRETS_ARRAY = "secrets must be an array"
MESSAGES = (URL_HTTPS, URL_STRING, EVENTS_MINIMUM, EVENTS_ARRAY, EVENTS_VALUES, SECRETS_MAXIMUM, SECRETS_ARRAY)

EVENTS_UNIQUE = "All events's elements must be unique"
SECRETS_MINIMUM = "secrets must contain at least 1 elements"
SECRETS_STRINGS = "each value in secrets must be a string"
UNPARSEABLE = "Unexpected token in JSON"

UNAUTHORIZED = "Unauthorized"
FORBIDDEN = "Forbidden Resource"
WEBHOOK_NOT_FOUND = "Webhook not found"
NOT_FOUND = "Not Found"

REASONS = MappingProxyType(
    {
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        407: "Proxy Authentication Required",
        409: "Conflict",
        410: "Gone",
        412: "Precondition Failed",
        413: "Payload Too Large",
        415: "Unsupported Media Type",
        422: "Unprocessable Entity",
        429: "Too Many Requests",
        500: "Internal Server Error",
        501: "Not Implemented",
        503: "Service Unavailable",
    }
)

# The first value of each is the default.
CHOICES = MappingProxyType(
    {
        "messages": ("all", "first_per_property", "first"),
        "omitted_secrets": ("generate", "keep"),
        "check_order": ("body_first", "lookup_first"),
        "unparseable_message": ("string", "array"),
        "not_found_message": ("webhook", "generic"),
        "media_type": ("400", "415"),
        "unknown_properties": ("ignore", "reject"),
        "duplicate_events": ("keep", "merge", "reject"),
        "null_optional": ("omit", "reject"),
        "secret_items": ("strings", "any"),
        "empty_secrets": ("generate", "reject", "keep", "store"),
    }
)
