// The `slurm` example, as it is shipped, on a real one-node Slurm: allocations that stand for VMs, and batch jobs. A stranger's job
// takes the spot partition back on the way. Everything is archived, the journal replays to the same hash, nothing is left.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../engine/live/clock.ts';
import { validateLive, type LiveFile } from '../../../../../engine/live/config.ts';
import { LIVE_EXAMPLES } from '../../../../../engine/live/examples/index.ts';
import { LiveEngine } from '../../../../../engine/live/live-engine.ts';
import { decodeJournal } from '../../../../../engine/journal/codec.ts';
import { compileScenario } from '../../../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../../../engine/model/scenario.ts';
import { validateScenario } from '../../../../../engine/model/validate.ts';
import { replay } from '../../../../../engine/sim/replay.ts';
import { policyNamed } from '../../../../../policies/registry.ts';
import { livePorts } from '../../../../support/live/live-ports.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../../support/live/one-node-slurm.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

const missing = slurmMissing(), folder = mkdtempSync(join(tmpdir(), 'twinclock-slurm-run-'));
let slurm: OneNodeSlurm;
beforeAll(async () => { if (missing === undefined) slurm = await startSlurm({ graceSeconds: 3 }); }, 60_000);
afterAll(async () => { await slurm?.stop(); removeFolder(folder); }, 60_000);

function example(): LiveFile {
  const file = validateLive(LIVE_EXAMPLES['slurm']);
  return { ...file, directory: folder, pools: Object.fromEntries(Object.entries(file.pools).map(([id, pool]) => [id, { ...pool, conf: slurm.conf }])) };
}

const named = (engine: LiveEngine, name: string) => engine.records(0, Infinity).filter((record) => record.name === name).map(({ fields }) => fields);

describe.skipIf(missing !== undefined)(`a live run on Slurm${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('goes on elsewhere when it is preempted, and when its daemon dies, and replays to the same hash', async () => {
    const file = example(), open = () => LiveEngine.open(file, file.scenario as ScenarioFile, livePorts(systemClock, { log: (level, message) => { if (process.env['TWINCLOCK_TELL'] !== undefined) console.log(level, message); } }));
    const until = (engine: LiveEngine, what: () => boolean): Promise<void> => new Promise((done, failed) => {
      engine.onBroken(failed);
      const look = (): void => { if (what()) { stop(); done(); } }, stop = engine.subscribe(0, look);
    });
    let engine = await open();
    await until(engine, () => named(engine, 'task-started').filter(({ task }) => String(task).startsWith('train')).length >= 2);
    // The daemon is gone while its allocations and jobs go on; the next one finds them.
    await engine.close();
    engine = await open();
    await slurm.run('sbatch', '--partition=ondemand', '--cpus-per-task=6', '--output=/dev/null', '--wrap=sleep 5');
    await until(engine, () => engine.status().jobs.open === 0 && engine.status().vms === 0);
    expect(engine.status().tasks).toEqual({ queued: 0, eligible: 0, scheduled: 0, running: 0, completed: 0, archived: 8, failed: 0, cancelled: 0 });
    expect(named(engine, 'vm-notice').length).toBeGreaterThanOrEqual(1);
    expect(named(engine, 'vm-terminated').filter(({ cause }) => cause === 'interrupted').length).toBeGreaterThanOrEqual(1);
    expect(named(engine, 'task-started').some(({ attempt }) => Number(attempt) > 1)).toBe(true);
    expect(named(engine, 'task-checkpointed').length).toBeGreaterThanOrEqual(1);
    const lines = [...engine.journal()];
    await engine.close();
    expect(await slurm.run('squeue', '--noheader')).toBe('');
    const { header, instance, rows, footer } = decodeJournal(lines, ({ scenario }) => compileScenario(validateScenario(scenario, { jobless: true })));
    const again = replay(instance, rows, { policy: policyNamed(header.policy.name), parameters: header.policy.parameters, weights: header.weights, seed: header.seed });
    expect([again.identical, again.hash]).toEqual([true, footer!.hash]);
  }, 240_000);
});
