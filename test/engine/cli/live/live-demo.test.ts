// The demonstration as people run it: a scenario lived through in small on this machine, with spot VMs that are taken, an API that
// goes down and a person who leaves. Everything is archived, nothing is left injected, and the journal replays to the same decisions.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Demonstration } from '../../../../engine/cli/live/demonstration/live-demonstration.ts';
import { twinclock, workFolder } from '../../../support/built-cli.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../support/live/one-node-slurm.ts';

const folder = workFolder(), missing = slurmMissing();
let slurm: OneNodeSlurm | undefined;
beforeAll(async () => { if (missing === undefined) slurm = await startSlurm({ graceSeconds: 3 }); }, 60_000);
afterAll(() => slurm?.stop());

async function demo(...args: readonly string[]): Promise<Demonstration> {
  const { code, stdout, stderr } = await twinclock(['live-demo', ...args, '--json'], { cwd: folder, ...(slurm === undefined ? {} : { env: { SLURM_CONF: slurm.conf } }) });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Demonstration;
}

describe.skipIf(process.platform !== 'linux')('twinclock live-demo', () => {
  it(`lives through 120 tasks${missing === undefined ? ' with Slurm' : ` (without Slurm: ${missing})`}, and what is told afterwards is what was injected`, async () => {
    const { run, status, rehearsals, held, counts, doneBy, hash, replayed, identical } = await demo('feature-120', '--faster', '8000', ...(missing === undefined ? ['--slurm', 'staging'] : []));
    expect([status.tasks.archived, status.tasks.failed, status.jobs.open, status.vms, held]).toEqual([120, 0, 0, 0, []]);
    expect(counts.kills).toBeGreaterThanOrEqual(2);
    expect(rehearsals[0]).toMatchObject({ phase: 'ended' });
    expect(rehearsals[0]!.faults.filter(({ kind, state, injections }) => kind === 'outage' && state === 'over' && injections === 1).length).toBe(2);
    expect(counts.absences).toBe(1);
    expect(Object.keys(doneBy).sort()).toEqual(['cloud', 'http', 'people', 'process', ...(missing === undefined ? ['slurm'] : [])]);
    expect([identical, replayed]).toEqual([true, hash]);
    const again = JSON.parse((await twinclock(['replay', run, '--json'], { cwd: folder })).stdout) as { readonly identical: boolean; readonly journalHash: string };
    expect(again).toMatchObject({ identical: true });
    const report = await twinclock(['rehearsal', run], { cwd: folder });
    expect(report.stdout).toContain('nothing is left injected');
    expect(report.stdout).toMatch(/kill every spot VM once at 40 % of its first task, notice 1s +\d\d:\d\d:\d\d +(\w+\/\d|\d+ VMs)/);
  }, 300_000);

  it('lives through feature-12 on spot alone: its VM is taken while it trains', async () => {
    const { status, counts, held, identical } = await demo('feature-12', '--faster', '3000', '--policy', 'spot-only');
    expect([status.tasks.archived, held, identical]).toEqual([12, [], true]);
    expect(counts.kills).toBeGreaterThanOrEqual(1);
  }, 200_000);
});

it('is told in the README as it is called', () => {
  expect(readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')).toContain('npx twinclock live-demo');
});
