// Prints what the exported verifier makes of each vector, and what the exported signer signs.
// Standard input: {module, signing: [...], verifying: [...]}, as in docs/signature-vectors.json

import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const given = JSON.parse(await text(process.stdin));
const { SignatureError, sign, verifySignature } = await import(pathToFileURL(given.module).href);

async function judged({ header, body, secrets, tolerance, now }) {
  try {
    await verifySignature(header, body, secrets, { tolerance, now });
    return "valid";
  } catch (error) {
    if (error instanceof SignatureError) return error.code;
    throw error;
  }
}

const verifying = [];
for (const vector of given.verifying) verifying.push(await judged(vector));
const signing = [];
for (const { body, secrets, at } of given.signing) signing.push(await sign(new TextEncoder().encode(body), secrets, at));
process.stdout.write(JSON.stringify({ signing, verifying }));
