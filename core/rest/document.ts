import type { Route } from '../http/routes.js';
import { jsonSchema, type Schema } from './schema.js';
import type { Operation } from './types.js';

export interface DocumentParts {
  /** Operations of one site. */
  routes: readonly Route[];
  /** Address of the site. */
  url: string;
  title: string;
  /** What a plugin is for. */
  tag(plugin: string): { name: string; description: string };
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: Schema;
}
/** One operation of the document. */
export interface DocumentedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  'x-permission'?: string;
  parameters: (Parameter | { $ref: string })[];
  requestBody?: { required: true; content: { 'application/json': { schema: Schema } } };
  responses: Record<string, object>;
}
export type Paths = Record<string, Record<string, DocumentedOperation>>;

const about = `JSON over HTTP. Sign in with an API token, made in your profile: \`Authorization: Bearer ptk_...\`. It can do at most what you can.

- **Lists** answer \`{ items, next }\`; send \`next\` as \`after\` to get the next page, until it is null.
- **Times** are ISO 8601 in UTC, **money** is in minor units (cents), fields that you may not see are absent.
- **Errors** are \`application/problem+json\` (RFC 9457); \`errors\` names each wrong field. Fields and parameters that are not declared are refused.
- **Changes** take an \`Idempotency-Key\`: the same key and body within 24 hours have one effect and give the same answer.
- **Limits** are told in \`RateLimit\`; over them the answer is 429 with \`Retry-After\`.
- What does not exist and what is out of your reach answer alike: 404.`;

const problems: Record<number, string> = {
  400: 'The request could not be read.',
  401: 'Nobody is signed in, or the token is not valid.',
  403: 'The right, the license or a fresh confirmation is missing.',
  404: 'It does not exist, or is out of reach.',
  409: 'It changed meanwhile, its state does not allow this, or the Idempotency-Key was used for something else.',
  413: 'Too large.',
  415: 'The body is not JSON.',
  422: 'Something in the input is wrong; `errors` says what.',
  429: 'Too many requests; `Retry-After` says for how many seconds to wait.',
  503: 'Not available now; nothing was changed.',
};
const problem: Schema = {
  type: 'object',
  description: 'What went wrong (RFC 9457).',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'A sentence for people, in their language.' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable, for programs.' },
    feature: { type: 'string', description: 'What the license lacks.' },
    reference: { type: 'string', description: 'Finds a fault in the log.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the body.' },
          parameter: { type: 'string', description: 'Name in the query.' },
          detail: { type: 'string' },
        },
      },
    },
  },
};
const keyParameter: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Any text of 1 to 255 visible characters, such as a UUID; a repeated request has no second effect.',
  schema: { type: 'string', maxLength: 255 },
};

/** The OpenAPI 3.1 document of one site. */
export function openApi({ routes, url, title, tag }: DocumentParts) {
  const operations = routes.filter((route): route is Route & { operation: Operation } => route.operation !== undefined);
  const paths: Paths = {};
  for (const route of operations) {
    const path = route.path.replace(/^\/api\/v1/, '').replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = describe(route);
  }
  return {
    openapi: '3.1.0',
    info: { title, version: '1.0.0', description: about },
    servers: [{ url: `${url}/api/v1` }],
    tags: [...new Set(operations.map(({ plugin }) => plugin))].map(tag),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token of your profile.' } },
      parameters: { IdempotencyKey: keyParameter },
      schemas: { Problem: problem },
      responses: Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [
          `Problem${status}`,
          { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
        ]),
      ),
    },
  };
}

function describe({ plugin, method, path, guard, operation }: Route & { operation: Operation }): DocumentedOperation {
  const words = path.replace(/^\/api\/v1/, '').split(/[/:.-]/);
  return {
    operationId: method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    tags: [plugin],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    ...(guard.permission && { 'x-permission': guard.permission }),
    parameters: [
      ...pathParameters(path, operation),
      ...queryParameters(operation),
      ...(method === 'get' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
    ],
    ...(operation.body && { requestBody: { required: true as const, content: { 'application/json': { schema: jsonSchema(operation.body, 'input') } } } }),
    responses: { [operation.status]: success(operation), ...Object.fromEntries(refusals({ method, path, operation }).map(refusal)) },
  };
}

function pathParameters(path: string, { params = {} }: Operation): Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const schema = params[name] ? jsonSchema(params[name], 'input') : { type: 'integer', minimum: 1 };
    return { name, in: 'path', required: true, schema };
  });
}

function queryParameters({ query }: Operation): Parameter[] {
  const { properties = {}, required = [] } = jsonSchema(query, 'input');
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description && { description }),
    schema,
  }));
}

function success({ status, content, response }: Operation): object {
  const description = { 200: 'Done.', 201: 'Made.', 202: 'Accepted; it goes on in the background.', 204: 'Done; nothing is answered.' }[status];
  if (status === 204) return { description };
  return { description, content: { [content ?? 'application/json']: { schema: content ? { type: 'string' } : jsonSchema(response, 'output') } } };
}

function refusals({ method, path, operation }: { method: string; path: string; operation: Operation }): number[] {
  const takes = operation.body ? [400, 413, 415, 422] : Object.keys(jsonSchema(operation.query, 'input').properties ?? {}).length > 0 ? [422] : [];
  const found = [401, 403, 429, 503, ...takes, ...(path.includes(':') ? [404] : []), ...(method === 'get' ? [] : [409]), ...(operation.errors ?? [])];
  return [...new Set(found)].sort((a, b) => a - b);
}
const refusal = (status: number) => [status, { $ref: `#/components/responses/Problem${status}` }] as const;
