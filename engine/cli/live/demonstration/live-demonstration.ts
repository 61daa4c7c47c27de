// A scenario lived through in small on this machine, with trouble: real commands on the workstation and on spot VMs that stand in for
// a cloud's, calls to a real HTTP server, people who answer over REST. Spot VMs are taken while they work, an API goes down, a
// person leaves. At the end everything must be done, nothing left injected, no law broken, and the journal replay to the same decisions.
// Broken off, it ends what it has started before it lets go.
import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { compiled, recordOf, replayRecording } from '../../../experiment/recording.ts';
import { auditOutcome } from '../../../experiment/run-once.ts';
import { decodeJournal } from '../../../journal/codec.ts';
import type { RecordView } from '../../../journal/record-view.ts';
import { openApi } from '../../../live/api/server.ts';
import { inboxDesk } from '../../../live/api/inbox-desk.ts';
import { liveInsight } from '../../../live/api/live-insight.ts';
import { systemClock } from '../../../live/clock.ts';
import { validateLive, type LiveFile, type PoolConfig } from '../../../live/config.ts';
import { PeopleDriver } from '../../../live/drivers/people/people-driver.ts';
import { inSmall } from '../../../live/examples/in-small.ts';
import { LiveEngine } from '../../../live/live-engine.ts';
import type { RehearsalStatus, RunStatus } from '../../../live/operations.ts';
import { directoryOf } from '../../../live/paths.ts';
import { auditRun } from '../../../metrics/audit.ts';
import { RunError, inputError } from '../../../model/errors.ts';
import type { FaultFile, FaultPlanFile } from '../../../model/fault-plan.ts';
import type { ScenarioFile } from '../../../model/scenario.ts';
import { suggestion } from '../../../model/suggestion.ts';
import { policyNamed } from '../../../../policies/registry.ts';
import { connect } from '../client.ts';
import { livePorts } from '../live-ports.ts';
import { addPage } from '../page.ts';
import { scriptedPeople } from './scripted-people.ts';
import { standInApi } from './stand-in-api.ts';

/** So few spot VMs that losing each once is little trouble. */
const FEW_SPOTS = 3;
const TELL_MS = 500;

export interface DemonstrationOptions {
  readonly faster: number;
  readonly policy: string;
  /** A local entry of the fleet that Slurm serves (SLURM_CONF says which). */
  readonly slurm?: string;
  readonly port: number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Told when it can be watched, and again and again as it goes on. */
  readonly started: (url: string) => void;
  readonly progress: (status: RunStatus) => void;
  /** Resolves when it is to be broken off. */
  readonly end: Promise<unknown>;
}

export interface Demonstration {
  readonly run: string;
  readonly status: RunStatus;
  /** Tasks that are not archived. */
  readonly undone: readonly string[];
  readonly rehearsals: readonly RehearsalStatus[];
  /** What the drivers say is left injected. */
  readonly held: readonly string[];
  /** Times that something happened, by the journal. */
  readonly counts: Readonly<Record<'kills' | 'limited' | 'lost' | 'refused' | 'resumed' | 'absences', number>>;
  /** Tasks done, by the driver that did them. */
  readonly doneBy: Readonly<Record<string, number>>;
  readonly calls: { readonly answered: number; readonly brokenOff: number };
  readonly rows: number;
  readonly hash: string;
  readonly replayed: string;
  readonly identical: boolean;
  /** What the audit of its journal found: `clean`, or the first law it breaks. */
  readonly audit: string;
}

/** Lives it through; undefined when it was broken off. Throws `RunError` when the run cannot go on. */
export async function demonstrate(scenario: ScenarioFile, options: DemonstrationOptions): Promise<Demonstration | undefined> {
  const api = await standInApi(), small = inSmall(scenario, options.faster), stop = new AbortController(), file = configOf(small, api.url, options);
  setMaxListeners(0, stop.signal); // as many as there are people at work
  try {
    await mkdir(directoryOf(file), { recursive: true, mode: 0o700 });
    const ports = livePorts(options.log), engine = await LiveEngine.open(file, small, ports, { plan: troubleFor(small), atStart: true });
    try {
      const people = [...new Set(Object.keys(file.pools).map((entry) => engine.driver(entry)))].filter((driver): driver is PeopleDriver => driver instanceof PeopleDriver);
      const served = await openApi({ operations: engine, insight: liveInsight(engine, ports.policyOf), inbox: inboxDesk(people, Date.parse(engine.status().epoch)) }, {
        address: '127.0.0.1', port: options.port, bodyBytes: 16 << 20, requestsPerSecond: 1000, clock: systemClock, page: addPage, log: (message, error) => { options.log('error', `${message}: ${String(error)}`); },
      });
      const answering = scriptedPeople(await connect(served.url, {}), stop.signal);
      let whole = false, cancelTelling = (): void => {};
      const tell = (): void => { options.progress(engine.status()); cancelTelling = systemClock.after(TELL_MS, tell); };
      try {
        options.started(served.url);
        tell();
        whole = await Promise.race([finished(engine).then(() => true), options.end.then(() => false)]);
      } finally {
        cancelTelling();
        stop.abort();
        await answering;
        await served.close();
      }
      if (whole) return await told(engine, small, api.counts);
      await endAll(engine);
      return undefined;
    } finally { await engine.close(); }
  } finally { await api.close(); }
}

