// Faults injected into a live run whose world is in the test, under a clock moved by hand: what is said in the journal and when, what
// a daemon that dies leaves behind and the next takes back, what is refused before anything is touched.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { LiveFile } from '../../../../engine/live/config.ts';
import { LiveEngine } from '../../../../engine/live/live-engine.ts';
import { lowerBounds } from '../../../../engine/bounds/bounds.ts';
import { injectedReport } from '../../../../engine/cli/report/blast-report.ts';
import { liveRehearsalReport } from '../../../../engine/cli/report/live-rehearsal-report.ts';
import { compiled, historyOf, recordOf, replayRecording } from '../../../../engine/experiment/recording.ts';
import { liveRehearsal, type LiveRehearsal } from '../../../../engine/experiment/rehearsal/live-rehearsal.ts';
import { reviewRun } from '../../../../engine/experiment/run-once.ts';
import { decodeJournal } from '../../../../engine/journal/codec.ts';
import { RunFold } from '../../../../engine/metrics/attempts.ts';
import type { InputError } from '../../../../engine/model/errors.ts';
import type { FaultFile, FaultPlanFile } from '../../../../engine/model/fault-plan.ts';
import type { JobFile, ScenarioFile, TaskFile } from '../../../../engine/model/scenario.ts';
import { policyNamed } from '../../../../policies/registry.ts';
import { FakeWorld, fakeKind } from '../../../support/live/fake-world.ts';
import { livePorts } from '../../../support/live/live-ports.ts';
import { ManualClock, settle } from '../../../support/live/manual-clock.ts';
import { Disk } from '../../../support/live/memory-store.ts';
import { removeFolder } from '../../../support/remove-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinclock-desk-'));
afterAll(() => removeFolder(folder));

const FLEET: ScenarioFile['fleet'] = {
  local: [{ id: 'ws', cores: 4 }], cloud: [{ id: 'gpu', cores: 4, max: 2, spinUp: '40s', spot: { price: 1, notice: '30s' } }], api: [{ id: 'llm' }], human: [{ id: 'ada' }],
};
const FILE: LiveFile = { twinclock: 'live/1', name: 'run', scenario: 'x', mode: 'event', directory: folder, pools: Object.fromEntries(['ws', 'gpu', 'llm', 'ada'].map((id) => [id, { driver: 'fake' }])) };
const task = (id: string, more: Partial<TaskFile> = {}): TaskFile => ({ id, duration: '10m', on: ['gpu'], demand: { cores: 4 }, ...more });
const plan = (...faults: FaultFile[]) => ({ twinclock: 'faults/1', name: 'trouble', faults });

/** A quiet world: half of each duration, nothing goes wrong by itself. */
class Bench {
  readonly clock = new ManualClock();
  readonly world = new FakeWorld(this.clock, () => 0.5);
  readonly disk = new Disk();
  engine!: LiveEngine;

  constructor() { this.world.mischief.trouble = 0; }

  async open(tasks: readonly TaskFile[] = [], more: Partial<ScenarioFile> = {}): Promise<LiveEngine> {
    const jobs: JobFile[] = tasks.length === 0 ? [] : [{ id: 'job', tasks }];
    this.engine = await LiveEngine.open(FILE, { twinclock: 'scenario/1', name: 'x', jobs, fleet: FLEET, ...more }, livePorts(this.clock, { kinds: [fakeKind(this.world)], openStore: async () => this.disk.open(FILE.name) }));
    await settle();
    return this.engine;
  }

  /** As a SIGKILL would: what was set and heard ends with it. */
  die(): void { this.world.connect(undefined); this.clock.dropTimers(); }

  async pass(seconds: number): Promise<void> { await this.clock.advanceTo(this.clock.now() + seconds * 1000); }
  async ask<T>(request: Promise<T>): Promise<T> { void request.catch(() => {}); await settle(); return request; }
  inject(...faults: FaultFile[]): Promise<number> { return this.ask(this.engine.injectFaults({ plan: plan(...faults) })); }

  /** `seconds name fields` of rows that are about faults or what they cause. */
  told(...names: string[]): string[] {
    return this.engine.records(0, Infinity).filter(({ name }) => names.includes(name)).map(({ t, name, fields }) => `${t / 1000} ${name} ${Object.values(fields).join(' ')}`);
  }
}

