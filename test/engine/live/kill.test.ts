// The daemon is killed with SIGKILL at instants drawn from a seed, again and again, while it runs real commands, until the work is
// done. Then: no acknowledged row is lost, no result was accepted twice, no task is forgotten, nothing is left running, no
// attempt was started twice, and the journal replays to the same hash. TWINCLOCK_KILLS sets how often (20).
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveRun } from '../../../engine/live/live-run.ts';
import type { LiveHeader } from '../../../engine/live/live-header.ts';
import { liveJournal } from '../../../engine/live/live-journal.ts';
import type { LiveFile } from '../../../engine/live/config.ts';
import { systemClock } from '../../../engine/live/clock.ts';
import { readStore } from '../../../engine/live/stores/open-store.ts';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { STRIDE, TASK_COMPLETED } from '../../../engine/journal/records.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { ARCHIVED } from '../../../engine/model/states.ts';
import { replay } from '../../../engine/sim/replay.ts';
import { Streams, DURATION } from '../../../engine/sim/random/streams.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { bundleDaemon } from '../../support/live/bundle-daemon.ts';
import { livePorts } from '../../support/live/live-ports.ts';
import { postgresMissing, startPostgres } from '../../support/live/postgres.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const KILLS = Number(process.env['TWINCLOCK_KILLS'] ?? 20), SEED = Number(process.env['TWINCLOCK_SEED'] ?? 1), TASKS = 12 + 2 * KILLS, PATIENCE_MS = 300_000 + 15_000 * KILLS;
const folder = mkdtempSync(join(tmpdir(), 'twinclock-kill-'));
const root = join(dirname(createRequire(import.meta.url).resolve('libsql')), '..');
let bundle = '';
beforeAll(async () => {
  symlinkSync(root, join(folder, 'node_modules'));
  bundle = await bundleDaemon('kill-daemon', folder);
}, 120_000);
afterAll(() => removeFolder(folder), PATIENCE_MS);

/** Commands of 30 to 300 ms that say under which key they ran; some fail the first time. */
function scenarioOf(effects: string, streams: Streams): ScenarioFile {
  const tasks = Array.from({ length: TASKS }, (_, k) => {
    const seconds = (0.03 + 0.27 * streams.uniform(DURATION, k, 0, 0)).toFixed(2), failing = k % 7 === 3 ? '[ "$TWINCLOCK_ATTEMPT" = 1 ] && exit 3;' : '';
    const after = k < 6 ? [] : [`t${k - 6}`, ...(k % 5 === 0 ? [`t${k - 3}`] : [])];
    return { id: `t${k}`, duration: `${seconds}s`, on: ['ws'], demand: { cores: 1 }, attempts: 50, ...(after.length === 0 ? {} : { after }),
      run: { shell: `echo "$TWINCLOCK_KEY" >> ${effects}; ${failing} sleep ${seconds}; echo "[\\"$TWINCLOCK_TASK\\"]" > "$TWINCLOCK_OUTPUT"` } };
  });
  return { twinclock: 'scenario/1', name: 'kill', mode: 'event', jobs: [{ id: 'j1', tasks: tasks.slice(0, TASKS / 2) }, { id: 'j2', release: '1s', tasks: tasks.slice(TASKS / 2) }], fleet: { local: [{ id: 'ws', cores: 6 }] } };
}

/** When to kill: `ms` after the start, or after the `group`-th durable group was told. */
interface Kill { readonly ms: number; readonly group: number }

/** Three of four in the midst of the work, the others anywhere, mostly while it starts. */
function drawKill(streams: Streams, k: number): Kill {
  const draw = (n: number) => streams.uniform(DURATION, 1000 + k, 0, n);
  return draw(0) < 0.25 ? { ms: 800 * draw(1), group: 0 } : { ms: 40 * draw(1) * draw(1), group: 1 + Math.floor(6 * draw(2)) };
}

/** Runs the daemon, kills it unless it has ended. Returns the rows it told were durable, and whether its work is done. */
function live(args: readonly string[], { ms, group }: Kill): Promise<{ durable: number; done: boolean; errors: string }> {
  const daemon = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', errors = '', timer: NodeJS.Timeout | undefined;
  const look = () => { if (timer === undefined && out.split('\n').length > group) timer = setTimeout(() => daemon.kill('SIGKILL'), ms); };
  daemon.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); look(); });
  daemon.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
  look();
  return new Promise((resolve) => daemon.once('close', () => {
    clearTimeout(timer);
    const told = [...out.matchAll(/^durable (\d+)$/gm)];
    resolve({ durable: told.length === 0 ? 0 : Number(told.at(-1)![1]), done: /^done$/m.test(out), errors });
  }));
}

