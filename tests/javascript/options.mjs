// Prints what the options of the exported handlers bring about.
// Standard input: {module, path}

import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const given = JSON.parse(await text(process.stdin));
const { userWebhookMock } = await import(pathToFileURL(given.module).href);

async function update(mock, { id = "my-hook", token = "my-token", headers = {} } = {}) {
  const url = `http://exported.test${given.path}${id}`;
  const sent = { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers };
  const response = await mock.respond(new Request(url, { method: "PATCH", headers: sent, body: '{"events":["all"]}' }));
  return response.status;
}

const limited = userWebhookMock({ webhooks: [{ id: "my-hook" }], token: "my-token", rateLimit: { requests: 2, seconds: 60 } });
const statuses = [];
for (const headers of [{ "x-mock-fault": "503" }, {}, {}, {}, { prefer: "code=404" }]) statuses.push(await update(limited, { headers }));
limited.reset();
statuses.push(await update(limited));

const own = userWebhookMock({ webhooks: [{ id: "my-hook", url: "https://hooks.example.com/own" }], token: "my-token", forbiddenToken: "no" });
const callers = [await update(own), await update(own, { token: "no" }), await update(own, { token: "valid-token" }), await update(own, { id: "x" })];
own.force("not-found", 2);
own.force("drop");
const forced = [await update(own), await update(own), await update(own), await update(own)];
let complaint = "";
try {
  own.force("nope");
} catch (error) {
  complaint = error.message;
}
process.stdout.write(JSON.stringify({ statuses, callers, forced, complaint, url: own.webhooks.get("my-hook").url }));
