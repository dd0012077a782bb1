// Update User Webhook for MSW 2 and 3, as user-webhook-mock 0.1.0 answers it.
// Written by `user-webhook-mock export msw`: change the options, not this file.

import { http, type HttpHandler } from "msw";

export interface BadRequest {
  /** One message for each broken rule; a single string where no rule was reached, as for a body that is not JSON. */
  message: string[] | string;
  /** The reason phrase of the status. */
  error: string;
  /** The status of the answer once more. */
  statusCode: number;
}

/** What a webhook can listen to; `all` stands for every event. */
export type Event = "all" | "facility.user-connection.accepted" | "facility.user-connection.rejected" | "facility.creation.accepted" | "facility.creation.rejected";

export interface Forbidden {
  /** What is wrong. */
  message: string;
  /** The reason phrase of the status. */
  error: string;
  /** The status of the answer once more. */
  statusCode: number;
}

export interface NotFound {
  /** What is wrong. */
  message: string;
  /** The reason phrase of the status. */
  error: string;
  /** The status of the answer once more. */
  statusCode: number;
}

export interface Unauthorized {
  /** What is wrong. */
  message: string;
  /** The status of the answer once more. */
  statusCode: number;
}

/** The new settings of a webhook. */
export interface UpdateUserWebhook {
  /** Where the API calls when an event happens. Left out, the stored url stays. */
  url?: string;
  /** Which events the webhook listens to from now on. */
  events: Event[];
  /** What the API signs its calls with, so that the receiver can tell them from forgeries. Two secrets at a time let a receiver change from one to the other without missing a call. Left out, the API makes a secret of its own. */
  secrets?: string[];
}

export interface UpdatedWebhook {
  data: Webhook;
}

/** A webhook as it is stored. */
export interface Webhook {
  /** The webhook's id, as in the path. */
  id: string;
  /** Where the API calls. */
  url: string;
  /** What the webhook listens to. */
  events: Event[];
  /** The application that the webhook belongs to. */
  clientId: string;
  /** What the API signs its calls with. */
  secrets: string[];
}

/** A page with the title 429. */
export type TooManyRequests = string;

/** A delivery to the url of a webhook, signed in the header `Nursa-Signature`. */
export type Delivery = UserConnectionDelivery | FacilityAcceptedDelivery | FacilityRejectedDelivery;

export interface UserConnectionDelivery {
  data: {
    facilityId: string;
    userId: string;
  };
  eventType: "facility.user-connection.accepted" | "facility.user-connection.rejected";
}

export interface FacilityAcceptedDelivery {
  data: {
    facilityId: string;
  };
  eventType: "facility.creation.accepted";
}

export interface FacilityRejectedDelivery {
  data: {
    facilityName: string;
  };
  eventType: "facility.creation.rejected";
}

/** What the API does where its documents are silent; the first value of each is the default. */
export interface Choices {
  /** What happens to the stored secrets when an update omits them? */
  omitted_secrets: "generate" | "keep";
  /** What does an empty list of secrets do? */
  empty_secrets: "generate" | "reject" | "keep" | "store";
  /** Are secrets accepted that are not strings? */
  secret_items: "any" | "strings";
  /** What does null in secrets do? */
  null_secrets: "as_omitted" | "generate" | "keep" | "reject";
  /** What does null in url do? */
  null_url: "keep" | "reject";
  /** Is a property read whose name is in another case, such as EVENTS? */
  key_case: "exact" | "any";
  /** What happens to a property that the document does not define? */
  unknown_properties: "ignore" | "reject";
  /** What happens to an event that is listed twice? */
  duplicate_events: "keep" | "merge" | "reject";
  /** If a request breaks a rule and its webhook is unknown, which error comes first? */
  check_order: "body_first" | "lookup_first";
  /** Does a 400 list every broken rule? */
  messages: "all" | "first_per_property" | "first";
  /** If the body is not JSON, is the message a string or an array? */
  unparseable_message: "string" | "array";
  /** If the body is not JSON, does the 400 have the property error? */
  unparseable_error: "present" | "absent";
  /** Which status does a body of another media type get? */
  media_type: 400 | 415;
  /** Which status does another method on the path get? */
  other_methods: 405 | 404;
  /** Is the message of a 404 "Webhook not found" or "Not Found"? */
  not_found_message: "webhook" | "generic";
  /** What is the largest body that is accepted? */
  body_limit: "100kB" | "1MB";
  /** Is a host name without a dot, such as localhost, accepted in a url? */
  dotless_hosts: "reject" | "accept";
  /** Is an IP address accepted as the host of a url? */
  ip_hosts: "accept" | "reject";
  /** Are a user name and a password accepted in a url? */
  userinfo: "accept" | "reject";
  /** Does a UUID in another case, with other hyphens or in braces name the same webhook? */
  uuid_forms: "exact" | "any";
  /** Is a token accepted that has more words behind it, as in "Bearer TOKEN more"? */
  token_words: "refuse" | "ignore";
  /** Is the scheme of a token accepted in another case, as in "bearer TOKEN"? */
  scheme_case: "any" | "exact";
}

export interface MockOptions {
  /** The token of a caller who may update. */
  token?: string;
  /** The token of a caller who lacks the scope: 403. */
  forbiddenToken?: string;
  /** The webhooks at the start; what is left out of one is as in the mock. */
  webhooks?: (Partial<Webhook> & Pick<Webhook, "id">)[];
  choices?: Partial<Choices>;
  /** Above it the answer is 429, as the API's. */
  rateLimit?: { requests: number; seconds: number };
  /** Whose requests are answered, as in `https://api.example.com`; every origin's without it. */
  origin?: string;
}

export interface UserWebhookMock {
  /** For `setupServer` and `setupWorker`. */
  handlers: HttpHandler[];
  /** The webhooks of now, by id. */
  webhooks: Map<string, Webhook>;
  /**
   * Let the next requests get another answer: a status (`503`, `429`), an example of the document
   * (`"not-found"`, `"400 schema"`), or `"drop"` for no answer at all. Calls add up.
   */
  force(what: number | string, times?: number): void;
  /** Go back to the start. */
  reset(): void;
  /** Answer one request without MSW. */
  respond(request: Request): Promise<Response>;
}

