// Sends each request of a Bruno collection to the mock; prints the names of the requests and what their assertions say.
// Standard input: {folder, address}

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import lang from "@usebruno/lang";

const { bruToEnvJsonV2, bruToJsonV2 } = lang;
const { folder, address } = JSON.parse(await text(process.stdin));
const stated = bruToEnvJsonV2(readFileSync(join(folder, "environments", "mock.bru"), "utf8")).variables;
const variables = { ...Object.fromEntries(stated.map(({ name, value }) => [name, value])), baseUrl: address };
const filled = (template) => template.replace(/\{\{(\w+)\}\}/g, (_, name) => variables[name]);
const results = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".bru"))) {
  const { meta, http, headers, body, assertions } = bruToJsonV2(readFileSync(join(folder, file), "utf8"));
  const response = await fetch(filled(http.url), {
    method: http.method.toUpperCase(),
    headers: headers.map(({ name, value }) => [name, filled(value)]),
    body: body.json,
  });
  const [{ name, value }] = assertions;
  results.push({ name: meta.name, assertion: name, expected: value, status: response.status });
}
process.stdout.write(JSON.stringify(results));
