// The types of Update User Webhook and of the mock's control API.
// Written by `user-webhook-mock export types` (0.1.0).

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

/** The control API of the mock, under `/__mock__`. */
export declare namespace Control {
  export type SpaceName = string;

  export interface Space {
    name: string;
    /** Entries of its journal. */
    requests: number;
    deliveries: number;
  }

  export interface Webhook {
    id: string;
    url: string;
    events: Event[];
    clientId: string;
    secrets: string[];
  }

  export interface WebhookUpdate {
    id?: string;
    url?: string;
    events?: Event[];
    clientId?: string;
    secrets?: string[];
  }

  export type Event = "all" | "facility.user-connection.accepted" | "facility.user-connection.rejected" | "facility.creation.accepted" | "facility.creation.rejected";

  /** The choices where the documents are silent. `/settings` has the question of each. */
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
    other_methods: 404 | 405;
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

  export interface ChoicesUpdate {
    /** What happens to the stored secrets when an update omits them? */
    omitted_secrets?: "generate" | "keep";
    /** What does an empty list of secrets do? */
    empty_secrets?: "generate" | "reject" | "keep" | "store";
    /** Are secrets accepted that are not strings? */
    secret_items?: "any" | "strings";
    /** What does null in secrets do? */
    null_secrets?: "as_omitted" | "generate" | "keep" | "reject";
    /** What does null in url do? */
    null_url?: "keep" | "reject";
    /** Is a property read whose name is in another case, such as EVENTS? */
    key_case?: "exact" | "any";
    /** What happens to a property that the document does not define? */
    unknown_properties?: "ignore" | "reject";
    /** What happens to an event that is listed twice? */
    duplicate_events?: "keep" | "merge" | "reject";
    /** If a request breaks a rule and its webhook is unknown, which error comes first? */
    check_order?: "body_first" | "lookup_first";
    /** Does a 400 list every broken rule? */
    messages?: "all" | "first_per_property" | "first";
    /** If the body is not JSON, is the message a string or an array? */
    unparseable_message?: "string" | "array";
    /** If the body is not JSON, does the 400 have the property error? */
    unparseable_error?: "present" | "absent";
    /** Which status does a body of another media type get? */
    media_type?: 400 | 415;
    /** Which status does another method on the path get? */
    other_methods?: 404 | 405;
    /** Is the message of a 404 "Webhook not found" or "Not Found"? */
    not_found_message?: "webhook" | "generic";
    /** What is the largest body that is accepted? */
    body_limit?: "100kB" | "1MB";
    /** Is a host name without a dot, such as localhost, accepted in a url? */
    dotless_hosts?: "reject" | "accept";
    /** Is an IP address accepted as the host of a url? */
    ip_hosts?: "accept" | "reject";
    /** Are a user name and a password accepted in a url? */
    userinfo?: "accept" | "reject";
    /** Does a UUID in another case, with other hyphens or in braces name the same webhook? */
    uuid_forms?: "exact" | "any";
    /** Is a token accepted that has more words behind it, as in "Bearer TOKEN more"? */
    token_words?: "refuse" | "ignore";
    /** Is the scheme of a token accepted in another case, as in "bearer TOKEN"? */
    scheme_case?: "any" | "exact";
  }

  export interface FaultPlan {
    /** Like 200ms, 1s or 150ms..400ms. */
    latency: string | null;
    /** The share of requests that get 500; 1 makes every call fail. */
    fail_rate: number;
    fault_seed: number | null;
    /** Like 100/m; above it the response is 429, as the provider's. */
    rate_limit: string | null;
    /** NAME or NAME:COUNT, one after the other; without a count it does not end. A fault is drop, hang, cut, slow, malformed, a status from 400 to 511, or a documented response such as '404 not-found'. `drop` closes the connection without a response. `hang` sends nothing until the client gives up, at most 5 minutes. `cut` closes the connection in the middle of the response's body. `slow` sends the response's body byte by byte. `malformed` sends a body that is not valid JSON. A fault is drop, hang, cut, slow, malformed, a status from 400 to 511, or a documented response such as '404 not-found'. `drop` closes the connection without a response. `hang` sends nothing until the client gives up, at most 5 minutes. `cut` closes the connection in the middle of the response's body. `slow` sends the response's body byte by byte. `malformed` sends a body that is not valid JSON. */
    script: string[];
  }

  export interface FaultPlanUpdate {
    /** Like 200ms, 1s or 150ms..400ms. */
    latency?: string | null;
    /** The share of requests that get 500; 1 makes every call fail. */
    fail_rate?: number;
    fault_seed?: number | null;
    /** Like 100/m; above it the response is 429, as the provider's. */
    rate_limit?: string | null;
    /** NAME or NAME:COUNT, one after the other; without a count it does not end. A fault is drop, hang, cut, slow, malformed, a status from 400 to 511, or a documented response such as '404 not-found'. `drop` closes the connection without a response. `hang` sends nothing until the client gives up, at most 5 minutes. `cut` closes the connection in the middle of the response's body. `slow` sends the response's body byte by byte. `malformed` sends a body that is not valid JSON. A fault is drop, hang, cut, slow, malformed, a status from 400 to 511, or a documented response such as '404 not-found'. `drop` closes the connection without a response. `hang` sends nothing until the client gives up, at most 5 minutes. `cut` closes the connection in the middle of the response's body. `slow` sends the response's body byte by byte. `malformed` sends a body that is not valid JSON. */
    script?: string[];
  }

  export interface Entry {
    number: number;
    time: string;
    method: string;
    path: string;
    webhookId: string | null;
    caller: "valid" | "forbidden" | "expired" | "unknown" | "malformed" | "none";
    headers: Record<string, string>;
    /** The body that was sent: JSON, or text if it is not JSON. */
    body: unknown | null;
    body_bytes: number;
    body_is_cut: boolean;
    status: number | null;
    /** The response. */
    answer: unknown | null;
    /** As in the log: why the update was not carried out, and why a browser keeps the response from its page; empty if neither is the case. */
    reason: string;
    broken_rules: {
      property: string;
      keyword: string;
      message: string;
    }[];
    milliseconds: number;
    /** The documented response that Prefer asked for. */
    forced: string | null;
    fault: string | null;
  }

  export interface Delivery {
    number: number;
    eventType: string;
    webhookId: string;
    /** As stored when the event was fired, without user name and password. */
    url: string;
    state: "pending" | "delivered" | "redirected" | "failed" | "not-sent";
    /** Why it was redirected, failed or not sent. */
    reason: string | null;
    /** When it is tried next, in the mock's time. */
    due: string | null;
    /** The body exactly as it is sent and signed. */
    body: string;
    attempts: {
      /** In the mock's time; the time in the signature is the machine's. */
      time: string;
      /** The url that was called. */
      receiver: string;
      signature: string;
      status: number | null;
      /** The beginning of the response's body. */
      answer: string;
      /** Why the receiver sent none. */
      error: string | null;
      milliseconds: number;
    }[];
  }
}