type Recorded = readonly [status: number, headers: Record<string, string>, body: string];

const PATH = "/api/v2/public/webhooks/user/:webhookId";
const TOKEN = "valid-token";
const FORBIDDEN_TOKEN = "forbidden-token";
const DEFAULTS: Choices = {"omitted_secrets": "generate", "empty_secrets": "generate", "secret_items": "any", "null_secrets": "as_omitted", "null_url": "keep", "key_case": "exact", "unknown_properties": "ignore", "duplicate_events": "keep", "check_order": "body_first", "messages": "all", "unparseable_message": "string", "unparseable_error": "present", "media_type": 400, "other_methods": 405, "not_found_message": "webhook", "body_limit": "100kB", "dotless_hosts": "reject", "ip_hosts": "accept", "userinfo": "accept", "uuid_forms": "exact", "token_words": "refuse", "scheme_case": "any"};
const LIMITS = {"100kB": 102400, "1MB": 1048576};
const SEEDS: (Partial<Webhook> & Pick<Webhook, "id">)[] = [{"id": "cf3832dd-ba9b-4187-9ab2-c6cadafe875b", "url": "https://hooks.example.com/user", "clientId": "client-of-the-mock"}, {"id": "dd6189c9-4aae-4ca3-b855-654c607824da", "url": "https://hooks.example.com/user", "clientId": "client-of-the-mock"}];

/** The rules of the body, in the order of their messages. */
const PROPERTIES: { name: string; isRequired: boolean; rules: Rule[] }[] = [
  {
    name: "url",
    isRequired: false,
    rules: [
      { keyword: "pattern", value: "^[Hh][Tt][Tt][Pp][Ss]://(?:[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x20/?#@\\\\\\x7f]*@)?(?:\\[[0-9A-Fa-f:.]+\\]|[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x2f:-@\\[-`{-\\xa0](?:[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x2c./:-@\\[-`{-\\xa0]*[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x2f:-@\\[-`{-\\xa0])?(?:\\.[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x2f:-@\\[-`{-\\xa0](?:[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x2c./:-@\\[-`{-\\xa0]*[^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x2f:-@\\[-`{-\\xa0])?)+\\.?)(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(?:[/?#][^ \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\x00-\\x20\\x7f]*)?$", message: "should be a secure URL with HTTPS" },
      { keyword: "type", value: "string", message: "url must be a string" },
    ],
  },
  {
    name: "events",
    isRequired: true,
    rules: [
      { keyword: "minItems", value: 1, message: "events must contain at least 1 elements" },
      { keyword: "type", value: "array", message: "events must be an array" },
      { keyword: "items.enum", value: ["all", "facility.user-connection.accepted", "facility.user-connection.rejected", "facility.creation.accepted", "facility.creation.rejected"], message: "each value in events must be one of the following values: all, facility.user-connection.accepted, facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected" },
    ],
  },
  {
    name: "secrets",
    isRequired: false,
    rules: [
      { keyword: "maxItems", value: 2, message: "secrets must contain no more than 2 elements" },
      { keyword: "type", value: "array", message: "secrets must be an array" },
    ],
  },
];

/** What choices add to them. */
const ADDED = {"unknown": "property stand-in should not exist", "unique": "All events's elements must be unique", "strings": "each value in secrets must be a string", "notEmpty": "secrets should not be empty"};
const NOT_JSON = "body is not JSON: ";
const TOO_DEEP = "body is nested too deeply";
const NO_CHARSET = "charset is not supported, use utf-8";
const NO_CODING = "content encoding is not supported";

