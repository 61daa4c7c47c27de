// A daemon that drives everything at once is killed with SIGKILL at drawn instants, while it works on a scenario in small: commands
// here, on stand-in spot VMs that are taken and, where there is one, on Slurm; calls to an API that goes down; people who answer over
// REST. The work is open at every kill: answers are given so sparingly that the last one comes after the last kill. Then: every task is
// archived, each was accepted once, no row and no answer that was acknowledged is lost, no command began twice under one key, the
// journal replays to the same hash and breaks no law, nothing is left. TWINCLOCK_KILLS sets how often (4); from 50 on with
// feature-120 and Slurm, slower by as much as there are more kills, else with feature-12. Once on each store.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standInApi, type StandInApi } from '../../../engine/cli/live/demonstration/stand-in-api.ts';
import { loadScenario } from '../../../engine/cli/input/load-scenario.ts';
import { compiled, recordOf, replayRecording } from '../../../engine/experiment/recording.ts';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { TASK_COMPLETED } from '../../../engine/journal/records.ts';
import type { InboxItemJson } from '../../../engine/live/api/answers.ts';
import { systemClock } from '../../../engine/live/clock.ts';
import { inSmall } from '../../../engine/live/examples/in-small.ts';
import type { Json } from '../../../engine/live/json.ts';
import { liveJournal } from '../../../engine/live/live-journal.ts';
import { readRun } from '../../../engine/live/read-run.ts';
import type { StoreReader } from '../../../engine/live/store.ts';
import { readStore } from '../../../engine/live/stores/open-store.ts';
import { auditRun } from '../../../engine/metrics/audit.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { DURATION, Streams } from '../../../engine/sim/random/streams.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { builtCli } from '../../support/built-cli.ts';
import { livePorts } from '../../support/live/live-ports.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../support/live/one-node-slurm.ts';
import { postgresMissing, startPostgres } from '../../support/live/postgres.ts';
import { processesOf } from '../../support/live/processes-of.ts';
import { removeFolder } from '../../support/remove-folder.ts';
import { rowsOf } from '../../support/written-run.ts';

const KILLS = Number(process.env['TWINCLOCK_KILLS'] ?? 4), SEED = Number(process.env['TWINCLOCK_SEED'] ?? 1), LARGE = KILLS >= 50, PATIENCE_MS = 300_000 + 20_000 * KILLS;
/** Fifty lives are about as long as feature-120 three thousand times faster. */
const FASTER = LARGE ? 150_000 / KILLS : 3000;
/** About how long a daemon takes to listen. One in five is killed before it does. */
const START_MS = 2000;
/** Dollars. People's time in small is dear, and how much of it passes here hangs on the machine. */
const AMPLE = 1e9;
const folder = mkdtempSync(join(tmpdir(), 'twinclock-mixed-'));
let api: StandInApi, slurm: OneNodeSlurm | undefined;

beforeAll(async () => {
  api = await standInApi();
  if (LARGE && slurmMissing() === undefined) slurm = await startSlurm({ graceSeconds: 2 });
}, 120_000);
afterAll(async () => { await api.close(); await slurm?.stop(); removeFolder(folder); }, PATIENCE_MS);

/** A run to be killed: its files in a folder of its own, which its processes name. */
interface Trial {
  readonly place: string;
  readonly config: string;
  readonly faults: string;
  /** Every command writes the key it began under here. */
  readonly began: string;
  readonly store: string;
  /** Tasks that only a person can do. */
  readonly questions: number;
}