function configOf(scenario: ScenarioFile, api: string, { policy, slurm }: DemonstrationOptions): LiveFile {
  const { local = [], cloud = [], api: apis = [], human = [] } = scenario.fleet, pools: Record<string, PoolConfig> = {};
  if (slurm !== undefined && !local.some(({ id }) => id === slurm)) throw inputError('unknown-entry', '--slurm', 'is no local entry of the fleet', { value: slurm, hint: suggestion(slurm, local.map(({ id }) => id)) });
  for (const { id } of local) pools[id] = { driver: id === slurm ? 'slurm' : 'process' };
  for (const { id } of cloud) pools[id] = { driver: 'cloud', provider: 'stand-in', spinUp: '300ms' };
  for (const { id } of apis) pools[id] = { driver: 'http', url: api, idempotent: true };
  for (const { id } of human) pools[id] = { driver: 'people' };
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '').toLowerCase();
  return validateLive({ twinclock: 'live/1', name: `${scenario.name}-${stamp}`, scenario, policy, pools, directory: resolve('twinclock-live', `${scenario.name}-${stamp}`) });
}

/** Every spot VM is taken while it works, once, or twice where there are few; the first API is down twice, the first person leaves for a while. */
function troubleFor({ name, fleet: { cloud = [], api = [], human = [] } }: ScenarioFile): FaultPlanFile {
  const faults: FaultFile[] = [], spots = cloud.reduce((sum, { spot, max }) => sum + (spot === undefined ? 0 : max), 0);
  if (spots > 0) faults.push({ kind: 'terminate-working', market: 'spot', atProgress: 0.4, times: spots <= FEW_SPOTS ? 2 : 1, notice: '1s' });
  if (api[0] !== undefined) faults.push({ kind: 'outage', at: '6s', for: '3s', api: api[0].id }, { kind: 'outage', at: '16s', for: '2s', api: api[0].id });
  if (human[0] !== undefined) faults.push({ kind: 'away', at: '4s', for: '5s', human: human[0].id });
  return { twinclock: 'faults/1', name: `trouble for ${name}`, faults };
}

/** Resolves when no job is open, every VM has been given back and nothing is injected any more. */
function finished(engine: LiveEngine): Promise<void> {
  return new Promise((done, failed) => {
    engine.onBroken(failed);
    const end = engine.subscribe(0, () => {
      const { jobs, vms } = engine.status();
      if (jobs.open > 0 || vms > 0 || engine.rehearsals().some(({ phase }) => phase === 'running')) return;
      queueMicrotask(() => { end(); });
      done();
    });
  });
}

/** The kill switch; resolves when nothing runs or waits any more and no VM is up. */
async function endAll(engine: LiveEngine): Promise<void> {
  if (engine.rehearsals().some(({ phase }) => phase === 'running')) await engine.withdrawFaults('the demonstration was broken off');
  await engine.kill();
  await new Promise<void>((done, failed) => {
    engine.onBroken(failed);
    engine.subscribe(0, () => {
      const { tasks, vms } = engine.status();
      if (vms === 0 && tasks.running === 0 && tasks.scheduled === 0) done();
    });
  });
}

async function told(engine: LiveEngine, scenario: ScenarioFile, calls: Demonstration['calls']): Promise<Demonstration> {
  const records = engine.records(0, Infinity), count = (name: string, holds: (fields: (typeof records)[number]['fields']) => boolean = () => true): number => records.filter((row) => row.name === name && holds(row.fields)).length;
  const decoded = decodeJournal([...engine.journal()], compiled), { header, footer } = decoded;
  const replayed = replayRecording({ ...decoded, policy: policyNamed(header.policy.name), revisedPolicies: [], tampered: '' }), { replay, identical } = replayed;
  if (footer === undefined) throw new RunError('truncated', 'the journal has no end');
  return {
    run: engine.run.header.run, status: engine.status(), undone: engine.tasks().filter(({ state }) => state !== 'ARCHIVED').map(({ id }) => id), rehearsals: engine.rehearsals(), held: await engine.heldFaults(), calls: { ...calls }, doneBy: doneBy(engine, records), rows: records.length,
    counts: {
      kills: count('vm-terminated', ({ cause }) => cause === 'interrupted'), limited: count('api-limited'), lost: count('task-failed', ({ cause }) => cause === 'lost'), refused: count('task-failed', ({ cause }) => cause === 'refused'),
      resumed: count('task-started', ({ attempt }) => Number(attempt) > 1), absences: count('human-away', ({ unit }) => scenario.fleet.human?.some(({ id }) => id === unit) === true),
    },
    hash: footer.hash, replayed: replay.hash, identical, audit: auditOutcome(auditRun(recordOf(replayed))),
  };
}

function doneBy(engine: LiveEngine, records: readonly RecordView[]): Record<string, number> {
  const driverOf = new Map(engine.resources().map(({ unit, driver }) => [unit, driver])), placed = new Map<unknown, unknown>(), done: Record<string, number> = {};
  for (const { name, fields } of records) {
    if (name === 'place' || name === 'offer') placed.set(fields['task'], fields['unit']);
    if (name !== 'task-completed') continue;
    const driver = driverOf.get(String(placed.get(fields['task']))) ?? '';
    done[driver] = (done[driver] ?? 0) + 1;
  }
  return done;
}
