// The API of a live run over real sockets: REST, events, gRPC from another implementation, one port for all; who may ask,
// how much, and what is said to those who ask for what is not there.
import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { afterEach, describe, expect, it } from 'vitest';
import { hostsOf, readToken } from '../../../../engine/live/api/guard.ts';
import { GetRunRequestSchema, GetTaskRequestSchema, ListRecordsResponseSchema, RunSchema, TaskSchema, WatchRecordsRequestSchema } from '../../../../engine/live/api/gen/twinclock/v1/twinclock_pb.ts';
import { watchRecords } from '../../../../engine/live/api/handlers.ts';
import { generate } from '../../../../engine/live/api/generate.ts';
import { eventData } from '../../../../engine/journal/event-data.ts';
import { job, liveApi } from '../../../support/live/live-api.ts';
import type { LiveApi } from '../../../support/live/live-api.ts';
import { removeFolder } from '../../../support/remove-folder.ts';

let live: LiveApi | undefined;
afterEach(async () => { await live?.close(); live = undefined; });

describe('REST', () => {
  it('shows a run from its submission to its end, with results and a journal', async () => {
    live = await liveApi();
    const { ask } = live;
    expect((await ask('/v1/jobs', { method: 'POST', json: { jobs: [job('more', ['sh', '-c', 'exit 0'])] } })).body).toMatchObject({ jobs: ['more'], revision: 1 });
    await live.finished();
    expect((await ask('/v1/run')).body).toMatchObject({ run: 'api-test', phase: 'running', jobsOpen: 0, jobsEnded: 2, revision: 1, budget: -1, tasks: { archived: 3 } });
    expect((await ask('/v1/tasks')).body.tasks.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([['a', 'ARCHIVED'], ['b', 'ARCHIVED'], ['more-t', 'ARCHIVED']]);
    expect((await ask('/v1/tasks/a/attempts')).body.attempts).toMatchObject([{ attempt: 1, token: '1.1', unit: 'ws', outcome: 'completed', output: { x: 1 }, usage: { exitCode: 0 } }]);
    expect((await ask('/v1/tasks/a/output')).body.stdout).toBe('out\n');
    expect((await ask('/v1/resources')).body.resources).toMatchObject([{ unit: 'ws', kind: 'local', driver: 'process', placed: 0, until: -1 }, { unit: 'ann', kind: 'human', driver: 'people' }]);
    expect((await ask('/v1/costs')).body).toMatchObject({ total: 0, snapshots: [{ microDollars: 0 }] });
    const { body } = await ask('/v1/journal'), lines = (body as string).trim().split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ twinclock: 'journal/1', scenario: { name: 'api-test' } });
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ end: 'finished', records: (await ask('/v1/run')).body.rows });
    expect((await ask('/v1/records?from=1&limit=2')).body).toMatchObject({ from: 1, records: [{ n: 1 }, { n: 2 }] });
  });

  it('changes weights, budget and policy, and pauses', async () => {
    live = await liveApi();
    const { ask } = live, put = (path: string, json: unknown) => ask(path, { method: 'PUT', json });
    expect((await put('/v1/run/weights', { latency: 0.2, cost: 0.7, fragmentation: 0.1 })).body.weights).toEqual({ latency: 0.2, cost: 0.7, fragmentation: 0.1 });
    expect((await put('/v1/run/budget', { microDollars: 5_000_000 })).body.budget).toBe(5_000_000);
    expect((await put('/v1/run/policy', { name: 'fifo' })).body.policy.name).toBe('fifo');
    expect((await ask('/v1/run/pause', { method: 'POST' })).body.phase).toBe('paused');
    await ask('/v1/jobs', { method: 'POST', json: { jobs: [job('held', ['true'])] } });
    expect((await ask('/v1/preview')).body).toMatchObject({ placements: [{ task: 'held-t', unit: 'ws' }], budget: 5_000_000 });
    expect((await ask('/v1/tasks/held-t/waiting')).body).toMatchObject({ task: 'held-t', after: [], places: [{ place: 'ws', refusal: '' }] });
    expect((await ask('/v1/jobs/held/cancel', { method: 'POST' })).status).toBe(200);
    expect((await ask('/v1/tasks/held-t')).body.state).toBe('CANCELLED');
    expect((await ask('/v1/run/resume', { method: 'POST' })).body.phase).toBe('running');
  });

  it('does a request with one key once, and refuses another request with that key', async () => {
    live = await liveApi();
    const submit = (id: string, key: string) => live!.ask('/v1/jobs', { method: 'POST', json: { jobs: [job(id, ['true'])] }, headers: { 'idempotency-key': key } });
    const first = await submit('once', 'k1'), again = await submit('once', 'k1');
    expect(again.body).toEqual(first.body);
    expect(await submit('twice', 'k1')).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
    expect((await live.ask('/v1/jobs')).body.jobs.map(({ id }: { id: string }) => id)).toEqual(['first', 'once']);
  });

  it('says of bad input all that is wrong, where, and what was meant', async () => {
    live = await liveApi();
    const { ask } = live;
    expect(await ask('/v1/tasks?stat=RUNNING')).toMatchObject({ status: 400, body: { code: 'unknown-key', faults: [{ hint: 'did you mean "state"?' }] } });
    expect(await ask('/v1/run/weights', { method: 'PUT', json: { latncy: 1, cost: 0.5 } })).toMatchObject({ status: 400, body: { faults: [{ path: 'latncy', hint: 'did you mean "latency"?' }] } });
    expect((await ask('/v1/jobs', { method: 'POST', json: { jobs: [{ id: 'bad', tasks: [{ id: 'a', duration: 'soon', demnd: {} }] }] } })).body.faults.length).toBeGreaterThanOrEqual(2);
    expect(await ask('/v1/tasks/nobody')).toMatchObject({ status: 404, body: { code: 'no-such-task' } });
    expect(await ask('/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await ask('/v1/jobs', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).toMatchObject({ status: 400, body: { code: 'bad-json' } });
    expect(await ask('/v1/jobs', { method: 'POST', json: { jobs: ['x'.repeat(2 << 20)] } })).toMatchObject({ status: 413, body: { code: 'too-large' } });
    expect(await ask('/v1/forecast?futures=-1')).toMatchObject({ status: 400, body: { faults: [{ path: 'futures' }] } });
    expect((await ask('/v1/run')).body.revision).toBe(0);
  });

  it('forecasts the end of what is under way', async () => {
    live = await liveApi();
    await live.ask('/v1/jobs', { method: 'POST', json: { jobs: [job('long', ['sleep', '60'], { duration: { uniform: { min: '50s', max: '70s' } } })] } });
    const { body } = await live.ask('/v1/forecast?futures=50'), long = body.jobs.find(({ job: id }: { job: string }) => id === 'long');
    expect(body).toMatchObject({ futures: 50, unfinished: {} });
    expect(long.finish.p10).toBeGreaterThan(49_000);
    expect(long.finish.p90).toBeLessThan(80_000);
    expect(long.finish.p10).toBeLessThan(long.finish.p90);
    await live.ask('/v1/run/kill', { method: 'POST' });
  });

  it('is described by a document that names every route and no other', async () => {
    live = await liveApi();
    const { body: document } = await live.ask('/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((found) => found[1]!);
    for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
    for (const [path, verbs] of Object.entries(document.paths)) for (const [verb, operation] of Object.entries(verbs as Record<string, { summary: string }>)) {
      expect(operation.summary.length).toBeGreaterThan(5);
      if (verb === 'get' && !path.includes('{') && path !== '/v1/events') expect([path, (await live.ask(path)).status]).toEqual([path, 200]);
    }
  });

  it('has an inbox for people', async () => {
    live = await liveApi();
    await live.ask('/v1/jobs', { method: 'POST', json: { jobs: [{ id: 'ask', tasks: [{ id: 'review', duration: '5m', on: ['human'], run: { prompt: { text: 'Ship?', fields: { verdict: { choices: ['yes', 'no'] } } } } }] }] } });
    const offered = new Promise<void>((resolve) => { const end = live!.engine.subscribe(0, ({ records }) => { if (records.some(({ name }) => name === 'offer')) { queueMicrotask(() => { end(); }); resolve(); } }); });
    await offered;
    let items: { id: string }[] = [];
    while (items.length === 0) items = (await live.ask('/v1/inbox')).body.items;
    expect(items).toMatchObject([{ task: 'review', person: 'ann', state: 'offered', prompt: 'Ship?', fields: [{ name: 'verdict', choices: ['yes', 'no'], optional: false }] }]);
    const path = `/v1/inbox/${encodeURIComponent(items[0]!.id)}`;
    expect(await live.ask(`${path}/complete`, { method: 'POST', json: { result: { verdict: 'maybe' } } })).toMatchObject({ status: 400, body: { code: 'unknown-choice' } });
    const complete = (workedMs: number) => live!.ask(`${path}/complete`, { method: 'POST', json: { result: { verdict: 'yes' }, workedMs }, headers: { 'idempotency-key': 'k', 'twinclock-by': 'Zo%C3%AB' } });
    const first = await complete(60_000);
    expect(first.body).toMatchObject({ state: 'completed', person: 'ann', by: 'Zoë (127.0.0.1)' });
    expect(await complete(60_000)).toMatchObject({ status: 200, body: first.body });
    expect(await complete(1)).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
    await live.finished();
    expect((await live.ask('/v1/tasks/review/attempts')).body.attempts).toMatchObject([{ outcome: 'completed', by: 'Zoë (127.0.0.1)', output: { by: 'ann', result: { verdict: 'yes' } } }]);
    expect((await live.ask('/v1/inbox?all=true')).body.items).toMatchObject([{ state: 'completed', by: 'Zoë (127.0.0.1)' }]);
    const { records } = (await live.ask('/v1/records')).body as { records: { name: string; by: string }[] };
    expect(records.filter(({ by }) => by.startsWith('Zoë')).map(({ name }) => name)).toEqual(expect.arrayContaining(['human-accepted', 'task-completed']));
    expect(records.find(({ name }) => name === 'revised')!.by).toBe('127.0.0.1');
  });
});

describe('events', () => {
  it('come in order, none twice, and go on after the last one seen', async () => {
    live = await liveApi();
    await live.finished();
    const take = async (headers: Record<string, string>, from: string): Promise<{ from: number; records: { n: number }[] }> => {
      const stop = new AbortController(), answer = await fetch(`${live!.api.url}/v1/events${from}`, { headers, signal: stop.signal });
      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      try { for await (const data of eventData(answer.body!)) return JSON.parse(data) as never; } finally { stop.abort(); }
      throw new Error('no event');
    };
    const all = await take({}, '?from=0'), rest = await take({ 'last-event-id': '3' }, '');
    expect(all.records.map(({ n }) => n)).toEqual(Array.from({ length: live.engine.status().rows }, (_, n) => n));
    expect(rest.records[0]!.n).toBe(4);
    expect((await live.ask('/v1/events?from=x')).status).toBe(400);
  });

  it('send what is there in pages, and then what comes', async () => {
    live = await liveApi();
    await live.finished();
    await Promise.all(Array.from({ length: 1200 }, (_, k) => live!.engine.setBudget(1_000_000 + k)));
    const there = live.engine.status().rows, stop = new AbortController(), sizes: number[] = [], seen: number[] = [], grouped: number[] = [];
    const answer = await fetch(`${live.api.url}/v1/events?from=0`, { signal: stop.signal });
    for await (const data of eventData(answer.body!)) {
      const { records } = JSON.parse(data) as { records: { n: number }[] };
      sizes.push(records.length);
      seen.push(...records.map(({ n }) => n));
      if (seen.length === there) void live.engine.setBudget(7);
      if (seen.length > there) break;
    }
    for await (const { records } of watchRecords(live.engine, 5, stop.signal)) {
      expect(records!.length).toBeLessThanOrEqual(1000);
      grouped.push(...records!.map(({ n }) => n!));
      if (grouped.at(-1) === seen.at(-1)) break;
    }
    stop.abort();
    expect(sizes.slice(0, 2)).toEqual([1000, there - 1000]);
    expect([seen, grouped]).toEqual([Array.from({ length: seen.length }, (_, n) => n), Array.from({ length: seen.length - 5 }, (_, n) => n + 5)]);
  });
});

describe('gRPC, on the same port', () => {
  it('answers another implementation, with codes of its own, and streams', async () => {
    live = await liveApi();
    const client = new grpc.Client(live.api.url.replace('http://', ''), grpc.credentials.createInsecure()), service = '/twinclock.v1.LiveRun/';
    try {
      const unary = (method: string, bytes: Uint8Array): Promise<Buffer> => new Promise((resolve, reject) => {
        client.makeUnaryRequest(service + method, (value: Uint8Array) => Buffer.from(value), (buffer: Buffer) => buffer, bytes, (error, value) => { if (error) reject(error); else resolve(value!); });
      });
      await live.finished();
      expect(fromBinary(RunSchema, await unary('GetRun', toBinary(GetRunRequestSchema, create(GetRunRequestSchema))))).toMatchObject({ run: 'api-test', jobsEnded: 1 });
      expect(fromBinary(TaskSchema, await unary('GetTask', toBinary(GetTaskRequestSchema, create(GetTaskRequestSchema, { task: 'a' }))))).toMatchObject({ state: 'ARCHIVED', finish: expect.any(Number) as number });
      await expect(unary('GetTask', toBinary(GetTaskRequestSchema, create(GetTaskRequestSchema, { task: 'nobody' })))).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
      const rows: number[] = [], stream = client.makeServerStreamRequest(service + 'WatchRecords', (value: Uint8Array) => Buffer.from(value), (buffer: Buffer) => buffer, toBinary(WatchRecordsRequestSchema, create(WatchRecordsRequestSchema, { from: 2 })));
      await new Promise<void>((resolve) => {
        stream.on('error', () => {}); // the cancellation below
        stream.on('data', (bytes: Buffer) => { rows.push(...fromBinary(ListRecordsResponseSchema, bytes).records.map(({ n }) => n)); stream.cancel(); resolve(); });
      });
      expect(rows).toEqual(Array.from({ length: live.engine.status().rows - 2 }, (_, k) => k + 2));
    } finally { client.close(); }
  });
});

describe('who may ask', () => {
  const statusWith = (headers: Record<string, string>): Promise<number> => new Promise((resolve, reject) => {
    const { hostname, port } = new URL(live!.api.url);
    request({ hostname, port, path: '/v1/run', headers }, (answer) => { answer.resume(); resolve(answer.statusCode!); }).on('error', reject).end();
  });

  it('not by another name, nor a page from elsewhere', async () => {
    live = await liveApi();
    const host = live.api.url.replace('http://', '');
    expect(await statusWith({ host })).toBe(200);
    expect(await statusWith({ host: 'localhost' })).toBe(200);
    expect(await statusWith({ host: 'evil.example' })).toBe(403);
    expect(await statusWith({ host, origin: 'http://evil.example' })).toBe(403);
    expect(await statusWith({ host, origin: `http://${host}` })).toBe(200);
    expect(hostsOf('10.0.0.5')).toEqual(['10.0.0.5']);
  });

  it('only with the token, where one is asked for', async () => {
    live = await liveApi({ token: 'a-long-enough-token' });
    expect(await live.ask('/v1/run')).toMatchObject({ status: 401, body: { code: 'no-token' } });
    expect((await live.ask('/v1/run', { headers: { authorization: 'Bearer another' } })).status).toBe(401);
    expect((await live.ask('/metrics')).status).toBe(401);
    expect((await live.ask('/v1/run', { headers: { authorization: 'Bearer a-long-enough-token' } })).status).toBe(200);
    expect((await live.ask('/healthz')).status).toBe(200);
  });

  it('not too often, and says when again', async () => {
    live = await liveApi({ requestsPerSecond: 2 });
    const answers = [];
    for (let k = 0; k < 12; k++) answers.push(await live.ask('/healthz'));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ body: { code: 'too-many-requests' } });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('and a connection that sends rubbish harms nobody', async () => {
    live = await liveApi();
    const { port } = new URL(live.api.url);
    await new Promise<void>((resolve) => { const socket = connect(Number(port), '127.0.0.1', () => { socket.end('\x16\x03\x01 not http\r\n\r\n'); }); socket.on('close', () => { resolve(); }); socket.on('error', () => {}); socket.resume(); });
    expect((await live.ask('/healthz')).status).toBe(200);
  });
});

describe('the token file', () => {
  it('is made for its owner only, read again, and refused when others can read it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'token-')), file = join(folder, 'token');
    const token = await readToken(file);
    expect(token.length).toBeGreaterThan(40);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await readToken(file)).toBe(token);
    writeFileSync(join(folder, 'open'), 'x'.repeat(32), { mode: 0o644 });
    await expect(readToken(join(folder, 'open'))).rejects.toThrow(/can be read by others/);
    removeFolder(folder);
  });
});

it('metrics are Prometheus text, without a task in them', async () => {
  live = await liveApi();
  await live.finished();
  const { body, headers } = await live.ask('/metrics');
  expect(headers.get('content-type')).toContain('text/plain');
  expect(body).toMatch(/^twinclock_tasks\{state="archived",run="api-test"\} 2$/m);
  expect(body).toMatch(/^twinclock_unit_utilisation_ratio\{unit="ws",entry="ws",dimension="cores",run="api-test"\} 0$/m);
  expect(body).not.toMatch(/"(a|b)"/);
});

it('what is generated is what the definition says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gen-')), kept = join(import.meta.dirname, '../../../../engine/live/api/gen');
  generate(folder);
  const files = (root: string): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).sort();
  expect(files(folder)).toEqual(files(kept));
  for (const name of files(kept)) expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(kept, name), 'utf8'));
  removeFolder(folder);
});