async function prepare(name: string, store: string | undefined): Promise<Trial> {
  const place = join(folder, name), [config, faults, began, directory] = ['live.json', 'faults.json', 'began', 'run'].map((file) => join(place, file)) as [string, string, string, string];
  const small = inSmall((await loadScenario(LARGE ? 'feature-120' : 'feature-12')).file, FASTER), scenario = { ...small, jobs: small.jobs.map((job) => ({ ...job, tasks: job.tasks.map((task) => telling(task, began)) })) };
  const { local = [], cloud = [], api: apis = [], human = [] } = scenario.fleet, onSlurm = (id: string): boolean => slurm !== undefined && id === 'staging';
  const pools = Object.fromEntries([
    ...local.map(({ id }) => [id, { driver: onSlurm(id) ? 'slurm' : 'process' }]), ...cloud.map(({ id }) => [id, { driver: 'cloud', provider: 'stand-in', spinUp: '300ms' }]),
    ...apis.map(({ id }) => [id, { driver: 'http', url: api.url, idempotent: true }]), ...human.map(({ id }) => [id, { driver: 'people' }]),
  ]);
  mkdirSync(place, { recursive: true });
  writeFileSync(config, JSON.stringify({ twinclock: 'live/1', name, policy: 'spot-only', scenario, pools, directory, probeEvery: '1s', budget: AMPLE, ...(store === undefined ? {} : { store }) }));
  writeFileSync(faults, JSON.stringify({ twinclock: 'faults/1', name: 'trouble', faults: troubleOf(apis[0]!.id) }));
  return { place, config, faults, began, store: store ?? join(directory, 'run.sqlite'), questions: scenario.jobs.flatMap(({ tasks }) => tasks).filter(({ on }) => String(on) === 'human').length };
}

type Task = ScenarioFile['jobs'][number]['tasks'][number];

function telling({ run, ...task }: Task, began: string): Task {
  return { ...task, run: { ...run, shell: `echo "$TWINCLOCK_KEY" >> ${began}; ${run!.shell!}` } };
}

/** Spot VMs are taken at work; the API is down for 2 s again and again. */
function troubleOf(down: string): FaultFile[] {
  const outages = Array.from({ length: 2 + Math.floor(KILLS / 20) }, (_, k): FaultFile => ({ kind: 'outage', at: `${5 + 4 * k + 50 * Math.max(0, k - 1)}s`, for: '2s', api: down }));
  return [{ kind: 'terminate-working', market: 'spot', atProgress: 0.4, times: 2, notice: '1s' }, ...outages];
}

/** One life of the daemon: its address once it listens, its words, and its end. */
class Life {
  readonly ended: Promise<void>;
  readonly listens: Promise<string | undefined>;
  said = '';
  private readonly process: ChildProcess;

