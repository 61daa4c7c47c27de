// `twinclock run` as people and programs use it: the bundled command in a child process.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { onlyJson, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder();
const file = (name: string, content: string | Uint8Array | object) => {
  const path = join(home, name);
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
};
const heft = compileScenario(loadCatalog('heft-10'));

describe('run --json', () => {
  it('prints one object with everything that a program needs, and nothing else', async () => {
    const { code, stdout, stderr } = await twinclock(['run', 'feature-12', '--policy', 'fifo', '--seed', '3', '--weights', '0.5,0.5,0', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const result = onlyJson(stdout);
    expect(result).toMatchObject({
      scenario: 'feature-12', policy: 'fifo', parameters: { idle: 300 }, weights: { latency: 0.5, cost: 0.5, fragmentation: 0 }, seed: 3, cause: 'finished', tasks: 12, tasksCompleted: 12, tasksArchived: 12, audit: 'clean',
    });
    expect(result.journalHash).toMatch(/^[0-9a-f]{32}$/);
    expect(result.makespanMs).toBe(result.metrics.makespanMs);
    expect(result.costMicroUsd).toBe(result.metrics.costMicroUsd);
    expect(result.objective).toBe(result.metrics.objective);
    expect(Object.keys(result.metrics)).toEqual(METRICS.map(({ key }) => key));
    const { byCause, steps } = result.criticalChain, sum = (parts: Record<string, number>) => Object.values(parts).reduce((a, b) => a + b, 0);
    expect(sum(byCause)).toBe(result.makespanMs);
    expect(steps.map((step: { from: number; to: number }) => step.to - step.from)).toEqual(steps.map((step: { byCause: Record<string, number> }) => sum(step.byCause)));
    // feature-12.ts: no schedule beats 460 min plus boots, or 243.75 dollars.
    expect(result.bounds.makespanMs).toBeGreaterThanOrEqual(460 * 60_000);
    expect(result.bounds.costMicroUsd).toBe(243_750_000);
    expect(result.makespanMs).toBeGreaterThanOrEqual(result.bounds.makespanMs);
    expect(result.costMicroUsd).toBeGreaterThanOrEqual(result.bounds.costMicroUsd);
  });

  it('gives the published makespan of the HEFT example, and the journal that the engine alone makes', async () => {
    const { stdout } = await twinclock(['run', 'heft-10', '--policy', 'heft', '--json']), result = onlyJson(stdout);
    expect(result.makespanMs).toBe(80_000);
    expect(result.journalHash).toBe(simulate(heft, { policy: policyNamed('heft'), seed: 1 }).hash);
  });

  it('exits 1 for a run that did not finish, with the object on stdout and the cause on stderr', async () => {
    const path = file('short.json', { ...loadCatalog('chain-3'), horizon: '15m' });
    const { code, stdout, stderr } = await twinclock(['run', path, '--json']);
    expect(code).toBe(1);
    expect(onlyJson(stdout)).toMatchObject({ cause: 'horizon', tasks: 3, tasksCompleted: 1, tasksArchived: 0, audit: 'clean' });
    expect(onlyJson(stderr).error).toMatchObject({ code: 'horizon', faults: [] });
    expect((await twinclock(['run', path])).stderr).toMatch(/^error \[horizon\] the run did not finish: 2 tasks are left/);
  });
});

describe('run for people', () => {
  it('shows how it ended, figures with units beside bounds, jobs and resources, in 120 columns', async () => {
    const { code, stdout } = await twinclock(['run', 'feature-120', '--policy', 'fifo', '--faults', 'storm-all-spot']);
    expect(code).toBe(0);
    for (const part of [/^feature-120: 120 tasks in 5 jobs/, /policy fifo, weights 0\.6 latency, 0\.3 cost, 0\.1 fragmentation, seed 1/, /finished after [\d.]+ h, 120 of 120 tasks completed; audit clean/,
      /bounds of this seed: makespan ≥ [\d.]+ h \(.*\), gap [\d.]+ %; cost ≥ \$[\d.]+, gap/, /Objective J +[\d.]+ /, /Cost +\$[\d.]+/, /f5 +completed +24/, /workstation +local +1/, /What determined the makespan: \d+ steps\n\w.* [\d.]+ %/, /by estimates alone the longest path takes [\d.]+ h: \d+ tasks/, /journal [0-9a-f]{32}/]) expect(stdout).toMatch(part);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(stdout).not.toContain('\u001b[');
  });
});

describe('what a scenario may be', () => {
  const chain = loadCatalog('chain-3'), makespan = async (args: readonly string[], input?: string | Uint8Array) => onlyJson((await twinclock(['run', ...args, '--json'], input === undefined ? {} : { input })).stdout).makespanMs as number;

  it('a file, packed or not, whatever it is called, or standard input', async () => {
    const text = JSON.stringify(chain);
    expect(await makespan([file('chain.json', text)])).toBe(1_800_000);
    expect(await makespan([file('chain.txt', gzipSync(text))])).toBe(1_800_000);
    expect(await makespan(['-'], `\ufeff${text}`)).toBe(1_800_000);
    expect(await makespan(['-'], gzipSync(text))).toBe(1_800_000);
  });

  // Two tasks of 3 and 4 seconds, then one of 5: 4 + 5 on two processors, 3 + 4 + 5 on one.
  it('a bare task graph on processors', async () => {
    const graph = file('tiny.dot', 'digraph { a [Weight=3]; b [Weight=4]; c [Weight=5]; a -> c; b -> c }');
    expect(await makespan([graph, '--processors', '2'])).toBe(9000);
    expect(await makespan([graph, '--processors', '1'])).toBe(12_000);
    const { stdout } = await twinclock(['run', graph, '--processors', '2', '--json']);
    expect(onlyJson(stdout).assumptions.join('\n')).toMatch(/assumed: node weights are seconds/);
  });

  it('another fleet, bare or out of a scenario', async () => {
    expect(await makespan([file('chain.json', chain), '--fleet', file('fast.json', { local: [{ id: 'machine', speed: 2, slots: 1 }] })])).toBe(900_000);
    expect(await makespan(['chain-3', '--fleet', file('other.json', { ...chain, fleet: { local: [{ id: 'machine', speed: 4, slots: 1 }] } })])).toBe(450_000);
  });

  it('another clock: tasks of 20 s on a grid of 30 s start every 30 s', async () => {
    const steps = { ...chain, jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 20 }, { id: 'b', duration: 20, after: ['a'] }] }], fleet: { local: [{ id: 'm' }] } }, path = file('steps.json', steps);
    expect(await makespan([path, '--event'])).toBe(40_000);
    expect(await makespan([path, '--tick', '30s'])).toBe(50_000);
    expect((await twinclock(['run', path, '--event', '--tick', '30s'])).stderr).toMatch(/^error \[conflicting-options\]/);
  });

  it('recorded spot prices and availability in the place of its own, written down among its assumptions', async () => {
    const aws = file('aws.json', { SpotPriceHistory: [0, 30].map((minute) => ({ AvailabilityZone: 'us-east-1a', InstanceType: 'p3', SpotPrice: minute === 0 ? '2.0' : '4.0', Timestamp: `2020-01-01T00:${String(minute).padStart(2, '0')}:00+00:00` })) });
    const run = async (...args: readonly string[]) => onlyJson((await twinclock(['run', 'spot-1', '--policy', 'spot-only', ...args, '--json'])).stdout);
    const priced = await run('--spot-prices', `gpu=${aws}:us-east-1a`);
    expect(priced.assumptions).toEqual(['given: gpu, aws.json: spot prices of us-east-1a, 2 records']);
    // First life 0-45 min: 30 min at 2 and 15 min at 4 dollars an hour. The notice at 43 min saves 38 of the 60 min; second life: 5 min boot and 22 min at 4.
    expect(priced.costMicroUsd / 1e6).toBeCloseTo(1 + 1 + 27 / 60 * 4, 2);
    const nodes = file('nodes.csv', '0,add,i-1\n1200000,remove,i-1\n1260000,add,i-2\n'), cut = await run('--spot-trace', `gpu=${nodes}`);
    expect(cut.metrics.interruptions).toBe(1);
    expect(cut.assumptions[0]).toMatch(/at most 1 VMs, 1 lost/);
    const calm = await run('--spot-trace', `gpu=${file('counts.csv', '0,3\n36000,3\n')}`);
    expect(calm.metrics.interruptions).toBe(0);
    expect(calm.makespanMs).toBeLessThan(cut.makespanMs);
  });
});

