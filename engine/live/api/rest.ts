// REST from the definition: each method with a `google.api.http` annotation becomes a route; path, query and body fill its
// request message, its answer is the message as JSON. Unknown settings are refused with a suggestion, as in files.
import { create, fromJson, getOption, hasOption, toJson } from '@bufbuild/protobuf';
import type { DescField, DescMessage, DescMethod, JsonValue } from '@bufbuild/protobuf';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InputError, fault, inputError, nearestName } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import { http } from './gen/google/api/annotations_pb.ts';
import { LiveRun } from './gen/twinclock/v1/twinclock_pb.ts';
import { callerOf } from './caller.ts';
import type { Call, Handlers } from './handlers.ts';

export interface Route {
  readonly method: DescMethod;
  readonly verb: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** `/v1/tasks/{task}`. */
  readonly path: string;
  readonly pathFields: readonly string[];
  /** The field the body is, `*` for the whole message, empty for none. */
  readonly body: string;
}

/** Every method that has an address. */
export const ROUTES: readonly Route[] = LiveRun.methods.filter((method) => hasOption(method, http)).map((method) => {
  const { pattern, body } = getOption(method, http), path = pattern.value as string;
  return { method, verb: pattern.case!.toUpperCase() as Route['verb'], path, body, pathFields: [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!) };
});

/** Adds the routes to a server. */
export function addRestRoutes(server: FastifyInstance, handlers: Handlers): void {
  for (const route of ROUTES) {
    const handle = handlers[route.method.localName as keyof Handlers] as (request: unknown, call: Call) => unknown;
    server.route({
      method: route.verb, url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const message = requestMessage(route, request);
        const answer = await handle(message, callOf(request, reply));
        return reply.type('application/json').send(JSON.stringify(toJson(route.method.output, create(route.method.output, answer as never), { alwaysEmitImplicit: true })));
      },
    });
  }
}

/** The idempotency key, who asks (as they call themselves, and from where), and whether they are still there. */
function callOf(request: FastifyRequest, reply: FastifyReply): Call {
  const gone = new AbortController(), key = request.headers['idempotency-key'];
  reply.raw.on('close', () => { if (!reply.raw.writableFinished) gone.abort(); }); // the request closes as soon as its body is read
  return { signal: gone.signal, by: callerOf(request.headers['twinclock-by'], request.ip), ...(typeof key === 'string' && key !== '' ? { idempotencyKey: key } : {}) };
}

function requestMessage({ method, pathFields, body }: Route, request: FastifyRequest): unknown {
  const found: Fault[] = [], input = method.input, values: Record<string, JsonValue> = {};
  if (body === '*') {
    const given = request.body ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw inputError('wrong-type', '', 'the body must be an object', { value: given });
    checkKeys(input, given as Record<string, unknown>, '', found);
    Object.assign(values, given);
  } else if (body !== '') values[body] = request.body as JsonValue;
  else if (request.body !== undefined && request.body !== null && JSON.stringify(request.body) !== '{}') found.push(fault('unknown-key', '', 'this call takes no body', { value: request.body }));
  for (const [key, text] of Object.entries(request.query as Record<string, string | string[]>)) {
    const field = input.fields.find(({ jsonName, name }) => (jsonName === key || name === key) && !pathFields.includes(name));
    if (field === undefined || body === '*') found.push(unknownKey(key, body === '*' ? [] : input.fields.filter(({ name }) => !pathFields.includes(name)).map(({ jsonName }) => jsonName), ''));
    else values[field.jsonName] = fromText(field, Array.isArray(text) ? text.at(-1)! : text);
  }
  for (const name of pathFields) values[name] = (request.params as Record<string, string>)[name]!;
  if (found.length > 0) throw new InputError(found);
  try { return fromJson(input, values); }
  catch (error) { throw inputError('wrong-type', '', (error as Error).message.replace(/^cannot decode (message|field) twinclock\.v1\./, ''), {}); }
}

/** A setting of the query: booleans and numbers are written as text there. */
function fromText(field: DescField, text: string): JsonValue {
  if (field.fieldKind !== 'scalar') return text;
  return text === 'true' ? true : text === 'false' ? false : field.scalar === 1 && text !== '' ? Number(text) : text; // 1 = double
}

/** Keys that no field has, down to messages that are ours; a Struct may hold anything. */
function checkKeys(message: DescMessage, value: Readonly<Record<string, unknown>>, path: string, found: Fault[]): void {
  const known = new Map(message.fields.flatMap((field) => [[field.jsonName, field], [field.name, field]] as const));
  for (const [key, inner] of Object.entries(value)) {
    const field = known.get(key), at = path === '' ? key : `${path}.${key}`;
    if (field === undefined) found.push(unknownKey(key, message.fields.map(({ jsonName }) => jsonName), at));
    else if (field.fieldKind === 'message' && !field.message.typeName.startsWith('google.') && typeof inner === 'object' && inner !== null) checkKeys(field.message, inner as Record<string, unknown>, at, found);
  }
}

function unknownKey(key: string, known: readonly string[], path: string): Fault {
  const near = nearestName(key, known);
  return fault('unknown-key', path, 'no setting of this name', { value: key, hint: near !== undefined ? `did you mean "${near}"?` : known.length === 0 ? 'there are none here' : `one of ${known.join(', ')}` });
}
