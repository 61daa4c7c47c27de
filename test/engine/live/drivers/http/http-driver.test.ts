// The HTTP driver against a real server that counts for itself, on a clock moved by hand: nothing here waits for time.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptSpec, Driver } from '../../../../../engine/live/driver.ts';
import { createHttpDriver } from '../../../../../engine/live/drivers/http/http-driver.ts';
import type { Json } from '../../../../../engine/live/json.ts';
import type { TaskFile } from '../../../../../engine/model/scenario.ts';
import { DriverBench } from '../../../../support/live/driver-bench.ts';
import { limitedServer } from '../../../../support/live/limited-server.ts';
import type { LimitedServer } from '../../../../support/live/limited-server.ts';

let bench: DriverBench, server: LimitedServer, driver: Driver;

function open(entry: Record<string, Json>, options: Record<string, Json> = {}): Driver {
  return driver = createHttpDriver(bench.context([{ id: 'api', entry: 'api' }], { api: { id: 'api', ...entry } }), { url: server.url, ...options });
}

const spec = (n: number, task: Partial<TaskFile> = {}): AttemptSpec => ({
  key: { run: 'r', task: `t${n}`, epoch: 1, attempt: 1 }, unit: 'api', job: 'j', entry: 'api', market: 'on-demand', setupMs: 0, estimateMs: 1000, progressPpm: 0, inputs: {},
  task: { id: `t${n}`, duration: 1, run: { http: { url: `do/${n}`, body: { n } } }, ...task },
});
const ends = () => bench.of('ended');
const started = () => bench.of('started');
/** Resolves when this many attempts have ended. */
const ended = (count: number) => bench.until(() => ends().length >= count);
/** Lets what is under way get as far as it can without time passing. */
const settle = () => new Promise((resolve) => { setImmediate(resolve); });

beforeEach(async () => { bench = new DriverBench(); server = await limitedServer({ now: () => bench.clock.now() }); });
afterEach(async () => { await driver.close(); await server.close(); });

describe('a call', () => {
  it('carries its key and token, and brings its answer back', async () => {
    await open({}, { inputTokens: 'usage.in', outputTokens: 'usage.out' }).start(spec(1));
    await ended(1);
    expect(server.calls.map(({ method, path, body, headers }) => [method, path, body, headers['idempotency-key'], headers['twinclock-token'], headers['content-type']])).toEqual([['POST', '/do/1', '{"n":1}', 'r/t1/1.1', '1.1', 'application/json']]);
    expect(bench.events).toEqual([
      { type: 'started', key: spec(1).key },
      { type: 'ended', key: spec(1).key, end: { outcome: 'completed', busyMs: 0, output: { call: 1, usage: { in: 40, out: 10 } }, usage: { status: 200, requests: 1, inputTokens: 40, outputTokens: 10 } } },
    ]);
    expect(bench.kept.size).toBe(0);
  });

  it('started twice with one key is made once', async () => {
    open({});
    await Promise.all([driver.start(spec(1)), driver.start(spec(1))]);
    await ended(1);
    expect(server.calls.length).toBe(1);
  });

  it.each([
    [404, 'task-error', {}], [500, 'api-error', {}], [429, 'rate-limited', { 'retry-after': '7' }], [503, 'refused', { 'retry-after': '7' }], [503, 'api-error', {}],
  ] as const)('answered %d ends as %s', async (status, outcome, headers) => {
    server.next.push({ status, headers });
    await open({}).start(spec(1));
    await ended(1);
    expect(ends()[0]).toMatchObject({ end: { outcome, reason: expect.stringContaining(`HTTP ${status}`) as string } });
    expect(bench.of('limited')).toEqual(status === 429 || outcome === 'refused' ? [{ type: 'limited', unit: 'api', until: bench.clock.wall() + 7000, reason: `HTTP ${status}` }] : []);
  });

  it('without an answer ends by its time-out, and one to a closed port was refused', async () => {
    server.next.push('hang');
    await open({}).start(spec(1, { run: { http: { url: 'x' }, timeout: '30s' } }));
    await bench.until(() => started().length === 1);
    bench.clock.advance(30_000);
    await ended(1);
    expect(ends()[0]).toMatchObject({ end: { outcome: 'timeout', busyMs: 30_000 } });
    const gone = await limitedServer({ now: () => 0 });
    await gone.close();
    await driver.start(spec(2, { run: { http: { url: gone.url } } }));
    await ended(2);
    expect(ends()[1]).toMatchObject({ end: { outcome: 'refused' } });
  });

  it('can be taken back, before and while it is under way', async () => {
    server.hold = true;
    open({ concurrency: 1 });
    await driver.start(spec(1));
    await driver.start(spec(2));
    expect(await driver.probe({ key: spec(2).key, unit: 'api' })).toEqual({ state: 'ALIVE', waiting: true });
    await bench.until(() => started().length === 1);
    await driver.undo({ key: spec(2).key, unit: 'api' });
    expect(await driver.probe({ key: spec(2).key, unit: 'api' })).toEqual({ state: 'ABSENT' });
    await driver.signal({ key: spec(1).key, unit: 'api' }, 'kill');
    await ended(1);
    expect(ends()).toMatchObject([{ key: spec(1).key, end: { outcome: 'cancelled' } }]);
  });
});

