// The live run on the screen, driven by news that the test gives and answers that a real server gives.
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunJson } from '../../../engine/live/api/answers.ts';
import { LiveDesk } from '../../../web/state/live-desk.ts';
import { DEFAULT_LIVE, LIVE_ROUTE } from '../../../web/state/routes/live.ts';
import { readRoute, writeRoute } from '../../../web/state/route.ts';
import type { WorkerPool } from '../../../web/state/worker-pool.ts';
import type { DaemonAddress, FeedNews, LiveTelling } from '../../../web/worker/live/live-protocol.ts';

const RUN = { run: 'desk', phase: 'running', jobsOpen: 1, vms: 0, tasks: {} } as unknown as RunJson;
const telling = (part: Partial<LiveTelling> = {}): FeedNews => ({ kind: 'told', telling: { run: RUN, resources: [], inbox: [], faults: { held: [], rehearsals: [] }, picture: undefined, still: undefined, hourly: new Float64Array(0), rows: 1, ...part } });
const picture = (jobs: readonly string[]) => ({ jobs, attempts: { count: 0 }, tasks: { job: [] } }) as unknown as NonNullable<LiveTelling['picture']>;
const still = (ids: readonly string[]) => ({ ids, kinds: [], graph: { from: ids.length }, planned: {} }) as unknown as NonNullable<LiveTelling['still']>;

