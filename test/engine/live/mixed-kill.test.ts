// A daemon that drives everything at once is killed with SIGKILL at drawn instants, while it works on a scenario in small: commands
// here, on stand-in spot VMs that are taken and, where there is one, on Slurm; calls to an API that goes down; people who answer over
// REST. Then: every task is archived, each was accepted once, the journal replays to the same hash and breaks no law, nothing is
// left. TWINCLOCK_KILLS sets how often (4); from 50 on with feature-120 and Slurm, else with feature-12.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standInApi, type StandInApi } from '../../../engine/cli/live/demonstration/stand-in-api.ts';
import { liveJournalLines } from '../../../engine/cli/live/live-recording.ts';
import { loadScenario } from '../../../engine/cli/input/load-scenario.ts';
import { compiled, recordOf, replayRecording } from '../../../engine/experiment/recording.ts';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { TASK_COMPLETED } from '../../../engine/journal/records.ts';
import type { InboxItemJson } from '../../../engine/live/api/answers.ts';
import { inSmall } from '../../../engine/live/examples/in-small.ts';
import { auditRun } from '../../../engine/metrics/audit.ts';
import { DURATION, Streams } from '../../../engine/sim/random/streams.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { builtCli } from '../../support/built-cli.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../support/live/one-node-slurm.ts';
import { processesOf } from '../../support/live/processes-of.ts';
import { rowsOf } from '../../support/written-run.ts';

const KILLS = Number(process.env['TWINCLOCK_KILLS'] ?? 4), SEED = Number(process.env['TWINCLOCK_SEED'] ?? 1), LARGE = KILLS >= 50, PATIENCE_MS = 300_000 + 20_000 * KILLS;
const folder = mkdtempSync(join(tmpdir(), 'twinclock-mixed-')), config = join(folder, 'live.json'), faults = join(folder, 'faults.json');
let api: StandInApi, slurm: OneNodeSlurm | undefined;

beforeAll(async () => {
  api = await standInApi();
  if (LARGE && slurmMissing() === undefined) slurm = await startSlurm({ graceSeconds: 2 });
  const scenario = inSmall((await loadScenario(LARGE ? 'feature-120' : 'feature-12')).file, 3000), { local = [], cloud = [], api: apis = [], human = [] } = scenario.fleet;
  const pools = Object.fromEntries([
    ...local.map(({ id }) => [id, { driver: slurm !== undefined && id === 'staging' ? 'slurm' : 'process' }]), ...cloud.map(({ id }) => [id, { driver: 'cloud', provider: 'stand-in', spinUp: '300ms' }]),
    ...apis.map(({ id }) => [id, { driver: 'http', url: api.url, idempotent: true }]), ...human.map(({ id }) => [id, { driver: 'people' }]),
  ]);
  writeFileSync(config, JSON.stringify({ twinclock: 'live/1', name: 'mixed', policy: 'spot-only', scenario, pools, directory: join(folder, 'run'), probeEvery: '1s' }));
  writeFileSync(faults, JSON.stringify({ twinclock: 'faults/1', name: 'trouble', faults: [
    { kind: 'terminate-working', market: 'spot', atProgress: 0.4, times: 2, notice: '1s' }, { kind: 'outage', at: '5s', for: '2s', api: apis[0]!.id }, { kind: 'outage', at: '9s', for: '2s', api: apis[0]!.id },
  ] }));
}, 120_000);
afterAll(async () => { await api.close(); await slurm?.stop(); rmSync(folder, { recursive: true, force: true }); }, PATIENCE_MS);

/** One life of the daemon: its address once it listens, its words, and its end. */
class Life {
  readonly ended: Promise<void>;
  readonly listens: Promise<string | undefined>;
  said = '';
  private readonly process: ChildProcess;

  constructor() {
    const child = this.process = spawn(process.execPath, [builtCli(), 'live', config, '--port', '0', '--quiet', '--faults', faults, '--yes'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...(slurm === undefined ? {} : { SLURM_CONF: slurm.conf }) } });
    this.ended = new Promise((done) => { child.once('close', () => { done(); }); });
    this.listens = new Promise((done) => {
      const hear = (chunk: Buffer): void => { this.said += chunk.toString(); const url = /http:\S+(?=\/web\/)/.exec(this.said)?.[0]; if (url !== undefined) done(url); };
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', hear);
      void this.ended.then(() => { done(undefined); });
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> { this.process.kill(signal); await this.ended; }
}

/** Takes what is offered and completes it at the next look; asks again for ever, as the daemon may be away. */
async function answerAll(url: string): Promise<void> {
  const { items } = await (await fetch(`${url}/v1/inbox`)).json() as { readonly items: readonly InboxItemJson[] };
  for (const { id, state } of items) {
    const [verb, body] = state === 'offered' ? ['claim', {}] : ['complete', { result: { said: 'done' } }];
    await fetch(`${url}/v1/inbox/${encodeURIComponent(id)}/${verb}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }
}

/** Until the work is done, or for so many looks. */
async function live(url: string, looks: number): Promise<boolean> {
  for (let k = 0; k < looks; k++) {
    await answerAll(url);
    const run = await (await fetch(`${url}/v1/run`)).json() as { readonly jobsOpen: number; readonly vms: number };
    if (run.jobsOpen === 0 && run.vms === 0) return true;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  return false;
}

describe.skipIf(process.platform !== 'linux')(`a daemon of all drivers killed ${KILLS} times, seed ${SEED}`, () => {
  it('loses nothing, does nothing twice, and leaves nothing', async () => {
    const streams = new Streams(SEED), draw = (k: number, n: number): number => streams.uniform(DURATION, 2000 + k, 0, n);
    let kills = 0, done = false;
    for (let k = 0; !done; k++) {
      const daemon = new Life(), early = k < KILLS && draw(k, 0) < 0.2;
      if (early) await Promise.race([daemon.listens, new Promise((passed) => { setTimeout(passed, 1000 * draw(k, 1)); })]);
      const url = early ? undefined : await daemon.listens;
      if (!early && url === undefined) throw new Error(`the daemon ended by itself: ${daemon.said}`);
      if (url !== undefined) done = await live(url, k < KILLS ? Math.floor(12 * draw(k, 1)) : Infinity);
      if (!done) kills++;
      await daemon.end(done ? 'SIGTERM' : 'SIGKILL');
      expect(daemon.said).not.toMatch(/broken|diverge|cannot go on/);
    }
    expect(kills, 'the work outlasts most kills').toBeGreaterThan(KILLS / 2);
    const decoded = decodeJournal([...(await liveJournalLines(join(folder, 'run')))!], compiled), replayed = replayRecording({ ...decoded, policy: policyNamed(decoded.header.policy.name), revisedPolicies: [], tampered: '' });
    const record = recordOf(replayed), completed = rowsOf(record).filter(([code]) => code === TASK_COMPLETED).map(([, , task]) => task), { problem } = record;
    expect([replayed.identical, record.cause, auditRun(record).broken]).toEqual([true, 'finished', []]);
    expect([completed.length, new Set(completed).size]).toEqual([problem.taskCount, problem.taskCount]);
    expect(processesOf(join(folder, 'run'))).toEqual([]);
    if (slurm !== undefined) expect(await slurm.run('squeue', '--noheader')).toBe('');
  }, PATIENCE_MS);
});
