// Sends requests to mocks and to the exported handlers; prints in what the answers differ.
// Standard input: {module, msw, runs: [{name, address, options, requests: [{title, method, path, headers, body}]}]}

import { request as send } from "node:http";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { setupServer } from "msw/node";

const CONNECTION = new Set(["connection", "content-length", "date", "keep-alive", "server", "vary"]);
const ORIGIN = "http://exported.test";
const given = JSON.parse(await text(process.stdin));
const { userWebhookMock } = await import(pathToFileURL(given.module).href);

function shown(status, headers, body) {
  const kept = [...headers].filter(([name]) => !CONNECTION.has(name) && !name.startsWith("access-control-"));
  return { status, headers: Object.fromEntries(kept.sort()), body };
}

function askMock(address, { method, path, headers, body }) {
  const content = Buffer.from(body, "base64");
  return new Promise((resolve, reject) => {
    const sent = send(address + path, { method, headers: { ...headers, "content-length": content.length } }, async (response) => {
      resolve(shown(response.statusCode, Object.entries(response.headers), await text(response)));
    });
    sent.on("error", reject).end(content);
  });
}

async function askExport({ method, path, headers, body }) {
  const content = ["GET", "HEAD"].includes(method) ? undefined : Buffer.from(body, "base64");
  const response = await fetch(ORIGIN + path, { method, headers, body: content });
  return shown(response.status, response.headers.entries(), await response.text());
}

// A generated secret may differ, but the same one is the same in each later answer.
function pairedSecrets(pairs, mock, exported) {
  let [mine, theirs] = [[], []];
  try {
    [mine, theirs] = [JSON.parse(mock.body).data.secrets, JSON.parse(exported.body).data.secrets];
  } catch {
    return exported.body;
  }
  let body = exported.body;
  theirs.forEach((secret, place) => {
    if (!/^[A-Za-z0-9]{32}$/.test(secret) || mine[place] === undefined) return;
    if (!pairs.has(secret) && ![...pairs.values()].includes(mine[place])) pairs.set(secret, mine[place]);
    body = body.replaceAll(secret, pairs.get(secret) ?? secret);
  });
  return body;
}

const differences = [];
let count = 0;
for (const { name, address, options, requests } of given.runs) {
  const server = setupServer();
  const expected = [];
  for (const request of requests) expected.push(await askMock(address, request));
  server.use(...userWebhookMock({ ...options, origin: ORIGIN }).handlers);
  server.listen({ onUnhandledRequest: "error", onUnhandledFrame: "error" });
  const pairs = new Map();
  for (const [place, request] of requests.entries()) {
    const mock = expected[place];
    const exported = await askExport(request);
    exported.body = pairedSecrets(pairs, mock, exported);
    count += 1;
    if (JSON.stringify(mock) !== JSON.stringify(exported)) differences.push({ run: name, title: request.title, mock, exported });
  }
  server.close();
}
process.stdout.write(JSON.stringify({ count, differences }));
