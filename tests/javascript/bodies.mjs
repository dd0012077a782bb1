// Prints the answers of the exported handlers to bodies, as [status, body].
// Standard input: {module, path, bodies: [base64]}

import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const given = JSON.parse(await text(process.stdin));
const { userWebhookMock } = await import(pathToFileURL(given.module).href);
const mock = userWebhookMock();
const headers = { authorization: "Bearer valid-token", "content-type": "application/json" };
const answers = [];
for (const body of given.bodies) {
  const request = new Request(`http://exported.test${given.path}`, { method: "PATCH", headers, body: Buffer.from(body, "base64") });
  const response = await mock.respond(request);
  answers.push([response.status, await response.text()]);
}
process.stdout.write(JSON.stringify(answers));