describe('run --out', () => {
  it('writes a folder that says how to make it again, replaces it, and never what is not its own', async () => {
    const dir = join(home, 'runs', 'first'), run = (...args: readonly string[]) => twinclock(['run', 'feature-12', '--seed', '4', '--faults', 'storm-all-spot', '--out', dir, ...args]);
    const first = await run('--json');
    expect([first.code, onlyJson(first.stdout).out]).toEqual([0, dir]);
    expect(readdirSync(dir).sort()).toEqual(expect.arrayContaining(['journal.jsonl.gz', 'attempts.csv', 'attempts.parquet', 'decisions.csv', 'manifest.json', 'metrics.json', 'timeline.perfetto.json']));
    const manifest = onlyJson(readFileSync(join(dir, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ seed: 4, policy: { name: 'weighted' }, faults: { name: 'storm-all-spot' }, audit: { clean: true }, result: { hash: onlyJson(first.stdout).journalHash } });
    expect(manifest.command.slice(0, 3)).toEqual(['twinclock', 'run', 'feature-12']);
    expect(gunzipSync(readFileSync(join(dir, 'journal.jsonl.gz'))).toString('utf8')).toMatch(/^\{"twinclock":"journal\/1"/);
    const again = await run();
    expect(again.code).toBe(0);
    expect(again.stdout).toContain(`written to ${dir}`);
    writeFileSync(join(dir, 'notes.md'), 'mine');
    const refused = await run();
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^error \[folder-not-empty\]/);
    expect(readdirSync(join(home, 'runs'))).toEqual(['first']);
    expect((await run('--force')).stdout).toContain(`what was there is now ${dir}.replaced-1`);
  });

  it('keeps every tick on demand: more rows, the same commands', async () => {
    const rows = async (...args: readonly string[]) => {
      const dir = join(home, 'ticks');
      await twinclock(['run', 'feature-12', '--policy', 'fifo', '--out', dir, ...args]);
      return gunzipSync(readFileSync(join(dir, 'journal.jsonl.gz'))).toString('utf8').split('\n');
    };
    const few = await rows(), all = await rows('--every-tick'), commands = (lines: readonly string[]) => lines.filter((line) => line.startsWith('{"command"'));
    expect(all.length).toBeGreaterThan(2 * few.length);
    expect(commands(all)).toEqual(commands(few));
    expect((await twinclock(['replay', join(home, 'ticks')])).code).toBe(0);
  });
});
