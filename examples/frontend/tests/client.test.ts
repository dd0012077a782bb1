import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UpdateError, updateWebhook } from "../src/client";
import { userWebhookMock } from "../src/mocks/user-webhook-mock";

// The same tests against the mock server, where one runs, and against the exported handlers.
const { TARGET, TOKEN = "valid-token", WEBHOOK_ID = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b" } = process.env;
const EXPORTED = "http://exported.test";
const mock = userWebhookMock({ origin: EXPORTED, token: TOKEN });
const server = setupServer(...mock.handlers);

beforeAll(() => server.listen({ onUnhandledFrame: "bypass" }));
afterAll(() => server.close());

describe.each([EXPORTED, ...(TARGET ? [TARGET] : [])])("against %s", (address) => {
  test("an update is stored", async () => {
    const webhook = await updateWebhook(WEBHOOK_ID, { events: ["all"] }, { token: TOKEN, address });

    expect(webhook).toMatchObject({ id: WEBHOOK_ID, events: ["all"] });
  });

  test("each broken rule is named at its field", async () => {
    const update = { url: "http://hooks.example.com", events: [], secrets: ["a", "b", "c"] };

    const error: unknown = await updateWebhook(WEBHOOK_ID, update, { token: TOKEN, address }).catch((one: unknown) => one);

    expect(error).toBeInstanceOf(UpdateError);
    expect(error).toMatchObject({
      status: 400,
      general: [],
      fields: {
        url: ["should be a secure URL with HTTPS"],
        events: ["events must contain at least 1 elements"],
        secrets: ["secrets must contain no more than 2 elements"],
      },
    });
  });

  test.each([
    ["an unknown token", "unknown", WEBHOOK_ID, 401, "Unauthorized"],
    ["a token without the scope", "forbidden-token", WEBHOOK_ID, 403, "Forbidden Resource"],
    ["an unknown webhook", TOKEN, "nobody", 404, "Webhook not found"],
  ])("%s is shown above the form", async (_name, token, id, status, message) => {
    const error: unknown = await updateWebhook(id, { events: ["all"] }, { token, address }).catch((one: unknown) => one);

    expect(error).toMatchObject({ status, general: [message], fields: {} });
  });
});

test.each([
  [429, "Too many updates: try again in a minute."],
  [503, "The API is unavailable: try again later."],
  ["drop", "No response from the API: the update may not have been saved. Try again."],
])("the exported handlers answer %s when they are told to", async (fault, message) => {
  mock.force(fault);

  const error: unknown = await updateWebhook(WEBHOOK_ID, { events: ["all"] }, { token: TOKEN, address: EXPORTED }).catch(
    (one: unknown) => one,
  );

  expect(error).toMatchObject({ general: [message] });
});
