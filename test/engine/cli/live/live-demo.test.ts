// The demonstration as people run it: a scenario lived through in small on this machine, with spot VMs that are taken, an API that
// goes down and a person who leaves. Everything is archived, nothing is left injected, and the journal replays to the same decisions.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Demonstration } from '../../../../engine/cli/live/demonstration/live-demonstration.ts';
import { builtCli, twinclock, workFolder } from '../../../support/built-cli.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../support/live/one-node-slurm.ts';
import { processesOf } from '../../../support/live/processes-of.ts';
import { until } from '../../../support/live/until.ts';

const folder = workFolder(), missing = slurmMissing();
let slurm: OneNodeSlurm | undefined;
beforeAll(async () => { if (missing === undefined) slurm = await startSlurm({ graceSeconds: 3 }); }, 60_000);
afterAll(() => slurm?.stop());

async function demo(...args: readonly string[]): Promise<Demonstration> {
  const { code, stdout, stderr } = await twinclock(['live-demo', ...args, '--json'], { cwd: folder, ...(slurm === undefined ? {} : { env: { SLURM_CONF: slurm.conf } }) });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Demonstration;
}

/** One that is watched while it goes on: its address, and how it ends. */
async function watched(name: string, ...args: readonly string[]): Promise<{ readonly place: string; readonly url: string; readonly signal: (signal: NodeJS.Signals) => void; readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> }> {
  const place = join(folder, name);
  mkdirSync(place);
  const child = spawn(process.execPath, [builtCli(), 'live-demo', ...args], { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '', stderr = '';
  child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => { child.on('close', (code) => { done({ code, stdout, stderr }); }); });
  await until(() => stdout.includes('/web/') || child.exitCode !== null, () => `: ${stderr}`);
  return { place, url: /http:\S+(?=\/web\/)/.exec(stdout)![0], signal: (signal) => { child.kill(signal); }, ended };
}

describe.skipIf(process.platform !== 'linux')('twinclock live-demo', () => {
  it(`lives through 120 tasks${missing === undefined ? ' with Slurm' : ` (without Slurm: ${missing})`}, and what is told afterwards is what was injected`, async () => {
    const { run, status, rehearsals, held, counts, doneBy, hash, replayed, identical, audit } = await demo('feature-120', '--faster', '8000', ...(missing === undefined ? ['--slurm', 'staging'] : []));
    expect([status.tasks.archived, status.tasks.failed, status.jobs.open, status.vms, held]).toEqual([120, 0, 0, 0, []]);
    expect(counts.kills).toBeGreaterThanOrEqual(2);
    expect(rehearsals[0]).toMatchObject({ phase: 'ended' });
    expect(rehearsals[0]!.faults.filter(({ kind, state, injections }) => kind === 'outage' && state === 'over' && injections === 1).length).toBe(2);
    expect(counts.absences).toBe(1);
    expect(Object.keys(doneBy).sort()).toEqual(['cloud', 'http', 'people', 'process', ...(missing === undefined ? ['slurm'] : [])]);
    expect([identical, replayed, audit]).toEqual([true, hash, 'clean']);
    const again = JSON.parse((await twinclock(['replay', run, '--json'], { cwd: folder })).stdout) as { readonly identical: boolean; readonly journalHash: string };
    expect(again).toMatchObject({ identical: true });
    const report = await twinclock(['rehearsal', run], { cwd: folder });
    expect(report.stdout).toContain('nothing is left injected');
    expect(report.stdout).toMatch(/kill every spot VM once at 40 % of its first task, notice 1s +\d\d:\d\d:\d\d +(\w+\/\d|\d+ VMs)/);
  }, 600_000);

  it('lives through feature-12 on spot alone: its VMs are taken while they train, and its API goes down', async () => {
    const { status, counts, held, hash, replayed, identical, audit, rehearsals: [trouble], doneBy } = await demo('feature-12', '--faster', '1500', '--policy', 'spot-only');
    expect([status.tasks.archived, held, identical, replayed, audit]).toEqual([12, [], true, hash, 'clean']);
    expect(counts.kills).toBeGreaterThanOrEqual(2);
    expect(trouble!.faults.filter(({ kind, injections }) => kind === 'outage' && injections === 1).length).toBeGreaterThanOrEqual(1);
    expect(Object.keys(doneBy).sort()).toEqual(['cloud', 'http', 'people', 'process']);
  }, 200_000);

  it.each([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const)('told to end by %s it ends its VMs and what runs on them first, with code %i', async (signal, code) => {
    const demonstration = await watched(signal, 'feature-12', '--faster', '2000', '--policy', 'spot-only');
    await until(() => processesOf(demonstration.place).some(({ line }) => line.includes('vm-agent')));
    demonstration.signal(signal);
    const { code: found, stderr } = await demonstration.ended;
    expect(found, stderr).toBe(code);
    expect(processesOf(demonstration.place)).toEqual([]);
  }, 200_000);

  it('ends with work-not-done when a task was not archived', async () => {
    const { url, ended } = await watched('not-done', 'feature-12', '--faster', '20000');
    const { tasks } = await (await fetch(`${url}/v1/tasks`)).json() as { readonly tasks: readonly { readonly id: string; readonly job: string }[] };
    await fetch(`${url}/v1/jobs/${encodeURIComponent(tasks[0]!.job)}/cancel`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error \[work-not-done\] \d+ of 12 tasks are not archived: /m)]);
    expect(stdout).toMatch(/^\d+ of 12 tasks archived/m);
  }, 200_000);
});

it('is told in the README as it is called', () => {
  expect(readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')).toContain('npx twinclock live-demo');
});
