// Seasons of trouble under a clock moved by hand: the whole runtime (loop, store, recovery, requests) with a world that answers late, twice
// or not at all, takes VMs away, and a daemon that dies between any two steps, before and after its writes. One seed draws it
// all; a failure prints the seed. TWINCLOCK_STORMS sets how many (150), TWINCLOCK_SEED the first,
// TWINCLOCK_KEEP a folder for their journals.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LiveClock } from '../../../engine/live/clock.ts';
import type { LiveFile } from '../../../engine/live/config.ts';
import { attemptName } from '../../../engine/live/driver-events.ts';
import { LiveEngine } from '../../../engine/live/live-engine.ts';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { renumbered } from '../../../engine/journal/revisions.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { auditRun } from '../../../engine/metrics/audit.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FaultFile, FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import type { JobFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { ARCHIVED, COMPLETED } from '../../../engine/model/states.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { replay } from '../../../engine/sim/replay.ts';
import { DURATION, Streams } from '../../../engine/sim/random/streams.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { FakeWorld, fakeKind, type Draw } from '../../support/live/fake-world.ts';
import { livePorts } from '../../support/live/live-ports.ts';
import { ManualClock, settle } from '../../support/live/manual-clock.ts';
import { Disk, type MemoryStore } from '../../support/live/memory-store.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const STORMS = Number(process.env['TWINCLOCK_STORMS'] ?? 150), FIRST = Number(process.env['TWINCLOCK_SEED'] ?? 1), HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'twinclock-storm-'));
afterAll(() => removeFolder(folder));

function drawOf(seed: number): Draw {
  const streams = new Streams(seed);
  let n = 0;
  return () => streams.uniform(DURATION, n++, 0, 0);
}

const FLEET: ScenarioFile['fleet'] = {
  local: [{ id: 'ws', cores: 4, count: 2 }],
  cloud: [{ id: 'gpu', cores: 4, max: 3, spinUp: '40s', onDemand: { price: 3 }, spot: { price: 1, notice: '2m', interruptions: { hazardPerHour: 0.2 } } }],
  api: [{ id: 'llm', requestsPerMinute: 20, concurrency: 4, pricePerCall: 0.01 }],
  human: [{ id: 'ada', skills: ['review'], costPerHour: 60, responseDelay: '20s' }],
};
const CAPACITY = [['ws', 4], ['gpu', 4]] as const;

function job(id: string, draw: Draw): JobFile {
  const tasks = Array.from({ length: 2 + Math.floor(draw() * 7) }, (_, k): TaskFile => {
    const after = Array.from({ length: k }, (_unused, p) => `${id}-t${p}`).filter(() => draw() < 0.3), about = { id: `${id}-t${k}`, duration: `${5 + Math.floor(draw() * 200)}s`, ...(after.length === 0 ? {} : { after }) };
    const kind = draw();
    if (kind < 0.15) return { ...about, on: ['human'], skills: ['review'] };
    if (kind < 0.35) return { ...about, on: ['llm'] };
    return { ...about, on: kind < 0.6 ? ['local', 'cloud'] : ['cloud'], demand: { cores: 1 + Math.floor(draw() * 4) }, ...(draw() < 0.5 ? { checkpoint: { interval: '30s', cost: '5s' } } : {}) };
  });
  return { id, tasks };
}

/** A plan of faults in the next minutes. */
function troubleOf(draw: Draw): FaultPlanFile {
  const at = () => `${Math.floor(draw() * 200)}s`, long = () => `${1 + Math.floor(draw() * 300)}s`;
  const faults: FaultFile[] = [
    { kind: 'away', at: at(), for: long(), human: 'ada' }, { kind: 'outage', at: at(), for: long(), api: 'llm' }, { kind: 'terminate', at: at(), pool: 'gpu', count: 2, notice: '30s' },
    { kind: 'no-capacity', at: at(), for: long() }, { kind: 'price', at: at(), for: long(), factor: 2 }, { kind: 'terminate-working', atProgress: draw() }, { kind: 'storm', at: at(), for: long(), killsPerHour: 60 },
  ];
  const chosen = faults.filter(() => draw() < 0.4);
  return { twinclock: 'faults/1', name: 'trouble', faults: chosen.length === 0 ? faults.slice(0, 1) : chosen };
}

/** One life of the daemon: what it hears and sets stops with it. */
class Life {
  dead = false;
  readonly store: MemoryStore;
  engine: LiveEngine | undefined;
  opening: Promise<void>;
  broken: unknown;

  constructor(file: LiveFile, scenario: ScenarioFile, clock: ManualClock, world: FakeWorld, disk: Disk, draw: Draw, crash: () => number) {
    this.store = disk.open(file.name);
    const own: LiveClock = { now: () => clock.now(), wall: () => clock.wall(), after: (ms, due) => clock.after(ms, () => { if (!this.dead) due(); }) };
    const cut = async (): Promise<void> => { if (draw() < crash()) { this.die(world); await new Promise(() => {}); } };
    this.store.beforeWrite = cut;
    this.store.afterWrite = cut;
    this.opening = LiveEngine.open(file, scenario, livePorts(own, { kinds: [fakeKind(world)], openStore: async () => this.store }))
      .then((engine) => { this.engine = engine; engine.onBroken((error) => { this.broken = error; }); }, (error: unknown) => { this.broken = error; });
  }

  die(world: FakeWorld): void {
    this.dead = true;
    world.connect(undefined);
  }
}

async function storm(seed: number): Promise<void> {
  const draw = drawOf(seed), clock = new ManualClock(), world = new FakeWorld(clock, draw), disk = new Disk();
  for (const [unit, cores] of CAPACITY) world.capacity.set(unit, cores);
  let trouble = 1;
  const file: LiveFile = { twinclock: 'live/1', name: `storm-${seed}`, scenario: 'x', mode: draw() < 0.5 ? 'event' : 'tick', directory: folder, pools: Object.fromEntries(['ws', 'gpu', 'llm', 'ada'].map((id) => [id, { driver: 'fake' }])), ...(draw() < 0.3 ? { lostAfter: '5m' } : {}) };
  const scenario: ScenarioFile = { twinclock: 'scenario/1', name: 'storm', jobs: [job('j0', draw)], fleet: FLEET };
  const newLife = () => new Life(file, scenario, clock, world, disk, draw, () => 0.01 * trouble);
  let life = newLife(), jobs = 1;
  const ask = (request: (engine: LiveEngine) => Promise<unknown>): void => { if (life.engine !== undefined && !life.dead) request(life.engine).catch(() => {}); };
  for (let step = 0; step < 200 && !(trouble === 0 && life.engine?.status().jobs.open === 0 && world.leftOver().length === 0 && world.injected.size === 0 && life.engine.rehearsals().every(({ phase }) => phase !== 'running')); step++) {
    if (step === 60) { trouble = 0; world.mischief.trouble = 0; }
    await clock.advanceTo(clock.now() + Math.round(draw() * 120_000));
    expect(life.broken, 'the run is sound').toBeUndefined();
    if (life.dead || draw() < 0.04 * trouble) {
      life.die(world);
      await clock.advanceTo(clock.now() + Math.round(draw() * 300_000));
      life = newLife();
      continue;
    }
    const what = draw();
    if (trouble === 0) { if (life.engine?.status().phase !== 'running') ask((engine) => engine.resume()); continue; }
    if (what < 0.15 && jobs < 8) { const submitted = job(`j${jobs++}`, draw); ask((engine) => engine.submit({ jobs: [submitted] }, { idempotencyKey: submitted.id })); }
    else if (what < 0.2) ask((engine) => engine.pause());
    else if (what < 0.35) ask((engine) => engine.resume());
    else if (what < 0.38) ask((engine) => engine.kill());
    else if (what < 0.41) ask((engine) => engine.drain());
    else if (what < 0.44) ask((engine) => engine.setWeights({ latency: 0.2, cost: 0.7, fragmentation: 0.1 }));
    else if (what < 0.46) ask((engine) => engine.setPolicy({ name: draw() < 0.5 ? 'heft' : 'weighted' }));
    else if (what < 0.48) ask((engine) => engine.cancelJob(`j${Math.floor(draw() * jobs)}`));
    else if (what < 0.51) ask((engine) => engine.injectFaults({ plan: troubleOf(draw) }));
    else if (what < 0.52) ask((engine) => engine.withdrawFaults('enough'));
    else if (what < 0.59 && life.engine !== undefined) { life.engine.preview(); life.engine.tasks({ state: 'ELIGIBLE' }).forEach(({ id }) => life.engine!.waiting(id)); }
  }
  await life.opening;
  await settle();
  const engine = life.engine!;
  expect(engine.tasks().filter(({ state }) => !['ARCHIVED', 'FAILED', 'CANCELLED', 'COMPLETED'].includes(state)).map(({ id, state, unit }) => `${id} ${state} ${unit ?? ''}`), `${engine.status().phase}: every task has ended by ${Math.round(clock.now() / HOUR)} h`).toEqual([]);
  expect(world.leftOver(), 'nothing is left running or billed').toEqual([]);
  expect(world.faults, 'the world saw nothing wrong').toEqual([]);
  expect([[...world.injected.keys()], engine.rehearsals().map(({ phase }) => phase).filter((phase) => phase === 'running')], 'nothing is left injected').toEqual([[], []]);
  const injected = new Set<unknown>(), over = new Set<unknown>();
  for (const { name, fields } of engine.records(0, Infinity)) { if (name === 'fault-injected') injected.add(fields['fault']); if (name === 'fault-ended') over.add(fields['fault']); }
  expect([...injected].filter((fault) => !over.has(fault)), 'what was injected has ended, by the journal').toEqual([]);
  await checkResults(engine, world);
  const decoded = decodeJournal([...engine.journal()], (header) => compileScenario(validateScenario(header.scenario, { jobless: true }))), { policy, weights, seed: own } = decoded.header;
  const again = replay(decoded.instance, decoded.rows, {
    policy: policyNamed(policy.name), parameters: policy.parameters, weights, seed: own,
    revisions: decoded.revisions.map(({ header, instance }) => ({ instance, policy: policyNamed(header.policy.name), parameters: header.policy.parameters })),
  });
  expect({ objection: again.objection, hash: again.hash }).toEqual({ objection: '', hash: decoded.footer!.hash });
  if (process.env['TWINCLOCK_KEEP'] !== undefined) writeFileSync(join(process.env['TWINCLOCK_KEEP'], `storm-${seed}.jsonl`), [...engine.journal(), ''].join('\n'));
  const problem = engine.run.problem, log = renumbered(decoded.rows, decoded.instance.problem, decoded.revisions.map(({ row, change, instance }) => ({ row, change, problem: instance.problem })), problem);
  const record: RunRecord = { problem, policy: policy.name, parameters: policy.parameters, weights, seed: own, log, decisions: engine.run.kernel.decisions, cause: decoded.footer!.end, explanation: '', endedAt: engine.run.kernel.now, hash: '', decisionMs: new Float64Array(0), measured: true };
  expect(auditRun(record, engine.run.kernel.spent()).broken.map(({ law, detail }) => `${law}: ${detail}`)).toEqual([]);
  await engine.close();
}

/** Each completed task has one result, of an attempt that truly did its work. */
async function checkResults(engine: LiveEngine, world: FakeWorld): Promise<void> {
  const times = new Map<string, number>();
  for (const { name, fields } of engine.records(0, Infinity)) if (name === 'task-completed') times.set(String(fields['task']), (times.get(String(fields['task'])) ?? 0) + 1);
  expect([...times].filter(([, n]) => n !== 1)).toEqual([]);
  const { problem, state } = engine.run.kernel, completed = problem.taskIds.filter((_, t) => state.taskState[t] === COMPLETED || state.taskState[t] === ARCHIVED);
  expect([...times.keys()].sort()).toEqual([...completed].sort());
  for (const task of times.keys()) {
    const accepted = (await engine.attempts(task)).filter(({ outcome }) => outcome === 'completed');
    expect(accepted.map(({ output }) => world.done.has(String(output)) && String(output).startsWith(attemptName({ run: engine.run.header.run, task, epoch: 0, attempt: 0 }).replace(/0\.0$/, ''))), task).toEqual([true]);
  }
}

describe(`${STORMS} seasons of trouble from seed ${FIRST}`, () => {
  it.each(Array.from({ length: STORMS }, (_, k) => FIRST + k))('seed %i', storm);
});