let server: Server, url: string, asked: { readonly path: string; readonly headers: IncomingMessage['headers'] }[], answer: (path: string) => readonly [status: number, body: unknown], opened: { readonly address: DaemonAddress; ended: boolean; readonly tell: (news: FeedNews) => void }[];
beforeEach(async () => {
  asked = []; opened = []; answer = () => [404, {}];
  server = createServer((request, response) => { asked.push({ path: request.url!, headers: request.headers }); const [status, body] = answer(request.url!); response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => { vi.unstubAllGlobals(); server.close(); server.closeAllConnections(); });

function makeDesk(now: () => number = () => 0): LiveDesk {
  const desk = new LiveDesk(url, undefined as unknown as WorkerPool, (address, tell) => { const feed = { address, tell, ended: false }; opened.push(feed); return () => { feed.ended = true; }; }, DEFAULT_LIVE, now);
  desk.keepsForecasting.value = false;
  return desk;
}

/** Resolves when the signal is as wanted. */
const when = <T>(signal: { readonly value: T; subscribe(listener: (value: T) => void): () => void }, wanted: (value: T) => boolean): Promise<T> => new Promise((resolve) => {
  const end = signal.subscribe((value) => { if (wanted(value)) queueMicrotask(() => { end(); resolve(value); }); });
});

describe('the journal', () => {
  it('is a file named as the run; what is refused is shown', async () => {
    const desk = makeDesk();
    desk.show(DEFAULT_LIVE);
    opened.at(-1)!.tell(telling());
    answer = (path) => (path === '/v1/journal' ? [200, { row: 1 }] : [404, {}]);
    const file = await desk.journalFile();
    expect([file?.name, await file?.content.text()]).toEqual(['desk.jsonl', '{"row":1}']);
    answer = () => [403, { code: 'forbidden', title: 'no' }];
    expect([await desk.journalFile(), desk.refused.value === undefined]).toEqual([undefined, false]);
  });
});

describe('what is told', () => {
  it('is put together with the still parts of before', () => {
    const desk = makeDesk();
    desk.show(DEFAULT_LIVE);
    opened[0]!.tell(telling({ picture: picture(['a']), still: still(['t1']) }));
    const first = desk.run.value!.picture!;
    opened[0]!.tell(telling({ picture: picture(['b']) }));
    const second = desk.run.value!.picture!;
    expect([second.jobs, second.tasks.ids]).toEqual([['b'], ['t1']]);
    expect(second.graph).toBe(first.graph);
    expect(desk.line.value).toEqual({ at: 'open' });
    opened[0]!.tell({ kind: 'lost', reason: 'gone' });
    expect([desk.line.value, desk.run.value!.picture]).toEqual([{ at: 'lost', reason: 'gone' }, second]);
  });

  it('is followed once, not while another view is shown, and again with a token', () => {
    const desk = makeDesk();
    desk.show(DEFAULT_LIVE);
    desk.show({ ...DEFAULT_LIVE, task: '' });
    expect(opened.length).toBe(1);
    desk.stop();
    expect(opened[0]!.ended).toBe(true);
    desk.show(DEFAULT_LIVE);
    desk.enter(' secret ');
    expect(opened.map(({ ended }) => ended)).toEqual([true, true, false]);
  });
});

describe('what is asked', () => {
  it('is a forecast, by itself once a minute, with numbers where JSON has none', async () => {
    let now = 0;
    const desk = makeDesk(() => now), forecasts = (): number => asked.filter(({ path }) => path.startsWith('/v1/forecast')).length;
    answer = () => [200, { at: 5, futures: 200, unfinished: {}, finish: { p10: 'NaN', p50: 'NaN', p90: 'NaN' }, cost: { p10: 1, p50: 2, p90: 3 }, jobs: [] }];
    desk.show(DEFAULT_LIVE);
    desk.keepsForecasting.value = true;
    opened[0]!.tell(telling());
    const { answer: found } = await when(desk.forecast, ({ busy, answer: got }) => !busy && got !== undefined);
    expect([found!.finish.p50, found!.cost.p50]).toEqual([NaN, 2]);
    for (now = 1000; now < 60_000; now += 1000) opened[0]!.tell(telling());
    expect(forecasts()).toBe(1);
    now = 61_000;
    opened[0]!.tell(telling());
    expect(desk.forecast.value.busy).toBe(true);
    await when(desk.forecast, ({ busy }) => !busy);
    expect(forecasts()).toBe(2);
  });

  it('is a change, once, under a key of its own and the name of who asks; what is refused is shown', async () => {
    const desk = makeDesk();
    desk.show(DEFAULT_LIVE);
    opened[0]!.tell(telling());
    desk.callMyself('Zoë');
    answer = (path) => (path === '/v1/run/pause' ? [200, { ...RUN, phase: 'paused' }] : [409, { code: 'wrong-state', detail: 'it has ended', faults: [{ code: 'wrong-state', path: 'item', message: 'has ended' }] }]);
    expect(await desk.turn('pause')).toBe(true);
    expect(desk.run.value!.run.phase).toBe('paused');
    expect(await desk.answer({ id: 'check@1.1' } as never, 'complete', {})).toBe(false);
    expect(desk.refused.value).toMatchObject({ code: 'wrong-state', faults: [{ path: 'item' }] });
    const [pause, complete] = asked;
    expect([pause!.headers['twinclock-by'], complete!.path]).toEqual(['Zo%C3%AB', '/v1/inbox/check%401.1/complete']);
    expect(pause!.headers['idempotency-key']).toMatch(/^[\da-f]{32}$/);
    expect(complete!.headers['idempotency-key']).not.toBe(pause!.headers['idempotency-key']);
  });

  it('is a change also on a page that the browser does not call secure', async () => {
    const { crypto } = globalThis;
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) }); // all that such a page has
    const desk = makeDesk();
    desk.show(DEFAULT_LIVE);
    opened[0]!.tell(telling());
    answer = () => [200, { ...RUN, phase: 'paused' }];
    expect(await desk.turn('pause')).toBe(true);
    expect(asked[0]!.headers['idempotency-key']).toMatch(/^[\da-f]{32}$/);
  });
});

it('the address says which task is looked at', () => {
  const route = { ...DEFAULT_LIVE, task: 'train-2', attempt: 3 };
  expect(readRoute(writeRoute(route))).toEqual({ route, faults: [] });
  expect(writeRoute(LIVE_ROUTE.usual)).toBe('#/live?v=1');
});
