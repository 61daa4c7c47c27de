// The daemon is killed with SIGKILL while its commands stand in Slurm's queue or run there, a few times, at rows of its journal. The
// next daemon adopts them: no command is begun twice, each task has one result, and the journal replays to the same hash.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../engine/live/clock.ts';
import type { LiveFile } from '../../../../../engine/live/config.ts';
import type { LiveHeader } from '../../../../../engine/live/live-header.ts';
import { liveJournal } from '../../../../../engine/live/live-journal.ts';
import { LiveRun } from '../../../../../engine/live/live-run.ts';
import { readStore } from '../../../../../engine/live/stores/open-store.ts';
import { decodeJournal } from '../../../../../engine/journal/codec.ts';
import { compileScenario } from '../../../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../../../engine/model/scenario.ts';
import { replay } from '../../../../../engine/sim/replay.ts';
import { policyNamed } from '../../../../../policies/registry.ts';
import { bundleDaemon } from '../../../../support/live/bundle-daemon.ts';
import { livePorts } from '../../../../support/live/live-ports.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../../support/live/one-node-slurm.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

/** The daemon is killed when its journal has so many rows: in the first submissions, among starts, among ends. */
const KILLS = [5, 12, 20, 32], TASKS = 10;
const missing = slurmMissing(), folder = mkdtempSync(join(tmpdir(), 'twinclock-slurm-kill-'));
let slurm: OneNodeSlurm, bundle = '';
beforeAll(async () => {
  if (missing !== undefined) return;
  slurm = await startSlurm();
  symlinkSync(join(dirname(createRequire(import.meta.url).resolve('libsql')), '..'), join(folder, 'node_modules'));
  bundle = await bundleDaemon('kill-daemon', folder);
}, 240_000);
afterAll(async () => { await slurm?.stop(); removeFolder(folder); }, 60_000);

/** Runs the daemon until its journal has `rows` rows, or to its end. */
function live(args: readonly string[], rows: number): Promise<string> {
  const daemon = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    if ([...said.matchAll(/^durable (\d+)$/gm)].some(([, told]) => Number(told) >= rows)) daemon.kill('SIGKILL');
  };
  daemon.stdout.on('data', hear);
  daemon.stderr.on('data', hear);
  return new Promise((resolve) => { daemon.once('close', () => { resolve(said); }); });
}

describe.skipIf(missing !== undefined)(`the daemon of a run on Slurm, killed ${KILLS.length} times${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('begins nothing twice and forgets nothing', async () => {
    const effects = join(folder, 'effects'), config = join(folder, 'live.json'), scenario = join(folder, 'scenario.json');
    const tasks = Array.from({ length: TASKS }, (_, k) => ({
      id: `t${k}`, duration: '1s', demand: { cores: 2 }, ...(k < 4 ? {} : { after: [`t${k - 4}`] }), run: { shell: `echo "$TWINCLOCK_KEY" >> ${effects}; sleep 1; echo ${k} > "$TWINCLOCK_OUTPUT"` },
    }));
    const work: ScenarioFile = { twinclock: 'scenario/1', name: 'kill', mode: 'event', jobs: [{ id: 'j', tasks }], fleet: { local: [{ id: 'hpc', cores: 8 }] } };
    writeFileSync(scenario, JSON.stringify(work));
    writeFileSync(config, JSON.stringify({ twinclock: 'live/1', name: 'slurm-kill', scenario, directory: join(folder, 'run'), pools: { hpc: { driver: 'slurm', partition: 'spot', conf: slurm.conf } } } satisfies LiveFile));
    for (const rows of KILLS) expect(await live([config, scenario], rows)).not.toMatch(/^done$|broken|divergence/m);
    expect(await live([config, scenario], Infinity)).toMatch(/^done$/m);
    const keys = readFileSync(effects, 'utf8').trim().split('\n').sort();
    expect(keys).toEqual([...new Set(keys)]);
    expect(new Set(keys.map((key) => key.split('/')[1]))).toEqual(new Set(tasks.map(({ id }) => id)));
    expect(await slurm.run('squeue', '--noheader')).toBe('');

    const reader = await readStore(join(folder, 'run', 'run.sqlite'), 'slurm-kill'), run = new LiveRun(await reader.get('run', 'header') as unknown as LiveHeader, livePorts(systemClock));
    for await (const group of reader.groups()) run.replay(group, () => undefined);
    expect((await reader.list('result')).map(({ value }) => (value as { readonly output: unknown }).output).sort()).toEqual(tasks.map((_, k) => k));
    await reader.close();
    const { header, instance, rows, footer } = decodeJournal([...liveJournal(run, 'test', run.log.count)], (head) => compileScenario(head.scenario));
    const again = replay(instance, rows, { policy: policyNamed(header.policy.name), parameters: header.policy.parameters, weights: header.weights, seed: header.seed });
    expect([again.identical, again.hash]).toEqual([true, footer!.hash]);
  }, 300_000);
});
