// The OpenAPI 3.1 document of the REST side, made from the same descriptors as the routes: it cannot say anything else than
// what is served.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { ROUTES } from './rest.ts';
import type { Route } from './rest.ts';
import { COMMENTS } from './gen/comments.ts';

type Schema = Readonly<Record<string, unknown>>;

/** `servers`: addresses it is reached at. */
export function openApiDocument(version: string, servers: readonly string[]): object {
  const messages = new Map<string, Schema>(), paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) (paths[route.path] ??= {})[route.verb.toLowerCase()] = operation(route, messages);
  paths['/v1/events'] = { get: eventsOperation() };
  paths['/v1/journal'] = { get: journalOperation() };
  return {
    openapi: '3.1.0',
    info: { title: 'Twinclock live run', version, description: `${COMMENTS['twinclock.v1.LiveRun'] ?? ''} Instants are whole milliseconds since the run's epoch, money is whole micro-dollars.`, license: { name: 'MIT', identifier: 'MIT' } },
    servers: servers.map((url) => ({ url })),
    paths,
    components: {
      schemas: { ...Object.fromEntries([...messages].sort(([a], [b]) => (a < b ? -1 : 1))), Problem: PROBLEM },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { token: [] }],
  };
}

function operation(route: Route, messages: Map<string, Schema>): object {
  const { method, pathFields, body, verb } = route, summary = COMMENTS[`${method.parent.typeName}.${method.name}`] ?? method.name;
  const inQuery = body === '' ? method.input.fields.filter(({ name }) => !pathFields.includes(name)) : [];
  const parameters = [
    ...pathFields.map((name) => parameter(method.input.fields.find((field) => field.name === name)!, 'path', messages)),
    ...inQuery.map((field) => parameter(field, 'query', messages)),
    ...(verb === 'GET' ? [] : HEADERS),
  ];
  const content = body === '' ? undefined : body === '*' ? messageSchema(method.input, messages, pathFields) : fieldSchema(method.input.fields.find(({ name }) => name === body)!, messages);
  return {
    operationId: method.localName, summary, parameters,
    ...(content === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: content } } } }),
    responses: { 200: { description: 'OK', content: { 'application/json': { schema: reference(method.output, messages) } } }, default: PROBLEM_ANSWER },
  };
}

function parameter(field: DescField, place: 'path' | 'query', messages: Map<string, Schema>): object {
  return { name: field.jsonName, in: place, required: place === 'path', schema: fieldSchema(field, messages), ...described(field) };
}

/** The message under its name, kept in `messages`. */
function reference(message: DescMessage, messages: Map<string, Schema>): Schema {
  if (message.typeName === 'google.protobuf.Struct') return { type: 'object', additionalProperties: true };
  if (message.typeName === 'google.protobuf.Value') return {};
  if (!messages.has(message.name)) { messages.set(message.name, {}); messages.set(message.name, messageSchema(message, messages)); }
  return { $ref: `#/components/schemas/${message.name}` };
}

function messageSchema(message: DescMessage, messages: Map<string, Schema>, without: readonly string[] = []): Schema {
  const fields = message.fields.filter(({ name }) => !without.includes(name)), text = COMMENTS[message.typeName];
  return {
    type: 'object', ...(text === undefined ? {} : { description: text }), additionalProperties: false,
    properties: Object.fromEntries(fields.map((field) => [field.jsonName, { ...fieldSchema(field, messages), ...described(field) }])),
  };
}

function fieldSchema(field: DescField, messages: Map<string, Schema>): Schema {
  switch (field.fieldKind) {
    case 'message': return reference(field.message, messages);
    case 'scalar': return scalar(field.scalar);
    case 'list': return { type: 'array', items: field.listKind === 'message' ? reference(field.message, messages) : field.listKind === 'scalar' ? scalar(field.scalar) : {} };
    case 'map': return { type: 'object', additionalProperties: field.mapKind === 'scalar' ? scalar(field.scalar) : {} };
    case 'enum': return { type: 'string', enum: field.enum.values.map(({ name }) => name) };
  }
}

const scalar = (type: ScalarType): Schema => (type === ScalarType.BOOL ? { type: 'boolean' } : type === ScalarType.STRING ? { type: 'string' } : { type: 'number' });

function described(field: DescField): { readonly description?: string } {
  const text = COMMENTS[`${field.parent.typeName}.${field.name}`];
  return text === undefined ? {} : { description: text };
}

const eventsOperation = () => ({
  operationId: 'events', summary: 'Rows of the journal as they become durable, as server-sent events, old ones first.',
  parameters: [
    { name: 'from', in: 'query', required: false, schema: { type: 'number' }, description: 'The first row wanted.' },
    { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' }, description: 'The last row that was received: goes on after it.' },
  ],
  responses: { 200: { description: 'Each event has the number of its last row as id and a page of records as data.', content: { 'text/event-stream': { schema: { type: 'string' } } } }, default: PROBLEM_ANSWER },
});

const journalOperation = () => ({
  operationId: 'journal', summary: 'The run so far as a journal file, which `twinclock replay` and the workbench read.', parameters: [],
  responses: { 200: { description: 'JSON Lines', content: { 'application/jsonl': { schema: { type: 'string' } } } }, default: PROBLEM_ANSWER },
});

const PROBLEM: Schema = {
  type: 'object', description: 'RFC 9457, with a stable code and every fault found.', required: ['type', 'title', 'status', 'detail', 'code', 'faults'],
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, code: { type: 'string' },
    faults: { type: 'array', items: { type: 'object', required: ['code', 'path', 'message'], properties: { code: { type: 'string' }, path: { type: 'string' }, message: { type: 'string' }, value: { type: 'string' }, hint: { type: 'string' } } } },
  },
};
/** Of calls that change something. */
const HEADERS = [
  { name: 'Idempotency-Key', in: 'header', schema: { type: 'string' }, description: 'The same key with the same request gets the first answer again, for 24 h.' },
  { name: 'Twinclock-By', in: 'header', schema: { type: 'string' }, description: 'Who asks, percent-encoded: it is kept with what changes, with the address the call came from.' },
];
const PROBLEM_ANSWER = { description: 'What is wrong', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