/** What `twinclock rehearsal` makes of the journal. */
function reported(engine: LiveEngine): { readonly faults: FaultPlanFile; readonly result: LiveRehearsal } {
  const policy = policyNamed('weighted'), decoded = decodeJournal([...engine.journal()], compiled), replayed = replayRecording({ ...decoded, policy, revisedPolicies: [], tampered: '' });
  const instance = historyOf(replayed.recording), run = recordOf(replayed, instance), bounds = lowerBounds(instance), { fold, metrics } = reviewRun(run, new RunFold(instance.problem), bounds, bounds), faults = decoded.header.faults!;
  return { faults, result: liveRehearsal(instance, { run, fold, metrics }, policy, faults, decoded.notes) };
}

const FAULTS = ['fault-injected', 'fault-struck', 'fault-ended'] as const;

describe('faults injected into a live run', () => {
  let bench = new Bench();
  afterEach(async () => {
    const decoded = decodeJournal([...bench.engine.journal()], compiled), revisedPolicies = decoded.revisions.map(() => policyNamed('weighted'));
    const { identical, replay } = replayRecording({ ...decoded, policy: policyNamed('weighted'), revisedPolicies, tampered: '' });
    expect([identical, replay.hash], 'the journal replays').toEqual([true, decoded.footer!.hash]);
    await bench.engine.close();
    bench = new Bench();
  });

  // Requested at 0, READY at 47.5; taken at 100 with the pool's 30 s: notice at 100, gone at 130.
  it('take a VM with its notice, and are over when it is gone', async () => {
    await bench.open([task('a')]);
    await bench.inject({ kind: 'terminate', at: '100s', pool: 'gpu', count: 1 });
    await bench.pass(129);
    expect(bench.told(...FAULTS, 'vm-notice', 'vm-terminated')).toEqual(['100 fault-injected 0', '100 fault-struck 0 gpu/0 1', '100 vm-notice gpu/0 1 130000']);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'running', faults: [{ state: 'ending', vms: ['gpu/0'], injections: 1 }] }]);
    expect(await bench.engine.heldFaults()).toEqual(['0 run/gpu/0/1.1']);
    await bench.pass(2);
    expect(bench.told(...FAULTS, 'vm-terminated').slice(2)).toEqual(['130 vm-terminated gpu/0 1 interrupted', '130 fault-ended 0']);
    expect([bench.engine.rehearsals()[0]!.phase, await bench.engine.heldFaults(), [...bench.world.injected]]).toEqual(['ended', [], []]);
  });

  it('that last are taken back by the driver before the journal says so', async () => {
    await bench.open([task('a', { on: ['ws'] })]);
    await bench.inject({ kind: 'away', at: '10s', for: '20s', human: 'ada' }, { kind: 'outage', at: '15s', for: '5s', api: 'llm' }, { kind: 'price', at: '12s', for: '30s', factor: 3 });
    await bench.pass(16);
    expect([...bench.world.injected.keys()].sort()).toEqual(['0 ada', '1 llm', '2 gpu']);
    await bench.pass(40);
    expect(bench.told(...FAULTS, 'human-away', 'human-available', 'price-changed')).toEqual([
      '10 fault-injected 0', '10 human-away ada 30000', '12 fault-injected 2', '12 price-changed gpu spot 3000000', '15 fault-injected 1', '20 fault-ended 1', '30 human-available ada', '30 fault-ended 0',
      '42 price-changed gpu spot 1000000', '42 fault-ended 2',
    ]);
    expect(bench.world.injected.size).toBe(0);
  });

  it('strike each spot VM once at a share of its first task', async () => {
    await bench.open([task('a'), task('b')]);
    await bench.inject({ kind: 'terminate-working', atProgress: 0.25, notice: '20s' });
    await bench.pass(300);
    expect(bench.told('vm-terminated').length, 'both were taken').toBe(2);
    expect([await bench.engine.heldFaults(), bench.engine.rehearsals()[0]!.faults[0]!.state], 'nobody holds what is gone, and the fault goes on').toEqual([[], 'on']);
    await bench.pass(600);
    const struck = bench.told('fault-struck'), started = bench.told('task-started').map((line) => line.split(' '));
    expect(struck.map((line) => line.split(' ').slice(2).join(' ')).sort()).toEqual(['0 gpu/0 1', '0 gpu/1 1']);
    for (const unit of ['gpu/0', 'gpu/1']) { // expected work 600 s: due 150 s after the start, announced 20 s before
      const start = Number(started.find((fields) => fields[4] === unit)![0]), at = Number(struck.find((line) => line.includes(unit))!.split(' ')[0]);
      expect(at - start).toBeCloseTo(130, 0);
    }
  });

  it('are refused when a driver cannot do them, before anything is touched, each with its reason', async () => {
    await bench.open([task('a')]);
    const rows = bench.engine.status().rows;
    const refused = bench.inject({ kind: 'slow-down', at: 0, for: '5s', resource: 'ws', factor: 2 }, { kind: 'budget', at: 0, budget: 1 }, { kind: 'away', at: 0, for: '1s', human: 'ada' });
    await refused.then(() => expect.unreachable(), (error: InputError) => expect(error.faults.map(({ code, path, message }) => `${code} ${path} ${message}`)).toEqual([
      'cannot-inject faults[0] this world has its own pace', 'cannot-inject faults[1] the run has no budget to come back to afterwards',
    ]));
    await expect(bench.inject({ kind: 'away', at: 0, for: '1s', human: 'adda' })).rejects.toMatchObject({ code: 'unknown-name' });
    expect([bench.engine.status().rows, bench.engine.rehearsals()]).toEqual([rows, []]);
  });

  it('cut the budget until the work is done, and give it back', async () => {
    await bench.open([task('a', { on: ['ws'], duration: '1m' })], { budget: 10 }); // it really takes 63 s
    await bench.inject({ kind: 'budget', at: '5s', budget: 2 });
    await bench.pass(120);
    expect(bench.told(...FAULTS, 'budget-changed')).toEqual(['5 fault-injected 0', '5 budget-changed 2000000', '63.2 budget-changed 10000000', '63.2 fault-ended 0']);
  });

  it('leave a budget that somebody set meanwhile', async () => {
    await bench.open([task('a', { on: ['ws'], duration: '1m' })], { budget: 10 });
    await bench.inject({ kind: 'budget', at: '5s', budget: 2 });
    await bench.pass(10);
    await bench.ask(bench.engine.setBudget(1_000_000));
    await bench.pass(120);
    expect(bench.told(...FAULTS, 'budget-changed')).toEqual(['5 fault-injected 0', '5 budget-changed 2000000', '10 budget-changed 1000000', '63.2 fault-ended 0']);
  });

  it('are over when what they struck has left the fleet', async () => {
    await bench.open([task('a', { on: ['ws'], duration: '1m' })]);
    await bench.inject({ kind: 'away', at: '5s', for: '1h', human: 'ada' }, { kind: 'outage', at: '10m', for: '1m', api: 'llm' });
    await bench.pass(10);
    await bench.ask(bench.engine.setFleet({ local: FLEET.local!, cloud: FLEET.cloud! }));
    await bench.pass(10);
    expect(bench.told(...FAULTS)).toEqual(['5 fault-injected 0', '10 fault-ended 0']);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'ended', faults: [{ state: 'over' }, { state: 'over' }] }]);
    expect(bench.world.injected.size).toBe(0);
  });

  it('are asked for again while a driver fails, and not after they were taken back', async () => {
    await bench.open([task('a', { on: ['ws'] })]);
    bench.world.refusesInjections = true;
    await bench.inject({ kind: 'away', at: '5s', for: '20s', human: 'ada' }, { kind: 'outage', at: '6s', for: '2s', api: 'llm' });
    await bench.pass(10);
    expect([bench.world.injected.size, bench.told('fault-ended')]).toEqual([0, ['8 fault-ended 1']]);
    bench.world.refusesInjections = false;
    await bench.pass(4);
    expect([...bench.world.injected.keys()]).toEqual(['0 ada']);
    await bench.pass(30);
    expect([bench.world.injected.size, bench.told('human-away').length, bench.told('fault-ended')]).toEqual([0, 1, ['8 fault-ended 1', '25 fault-ended 0']]);
  });

  it('are failing while a driver cannot do them, over its death too, and have failed when it never could', async () => {
    const about = () => bench.engine.rehearsals()[0]!.faults.map(({ state, reason }) => `${state} ${reason}`), kept = () => [...decodeJournal([...bench.engine.journal()], compiled).notes];
    await bench.open([task('a', { on: ['ws'] })]);
    bench.world.refusesInjections = true;
    await bench.inject({ kind: 'away', at: '5s', for: '60s', human: 'ada' }, { kind: 'outage', at: '6s', for: '2s', api: 'llm' });
    await bench.pass(7);
    expect(about()).toEqual(['failing ada: no route', 'failing llm: no route']);
    await bench.pass(3);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'running' }]);
    const rows = kept().map(([row]) => bench.engine.records(row, 1)[0]);
    expect(rows).toMatchObject([{ name: 'fault-injected', fields: { fault: 0 }, reason: 'ada: no route' }, { name: 'fault-injected', fields: { fault: 1 }, reason: 'llm: no route' }]);
    bench.die();
    await bench.open();
    expect(about()).toEqual(['failing ada: no route', 'failed llm: no route']);
    bench.world.refusesInjections = false;
    await bench.pass(4);
    expect([about(), kept().map(([, { reason }]) => reason)]).toEqual([['on ', 'failed llm: no route'], ['llm: no route']]);
    await bench.pass(60);
    expect(about()).toEqual(['over ', 'failed llm: no route']);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'ended' }]);
    const rehearsals = bench.engine.rehearsals(), told = injectedReport({ rehearsals, held: await bench.engine.heldFaults() }, false).split('\n');
    expect(told.filter((line) => line.includes('fail') || line.startsWith('fault'))).toEqual([expect.stringMatching(/^1 .* failed +1/), 'fault 1: llm: no route']);
    const { faults, result } = reported(bench.engine);
    expect([result.failed, result.left]).toEqual([[{ fault: 1, reason: 'llm: no route' }], []]);
    expect(liveRehearsalReport('run', faults, result, false)).toMatch(/could not be injected: llm down .* \(llm: no route\)/);
  });

  it('are taken back after they are there, however long the driver takes over them', async () => {
    await bench.open([task('a', { on: ['ws'] })]);
    bench.world.injectionMs = 3000;
    await bench.inject({ kind: 'outage', at: '5s', for: '1s', api: 'llm' });
    await bench.pass(7);
    expect(bench.engine.rehearsals()).toMatchObject([{ faults: [{ state: 'ending' }] }]);
    await bench.pass(3);
    expect([bench.world.injected.size, bench.told(...FAULTS)]).toEqual([0, ['5 fault-injected 0', '8 fault-ended 0']]);
  });

  it('are refused by a run whose tasks have all ended', async () => {
    await bench.open([task('a', { on: ['ws'], duration: '1m' })]);
    await bench.pass(120);
    await expect(bench.inject({ kind: 'away', at: 0, for: '1s', human: 'ada' })).rejects.toMatchObject({ code: 'run-finished', faults: [{ hint: expect.stringContaining('submit') }] });
    expect(bench.engine.rehearsals()).toEqual([]);
  });

  it('are all withdrawn when somebody says so: nothing more is begun', async () => {
    await bench.open([task('a')]);
    await bench.inject({ kind: 'no-capacity', at: '10s', for: '1h' }, { kind: 'outage', at: '10m', for: '1m', api: 'llm' }, { kind: 'terminate', at: '11s', pool: 'gpu' });
    await bench.pass(60);
    await bench.ask(bench.engine.withdrawFaults('enough'));
    await bench.pass(900);
    expect(bench.told(...FAULTS).filter((line) => !line.includes('struck'))).toEqual(['10 fault-injected 0', '11 fault-injected 2', '41 fault-ended 2', '60 fault-ended 0']);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'withdrawn', reason: 'enough' }]);
    await expect(bench.ask(bench.engine.withdrawFaults('again'))).rejects.toMatchObject({ code: 'nothing-injected' });
  });

  // One task of 10 min on a VM at $1 an hour, with its spin-up: $0.18 are committed; a second one makes it $0.36.
  it('are broken off by a stop condition', async () => {
    await bench.open([task('a')]);
    await bench.ask(bench.engine.injectFaults({ plan: plan({ kind: 'away', at: 0, for: '10h', human: 'ada' }), stop: ['cost > 0.3usd', 'failed > 0'] }));
    await bench.pass(30);
    expect(bench.world.injected.size).toBe(1);
    await bench.ask(bench.engine.submit({ jobs: [{ id: 'more', tasks: [task('b')] }] }));
    await bench.pass(5);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'withdrawn', reason: expect.stringMatching(/^cost > 0.3usd: it is 0\.3\d+ dollars$/) as string }]);
    expect([bench.world.injected.size, bench.told('fault-ended').length]).toEqual([0, 1]);
  });

  it('are broken off when a deadline is no longer likely to be met', async () => {
    await bench.open();
    await bench.ask(bench.engine.submit({ jobs: [{ id: 'late', deadline: '20m', tasks: [task('b', { on: ['ada'] })] }] }));
    await bench.ask(bench.engine.injectFaults({ plan: plan({ kind: 'away', at: 0, for: '10h', human: 'ada' }), stop: ['on-time < 50%'] }));
    for (let k = 0; k < 40 && bench.engine.rehearsals()[0]!.phase === 'running'; k++) await bench.pass(31);
    expect(bench.engine.rehearsals()).toMatchObject([{ phase: 'withdrawn', reason: 'on-time < 50%: the lowest chance is 0%' }]);
  });

  it('are broken off each by its own chance of the deadlines', async () => {
    await bench.open();
    await bench.ask(bench.engine.submit({ jobs: [{ id: 'late', deadline: '20m', tasks: [task('b', { on: ['ada'] })] }] }));
    for (const stop of ['on-time < 0%', 'on-time < 50%']) await bench.ask(bench.engine.injectFaults({ plan: plan({ kind: 'away', at: 0, for: '10h', human: 'ada' }), stop: [stop] }));
    for (let k = 0; k < 40 && bench.engine.rehearsals()[1]!.phase === 'running'; k++) await bench.pass(31);
    expect(bench.engine.rehearsals().map(({ phase, reason }) => [phase, reason])).toEqual([['running', ''], ['withdrawn', 'on-time < 50%: the lowest chance is 0%']]);
  });

  it('outlive the daemon: the next goes on with them, and takes back what is over', async () => {
    await bench.open([task('a')]);
    await bench.inject({ kind: 'away', at: '10s', for: '100s', human: 'ada' }, { kind: 'no-capacity', at: '20s', for: '30s' }, { kind: 'outage', at: '60s', for: '20s', api: 'llm' }, { kind: 'terminate', at: '300s', pool: 'gpu' });
    await bench.pass(25);
    bench.die();
    await bench.pass(65);
    bench.world.inject('7 ws', { kind: 'no-capacity', entry: 'ws' }); // of nobody
    await bench.open();
    await bench.pass(1);
    expect([...bench.world.injected.keys()]).toEqual(['0 ada']);
    expect(bench.engine.rehearsals()[0]!.faults.map(({ state }) => state)).toEqual(['on', 'over', 'missed', 'waiting']);
    await bench.pass(400);
    expect(bench.told(...FAULTS).map((line) => line.replace(/^\d+(\.\d+)? /, ''))).toEqual(['fault-injected 0', 'fault-injected 1', 'fault-ended 1', 'fault-ended 0', 'fault-injected 3', 'fault-struck 3 gpu/0 1', 'fault-ended 3']);
    expect([bench.engine.rehearsals()[0]!.phase, bench.world.injected.size]).toEqual(['ended', 0]);
  });

  it('stand in the journal, as one plan by its numbers', async () => {
    await bench.open([task('a', { on: ['ws'] })]);
    await bench.inject({ kind: 'away', at: '1s', for: '1s', human: 'ada' });
    await bench.pass(10);
    await bench.inject({ kind: 'outage', at: '1s', for: '1s', api: 'llm', name: 'again' });
    await bench.pass(10);
    expect(JSON.parse([...bench.engine.journal()][0]!).faults).toEqual({ twinclock: 'faults/1', name: 'trouble, trouble', faults: [{ kind: 'away', at: '1s', for: '1s', human: 'ada' }, { kind: 'outage', at: '11s', for: '1s', api: 'llm', name: 'again' }] });
    expect(bench.told('fault-injected', 'fault-ended')).toEqual(['1 fault-injected 0', '2 fault-ended 0', '11 fault-injected 1', '12 fault-ended 1']);
  });
});