/** Commands of the run that are still there. */
function leftRunning(run: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).flatMap((pid) => {
    try { return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TWINCLOCK_RUN=${run}`) ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}`] : []; } catch { return []; }
  });
}

async function survive(name: string, store: string | undefined): Promise<void> {
  const streams = new Streams(SEED), place = join(folder, name), effects = join(place, 'effects'), config = join(place, 'live.json'), scenario = join(place, 'scenario.json');
  const file: LiveFile = { twinclock: 'live/1', name, scenario: scenario, pools: { ws: { driver: 'process' } }, directory: join(place, 'run'), ...(store === undefined ? {} : { store }) };
  mkdirSync(place, { recursive: true });
  writeFileSync(config, JSON.stringify(file));
  writeFileSync(scenario, JSON.stringify(scenarioOf(effects, streams)));
  const address = store ?? join(place, 'run', 'run.sqlite'), rows: number[] = [], acknowledged: Float64Array[] = [];
  let done = false;
  for (let k = 0; !done; k++) {
    const life = await live([config, scenario], k < KILLS ? drawKill(streams, k) : { ms: 120_000, group: 0 });
    done = life.done;
    if (k >= KILLS && !done) throw new Error(`left alone, the daemon did not finish: ${life.errors}`);
    expect(life.errors).not.toMatch(/broken|divergence|cannot/);
    const reader = await readStore(address, name).catch(() => undefined);
    if (reader === undefined) continue; // killed before the run had begun
    const groups: number[] = [];
    for await (const group of reader.groups()) groups.push(...group.rows);
    await reader.close();
    acknowledged.push(Float64Array.from(groups));
    rows.push(groups.length / STRIDE);
    expect(rows.at(-1)!, 'what was told durable is there').toBeGreaterThanOrEqual(life.durable);
  }
  expect(new Set(rows).size, `kills that hit the work, rows ${rows.join(' ')}`).toBeGreaterThan(Math.min(KILLS, 20) / 3);
  const last = acknowledged.at(-1)!;
  for (const earlier of acknowledged) expect(earlier, 'rows once durable stay').toEqual(last.subarray(0, earlier.length));
  expect(leftRunning(name)).toEqual([]);
  const keys = readFileSync(effects, 'utf8').trim().split('\n');
  expect(new Set(keys).size, 'no attempt was started twice').toBe(keys.length);
  await checkJournal(address, name);
}

async function checkJournal(address: string, name: string): Promise<void> {
  const reader = await readStore(address, name), header = await reader.get('run', 'header') as unknown as LiveHeader, run = new LiveRun(header, livePorts(systemClock));
  for await (const group of reader.groups()) run.replay(group, () => undefined);
  const { problem, state } = run.kernel, completed = new Map<string, number>();
  for (let at = 0; at < run.log.length; at += STRIDE) if (run.log.rows[at] === TASK_COMPLETED) { const id = problem.taskIds[run.log.rows[at + 2]!]!; completed.set(id, (completed.get(id) ?? 0) + 1); }
  expect([...completed.values()].filter((times) => times !== 1)).toEqual([]);
  expect([...state.taskState.subarray(0, problem.taskCount)].every((s) => s === ARCHIVED)).toBe(true);
  expect((await reader.list('result')).map(({ id, value }) => (value as { output: unknown }).output instanceof Array && id).filter((id) => id === false)).toEqual([]);
  expect((await reader.list('result')).length).toBe(TASKS);
  await reader.close();
  const decoded = decodeJournal([...liveJournal(run, 'test', run.log.count)], (head) => compileScenario(head.scenario)), { policy, weights, seed } = decoded.header;
  const again = replay(decoded.instance, decoded.rows, { policy: policyNamed(policy.name), parameters: policy.parameters, weights, seed });
  expect({ objection: again.objection, hash: again.hash }).toEqual({ objection: '', hash: decoded.footer!.hash });
}

describe.skipIf(process.platform !== 'linux')(`the daemon killed ${KILLS} times, seed ${SEED}`, () => {
  it('on the embedded store', () => survive('kill-sqlite', undefined), PATIENCE_MS);

  const missing = postgresMissing();
  it.skipIf(missing !== undefined)(`on PostgreSQL${missing === undefined ? '' : ` (skipped: ${missing})`}`, async () => {
    const server = startPostgres();
    try { await survive('kill-postgres', server.address); } finally { server.stop(); }
  }, PATIENCE_MS);
});
