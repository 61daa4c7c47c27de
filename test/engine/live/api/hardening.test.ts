// What a daemon must bear: names in any case, several changes at once or none, streams without end, long journals, requests that
// never come in whole, addresses that cannot be read.
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { job, liveApi } from '../../../support/live/live-api.ts';
import type { LiveApi } from '../../../support/live/live-api.ts';
import { until } from '../../../support/live/until.ts';

let live: LiveApi | undefined;
afterEach(async () => { await live?.close(); live = undefined; });

function withHeaders(path: string, headers: Record<string, string>): Promise<number> {
  const { port } = live!.api;
  return new Promise((resolve, reject) => { request({ host: '127.0.0.1', port, path, headers }, (answer) => { answer.resume(); resolve(answer.statusCode ?? 0); }).on('error', reject).end(); });
}

it('is called by its names in any case', async () => {
  live = await liveApi();
  const { port } = live.api;
  expect(await withHeaders('/v1/run', { host: `LocalHost:${port}` })).toBe(200);
  expect(await withHeaders('/v1/run', { host: `localhost:${port}`, origin: `http://LOCALHOST:${port}` })).toBe(200);
  expect(await withHeaders('/v1/run', { host: `localhost.example.org:${port}` })).toBe(403);
  expect(await withHeaders('/v1/run', { host: `localhost:${port}`, origin: 'http://example.org' })).toBe(403);
});

describe('several changes at once', () => {
  const adjust = (json: unknown, headers: Record<string, string> = {}) => live!.ask('/v1/run/adjust', { method: 'POST', json, headers });

  it('are made in one durable step', async () => {
    live = await liveApi();
    await live.finished();
    const groups: string[][] = [], end = live.engine.subscribe(live.engine.status().rows, ({ records }) => { groups.push(records.map(({ name }) => name)); });
    const { body } = await adjust({ weights: { latency: 0.2, cost: 0.7, fragmentation: 0.1 }, microDollars: 7_000_000, policy: { name: 'heft' } });
    end();
    expect(body).toMatchObject({ weights: { latency: 0.2 }, budget: 7_000_000, policy: { name: 'heft' }, revision: 1 });
    expect(groups[0]!.filter((name) => name !== 'tick')).toEqual(['revised', 'weights-changed', 'budget-changed']);
  });

  it('or none of them, with all that is wrong', async () => {
    live = await liveApi();
    await live.finished();
    const before = (await live.ask('/v1/run')).body, refused = await adjust({ weights: { latency: 0.2, cost: 0.2, fragmentation: 0.1 }, microDollars: -5, policy: { name: 'hefft' }, fleet: { local: [] } });
    expect(refused.status).toBe(400);
    expect(refused.body.faults.map(({ code, path }: { code: string; path: string }) => `${code} ${path}`)).toEqual(expect.arrayContaining(['bad-weights weights', 'bad-budget budget']));
    expect(refused.body.faults.length).toBeGreaterThanOrEqual(3);
    expect((await live.ask('/v1/run')).body).toMatchObject({ weights: before.weights, budget: before.budget, policy: before.policy, revision: 0, rows: before.rows });
    expect((await adjust({})).body).toMatchObject({ code: 'nothing-to-change' });
  });

  it('once for each key', async () => {
    live = await liveApi();
    const first = await adjust({ microDollars: 5_000_000, policy: { name: 'fifo' } }, { 'idempotency-key': 'k' });
    await adjust({ microDollars: 5_000_000, policy: { name: 'fifo' } }, { 'idempotency-key': 'k' });
    expect([first.status, (await live.ask('/v1/run')).body.revision]).toEqual([200, 1]);
    expect(await adjust({ microDollars: 6_000_000 }, { 'idempotency-key': 'k' })).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
  });
});

it('lets one address hold so many streams, and more when one has ended', async () => {
  live = await liveApi({ streams: 2 });
  const open = (stop: AbortController) => fetch(`${live!.api.url}/v1/events`, { signal: stop.signal }), stops = [new AbortController(), new AbortController(), new AbortController()] as const;
  expect([(await open(stops[0])).status, (await open(stops[1])).status, (await open(stops[2])).status]).toEqual([200, 200, 429]);
  stops[0].abort();
  const last = new AbortController();
  let status = 429;
  while (status === 429) status = (await open(last)).status;
  expect(status).toBe(200);
  for (const stop of [stops[1], last]) stop.abort();
});

it('sends a journal piece by piece, as it is read', async () => {
  live = await liveApi();
  await live.finished();
  for (let k = 0; k < 700; k++) await live.engine.setBudget(1_000_000 + k);
  const answer = await fetch(`${live.api.url}/v1/journal`);
  expect([answer.headers.get('content-length'), answer.headers.get('transfer-encoding')]).toEqual([null, 'chunked']);
  const lines = (await answer.text()).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ records: live.engine.status().rows });
  expect(lines.length).toBe(live.engine.status().rows + 2);
});

it('cuts off a request that does not come in whole', async () => {
  live = await liveApi({ requestMs: 200 });
  const said = await new Promise<string>((resolve, reject) => {
    const socket = connect(live!.api.port, '127.0.0.1', () => { socket.write('GET /v1/run HTTP/1.1\r\nHost: localhost\r\nX-Slow: '); });
    let text = '';
    socket.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    socket.on('close', () => { resolve(text); });
    socket.on('error', reject);
  });
  expect(said).toMatch(/^HTTP\/1\.1 408 /);
  expect((await live.ask('/v1/run')).status).toBe(200);
});