  constructor({ config, faults, place }: Trial) {
    const child = this.process = spawn(process.execPath, [builtCli(), 'live', config, '--port', '0', '--quiet', '--faults', faults, '--yes'], { cwd: place, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...(slurm === undefined ? {} : { SLURM_CONF: slurm.conf }) } });
    this.ended = new Promise((done) => { child.once('close', () => { done(); }); });
    this.listens = new Promise((done) => {
      const hear = (chunk: Buffer): void => { this.said += chunk.toString(); const url = /http:\S+(?=\/web\/)/.exec(this.said)?.[0]; if (url !== undefined) done(url); };
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', hear);
      void this.ended.then(() => { done(undefined); });
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> { this.process.kill(signal); await this.ended; }
}

/** What people said, by task: the first answer that was acknowledged. */
type Answers = Map<string, string>;

/** Takes what is offered and completes it at the next look, as long as there may be more answers. */
async function answerSome(url: string, answers: Answers, atMost: number): Promise<void> {
  const { items } = await (await fetch(`${url}/v1/inbox`)).json() as { readonly items: readonly InboxItemJson[] };
  for (const { id, task, state } of items) {
    if (answers.size >= atMost) return;
    const claims = state === 'offered', said = `answer ${answers.size + 1}`, [verb, body] = claims ? ['claim', {}] : ['complete', { result: { said } }];
    const { ok } = await fetch(`${url}/v1/inbox/${encodeURIComponent(id)}/${verb}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (claims || !ok) continue;
    expect(answers.has(task), `${task} was answered, and asked again`).toBe(false);
    answers.set(task, said);
  }
}

/** Until the work is done, or for so many looks. */
async function live(url: string, looks: number, answers: Answers, atMost: number): Promise<boolean> {
  for (let k = 0; k < looks; k++) {
    await answerSome(url, answers, atMost);
    const run = await (await fetch(`${url}/v1/run`)).json() as { readonly jobsOpen: number; readonly vms: number };
    if (run.jobsOpen === 0 && run.vms === 0) return true;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  return false;
}

/** Every row that is durable now; none while the run has not begun. */
async function durableRows({ store }: Trial, name: string): Promise<Float64Array> {
  const reader = await readStore(store, name).catch(() => undefined), rows: number[] = [];
  if (reader === undefined) return new Float64Array(0);
  for await (const group of reader.groups()) rows.push(...group.rows);
  await reader.close();
  return Float64Array.from(rows);
}

async function survive(name: string, store: string | undefined): Promise<void> {
  const trial = await prepare(name, store), streams = new Streams(SEED), draw = (k: number, n: number): number => streams.uniform(DURATION, 2000 + k, 0, n), answers: Answers = new Map();
  let kills = 0, done = false, before: Float64Array = new Float64Array(0);
  for (; !done;) {
    const daemon = new Life(trial), last = kills === KILLS, early = !last && draw(kills, 0) < 0.2, atMost = last ? Infinity : Math.floor(trial.questions * kills / KILLS);
    if (early) await Promise.race([daemon.listens, new Promise((passed) => { setTimeout(passed, START_MS * draw(kills, 1)); })]);
    const url = early ? undefined : await daemon.listens;
    if (!early && url === undefined) throw new Error(`the daemon ended by itself: ${daemon.said}`);
    if (url !== undefined) done = await live(url, last ? Infinity : Math.floor(12 * draw(kills, 1)), answers, atMost);
    if (!done) kills++;
    await daemon.end(done ? 'SIGTERM' : 'SIGKILL');
    expect(daemon.said).not.toMatch(/broken|diverge|cannot go on/);
    const rows = await durableRows(trial, name);
    expect(rows.subarray(0, before.length), 'rows once durable stay').toEqual(before);
    before = rows;
  }
  expect(kills).toBe(KILLS);
  const reader = await readStore(trial.store, name);
  try { await checkStore(reader, answers); } finally { await reader.close(); }
  const began = readFileSync(trial.began, 'utf8').trim().split('\n');
  expect(began.filter((key, k) => began.indexOf(key) !== k), 'commands that began twice').toEqual([]);
  expect(processesOf(trial.place)).toEqual([]);
  if (slurm !== undefined) expect(await slurm.run('squeue', '--noheader')).toBe('');
}

async function checkStore(reader: StoreReader, answers: Answers): Promise<void> {
  const run = (await readRun(reader, livePorts(systemClock)))!, decoded = decodeJournal([...liveJournal(run, 'test', run.log.count)], compiled);
  const replayed = replayRecording({ ...decoded, policy: policyNamed(decoded.header.policy.name), revisedPolicies: [], tampered: '' });
  const record = recordOf(replayed), completed = rowsOf(record).filter(([code]) => code === TASK_COMPLETED).map(([, , task]) => task), { problem } = record;
  expect([replayed.identical, record.cause, auditRun(record).broken]).toEqual([true, 'finished', []]);
  expect([completed.length, new Set(completed).size]).toEqual([problem.taskCount, problem.taskCount]);
  const results = new Map((await reader.list('result')).map(({ id, value }) => [id, (value as { readonly output: { readonly result?: Json } | null }).output?.result]));
  expect(results.size).toBe(problem.taskCount);
  for (const [task, said] of answers) expect([task, results.get(task)]).toEqual([task, { said }]);
}

describe.skipIf(process.platform !== 'linux')(`a daemon of all drivers killed ${KILLS} times, seed ${SEED}`, () => {
  it('loses nothing, does nothing twice, and leaves nothing, on the embedded store', () => survive('mixed', undefined), PATIENCE_MS);

  const missing = postgresMissing();
  it.skipIf(missing !== undefined)(`the same on PostgreSQL${missing === undefined ? '' : ` (skipped: ${missing})`}`, async () => {
    const server = startPostgres();
    try { await survive('mixed-postgres', server.address); } finally { server.stop(); }
  }, PATIENCE_MS);
});