describe('limits', () => {
  it('are kept so that a server which counts in any window never has to refuse, and all calls are made', async () => {
    await server.close();
    server = await limitedServer({ now: () => bench.clock.now(), perWindow: 10, windowMs: 60_000 });
    open({ requestsPerMinute: 5, requestBurst: 5 }); // 5 at once and 5 a minute: at most 10 in any minute
    for (let n = 0; n < 40; n++) await driver.start(spec(n));
    while (ends().length < 40) {
      await settle();
      if (started().length > ends().length) await ended(started().length); else bench.clock.advance(bench.clock.next - bench.clock.now());
    }
    expect(server.calls.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    expect(bench.events.flatMap((event) => (event.type === 'started' ? [event.key.task] : []))).toEqual(Array.from({ length: 40 }, (_, n) => `t${n}`)); // first come, first served
    expect(bench.clock.now()).toBeGreaterThanOrEqual(35 * 12_000 - 1);
    expect(bench.clock.now()).toBeLessThan(36 * 12_000);
  });

  it('count from when a call goes out, however long its note took', async () => {
    const { notes } = bench, slow: { go?: () => void } = {};
    Object.assign(notes, { put: ((put) => (name: string, value: Json) => (slow.go === undefined ? new Promise<void>((done) => { slow.go = () => { void put(name, value).then(done); }; }) : put(name, value)))(notes.put) });
    open({ requestsPerMinute: 1, requestBurst: 1 });
    await driver.start(spec(1));
    await driver.start(spec(2));
    bench.clock.advance(50_000);
    slow.go!();
    await ended(1);
    while (server.calls.length < 2) { await settle(); if (bench.clock.next < Infinity) bench.clock.advance(bench.clock.next - bench.clock.now()); }
    await ended(2);
    expect(server.calls.map(({ at }) => at)).toEqual([50_000, 110_000]);
  });

  it('on calls at once are kept', async () => {
    server.hold = true;
    open({ concurrency: 2 });
    for (let n = 0; n < 5; n++) await driver.start(spec(n));
    for (let done = 0; done < 5; done = ends().length) {
      while (server.calls.length < Math.min(5, done + 2)) await settle();
      server.release();
      await ended(Math.min(5, done + 2));
    }
    expect(server.mostAtOnce()).toBe(2);
  });

  it('refuse at once what could never pass, and give back tokens that were not used', async () => {
    open({ tokensPerMinute: 100 }, { inputTokens: 'usage.in', outputTokens: 'usage.out' });
    await driver.start(spec(1, { tokens: 101 }));
    expect(ends()[0]).toMatchObject({ end: { outcome: 'task-error' } });
    await driver.start(spec(2, { tokens: 100 })); // uses 50
    await driver.start(spec(3, { tokens: 50 }));
    await ended(3);
    expect(bench.clock.now()).toBe(0);
  });

  it('an API that fails again and again is left alone for a while, and comes back', async () => {
    server.next.push(...Array.from({ length: 3 }, () => ({ status: 500 })));
    open({}, { outageAfter: 3 });
    for (let n = 0; n < 3; n++) { await driver.start(spec(n)); await ended(n + 1); }
    expect(bench.events.at(-2)).toEqual({ type: 'limited', unit: 'api', until: bench.clock.wall() + 5000, reason: 'outage' });
    await driver.start(spec(3));
    expect(server.calls.length).toBe(3);
    bench.clock.advance(5000);
    await ended(4);
    expect(bench.events.slice(-2)).toMatchObject([{ type: 'restored', unit: 'api' }, { type: 'ended', end: { outcome: 'completed' } }]);
  });
});

describe('after the daemon died', () => {
  it.each([[false, 'DEAD'], [true, 'ABSENT']] as const)('a call under way (API idempotent: %s) is %s; one that waited was never made', async (idempotent, state) => {
    server.hold = true;
    open({ concurrency: 1 }, { idempotent });
    await driver.start(spec(1));
    await driver.start(spec(2));
    await bench.until(() => started().length > 0);
    const frozen = new Map(bench.kept); // what the store has when the process ends here
    await driver.close();
    bench.kept = frozen;
    open({ concurrency: 1 }, { idempotent });
    await driver.open();
    expect((await driver.list()).map(({ key }) => key.task)).toEqual(['t1']);
    expect((await driver.probe({ key: spec(1).key, unit: 'api' })).state).toBe(state);
    expect((await driver.probe({ key: spec(2).key, unit: 'api' })).state).toBe('ABSENT');
  });
});

it('takes keys from the environment, and says which are missing', () => {
  process.env['TWINCLOCK_TEST_KEY'] = 'abc';
  open({}, { headers: { authorization: 'Bearer ${TWINCLOCK_TEST_KEY}' } });
  expect(() => open({}, { headers: { authorization: '${NO_SUCH_VARIABLE}' } })).toThrow(/headers\.authorization.*no-variable/);
});

describe('for a rehearsal', () => {
  const outage = { kind: 'outage', entry: 'api', unit: 'api' } as const;

  it('the API is down: calls under way are lost, new ones are refused unsent, and afterwards it is as before', async () => {
    open({ retryAfter: '5s' });
    server.hold = true;
    await driver.start(spec(1));
    await bench.until(() => started().length === 1);
    while (server.calls.length === 0) await settle();
    await driver.faults!.inject('0 api', outage);
    await driver.faults!.inject('0 api', outage);
    expect(await driver.faults!.held()).toEqual(['0 api']);
    await ended(1);
    await driver.start(spec(2));
    await ended(2);
    expect(ends()).toMatchObject([{ end: { outcome: 'lost', reason: 'the API went down' } }, { end: { outcome: 'refused', busyMs: 0 } }]);
    expect(bench.of('limited')).toMatchObject([{ unit: 'api', until: bench.clock.wall() + 5000 }]);
    expect(server.calls.length).toBe(1);
    await driver.faults!.withdraw('0 api');
    await driver.faults!.withdraw('0 api');
    server.hold = false;
    server.release();
    await driver.start(spec(3));
    bench.clock.advance(5000);
    await ended(3);
    expect(ends()[2]).toMatchObject({ end: { outcome: 'completed' } });
    expect(await driver.faults!.held()).toEqual([]);
  });

  it('a slow API answers later by its factor', async () => {
    open({});
    await driver.faults!.inject('0 api', { kind: 'slow-down', entry: 'api', factor: 3 });
    server.hold = true;
    await driver.start(spec(1));
    while (server.calls.length === 0) await settle();
    bench.clock.advance(2000);
    server.release();
    while (bench.clock.next === Infinity || bench.clock.next > bench.clock.now() + 4000) await settle();
    expect(ends()).toEqual([]);
    bench.clock.advance(4000);
    await ended(1);
    expect(ends()).toMatchObject([{ end: { outcome: 'completed', busyMs: 6000 } }]);
  });

  it('says what an API cannot do', () => {
    open({});
    expect((['outage', 'slow-down', 'away', 'price'] as const).map((kind) => driver.faults!.refusal(kind, 'api'))).toEqual([undefined, undefined, 'an API has no away', 'an API has no price']);
  });
});
