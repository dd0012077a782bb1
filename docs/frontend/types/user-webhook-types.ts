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

/** What the API sends to the url of a webhook, signed in the header `Nursa-Signature`. */
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

  /** What the mock does where the documents are silent. `/settings` has the question of each. */
  export interface Choices {
    /** What becomes of the secrets when an update has none? */
    omitted_secrets: "generate" | "keep";
    /** What becomes of an empty list of secrets? */
    empty_secrets: "generate" | "reject" | "keep" | "store";
    /** Are secrets that are no strings accepted? */
    secret_items: "any" | "strings";
    /** Is null in url or secrets the same as leaving it out? */
    null_optional: "omit" | "reject";
    /** What becomes of a property that the body does not define? */
    unknown_properties: "ignore" | "reject";
    /** What becomes of an event that is named twice? */
    duplicate_events: "keep" | "merge" | "reject";
    /** Which is answered first, a broken rule or an unknown webhook? */
    check_order: "body_first" | "lookup_first";
    /** Does a refusal name every broken rule? */
    messages: "all" | "first_per_property" | "first";
    /** Is the message on a body that is not JSON a string or an array? */
    unparseable_message: "string" | "array";
    /** With which status is a body of another media type refused? */
    media_type: 400 | 415;
    /** With which status is another method on the path refused? */
    other_methods: 404 | 405;
    /** Is the message of a 404 "Webhook not found" or "Not Found"? */
    not_found_message: "webhook" | "generic";
    /** How large may a body be? */
    body_limit: "100kB" | "1MB";
    /** Is a host without a dot, such as localhost, a legal host? */
    dotless_hosts: "reject" | "accept";
    /** Is an IP address a legal host? */
    ip_hosts: "accept" | "reject";
    /** May a url carry a user name and a password? */
    userinfo: "accept" | "reject";
  }

  export interface ChoicesUpdate {
    /** What becomes of the secrets when an update has none? */
    omitted_secrets?: "generate" | "keep";
    /** What becomes of an empty list of secrets? */
    empty_secrets?: "generate" | "reject" | "keep" | "store";
    /** Are secrets that are no strings accepted? */
    secret_items?: "any" | "strings";
    /** Is null in url or secrets the same as leaving it out? */
    null_optional?: "omit" | "reject";
    /** What becomes of a property that the body does not define? */
    unknown_properties?: "ignore" | "reject";
    /** What becomes of an event that is named twice? */
    duplicate_events?: "keep" | "merge" | "reject";
    /** Which is answered first, a broken rule or an unknown webhook? */
    check_order?: "body_first" | "lookup_first";
    /** Does a refusal name every broken rule? */
    messages?: "all" | "first_per_property" | "first";
    /** Is the message on a body that is not JSON a string or an array? */
    unparseable_message?: "string" | "array";
    /** With which status is a body of another media type refused? */
    media_type?: 400 | 415;
    /** With which status is another method on the path refused? */
    other_methods?: 404 | 405;
    /** Is the message of a 404 "Webhook not found" or "Not Found"? */
    not_found_message?: "webhook" | "generic";
    /** How large may a body be? */
    body_limit?: "100kB" | "1MB";
    /** Is a host without a dot, such as localhost, a legal host? */
    dotless_hosts?: "reject" | "accept";
    /** Is an IP address a legal host? */
    ip_hosts?: "accept" | "reject";
    /** May a url carry a user name and a password? */
    userinfo?: "accept" | "reject";
  }

  export interface Trouble {
    /** As in 200ms, 1s or 150ms..400ms. */
    latency: string | null;
    /** The share of requests that get 500; 1 makes every call fail. */
    fail_rate: number;
    fault_seed: number | null;
    /** As in 100/m; above it the answer is 429 as the provider's. */
    rate_limit: string | null;
    /** NAME or NAME:COUNT, one after the other; without a count it does not end. */
    script: string[];
  }

  export interface TroubleUpdate {
    /** As in 200ms, 1s or 150ms..400ms. */
    latency?: string | null;
    /** The share of requests that get 500; 1 makes every call fail. */
    fail_rate?: number;
    fault_seed?: number | null;
    /** As in 100/m; above it the answer is 429 as the provider's. */
    rate_limit?: string | null;
    /** NAME or NAME:COUNT, one after the other; without a count it does not end. */
    script?: string[];
  }

  export interface Entry {
    number: number;
    time: string;
    method: string;
    path: string;
    webhookId: string | null;
    caller: "valid" | "forbidden" | "unknown" | "malformed" | "none";
    headers: Record<string, string>;
    /** What was sent: JSON, or text where it is none. */
    body: unknown | null;
    body_bytes: number;
    body_is_cut: boolean;
    status: number | null;
    answer: unknown | null;
    /** As in the log; empty where the update was carried out. */
    reason: string;
    broken_rules: {
      property: string;
      keyword: string;
      message: string;
    }[];
    milliseconds: number;
    /** The documented answer that Prefer asked for. */
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
    /** Why it is redirected, failed or not sent. */
    reason: string | null;
    /** When it is tried next, in the mock's time. */
    due: string | null;
    /** To the byte what is sent and signed. */
    body: string;
    attempts: {
      /** In the mock's time; the time in the signature is the machine's. */
      time: string;
      /** The url that was called. */
      receiver: string;
      signature: string;
      status: number | null;
      /** The beginning of the answer's body. */
      answer: string;
      /** Why there is no status. */
      error: string | null;
      milliseconds: number;
    }[];
  }
}
