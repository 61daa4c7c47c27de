// What one can ask of a live run, asked of one whose world is in the test: jobs that come in, keys that make a request happen once,
// pause, drain and kill switch, faults that leave nothing behind, looks that change nothing.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { compiled } from '../../../engine/experiment/recording.ts';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { scheduleHash } from '../../../engine/journal/journal-hash.ts';
import type { LiveFile } from '../../../engine/live/config.ts';
import type { DriverKind, VmRef } from '../../../engine/live/driver.ts';
import { vmName } from '../../../engine/live/driver-events.ts';
import { LiveEngine } from '../../../engine/live/live-engine.ts';
import type { Injection } from '../../../engine/live/operations.ts';
import type { JobFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { FakeWorld, fakeKind } from '../../support/live/fake-world.ts';
import { livePorts } from '../../support/live/live-ports.ts';
import { ManualClock, settle } from '../../support/live/manual-clock.ts';
import { Disk } from '../../support/live/memory-store.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinclock-engine-'));
afterAll(() => removeFolder(folder));

const FLEET: ScenarioFile['fleet'] = { local: [{ id: 'ws', cores: 4 }], cloud: [{ id: 'gpu', cores: 4, max: 2, spinUp: '40s', onDemand: { price: 3 } }] };
const FILE: LiveFile = { twinclock: 'live/1', name: 'run', scenario: 'x', mode: 'event', directory: folder, pools: { ws: { driver: 'fake' }, gpu: { driver: 'fake' } } };
const task = (id: string, more: Partial<TaskFile> = {}): TaskFile => ({ id, duration: '1m', on: ['ws'], demand: { cores: 2 }, ...more });
const job = (id: string, ...tasks: TaskFile[]): JobFile => ({ id, tasks });

/** A quiet world: half of each duration, nothing goes wrong. */
class Bench {
  readonly clock = new ManualClock();
  readonly world = new FakeWorld(this.clock, () => 0.5);
  readonly disk = new Disk();
  engine!: LiveEngine;

  constructor() { this.world.mischief.trouble = 0; }