describe('over HTTP/2', () => {
  /** Writes something again and again until `done` settles. */
  async function trickle<T>(write: () => void, done: Promise<T>): Promise<T> {
    const timer = setInterval(write, 20);
    try { return await done; } finally { clearInterval(timer); }
  }

  it('cuts off a request that trickles in, and no answer that goes on', async () => {
    live = await liveApi({ requestMs: 300 });
    const client = connectHttp2(live.api.url), events = client.request({ ':path': '/v1/events' }), slow = client.request({ ':method': 'POST', ':path': '/v1/jobs', 'content-type': 'application/json' });
    let heard = '';
    events.on('data', (chunk: Buffer) => { heard += chunk.toString(); });
    slow.on('error', () => { /* it is reset */ });
    slow.write('{');
    const status = await trickle(() => { slow.write(' '); }, new Promise((resolve) => { slow.on('response', (headers) => { resolve(headers[':status']); }); }));
    expect(status).toBe(408);
    await live.engine.setBudget(4_000_000);
    await until(() => heard.includes('budget-changed'));
    expect(events.closed).toBe(false);
    client.destroy();
  });

  it('closes a connection that never comes to a request', async () => {
    live = await liveApi({ requestMs: 300 });
    const socket = connect(live.api.port, '127.0.0.1'), closed = new Promise<void>((resolve) => { socket.on('close', () => { resolve(); }); });
    socket.on('error', () => { /* it is cut off */ });
    socket.resume();
    const bytes = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]), Buffer.from([0, 0x40, 0, 1, 5, 0, 0, 0, 1])]); // empty SETTINGS, then HEADERS of 16 KiB
    socket.write(bytes);
    await trickle(() => { socket.write(Buffer.from([0x82])); }, closed);
    expect((await live.ask('/v1/run')).status).toBe(200);
  });
});

it('refuses what it cannot read with a problem, and counts strange addresses as one', async () => {
  live = await liveApi();
  for (const path of ['/v1/tasks/%E0%A4%A', '/v1/tasks/%zz/attempts']) expect(await live.ask(path)).toMatchObject({ status: 400, body: { code: 'bad-request', status: 400 } });
  for (const path of ['/v1/strange-1', '/v1/strange-2', '/../../etc/passwd']) expect((await live.ask(path)).status).toBe(404);
  expect((await live.ask(`/v1/tasks/${'x'.repeat(2000)}`)).status).toBeGreaterThanOrEqual(400);
  const metrics = (await live.ask('/metrics')).body as string;
  expect(metrics).not.toContain('strange');
  expect(metrics).toMatch(/method="none",status="404"/);
});

it('gives the journal of a run that was revised on the way', async () => {
  live = await liveApi();
  await live.ask('/v1/jobs', { method: 'POST', json: { jobs: [job('more', ['true'])] } });
  await live.finished();
  const text = (await live.ask('/v1/journal')).body as string;
  expect(text.match(/"event":"revised"/g)?.length).toBe(1);
  expect(text).toContain('"change":{"jobs":[{"id":"more"');
});

it('tells the reach of a plan, injects it, and says what is left', async () => {
  live = await liveApi();
  const plan = { twinclock: 'faults/1', name: 'gone', faults: [{ kind: 'away', at: 0, for: '1h', human: 'ann' }] }, post = (path: string, json: unknown) => live!.ask(path, { method: 'POST', json });
  await post('/v1/jobs', { jobs: [{ id: 'ask', tasks: [{ id: 'review', duration: '5m', on: ['human'], run: { prompt: { text: 'Ship?' } } }] }] });
  expect((await live.ask('/v1/faults/kinds')).body.kinds).toEqual([
    { kind: 'slow-down', entry: 'ws', refusal: expect.stringContaining('process driver of ws') }, { kind: 'away', entry: 'ann', refusal: '' },
    { kind: 'slow-down', entry: 'ann', refusal: 'people work at their own pace' }, { kind: 'budget', entry: '', refusal: expect.stringContaining('no budget') },
  ]);
  expect((await post('/v1/faults/forecast', { plan, futures: 60 })).body).toMatchObject({ futures: 60, finishedWithout: 60, finishedWith: 60, tasks: [{ name: 'review', share: 1 }], people: [{ name: 'ann', share: 1 }] });
  expect(await post('/v1/faults/forecast', { plan: { ...plan, faults: [{ kind: 'away', at: 0, for: '1h', human: 'anna' }] } })).toMatchObject({ status: 400, body: { code: 'unknown-name' } });
  expect((await post('/v1/faults', { plan, stop: ['cost > 5usd'] })).body.rehearsals).toMatchObject([{ id: 1, name: 'gone', phase: 'running', stop: ['cost > 5usd'], by: '127.0.0.1', faults: [{ reason: '' }] }]);
  let held: string[] = [];
  while (held.length === 0) held = (await live.ask('/v1/faults')).body.held;
  expect(held).toEqual(['0 ann']);
  await post('/v1/faults/withdraw', { reason: 'seen enough' });
  while (held.length > 0) held = (await live.ask('/v1/faults')).body.held;
  expect((await live.ask('/v1/faults')).body.rehearsals).toMatchObject([{ phase: 'withdrawn', reason: 'seen enough' }]);
  expect(await post('/v1/faults/withdraw', {})).toMatchObject({ status: 409, body: { code: 'nothing-injected' } });
});
