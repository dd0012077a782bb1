// Scalar's mock server, as its page starts it. DOCUMENT=openapi.json node scalar.mjs PORT

import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { createMockServer } from "@scalar/mock-server";

const document = JSON.parse(readFileSync(process.env.DOCUMENT, "utf8"));
const app = await createMockServer({ document, logger: false });
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.argv[2]) });
