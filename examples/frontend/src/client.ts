import type { BadRequest, UpdatedWebhook, UpdateUserWebhook, Webhook } from "./user-webhook-types";

export type Field = keyof UpdateUserWebhook;

const FIELDS: [Field, RegExp][] = [
  ["url", /^url |secure URL/],
  ["events", /\bevents\b/],
  ["secrets", /\bsecrets\b/],
];

/** An update that was not carried out: what to show at each field, and what above the form. */
export class UpdateError extends Error {
  readonly status: number;
  readonly fields: Partial<Record<Field, string[]>> = {};
  readonly general: string[] = [];

  constructor(status: number, messages: string[]) {
    super(messages.join("\n"));
    this.status = status;
    for (const message of messages) {
      const field = status === 400 ? FIELDS.find(([, pattern]) => pattern.test(message))?.[0] : undefined;
      if (field) (this.fields[field] ??= []).push(message);
      else this.general.push(message);
    }
  }
}

export async function updateWebhook(
  id: string,
  update: UpdateUserWebhook,
  { token, address = "" }: { token: string; address?: string },
): Promise<Webhook> {
  try {
    const response = await fetch(`${address}/api/v2/public/webhooks/user/${encodeURIComponent(id)}`, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(update),
    });
    if (response.status === 201) return ((await response.json()) as UpdatedWebhook).data;
    throw new UpdateError(response.status, await messages(response));
  } catch (error) {
    if (error instanceof UpdateError) throw error;
    throw new UpdateError(0, ["No response from the API: the update may not have been saved. Try again."]);
  }
}

async function messages(response: Response): Promise<string[]> {
  if (response.status === 429) return ["Too many updates: try again in a minute."]; // an HTML page
  if (response.status >= 500) return ["The API is unavailable: try again later."];
  const { message } = (await response.json()) as Pick<BadRequest, "message">;
  return Array.isArray(message) ? message : [message];
}