const ANSWERS = {
  updated: [201, {"content-type": "application/json"}, ""],
  brokenRule: [400, {"content-type": "application/json"}, "{\"message\":\"body is not JSON: unexpected end of data: line 1 column 2 (char 1)\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  unauthorized: [401, {"www-authenticate": "Bearer", "content-type": "application/json"}, "{\"message\":\"Unauthorized\",\"statusCode\":401}"],
  forbidden: [403, {"content-type": "application/json"}, "{\"message\":\"Forbidden Resource\",\"error\":\"Forbidden\",\"statusCode\":403}"],
  unknownWebhook: [404, {"content-type": "application/json"}, "{\"message\":\"Webhook not found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  unknownPath: [404, {"content-type": "application/json"}, "{\"message\":\"Not Found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  otherMethod: [405, {"allow": "PATCH", "content-type": "application/json"}, "{\"message\":\"Method Not Allowed\",\"error\":\"Method Not Allowed\",\"statusCode\":405}"],
  otherMediaType: [415, {"content-type": "application/json"}, "{\"message\":\"media type is not application/json\",\"error\":\"Unsupported Media Type\",\"statusCode\":415}"],
  tooLarge: [413, {"content-type": "application/json"}, "{\"message\":\"Payload Too Large\",\"error\":\"Payload Too Large\",\"statusCode\":413}"],
  tooManyRequests: [429, {"content-type": "text/html"}, "<html>\n<head><title>429</title></head>\n<body><h1>429</h1></body>\n</html>\n"],
  badPrefer: [400, {"content-type": "application/json"}, "{\"message\":\"Prefer is not a list of preferences: write it like code=404, example=not-found. The form is that of RFC 7240.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  unknownCode: [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: code=stand-in is not documented: use a documented code, or X-Mock-Fault for another status. The documented codes are 201, 400, 401, 403, 404.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
} satisfies Record<string, Recorded>;

/** The documented answers by what `Prefer` asks for. */
const PREFERRED: Record<string, Recorded> = {
  "201": [201, {"preference-applied": "code=201", "content-type": "application/json"}, "{\"data\":{\"id\":\"cf3832dd-ba9b-4187-9ab2-c6cadafe875b\",\"url\":\"https://exemple.com/webhook\",\"events\":[\"facility.creation.accepted\",\"facility.user-connection.accepted\"],\"clientId\":\"string\",\"secrets\":[\"sDV1aKqitCLClI12m7UPFbAAvZfZquJw\",\"mryefgHPBVHJwux0o3BYW7hPM0BZlcCa\"]}}"],
  "updated": [201, {"preference-applied": "example=updated", "content-type": "application/json"}, "{\"data\":{\"id\":\"cf3832dd-ba9b-4187-9ab2-c6cadafe875b\",\"url\":\"https://exemple.com/webhook\",\"events\":[\"facility.creation.accepted\",\"facility.user-connection.accepted\"],\"clientId\":\"string\",\"secrets\":[\"sDV1aKqitCLClI12m7UPFbAAvZfZquJw\",\"mryefgHPBVHJwux0o3BYW7hPM0BZlcCa\"]}}"],
  "201 updated": [201, {"preference-applied": "code=201, example=updated", "content-type": "application/json"}, "{\"data\":{\"id\":\"cf3832dd-ba9b-4187-9ab2-c6cadafe875b\",\"url\":\"https://exemple.com/webhook\",\"events\":[\"facility.creation.accepted\",\"facility.user-connection.accepted\"],\"clientId\":\"string\",\"secrets\":[\"sDV1aKqitCLClI12m7UPFbAAvZfZquJw\",\"mryefgHPBVHJwux0o3BYW7hPM0BZlcCa\"]}}"],
  "400": [400, {"preference-applied": "code=400", "content-type": "application/json"}, "{\"message\":[\"Property must be a string\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "schema": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=schema exists for several codes: name the code, too. The examples are 201: updated; 400: schema, request-validation; 401: schema; 403: schema; 404: schema, not-found.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  "400 schema": [400, {"preference-applied": "code=400, example=schema", "content-type": "application/json"}, "{\"message\":[\"Property must be a string\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "request-validation": [400, {"preference-applied": "example=request-validation", "content-type": "application/json"}, "{\"message\":[\"should be a secure URL with HTTPS\",\"url must be a string\",\"events must contain at least 1 elements\",\"events must be an array\",\"each value in events must be one of the following values: all, facility.user-connection.accepted, facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected\",\"secrets must contain no more than 2 elements\",\"secrets must be an array\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "400 request-validation": [400, {"preference-applied": "code=400, example=request-validation", "content-type": "application/json"}, "{\"message\":[\"should be a secure URL with HTTPS\",\"url must be a string\",\"events must contain at least 1 elements\",\"events must be an array\",\"each value in events must be one of the following values: all, facility.user-connection.accepted, facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected\",\"secrets must contain no more than 2 elements\",\"secrets must be an array\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "401": [401, {"preference-applied": "code=401", "www-authenticate": "Bearer", "content-type": "application/json"}, "{\"message\":\"Unauthorized\",\"statusCode\":401}"],
  "401 schema": [401, {"preference-applied": "code=401, example=schema", "www-authenticate": "Bearer", "content-type": "application/json"}, "{\"message\":\"Unauthorized\",\"statusCode\":401}"],
  "403": [403, {"preference-applied": "code=403", "content-type": "application/json"}, "{\"message\":\"Forbidden Resource\",\"error\":\"Forbidden\",\"statusCode\":403}"],
  "403 schema": [403, {"preference-applied": "code=403, example=schema", "content-type": "application/json"}, "{\"message\":\"Forbidden Resource\",\"error\":\"Forbidden\",\"statusCode\":403}"],
  "404": [404, {"preference-applied": "code=404", "content-type": "application/json"}, "{\"message\":\"Not Found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "404 schema": [404, {"preference-applied": "code=404, example=schema", "content-type": "application/json"}, "{\"message\":\"Not Found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "not-found": [404, {"preference-applied": "example=not-found", "content-type": "application/json"}, "{\"message\":\"Webhook not found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "404 not-found": [404, {"preference-applied": "code=404, example=not-found", "content-type": "application/json"}, "{\"message\":\"Webhook not found\",\"error\":\"Not Found\",\"statusCode\":404}"],
};

/** Stands for a status that was not asked for. */
const ANY = "any";

/** The answers to an example that does not exist, by the status that was asked for. */
const UNKNOWN_EXAMPLE: Record<string, Recorded> = {
  "any": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=stand-in does not exist: use one that exists. The examples are 201: updated; 400: schema, request-validation; 401: schema; 403: schema; 404: schema, not-found.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  "201": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=stand-in does not exist: use one that exists. The examples are 201: updated.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  "400": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=stand-in does not exist: use one that exists. The examples are 400: schema, request-validation.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  "401": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=stand-in does not exist: use one that exists. The examples are 401: schema.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  "403": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=stand-in does not exist: use one that exists. The examples are 403: schema.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
  "404": [400, {"content-type": "application/json"}, "{\"message\":\"Prefer: example=stand-in does not exist: use one that exists. The examples are 404: schema, not-found.\",\"error\":\"Bad Request\",\"statusCode\":400}"],
};

const FAULTS: Record<string, Recorded> = {
  "400": [400, {"content-type": "application/json"}, "{\"message\":[\"Property must be a string\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "401": [401, {"www-authenticate": "Bearer", "content-type": "application/json"}, "{\"message\":\"Unauthorized\",\"statusCode\":401}"],
  "402": [402, {"content-type": "application/json"}, "{\"message\":\"Payment Required\",\"error\":\"Payment Required\",\"statusCode\":402}"],
  "403": [403, {"content-type": "application/json"}, "{\"message\":\"Forbidden Resource\",\"error\":\"Forbidden\",\"statusCode\":403}"],
  "404": [404, {"content-type": "application/json"}, "{\"message\":\"Not Found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "405": [405, {"content-type": "application/json"}, "{\"message\":\"Method Not Allowed\",\"error\":\"Method Not Allowed\",\"statusCode\":405}"],
  "406": [406, {"content-type": "application/json"}, "{\"message\":\"Not Acceptable\",\"error\":\"Not Acceptable\",\"statusCode\":406}"],
  "407": [407, {"content-type": "application/json"}, "{\"message\":\"Proxy Authentication Required\",\"error\":\"Proxy Authentication Required\",\"statusCode\":407}"],
  "408": [408, {"content-type": "application/json"}, "{\"message\":\"Request Timeout\",\"error\":\"Request Timeout\",\"statusCode\":408}"],
  "409": [409, {"content-type": "application/json"}, "{\"message\":\"Conflict\",\"error\":\"Conflict\",\"statusCode\":409}"],
  "410": [410, {"content-type": "application/json"}, "{\"message\":\"Gone\",\"error\":\"Gone\",\"statusCode\":410}"],
  "411": [411, {"content-type": "application/json"}, "{\"message\":\"Length Required\",\"error\":\"Length Required\",\"statusCode\":411}"],
  "412": [412, {"content-type": "application/json"}, "{\"message\":\"Precondition Failed\",\"error\":\"Precondition Failed\",\"statusCode\":412}"],
  "413": [413, {"content-type": "application/json"}, "{\"message\":\"Request Entity Too Large\",\"error\":\"Request Entity Too Large\",\"statusCode\":413}"],
  "414": [414, {"content-type": "application/json"}, "{\"message\":\"Request-URI Too Long\",\"error\":\"Request-URI Too Long\",\"statusCode\":414}"],
  "415": [415, {"content-type": "application/json"}, "{\"message\":\"Unsupported Media Type\",\"error\":\"Unsupported Media Type\",\"statusCode\":415}"],
  "416": [416, {"content-type": "application/json"}, "{\"message\":\"Requested Range Not Satisfiable\",\"error\":\"Requested Range Not Satisfiable\",\"statusCode\":416}"],
  "417": [417, {"content-type": "application/json"}, "{\"message\":\"Expectation Failed\",\"error\":\"Expectation Failed\",\"statusCode\":417}"],
  "418": [418, {"content-type": "application/json"}, "{\"message\":\"I'm a Teapot\",\"error\":\"I'm a Teapot\",\"statusCode\":418}"],
  "421": [421, {"content-type": "application/json"}, "{\"message\":\"Misdirected Request\",\"error\":\"Misdirected Request\",\"statusCode\":421}"],
  "422": [422, {"content-type": "application/json"}, "{\"message\":\"Unprocessable Entity\",\"error\":\"Unprocessable Entity\",\"statusCode\":422}"],
  "423": [423, {"content-type": "application/json"}, "{\"message\":\"Locked\",\"error\":\"Locked\",\"statusCode\":423}"],
  "424": [424, {"content-type": "application/json"}, "{\"message\":\"Failed Dependency\",\"error\":\"Failed Dependency\",\"statusCode\":424}"],
  "425": [425, {"content-type": "application/json"}, "{\"message\":\"Too Early\",\"error\":\"Too Early\",\"statusCode\":425}"],
  "426": [426, {"content-type": "application/json"}, "{\"message\":\"Upgrade Required\",\"error\":\"Upgrade Required\",\"statusCode\":426}"],
  "428": [428, {"content-type": "application/json"}, "{\"message\":\"Precondition Required\",\"error\":\"Precondition Required\",\"statusCode\":428}"],
  "429": [429, {"content-type": "text/html"}, "<html>\n<head><title>429</title></head>\n<body><h1>429</h1></body>\n</html>\n"],
  "431": [431, {"content-type": "application/json"}, "{\"message\":\"Request Header Fields Too Large\",\"error\":\"Request Header Fields Too Large\",\"statusCode\":431}"],
  "451": [451, {"content-type": "application/json"}, "{\"message\":\"Unavailable For Legal Reasons\",\"error\":\"Unavailable For Legal Reasons\",\"statusCode\":451}"],
  "500": [500, {"content-type": "application/json"}, "{\"message\":\"Internal Server Error\",\"error\":\"Internal Server Error\",\"statusCode\":500}"],
  "501": [501, {"content-type": "application/json"}, "{\"message\":\"Not Implemented\",\"error\":\"Not Implemented\",\"statusCode\":501}"],
  "502": [502, {"content-type": "application/json"}, "{\"message\":\"Bad Gateway\",\"error\":\"Bad Gateway\",\"statusCode\":502}"],
  "503": [503, {"content-type": "application/json"}, "{\"message\":\"Service Unavailable\",\"error\":\"Service Unavailable\",\"statusCode\":503}"],
  "504": [504, {"content-type": "application/json"}, "{\"message\":\"Gateway Timeout\",\"error\":\"Gateway Timeout\",\"statusCode\":504}"],
  "505": [505, {"content-type": "application/json"}, "{\"message\":\"HTTP Version Not Supported\",\"error\":\"HTTP Version Not Supported\",\"statusCode\":505}"],
  "506": [506, {"content-type": "application/json"}, "{\"message\":\"Variant Also Negotiates\",\"error\":\"Variant Also Negotiates\",\"statusCode\":506}"],
  "507": [507, {"content-type": "application/json"}, "{\"message\":\"Insufficient Storage\",\"error\":\"Insufficient Storage\",\"statusCode\":507}"],
  "508": [508, {"content-type": "application/json"}, "{\"message\":\"Loop Detected\",\"error\":\"Loop Detected\",\"statusCode\":508}"],
  "510": [510, {"content-type": "application/json"}, "{\"message\":\"Not Extended\",\"error\":\"Not Extended\",\"statusCode\":510}"],
  "511": [511, {"content-type": "application/json"}, "{\"message\":\"Network Authentication Required\",\"error\":\"Network Authentication Required\",\"statusCode\":511}"],
  "201": [201, {"content-type": "application/json"}, "{\"data\":{\"id\":\"cf3832dd-ba9b-4187-9ab2-c6cadafe875b\",\"url\":\"https://exemple.com/webhook\",\"events\":[\"facility.creation.accepted\",\"facility.user-connection.accepted\"],\"clientId\":\"string\",\"secrets\":[\"sDV1aKqitCLClI12m7UPFbAAvZfZquJw\",\"mryefgHPBVHJwux0o3BYW7hPM0BZlcCa\"]}}"],
  "201 updated": [201, {"content-type": "application/json"}, "{\"data\":{\"id\":\"cf3832dd-ba9b-4187-9ab2-c6cadafe875b\",\"url\":\"https://exemple.com/webhook\",\"events\":[\"facility.creation.accepted\",\"facility.user-connection.accepted\"],\"clientId\":\"string\",\"secrets\":[\"sDV1aKqitCLClI12m7UPFbAAvZfZquJw\",\"mryefgHPBVHJwux0o3BYW7hPM0BZlcCa\"]}}"],
  "400 schema": [400, {"content-type": "application/json"}, "{\"message\":[\"Property must be a string\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "400 request-validation": [400, {"content-type": "application/json"}, "{\"message\":[\"should be a secure URL with HTTPS\",\"url must be a string\",\"events must contain at least 1 elements\",\"events must be an array\",\"each value in events must be one of the following values: all, facility.user-connection.accepted, facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected\",\"secrets must contain no more than 2 elements\",\"secrets must be an array\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "401 schema": [401, {"www-authenticate": "Bearer", "content-type": "application/json"}, "{\"message\":\"Unauthorized\",\"statusCode\":401}"],
  "403 schema": [403, {"content-type": "application/json"}, "{\"message\":\"Forbidden Resource\",\"error\":\"Forbidden\",\"statusCode\":403}"],
  "404 schema": [404, {"content-type": "application/json"}, "{\"message\":\"Not Found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "404 not-found": [404, {"content-type": "application/json"}, "{\"message\":\"Webhook not found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "updated": [201, {"content-type": "application/json"}, "{\"data\":{\"id\":\"cf3832dd-ba9b-4187-9ab2-c6cadafe875b\",\"url\":\"https://exemple.com/webhook\",\"events\":[\"facility.creation.accepted\",\"facility.user-connection.accepted\"],\"clientId\":\"string\",\"secrets\":[\"sDV1aKqitCLClI12m7UPFbAAvZfZquJw\",\"mryefgHPBVHJwux0o3BYW7hPM0BZlcCa\"]}}"],
  "request-validation": [400, {"content-type": "application/json"}, "{\"message\":[\"should be a secure URL with HTTPS\",\"url must be a string\",\"events must contain at least 1 elements\",\"events must be an array\",\"each value in events must be one of the following values: all, facility.user-connection.accepted, facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected\",\"secrets must contain no more than 2 elements\",\"secrets must be an array\"],\"error\":\"Bad Request\",\"statusCode\":400}"],
  "not-found": [404, {"content-type": "application/json"}, "{\"message\":\"Webhook not found\",\"error\":\"Not Found\",\"statusCode\":404}"],
  "drop": [0, {}, ""],
};

interface Rule {
  keyword: string;
  value?: unknown;
  message: string;
}

interface Violation extends Rule {
  property: string;
}

/** An answer in the place of an update. */
class Refused extends Error {
  readonly recorded: Recorded;

  constructor(recorded: Recorded) {
    super(recorded[2]);
    this.recorded = recorded;
  }
}

export function userWebhookMock(options: MockOptions = {}): UserWebhookMock {
  const { token = TOKEN, forbiddenToken = FORBIDDEN_TOKEN, origin = "*", rateLimit } = options;
  const choices: Choices = { ...DEFAULTS, ...options.choices };
  const webhooks = new Map<string, Webhook>();
  const forced: Recorded[] = [];
  let times: number[] = [];

  function reset(): void {
    webhooks.clear();
    for (const seed of options.webhooks ?? SEEDS) {
      webhooks.set(seed.id, { url: "", clientId: "", ...SEEDS[0], events: ["all"], secrets: [newSecret()], ...seed });
    }
    forced.length = 0;
    times = [];
  }

  function force(what: number | string, count = 1): void {
    const fault = FAULTS[String(what)];
    if (!fault) throw new Error(`Unknown fault ${JSON.stringify(what)}. Use one of ${Object.keys(FAULTS).join(", ")}.`);
    for (let number = 0; number < count; number += 1) forced.push(fault);
  }

  /** Whether one more request is over the limit; it counts where it is not. */
  function isOverLimit(): boolean {
    if (!rateLimit) return false;
    const start = Date.now() - rateLimit.seconds * 1000;
    times = times.filter((time) => time > start);
    if (times.length >= rateLimit.requests) return true;
    times.push(Date.now());
    return false;
  }

  function found(id: string): Webhook {
    const known = [...webhooks.keys()].find((one) => UUID.test(one) && digits(one) === digits(id));
    const webhook = webhooks.get(id) ?? (choices.uuid_forms === "any" && known ? webhooks.get(known) : undefined);
    if (webhook) return webhook;
    throw new Refused(choices.not_found_message === "generic" ? ANSWERS.unknownPath : ANSWERS.unknownWebhook);
  }

  async function update(request: Request, id: string): Promise<Webhook> {
    checkToken(request.headers.get("authorization"), token, forbiddenToken, choices);
    if (choices.check_order === "lookup_first") found(id);
    const body = named(readBody(new Uint8Array(await request.arrayBuffer()), request.headers, choices), choices);
    const violations = violated(body, choices);
    if (violations.length > 0) throw new Refused(withMessage(ANSWERS.brokenRule, violations.map((one) => one.message)));
    const sent = body.get("secrets") as unknown[] | null | undefined;
    const secrets = sent?.map((secret) => (typeof secret === "string" ? secret : asText(secret, choices)));
    const events = body.get("events") as Event[];
    const former = found(id);
    const isNull = body.has("secrets") && choices.null_secrets !== "as_omitted";
    const chosen = isNull ? choices.null_secrets : choices.omitted_secrets;
    const withoutAny = former.secrets.some((secret) => secret !== "") ? chosen : "generate";
    const updated: Webhook = {
      id: former.id,
      url: (body.get("url") as string | null | undefined) ?? former.url,
      events: choices.duplicate_events === "merge" ? [...new Set(events)] : events,
      clientId: former.clientId,
      secrets: secrets?.length ? secrets : withoutSecrets(secrets ? choices.empty_secrets : withoutAny, former),
    };
    webhooks.set(former.id, updated);
    return updated;
  }

  async function respond(request: Request): Promise<Response> {
    try {
      const id = webhookId(request.url);
      const isUpdate = request.method === "PATCH" && !id.includes("/");
      const preferred = isUpdate ? preferredAnswer(request.headers.get("prefer")) : undefined;
      const fault = requestedFault(request.headers.get("x-mock-fault"));
      const own = fault ?? preferred;
      const answer = own ?? (isOverLimit() ? ANSWERS.tooManyRequests : forced.shift());
      if (answer) return render(answer);
      if (id.includes("/")) throw new Refused(ANSWERS.unknownPath);
      if (request.method !== "PATCH") {
        throw new Refused(choices.other_methods === 404 ? ANSWERS.unknownPath : ANSWERS.otherMethod);
      }
      const body: UpdatedWebhook = { data: await update(request, id) };
      return render([ANSWERS.updated[0], ANSWERS.updated[1], JSON.stringify(body)]);
    } catch (error) {
      if (error instanceof Refused) return render(error.recorded);
      throw error;
    }
  }

  reset();
  const handlers = [http.all(origin + PATH, ({ request }) => respond(request))];
  return { handlers, webhooks, force, reset, respond };
}

function render([status, headers, body]: Recorded): Response {
  return status === 0 ? Response.error() : new Response(body, { status, headers });
}

function withMessage([status, headers, body]: Recorded, message: string | string[]): Recorded {
  return [status, headers, JSON.stringify({ ...(JSON.parse(body) as object), message })];
}

function withoutError([status, headers, body]: Recorded): Recorded {
  const { error: _, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return [status, headers, JSON.stringify(rest)];
}

function webhookId(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function checkToken(header: string | null, token: string, forbiddenToken: string, choices: Choices): void {
  const [scheme = "", ...rest] = (header ?? "").split(" ");
  const isBearer = scheme === "Bearer" || (choices.scheme_case === "any" && scheme.toLowerCase() === "bearer");
  const words = isBearer ? rest.join(" ").replace(/^ +/, "") : "";
  const sent = choices.token_words === "ignore" ? (words.split(" ")[0] ?? "") : words;
  if (sent && sent === forbiddenToken) throw new Refused(ANSWERS.forbidden);
  if (!sent || sent !== token) throw new Refused(ANSWERS.unauthorized);
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The digits of a UUID in lower case, without its hyphens and the braces around it. */
function digits(uuid: string): string {
  return uuid.replace(/^\{(.*)\}$/s, "$1").replaceAll("-", "").toLowerCase();
}

function newSecret(): string {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return Array.from({ length: 32 }, () => letters[Math.floor(Math.random() * letters.length)]).join("");
}

function withoutSecrets(choice: string, former: Webhook): string[] {
  if (choice === "keep") return former.secrets;
  return choice === "store" ? [] : [newSecret()];
}

// What the headers of a request ask for

const WORD = /(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\]|\\.)*")/.source;
const PREFERENCE = new RegExp(
  `[ \\t]*(?!")(${WORD})(?:[ \\t]*=[ \\t]*(${WORD})?)?(?:[ \\t]*;[ \\t]*(?:(?!")${WORD}(?:[ \\t]*=[ \\t]*(?:${WORD})?)?)?)*[ \\t]*(?:,|$)`,
  "y",
);
const NOTHING = /[ \t]*(?:,|$)/y;

/** The preferences of a Prefer header by name; of two with one name the first counts. */
function preferences(header: string): Map<string, string> {
  const found = new Map<string, string>();
  let place = 0;
  while (place < header.length) {
    PREFERENCE.lastIndex = NOTHING.lastIndex = place;
    const match = PREFERENCE.exec(header);
    const name = match?.[1]?.toLowerCase();
    if (name !== undefined && !found.has(name)) found.set(name, unquoted(match?.[2] ?? ""));
    if (!match && !NOTHING.test(header)) throw new Refused(ANSWERS.badPrefer);
    place = match ? PREFERENCE.lastIndex : NOTHING.lastIndex;
  }
  return found;
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word;
}

function preferredAnswer(header: string | null): Recorded | undefined {
  const wanted = preferences(header ?? "");
  const code = wanted.get("code");
  const example = wanted.get("example");
  if (code === undefined && example === undefined) return undefined;
  const unknown = UNKNOWN_EXAMPLE[code ?? ANY];
  if (!unknown) throw new Refused(filled(ANSWERS.unknownCode, code ?? ""));
  const preferred = PREFERRED[[code ?? [], example ?? []].flat().join(" ")];
  if (preferred) return preferred;
  throw new Refused(filled(unknown, example ?? ""));
}

function requestedFault(header: string | null): Recorded | undefined {
  if (header === null) return undefined;
  const fault = FAULTS[header];
  if (fault) return fault;
  throw new Refused(withMessage(ANSWERS.badPrefer, `${header}: the exported handlers know ${Object.keys(FAULTS).join(", ")}.`));
}

/** An answer with *value* where the recorded one has a stand-in. */
function filled([status, headers, body]: Recorded, value: string): Recorded {
  return [status, headers, body.replaceAll("stand-in", () => JSON.stringify(value).slice(1, -1))];
}

// The rules of the body

/** The body with the documented names of its properties: by choice, they may be in another case. */
function named(body: Map<string, unknown>, choices: Choices): Map<string, unknown> {
  if (choices.key_case === "exact") return body;
  const names = new Map(PROPERTIES.map(({ name }) => [name.toLowerCase(), name]));
  return new Map([...body].map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]));
}

function violated(body: Map<string, unknown>, choices: Choices): Violation[] {
  const found: Violation[] = [];
  if (choices.unknown_properties === "reject") {
    for (const name of body.keys()) {
      if (!PROPERTIES.some((property) => property.name === name)) {
        found.push({ property: name, keyword: "unknown", message: ADDED.unknown.replace("stand-in", () => name) });
      }
    }
  }
  for (const { name, isRequired, rules } of PROPERTIES) {
    const value = body.get(name) ?? null;
    const rejectsNull = choices[name === "url" ? "null_url" : "null_secrets"] === "reject";
    const isLeftOut = value === null && (!rejectsNull || !body.has(name));
    if (isLeftOut && !isRequired) continue;
    for (const rule of [...rules, ...addedRules(name, choices)]) {
      if (!keeps(value, rule, choices)) found.push({ ...rule, property: name });
    }
  }
  if (choices.messages === "first") return found.slice(0, 1);
  if (choices.messages === "all") return found;
  return found.filter((one, place) => found.findIndex((other) => other.property === one.property) === place);
}

function addedRules(name: string, choices: Choices): Rule[] {
  const rules: Rule[] = [];
  if (name === "events" && choices.duplicate_events === "reject") rules.push({ keyword: "unique", message: ADDED.unique });
  if (name === "secrets" && choices.secret_items === "strings") rules.push({ keyword: "strings", message: ADDED.strings });
  if (name === "secrets" && choices.empty_secrets === "reject") rules.push({ keyword: "notEmpty", message: ADDED.notEmpty });
  return rules;
}

function keeps(value: unknown, { keyword, value: limit }: Rule, choices: Choices): boolean {
  switch (keyword) {
    case "pattern":
      return typeof value === "string" && isSecureUrl(value, new RegExp(String(limit), "u"), choices);
    case "type":
      return limit === "array" ? Array.isArray(value) : typeof value === limit;
    case "minItems":
      return Array.isArray(value) && value.length >= Number(limit);
    case "maxItems":
      return Array.isArray(value) && value.length <= Number(limit);
    case "items.enum":
      return (Array.isArray(value) ? value : [value]).every((item) => (limit as unknown[]).includes(item));
    case "unique": {
      const texts = Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
      return new Set(texts).size === texts.length;
    }
    case "strings":
      return !Array.isArray(value) || value.every((item) => typeof item === "string");
    case "notEmpty":
      return !Array.isArray(value) || value.length > 0;
  }
  throw new Error(`No check for ${keyword}.`);
}

const URL_PARTS = /^(?<start>[^:/?#]+:\/\/(?<userinfo>[^/?#@]*@)?)(?<host>\[[^\]]*\]|[^:/?#@]*)(?<rest>.*)$/su;

function isSecureUrl(url: string, pattern: RegExp, choices: Choices): boolean {
  const { start = "", userinfo = "", host = "", rest = "" } = URL_PARTS.exec(url)?.groups ?? {};
  const name = host.replace(/\.$/, "");
  const isDotless = choices.dotless_hosts === "accept" && name !== "" && !name.includes(".");
  if (!pattern.test(url) && !(isDotless && pattern.test(`${start}${name}.example${rest}`))) return false;
  if (choices.userinfo === "reject" && userinfo) return false;
  const isIp = host.startsWith("[") || /^\p{Nd}+$/u.test(name.split(".").at(-1) ?? "");
  return !(choices.ip_hosts === "reject" && isIp);
}

// The body

function readBody(content: Uint8Array, headers: Headers, choices: Choices): Map<string, unknown> {
  if (content.length > LIMITS[choices.body_limit]) throw new Refused(ANSWERS.tooLarge);
  if (content.length === 0) return new Map();
  const [mediaType = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/.exec(one)?.[1]).findLast((one) => one !== undefined);
  if (mediaType.trim() !== "application/json") {
    if (choices.media_type === 415) throw new Refused(ANSWERS.otherMediaType);
    return new Map();
  }
  if (!["utf-8", "utf8", "us-ascii", "ascii"].includes(charset ?? "utf-8")) throw unreadable(NO_CHARSET, choices, 415);
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (!["", "identity"].includes(coding)) throw unreadable(NO_CODING, choices, 415);
  try {
    const value = new JsonReader(content).read();
    return value instanceof Map ? value : new Map();
  } catch (error) {
    if (error instanceof JsonError) throw unreadable(NOT_JSON + error.message, choices);
    throw error;
  }
}

function unreadable(message: string, choices: Choices, status = 400): Refused {
  if (status === 415 && choices.media_type === 415) return new Refused(withMessage(ANSWERS.otherMediaType, message));
  const answer = withMessage(ANSWERS.brokenRule, choices.unparseable_message === "array" ? [message] : message);
  return new Refused(choices.unparseable_error === "absent" ? withoutError(answer) : answer);
}

/** A secret that is not a string, as the answer has it. */
function asText(value: unknown, choices: Choices, depth = 0): string {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (depth === 254) throw unreadable(TOO_DEEP, choices);
  if (Array.isArray(value)) return `[${value.map((item) => asText(item, choices, depth + 1)).join(",")}]`;
  const members = [...(value as Map<string, unknown>)];
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${asText(item, choices, depth + 1)}`).join(",")}}`;
}

// JSON as the mock reads it: stricter than JSON.parse, with the same words for what is wrong

const MAX_DEPTH = 1024;
const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class JsonError extends Error {}

/** A number with its text as it is written back. */
class JsonNumber {
  readonly text: string;

  constructor(source: string) {
    const isWhole = /^-?[0-9]+$/.test(source);
    const value = Number(source);
    if (isWhole && BigInt(source) >= -(2n ** 63n) && BigInt(source) < 2n ** 64n) this.text = String(BigInt(source));
    else this.text = asFloat(value);
  }
}

function asFloat(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  if (/[.e]/.test(text)) return text;
  return text.replace("-", "").length > 16 ? value.toExponential().replace(/\.?0*e/, "e") : `${text}.0`;
}

class JsonReader {
  #text: string;
  #place = 0;
  #depth = 0;

  constructor(content: Uint8Array) {
    try {
      this.#text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    } catch {
      throw new JsonError("str is not valid UTF-8: surrogates not allowed: line 1 column 1 (char 0)");
    }
  }

  read(): unknown {
    if (this.#text.startsWith("\ufeff")) this.#fail("UTF-8 byte order mark (BOM) is not supported", 0);
    this.#skipBlanks();
    if (this.#place === this.#text.length) throw new JsonError("input data is empty: line 1 column 1 (char 0)");
    const value = this.#value();
    this.#skipBlanks();
    if (this.#place < this.#text.length) this.#fail("unexpected content after document");
    return value;
  }

  #fail(message: string, place = this.#place): never {
    const isOver = place >= this.#text.length;
    const before = this.#text.slice(0, place);
    const line = before.split("\n").length;
    const column = Array.from(before.slice(before.lastIndexOf("\n") + 1)).length + 1;
    const text = isOver ? "unexpected end of data" : message;
    throw new JsonError(`${text}: line ${line} column ${column} (char ${Array.from(before).length})`);
  }

  /** Fail at the end of the text where *isCut* says that the text breaks off, else here. */
  #failCut(message: string, isCut: boolean, place = this.#place): never {
    this.#fail(message, isCut ? this.#text.length : place);
  }

  #skipBlanks(): void {
    while (" \t\n\r".includes(this.#text[this.#place] ?? "x")) this.#place += 1;
  }

  #value(): unknown {
    const first = this.#text[this.#place] ?? "";
    if (first === "{") return this.#object();
    if (first === "[") return this.#array();
    if (first === '"') return this.#string();
    if (first === "t") return this.#literal("true", true);
    if (first === "f") return this.#literal("false", false);
    if (first === "n") return this.#literal("null", null);
    if (/[0-9+.-]/.test(first)) return this.#number();
    return this.#fail("unexpected character, expected a JSON value");
  }

  #literal(word: string, value: boolean | null): boolean | null {
    if (!this.#text.startsWith(word, this.#place)) {
      this.#failCut(`invalid literal, expected '${word}'`, word.startsWith(this.#text.slice(this.#place)));
    }
    this.#place += word.length;
    return value;
  }

  #digits(what: string): void {
    if (!/[0-9]/.test(this.#text[this.#place] ?? "")) this.#fail(`no digit after ${what}`);
    while (/[0-9]/.test(this.#text[this.#place] ?? "")) this.#place += 1;
  }

  #number(): JsonNumber {
    const start = this.#place;
    if (this.#text[this.#place] === "-") this.#place += 1;
    const first = this.#place;
    this.#digits("sign");
    if (this.#text[first] === "0" && this.#place > first + 1) this.#fail("number with leading zero is not allowed", first);
    if (this.#text[this.#place] === ".") {
      this.#place += 1;
      this.#digits("decimal point");
    }
    if (/[eE]/.test(this.#text[this.#place] ?? "")) {
      this.#place += 1;
      if (/[+-]/.test(this.#text[this.#place] ?? "")) this.#place += 1;
      this.#digits("exponent sign");
    }
    const source = this.#text.slice(start, this.#place);
    if (!Number.isFinite(Number(source))) this.#fail("number is infinity when parsed as double", start);
    return new JsonNumber(source);
  }

  #string(): string {
    let value = "";
    for (this.#place += 1; this.#text[this.#place] !== '"'; ) {
      const character = this.#text[this.#place] ?? this.#fail("");
      if (character < " ") this.#fail("unexpected control character in string");
      if (character === "\\") value += this.#escaped();
      else {
        value += character;
        this.#place += 1;
      }
    }
    this.#place += 1;
    return value;
  }

  #escaped(): string {
    const rest = this.#text.slice(this.#place, this.#place + 12);
    const simple = ESCAPES[rest[1] ?? ""];
    if (simple !== undefined) {
      this.#place += 2;
      return simple;
    }
    const isCut = rest.length + this.#place === this.#text.length && /^\\(?:u[0-9a-f]{0,3})?$/i.test(rest);
    const unit = /^\\u([0-9a-f]{4})/i.exec(rest)?.[1] ?? this.#failCut("invalid escaped sequence in string", isCut);
    if (!/^d[89a-f]/i.test(unit)) {
      this.#place += 6;
      return String.fromCharCode(Number.parseInt(unit, 16));
    }
    const tail = rest.slice(6);
    const isTailCut = this.#place + rest.length === this.#text.length && /^(?:\\(?:u(?:d(?:[c-f][0-9a-f]?)?)?)?)?$/i.test(tail);
    if (/^d[c-f]/i.test(unit)) this.#failCut("invalid high surrogate in string", isTailCut);
    if (!/^\\u/.test(tail)) this.#failCut("no low surrogate in string", isTailCut);
    const low = /^\\u([0-9a-f]{4})/i.exec(tail)?.[1] ?? this.#failCut("invalid escape in string", isTailCut);
    if (!/^d[c-f]/i.test(low)) this.#fail("invalid low surrogate in string");
    this.#place += 12;
    return String.fromCharCode(Number.parseInt(unit, 16), Number.parseInt(low, 16));
  }

  #enter(): void {
    this.#place += 1;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail("depth limit exceeded");
    this.#skipBlanks();
  }

  /** Go behind the end of a value; say whether another one follows. */
  #goesOn(end: string, next: string): boolean {
    this.#skipBlanks();
    const character = this.#text[this.#place];
    if (character !== "," && character !== end) this.#fail(`unexpected character, expected ',' or '${end}'`);
    const comma = this.#place;
    this.#place += 1;
    if (character === end) {
      this.#depth -= 1;
      return false;
    }
    this.#skipBlanks();
    if (this.#text[this.#place] === end) this.#fail("trailing comma is not allowed", comma);
    if (next && this.#text[this.#place] !== next) this.#fail("unexpected character, expected a string key");
    return true;
  }

  #array(): unknown[] {
    const found: unknown[] = [];
    this.#enter();
    if (this.#text[this.#place] === "]") {
      this.#place += 1;
      this.#depth -= 1;
      return found;
    }
    do found.push(this.#value());
    while (this.#goesOn("]", ""));
    return found;
  }

  #object(): Map<string, unknown> {
    const found = new Map<string, unknown>();
    this.#enter();
    if (this.#text[this.#place] === "}") {
      this.#place += 1;
      this.#depth -= 1;
      return found;
    }
    if (this.#text[this.#place] !== '"') this.#fail("unexpected character, expected a string key");
    do {
      const name = this.#string();
      this.#skipBlanks();
      if (this.#text[this.#place] !== ":") this.#fail("unexpected character, expected ':' after key");
      this.#place += 1;
      this.#skipBlanks();
      found.set(name, this.#value());
    } while (this.#goesOn("}", '"'));
    return found;
  }
}