  async open(jobs: readonly JobFile[] = [], file: LiveFile = FILE): Promise<LiveEngine> {
    const scenario: ScenarioFile = { twinclock: 'scenario/1', name: 'x', jobs, fleet: FLEET };
    this.engine = await LiveEngine.open(file, scenario, livePorts(this.clock, { kinds: [fakeKind(this.world)], openStore: async () => this.disk.open(file.name) }));
    await settle();
    return this.engine;
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> { await this.clock.advanceTo(this.clock.now() + ms); }
  /** Waits for a request while the clock stands still. */
  async ask<T>(request: Promise<T>): Promise<T> { void request.catch(() => {}); await settle(); return request; }
  states(): Record<string, string> { return Object.fromEntries(this.engine.tasks().map(({ id, state }) => [id, state])); }
}

describe('a live run', () => {
  let bench = new Bench();
  afterEach(async () => { await bench.engine.close(); bench = new Bench(); });

  it('waits for jobs, takes them as they come, and archives what is done', async () => {
    const engine = await bench.open();
    expect(engine.status()).toMatchObject({ phase: 'running', jobs: { open: 0, ended: 0 }, daemonEpoch: 1 });
    expect(await bench.ask(engine.submit({ jobs: [job('b', task('b1'), task('b2', { after: ['b1'] }))] }))).toMatchObject({ jobs: ['b'], revision: 1 });
    await bench.pass(10_000);
    expect(await bench.ask(engine.submit({ jobs: [{ ...job('a', task('a1', { after: ['b1'] })), release: '5s', deadline: '10m' }] }))).toMatchObject({ revision: 2, at: 10_000 });
    expect(engine.jobs().map(({ id, submitted, release, deadline }) => [id, submitted, release, deadline])).toEqual([['a', false, 15_000, 610_000], ['b', true, 0, -1]]);
    await bench.pass(300_000);
    expect(bench.states()).toEqual({ a1: 'ARCHIVED', b1: 'ARCHIVED', b2: 'ARCHIVED' });
    expect(await engine.attempts('b2')).toMatchObject([{ attempt: 1, token: '1.1', unit: 'ws', outcome: 'completed', output: 'run/b2/1.1' }]);
  });

  // m1 ends at 110 s or so; nothing happens after that, while the VM waits at $3 an hour for what m3 needs.
  it('counts as spent, and as spent with what is under way, the time that has passed since the last event', async () => {
    const engine = await bench.open([job('m', task('m1', { on: ['gpu'] }), task('m2', { duration: '6m' }), task('m3', { on: ['gpu'], after: ['m2'] }))]);
    await bench.pass(150_000);
    expect(bench.states()).toMatchObject({ m1: 'COMPLETED', m2: 'RUNNING' });
    const before = engine.status();
    await bench.pass(60_000);
    const { vms, spent, spentAndCommitted, rows } = engine.status();
    expect([vms, rows, spentAndCommitted]).toEqual([1, before.rows, spent]);
    expect(spent - before.spent).toBe(50_000);
  });

  it('writes no row before what it is begun with, whatever its drivers tell by then', async () => {
    const fake = fakeKind(bench.world), talkative: DriverKind = { ...fake, load: async () => { const make = await fake.load(); return (context, options) => { context.emit({ type: 'restored', unit: 'ws' }); return make(context, options); }; } };
    const begun = (rehearsal?: Injection) => LiveEngine.prepare(FILE, { twinclock: 'scenario/1', name: 'x', jobs: [job('m', task('m1'))], fleet: FLEET }, livePorts(bench.clock, { kinds: [talkative], openStore: async () => bench.disk.open(FILE.name) }), rehearsal);
    await expect(begun({ plan: { twinclock: 'faults/1', name: 'slow', faults: [{ kind: 'slow-down', at: 0, for: '1s', resource: 'ws', factor: 2 }] } })).rejects.toMatchObject({ code: 'cannot-inject' });
    expect([bench.disk.count, [...bench.disk.documents], bench.disk.epoch]).toEqual([0, [], 0]);
    bench.engine = await begun();
    await bench.ask(bench.engine.begin());
    await bench.pass(120_000);
    expect(bench.states()).toEqual({ m1: 'ARCHIVED' });
  });

  it('leaves no folder when its store cannot be reached', async () => {
    await bench.open();
    const refused = LiveEngine.open({ ...FILE, directory: join(folder, 'runs', 'far') }, { twinclock: 'scenario/1', name: 'x', jobs: [], fleet: FLEET }, livePorts(bench.clock, { kinds: [fakeKind(bench.world)], openStore: () => Promise.reject(new Error('no route')) }));
    await expect(refused).rejects.toThrow('no route');
    expect([existsSync(join(folder, 'runs')), existsSync(folder)]).toEqual([false, true]);
  });

  it('does a request once for its key, over the death of the daemon too', async () => {
    const engine = await bench.open(), jobs = [job('a', task('a1'))];
    const first = await bench.ask(engine.submit({ jobs }, { idempotencyKey: 'k' }));
    expect(await bench.ask(engine.submit({ jobs }, { idempotencyKey: 'k' }))).toEqual(first);
    await expect(bench.ask(engine.submit({ jobs: [job('b', task('b1'))] }, { idempotencyKey: 'k' }))).rejects.toMatchObject({ code: 'idempotency-conflict' });
    await engine.close();
    const next = await bench.open();
    expect(await bench.ask(next.submit({ jobs }, { idempotencyKey: 'k' }))).toEqual(first);
    expect(next.status()).toMatchObject({ daemonEpoch: 2, revision: 1 });
  });

  it('keeps who asked for a change beside its row, over the death of the daemon too', async () => {
    const engine = await bench.open();
    await bench.ask(engine.setWeights({ latency: 0.2, cost: 0.7, fragmentation: 0.1 }, { by: 'Ann (10.0.0.1)' }));
    await bench.ask(engine.submit({ jobs: [job('a', task('a1'))] }, { by: 'Bob' }));
    await bench.ask(engine.setBudget(5_000_000));
    await engine.close();
    const next = await bench.open(), signed = next.records(0, Infinity).filter(({ by }) => by !== undefined).map(({ name, by }) => `${name} ${by!}`);
    expect(signed).toEqual(['weights-changed Ann (10.0.0.1)', 'revised Bob']);
    const lines = [...next.journal()], { notes, rows } = decodeJournal(lines, compiled);
    expect([...notes.values()]).toEqual([{ by: 'Ann (10.0.0.1)' }, { by: 'Bob' }]);
    expect(lines.filter((line) => line.includes('"by":'))).toEqual([expect.stringContaining('"event":"weights-changed"'), expect.stringContaining('"change":{"jobs"')]);
    expect(scheduleHash(rows)).toBe(scheduleHash(next.run.log));
  });

  it('refuses what is wrong, says where, and changes nothing', async () => {
    const engine = await bench.open([job('m', task('m1'))]), rows = engine.status().rows;
    const faults = async (jobs: JobFile[]) => bench.ask(engine.submit({ jobs })).then(() => [], (error: { faults: { code: string; path: string }[] }) => error.faults.map(({ code, path }) => `${code} ${path}`));
    expect(await faults([job('n', task('m1'))])).toEqual(['duplicate-id jobs[0].tasks[0].id']);
    expect(await faults([job('n', task('n1', { after: ['m2'] }), task('n2', { on: ['nowhere'] }))])).toEqual(['unknown-class jobs[0].tasks[1].on[0]', 'unknown-predecessor jobs[0].tasks[0].after[0]']);
    expect(await faults([])).toEqual(['empty-list jobs']);
    await expect(bench.ask(engine.cancelJob('n'))).rejects.toMatchObject({ code: 'no-such-job' });
    await expect(bench.ask(engine.setWeights({ latency: 1, cost: 1, fragmentation: 0 }))).rejects.toMatchObject({ code: 'bad-weights' });
    await expect(bench.ask(engine.setBudget(-1))).rejects.toMatchObject({ code: 'bad-budget' });
    await expect(bench.ask(engine.setPolicy({ name: 'hefty' }))).rejects.toThrow();
    expect(() => engine.task('m2')).toThrow(/did you mean m1/);
    expect(engine.status()).toMatchObject({ rows, revision: 0 });
  });

  it('tells since when a task has run, and afterwards when it started and ended', async () => {
    const engine = await bench.open([job('m', task('m1', { on: ['gpu'] }), task('m2', { after: ['m1'] }))]);
    await bench.pass(60_000);
    const running = engine.task('m1');
    await bench.pass(120_000);
    const ended = engine.task('m1'), next = engine.task('m2');
    expect([running.state, ended.state, next.state]).toEqual(['RUNNING', 'ARCHIVED', 'ARCHIVED']);
    expect(running.since).toBeGreaterThan(0); // the VM had to come up
    expect(ended.since).toBe(running.since);
    expect(next.since).toBeGreaterThanOrEqual(ended.finish!);
  });

  it('tells of a task that was taken back before it began when it was placed', async () => {
    const engine = await bench.open();
    await bench.pass(10_000);
    await bench.ask(engine.submit({ jobs: [job('m', task('m1', { on: ['gpu'] }), task('m2', { on: ['gpu'], after: ['m1'] }))] }));
    await bench.pass(5000);
    expect(engine.task('m1').state).toBe('SCHEDULED'); // its VM comes up
    await bench.ask(engine.cancelTask('m1'));
    expect([engine.task('m1'), engine.task('m2')]).toMatchObject([{ state: 'CANCELLED', attempt: 1, since: 10_000 }, { state: 'CANCELLED', attempt: 0, since: 0 }]);
  });

  it('cancels: what ran is ended in the world', async () => {
    const engine = await bench.open([job('m', task('m1'), task('m2', { after: ['m1'] }))]);
    expect(bench.world.leftOver()).toEqual(['run/m1/1.1']);
    await bench.ask(engine.cancelTask('m1'));
    expect([bench.states(), bench.world.leftOver()]).toEqual([{ m1: 'CANCELLED', m2: 'CANCELLED' }, []]);
    await expect(bench.ask(engine.submit({ jobs: [job('n', task('n1', { after: ['m2'] }))] }))).rejects.toMatchObject({ faults: [{ code: 'predecessor-ended', path: 'jobs[0].tasks[0].after[0]' }] });
    await expect(bench.ask(engine.cancelJob('m'))).rejects.toMatchObject({ code: 'has-ended' });
  });

  it('pauses and resumes', async () => {
    const engine = await bench.open();
    await bench.ask(engine.pause());
    await bench.ask(engine.submit({ jobs: [job('a', task('a1'))] }));
    await bench.pass(60_000);
    expect([engine.status().phase, bench.states()]).toEqual(['paused', { a1: 'ELIGIBLE' }]);
    await bench.ask(engine.resume());
    expect(bench.states()).not.toEqual({ a1: 'ELIGIBLE' });
  });

  it('drains: lets what runs end, begins nothing, gives back every VM', async () => {
    const engine = await bench.open([job('m', task('m1', { on: ['gpu'] }), task('m2', { on: ['gpu'], after: ['m1'] }))]);
    await bench.pass(60_000);
    expect(engine.status()).toMatchObject({ vms: 1, tasks: { running: 1 } });
    await bench.ask(engine.drain());
    await bench.pass(10 * 60_000);
    expect([engine.status().phase, engine.status().vms, bench.states(), bench.world.leftOver()]).toEqual(['drained', 0, { m1: 'COMPLETED', m2: 'ELIGIBLE' }, []]);
    await bench.ask(engine.resume());
    await bench.pass(30 * 60_000);
    expect(bench.states()).toEqual({ m1: 'ARCHIVED', m2: 'ARCHIVED' });
  });

  it('stops everything at once by the kill switch, and keeps the work', async () => {
    const engine = await bench.open([job('m', task('m1', { on: ['gpu'] }), task('m2'))]);
    await bench.pass(60_000);
    expect(bench.world.leftOver().length).toBeGreaterThan(1);
    await bench.ask(engine.kill());
    await bench.pass(1000);
    expect([engine.status().phase, engine.status().vms, bench.world.leftOver()]).toEqual(['stopped', 0, []]);
    expect(engine.tasks().every(({ state }) => state === 'ELIGIBLE' || state === 'ARCHIVED' || state === 'COMPLETED')).toBe(true);
    await engine.close();
    const next = await bench.open();
    expect(next.status().phase).toBe('stopped');
    await bench.ask(next.resume());
    await bench.pass(30 * 60_000);
    expect(bench.states()).toEqual({ m1: 'ARCHIVED', m2: 'ARCHIVED' });
  });

  it('rents no VM that was ordered in vain before the kill switch, and takes the order back', async () => {
    const engine = await bench.open([job('m', task('m1', { on: ['gpu'] }))]), takenBack: string[] = [], fake = fakeKind(bench.world);
    expect(engine.status().vms).toBe(1);
    bench.world.connect(undefined); // it dies as the switch is thrown, and neither order nor release has reached the provider
    await bench.ask(engine.kill());
    bench.world.vms.clear();
    const kind: DriverKind = { ...fake, load: async () => {
      const make = await fake.load();
      return (context, options) => { const driver = make(context, options), vms = driver.vms!; return Object.assign(driver, { vms: { ...vms, releaseVm: (ref: VmRef) => { takenBack.push(vmName(ref.key)); return vms.releaseVm(ref); } } }); };
    } };
    bench.engine = await LiveEngine.open(FILE, { twinclock: 'scenario/1', name: 'x', jobs: [], fleet: FLEET }, livePorts(bench.clock, { kinds: [kind], openStore: async () => bench.disk.open(FILE.name) }));
    await settle();
    expect([bench.engine.status().phase, bench.engine.status().vms, [...bench.world.vms], bench.states()]).toEqual(['stopped', 0, [], { m1: 'ELIGIBLE' }]);
    expect(takenBack).toEqual(['run/gpu/0/1.1']); // it may still be on its way
  });

  it('looks without touching: preview, reasons and figures leave no row and no tick', async () => {
    const engine = await bench.open([job('m', task('m1', { demand: { cores: 4 } }), task('m2', { demand: { cores: 4 } }), task('m3', { on: ['gpu'] }))]);
    await bench.ask(engine.pause());
    const before = JSON.stringify(engine.status());
    expect(engine.waiting('m2')).toMatchObject({ state: 'ELIGIBLE', places: [{ place: 'ws', refusal: 'no-room' }] });
    engine.preview(); engine.resources(); engine.jobs();
    expect(JSON.stringify(engine.status())).toBe(before);
  });

  it('tells each durable row once, in order, from where one wishes', async () => {
    const engine = await bench.open([job('m', task('m1'))]), seen: number[] = [], late: number[] = [];
    engine.subscribe(0, ({ records }) => { seen.push(...records.map(({ n }) => n)); });
    await bench.pass(120_000);
    const stop = engine.subscribe(2, ({ records }) => { late.push(...records.map(({ n }) => n)); }), { rows } = engine.status();
    stop();
    await bench.ask(engine.submit({ jobs: [job('a', task('a1'))] }));
    expect(late).toEqual(Array.from({ length: rows - 2 }, (_, k) => k + 2));
    expect(seen).toEqual(Array.from({ length: engine.status().rows }, (_, k) => k));
  });

  it('takes another fleet and another policy, but not one that lacks what is in use', async () => {
    const engine = await bench.open([job('m', task('m1', { duration: '10m' }))]);
    await expect(bench.ask(engine.setFleet({ local: [{ id: 'other', cores: 4 }], cloud: FLEET.cloud! }))).rejects.toThrow();
    await expect(bench.ask(engine.setFleet({ cloud: FLEET.cloud! }))).rejects.toMatchObject({ faults: [{ code: 'fleet-in-use', path: 'fleet' }] });
    await bench.ask(engine.setFleet({ ...FLEET, local: [{ id: 'ws', cores: 16 }] }));
    await bench.ask(engine.setPolicy({ name: 'heft' }));
    expect(engine.resources().find(({ unit }) => unit === 'ws')).toMatchObject({ capacity: { cores: 16_000 }, used: { cores: 2000 } });
    expect(engine.status()).toMatchObject({ policy: { name: 'heft' }, revision: 2 });
  });

  it('refuses the report of an attempt nobody waits for', async () => {
    const engine = await bench.open([job('m', task('m1'))]), key = { run: 'run', task: 'm1', epoch: 1, attempt: 1 };
    await bench.pass(120_000);
    expect(bench.states()).toEqual({ m1: 'ARCHIVED' });
    bench.world.tell({ type: 'ended', key, end: { outcome: 'task-error', busyMs: 1 } });
    bench.world.tell({ type: 'started', key: { ...key, epoch: 7 } });
    await settle();
    expect([bench.states(), engine.status().refusedReports]).toEqual([{ m1: 'ARCHIVED' }, 2]);
  });

  it('will not go on with a journal this version would have written otherwise', async () => {
    const engine = await bench.open([job('m', task('m1'))]);
    await bench.pass(60_000);
    await engine.close();
    const placed = bench.disk.groups.find(({ rows }) => rows.includes(64))!;
    placed.rows[placed.rows.indexOf(64) + 2] = 2; // the attempt that was placed
    await expect(bench.open()).rejects.toMatchObject({ code: 'divergence', message: expect.stringMatching(/row \d+ cannot be replayed: the kernel wrote another row; stored: .*attempt=2.*made: .*attempt=1/) });
  });
});
