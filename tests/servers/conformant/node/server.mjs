// Update User Webhook the NestJS way: Express, class-transformer and class-validator, one exception envelope.
import { randomBytes, randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { plainToInstance } from 'class-transformer';
import {
  ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsOptional, IsString, IsUrl, ValidateIf, isUUID, validate,
} from 'class-validator';
import express from 'express';

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: 'all' }, // all | first_per_property | first
    'omitted-secrets': { type: 'string', default: 'generate' }, // generate | keep
    'secret-items': { type: 'string', default: 'any' }, // any | strings | stringify
    'secret-style': { type: 'string', default: 'alphanumeric' }, // alphanumeric | uuid | whsec
    'null-optional': { type: 'string', default: 'omit' }, // omit | reject
    'unknown-properties': { type: 'string', default: 'ignore' }, // ignore | reject
    'duplicate-events': { type: 'string', default: 'keep' }, // keep | merge
    'check-order': { type: 'string', default: 'auth,body,lookup' },
    'not-found-message': { type: 'string', default: 'webhook' }, // webhook | generic
    'unparseable-message': { type: 'string', default: 'string' }, // string | array
    'odd-ids': { type: 'string', default: 'not-found' }, // not-found | bad-request | uuid-pipe
    hosts: { type: 'string', default: 'public' }, // public | any
    url: { type: 'string', default: 'as-sent' }, // as-sent | canonical
    'media-types': { type: 'string', default: 'json' }, // json | any
    'body-limit': { type: 'string', default: '100kb' },
    extras: { type: 'string', default: 'none' }, // none | both
    layout: { type: 'string', default: 'compact' }, // compact | pretty | escaped
    transfer: { type: 'string', default: 'plain' }, // plain | chunked | gzip | until-close
  },
});

const EVENTS = [
  'all',
  'facility.user-connection.accepted',
  'facility.user-connection.rejected',
  'facility.creation.accepted',
  'facility.creation.rejected',
];

const webhooks = new Map([
  ['cf3832dd-ba9b-4187-9ab2-c6cadafe875b', {
    url: 'https://node-one.example.com/hook',
    events: ['facility.creation.rejected'],
    clientId: '6f1e0c9a2b',
    secrets: ['nodeSeedSecretOfTheFirstWebhook1', 'nodeSeedSecretOfTheFirstWebhook2'],
  }],
  ['dd6189c9-4aae-4ca3-b855-654c607824da', {
    url: 'https://node-two.example.org/hook',
    events: ['all'],
    clientId: 'org_01J9ZK/other',
    secrets: ['nodeSeedSecretOfTheSecondWebhook'],
  }],
]);

class UpdateUserWebhook {}

// Decorators run from the one next to the property upwards, as TypeScript runs them.
const decorate = (property, ...decorators) => {
  for (const decorator of decorators.reverse()) decorator(UpdateUserWebhook.prototype, property);
};

const whereSent = options['null-optional'] === 'omit'
  ? () => IsOptional()
  : () => ValidateIf((_, value) => value !== undefined);

const urlRules = { protocols: ['https'], require_protocol: true, require_tld: options.hosts === 'public' };
decorate(
  'url',
  whereSent(),
  IsString(),
  IsUrl(urlRules, { message: 'should be a secure URL with HTTPS' }),
);
decorate(
  'events',
  IsIn(EVENTS, { each: true }),
  IsArray(),
  ArrayMinSize(1),
);
decorate(
  'secrets',
  whereSent(),
  ...(options['secret-items'] === 'strings' ? [IsString({ each: true })] : []),
  IsArray(),
  ArrayMaxSize(2),
);

class HttpError extends Error {
  constructor(status, message = STATUS_CODES[status]) {
    super(String(message));
    this.status = status;
    this.body = { message, error: STATUS_CODES[status], statusCode: status };
  }
}

const generateSecret = () => {
  if (options['secret-style'] === 'uuid') return randomUUID();
  if (options['secret-style'] === 'whsec') return `whsec_${randomBytes(24).toString('base64')}`;
  return randomBytes(48).toString('base64').replace(/[^0-9A-Za-z]/g, '').slice(0, 32);
};

const authenticate = (request) => {
  const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || !token || rest.length) throw new HttpError(401);
  if (token === 'forbidden-token') throw new HttpError(403, 'Forbidden Resource');
  if (token !== 'valid-token') throw new HttpError(401);
};

