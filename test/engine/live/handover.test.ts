// A daemon with thousands of tasks that are ready at once: it answers before anything is decided, goes on answering while they are
// handed to their driver, and can be stopped in the middle of it. The runtime and its API are real; what runs is held.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HeldDriver } from '../../../bench/live/held-driver.ts';
import { inboxDesk } from '../../../engine/live/api/inbox-desk.ts';
import { liveInsight } from '../../../engine/live/api/live-insight.ts';
import { openApi, type Api } from '../../../engine/live/api/server.ts';
import { systemClock } from '../../../engine/live/clock.ts';
import type { AttemptRef, DriverKind } from '../../../engine/live/driver.ts';
import { Handover } from '../../../engine/live/handover.ts';
import { LiveEngine, type LivePorts } from '../../../engine/live/live-engine.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { livePorts } from '../../support/live/live-ports.ts';
import { Disk } from '../../support/live/memory-store.ts';
import { until } from '../../support/live/until.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const TASKS = 2_000, AT_ONCE = 32;
const SCENARIO: ScenarioFile = {
  twinclock: 'scenario/1', name: 'many', mode: 'event', fleet: { local: [{ id: 'machine', cores: TASKS }] },
  jobs: [{ id: 'job', tasks: Array.from({ length: TASKS }, (_, k) => ({ id: `t${k}`, duration: '1h', demand: { cores: 1 } })) }],
};

/** Takes an attempt over the event loop, as a real one does over a process or a socket. */
class CountingDriver extends HeldDriver {
  readonly begun: string[] = [];
  readonly undone = new Set<string>();
  mostAtOnce = 0;
  onFirst = (): void => {};
  private underWay = 0;

  override async undo(ref: AttemptRef): Promise<void> {
    this.undone.add(ref.key.task);
    await super.undo(ref);
  }

  override async start(ref: AttemptRef): Promise<void> {
    this.begun.push(ref.key.task);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.underWay);
    if (this.begun.length === 1) this.onFirst();
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    this.underWay--;
    await super.start(ref);
  }
}

let folder: string, driver: CountingDriver, disk: Disk, engine: LiveEngine, api: Api;

const KIND: DriverKind = { name: 'counting', summary: 'a world of the test', serves: ['local'], options: {}, load: async () => (context) => driver = new CountingDriver(context) };
const prepared = (ports: LivePorts): Promise<LiveEngine> => LiveEngine.prepare({ twinclock: 'live/1', name: 'many', scenario: 'x', directory: folder, pools: { machine: { driver: 'counting' } } }, SCENARIO, ports);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinclock-handover-'));
  disk = new Disk();
  const ports = livePorts(systemClock, { kinds: [KIND], openStore: async () => disk.open('many') });
  engine = await prepared(ports);
  api = await openApi({ operations: engine, insight: liveInsight(engine, ports.policyOf), inbox: inboxDesk([], Date.parse(engine.status().epoch)) }, {
    address: '127.0.0.1', port: 0, bodyBytes: 1 << 20, requestsPerSecond: 10_000, clock: systemClock, log: (message, error) => { throw new Error(message, { cause: error }); },
  });
});
afterEach(async () => {
  await api.close();
  await engine.close();
  removeFolder(folder);
});

const ask = async (path: string, init?: RequestInit) => { const answer = await fetch(api.url + path, init); return { status: answer.status, body: await answer.json() as any }; };

it('answers before anything is decided, and begins nothing when it was paused by then', async () => {
  expect(await ask('/healthz')).toMatchObject({ status: 200 });
  expect(await ask('/readyz')).toMatchObject({ status: 503, body: { phase: 'recovering' } });
  expect((await ask('/v1/run')).body).toMatchObject({ phase: 'recovering', tasks: { queued: TASKS, scheduled: 0 } });
  expect((await ask('/v1/run/pause', { method: 'POST' })).body).toMatchObject({ phase: 'paused' });
  await engine.begin();
  expect((await ask('/v1/run')).body).toMatchObject({ phase: 'paused', tasks: { eligible: TASKS } });
  expect(driver.begun).toEqual([]);
});

it('answers while they are handed over: so many at once, in order, each once', async () => {
  const first = new Promise<number>((resolve, reject) => { driver.onFirst = () => { ask('/v1/run').then(() => { resolve(driver.begun.length); }, reject); }; });
  await engine.begin();
  expect(await first, 'begun when the answer came').toBeLessThan(TASKS);
  await until(() => engine.status().tasks.running === TASKS);
  const placed = engine.records(0, Infinity).filter(({ name }) => name === 'place').map(({ fields }) => fields['task']);
  expect(driver.begun).toEqual(placed);
  expect(driver.mostAtOnce).toBeLessThanOrEqual(AT_ONCE);
});

it('is stopped in the middle: what has not begun never does, and the work is kept', async () => {
  const killed = new Promise<void>((resolve, reject) => { driver.onFirst = () => { ask('/v1/run/kill', { method: 'POST' }).then(() => { resolve(); }, reject); }; });
  await engine.begin();
  await killed;
  await until(() => engine.status().tasks.eligible === TASKS);
  const { begun } = driver;
  expect([begun.length < TASKS, driver.running, engine.status().phase]).toEqual([true, 0, 'stopped']);
  await engine.resume();
  const before = begun.length;
  await until(() => engine.status().tasks.running === TASKS);
  expect(begun.length - before).toBe(TASKS);
});

it('begins nothing that an earlier daemon left waiting, once the kill switch was thrown', async () => {
  await new Promise<void>((resolve, reject) => { driver.onFirst = () => { engine.close().then(resolve, reject); }; engine.begin().catch(() => { /* it was closed in the middle */ }); });
  engine = await prepared(livePorts(systemClock, { kinds: [KIND], openStore: async () => disk.open('many') }));
  expect(engine.status()).toMatchObject({ phase: 'recovering', tasks: { scheduled: TASKS } });
  await engine.kill();
  await engine.begin();
  await until(() => engine.status().tasks.eligible === TASKS);
  await until(() => driver.undone.size === TASKS); // the earlier daemon's word may still be on its way
  expect([driver.begun, engine.status().phase]).toEqual([[], 'stopped']);
});

it('lets the processor rest while what is under way takes its time', async () => {
  let looks = 0, end = (): void => {};
  const handover = new Handover({ ...systemClock, now: () => { looks++; return 0; } }), turns = async (count: number): Promise<void> => { for (let k = 0; k < count; k++) await new Promise<void>((resolve) => { setImmediate(resolve); }); };
  handover.add(driver, () => new Promise((resolve) => { end = resolve; }));
  await turns(4);
  const before = looks;
  await turns(100);
  expect(looks).toBe(before);
  end();
});

it('tells of a large group in pages, none of them twice', async () => {
  await engine.begin();
  const pages: { from: number; count: number }[] = [];
  const end = engine.subscribe(0, ({ from, records }) => { pages.push({ from, count: records.length }); });
  await until(() => engine.status().tasks.running === TASKS);
  await engine.settled();
  await until(() => { const last = pages.at(-1)!; return last.from + last.count === engine.status().rows; });
  end();
  expect(Math.max(...pages.map(({ count }) => count))).toBeLessThanOrEqual(1_000);
  pages.forEach(({ from }, k) => { expect(from).toBe(k === 0 ? 0 : pages[k - 1]!.from + pages[k - 1]!.count); });
});
