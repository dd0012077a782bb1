// openapi-backend on plain node:http, with a token and a store, so that its work is that of the mock.
// DOCUMENT=openapi.json node openapi_backend.mjs PORT

import { createServer } from "node:http";
import { OpenAPIBackend } from "openapi-backend";

const TOKEN = "Bearer valid-token";
const webhooks = new Map([
  ["cf3832dd-ba9b-4187-9ab2-c6cadafe875b", { clientId: "client", url: "https://hooks.example.com/", events: ["all"], secrets: [] }],
]);

const answer = (status, body) => ({ status, body: JSON.stringify(body) });

const api = new OpenAPIBackend({
  definition: process.env.DOCUMENT,
  ajvOpts: { allErrors: true, logger: false }, // all broken rules, as the mock names them
  securityHandlers: { "public-api": (context) => context.request.headers.authorization === TOKEN },
  handlers: {
    UserWebhooksController_updateOneUserWebhook: (context) => {
      const id = context.request.params.webhookId;
      const stored = webhooks.get(id);
      if (!stored) return answer(404, { message: "Webhook not found", error: "Not Found", statusCode: 404 });
      const updated = { ...stored, ...context.request.requestBody };
      webhooks.set(id, updated);
      return answer(201, { data: { id, ...updated } });
    },
    unauthorizedHandler: () => answer(401, { message: "Unauthorized", statusCode: 401 }),
    validationFail: (context) =>
      answer(400, {
        message: context.validation.errors.map((error) => error.message),
        error: "Bad Request",
        statusCode: 400,
      }),
    notFound: () => answer(404, { message: "Not Found", error: "Not Found", statusCode: 404 }),
    methodNotAllowed: () => answer(405, { message: "Method Not Allowed", statusCode: 405 }),
  },
});
await api.init();

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const { method, url: path, headers } = request;
    const { status, body } = await api.handleRequest({ method, path, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(process.argv[2]), "127.0.0.1");