const lookUp = (request) => {
  const { webhookId } = request.params;
  if (options['odd-ids'] === 'uuid-pipe' && !isUUID(webhookId)) {
    throw new HttpError(400, 'Validation failed (uuid is expected)');
  }
  if (options['odd-ids'] === 'bad-request' && (webhookId.length > 255 || /\p{Cc}/u.test(webhookId))) {
    throw new HttpError(400, 'Validation failed (webhookId cannot be read)');
  }
  const webhook = webhooks.get(webhookId);
  if (!webhook) throw new HttpError(404, options['not-found-message'] === 'webhook' ? 'Webhook not found' : 'Not Found');
  request.webhook = webhook;
};

const validateBody = async (request) => {
  const plain = request.body ?? {};
  if (Array.isArray(plain) || typeof plain !== 'object') throw new HttpError(400, ['body must be an object']);
  const update = plainToInstance(UpdateUserWebhook, plain);
  const errors = await validate(update, {
    stopAtFirstError: options.messages !== 'all',
    ...(options['unknown-properties'] === 'reject' ? { whitelist: true, forbidNonWhitelisted: true } : {}),
  });
  const messages = errors.flatMap((error) => Object.values(error.constraints ?? {}));
  if (messages.length) throw new HttpError(400, options.messages === 'first' ? messages.slice(0, 1) : messages);
  request.update = update;
};

const STEPS = { auth: authenticate, lookup: lookUp, body: validateBody };

const canonical = (url) => (URL.canParse(url) ? new URL(url).href : url);

const asString = (item) => (typeof item === 'string' ? item : JSON.stringify(item));

const apply = (request) => {
  const { webhook, update } = request;
  const next = { ...webhook, events: update.events };
  if (options['duplicate-events'] === 'merge') next.events = [...new Set(update.events)];
  if (typeof update.url === 'string') next.url = options.url === 'canonical' ? canonical(update.url) : update.url;
  if (update.secrets?.length) {
    next.secrets = options['secret-items'] === 'stringify' ? update.secrets.map(asString) : update.secrets;
  } else if (options['omitted-secrets'] === 'generate' || !webhook.secrets.some(Boolean)) {
    next.secrets = [generateSecret()];
  }
  const { url, events, clientId, secrets } = next;
  const data = { id: request.params.webhookId, url, events, clientId, secrets };
  if (options.extras === 'both') Object.assign(data, { createdAt: '2024-02-29T12:00:00.000Z', active: true, deletedAt: null });
  return { next, answer: { data } };
};

const send = (request, response, status, value) => {
  if (options.transfer === 'plain') return response.status(status).json(value);
  const text = JSON.stringify(value, null, options.layout === 'pretty' ? '\t' : 0);
  response.status(status).setHeader('content-type', 'application/json');
  if (options.transfer === 'gzip' && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    response.setHeader('Vary', 'Accept-Encoding');
    response.setHeader('Content-Encoding', 'gzip');
    return response.end(gzipSync(text));
  }
  if (options.transfer === 'until-close') {
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
    response.removeHeader('transfer-encoding');
  }
  for (const piece of text.match(/.{1,7}/gsu)) response.write(piece);
  return response.end();
};

const app = express();
if (options.layout === 'escaped') app.set('json escape', true);
if (options.layout === 'pretty') app.set('json spaces', 2);

// As NestJS strips them: class-transformer throws a TypeError on an object with a property named constructor.
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
app.use(express.json({
  limit: options['body-limit'],
  reviver: (key, value) => (PROTOTYPE_KEYS.has(key) ? undefined : value),
  ...(options['media-types'] === 'any' ? { type: () => true } : {}),
}));

app.patch('/api/v2/public/webhooks/user/:webhookId', async (request, response) => {
  for (const step of options['check-order'].split(',')) await STEPS[step](request);
  const { next, answer } = apply(request);
  JSON.stringify(answer);
  webhooks.set(request.params.webhookId, next);
  send(request, response, 201, answer);
});

app.use((request) => {
  throw new HttpError(404, `Cannot ${request.method} ${request.path}`);
});

app.use((error, request, response, _next) => {
  const status = error.status ?? (error instanceof RangeError ? 400 : 500);
  const message = options['unparseable-message'] === 'array' ? [error.message] : error.message;
  const body = error instanceof HttpError ? error.body : { message, error: STATUS_CODES[status], statusCode: status };
  if (status === 401) delete body.error;
  if (options.extras === 'both') Object.assign(body, { timestamp: new Date().toISOString(), path: request.originalUrl });
  send(request, response, status, body);
});

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
