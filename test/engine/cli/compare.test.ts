// `twinclock compare` and `demo` in a child process: the figures of the experiment code, as a table, as JSON, as CSV.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../engine/experiment/compare.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { parsePolicySpec, policies } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { onlyJson, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder();

describe('compare', () => {
  it('prints as JSON what the experiment code finds', async () => {
    const { code, stdout, stderr } = await twinclock(['compare', 'feature-120', '--policies', 'fifo,weighted:theta=0.8,idle=60,cheapest', '--replications', '4', '--seed', '10', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const printed = onlyJson(stdout), specs = ['fifo', 'weighted:theta=0.8,idle=60', 'cheapest'].map(parsePolicySpec);
    const own = compare({ instance: compileScenario(loadCatalog('feature-120')), policies: specs, replications: 4, firstSeed: 10 });
    expect(printed).toMatchObject({ scenario: 'feature-120', metric: 'objective', baseline: 'fifo', replications: 4, firstSeed: 10, winner: own.winner ?? null, statement: own.statement });
    expect(printed.rows.map((row: { policy: string }) => row.policy)).toEqual(own.rows.map((row) => row.policy));
    own.rows.forEach((row, k) => {
      const { n, mean, halfWidth95, verdict, winTieLoss } = row.pairedDifference, seen = printed.rows[k];
      expect(seen).toMatchObject({ n: 4, failed: 0, mean: row.mean, halfWidth95: row.halfWidth95, pairedDifference: { n, mean, halfWidth95, verdict, winTieLoss } });
      for (const key of ['makespanMs', 'costMicroUsd', 'interruptions', 'objective'] as const) {
        expect(seen.metrics[key]).toMatchObject({ mean: row.metrics[key]!.mean, halfWidth95: row.metrics[key]!.halfWidth95 });
      }
    });
  });

  it('compares by another figure against another baseline, on several scenarios, with one row a run as CSV', async () => {
    const csv = join(home, 'runs.csv');
    const { code, stdout } = await twinclock(['compare', 'heft-10', 'chain-3', '--policies', 'fifo,heft', '--metric', 'makespanMs', '--baseline', 'heft', '--replications', '2', '--csv', csv, '--json']);
    expect(code).toBe(0);
    const [heft, chain] = onlyJson(stdout).comparisons;
    expect(heft).toMatchObject({ scenario: 'heft-10', metric: 'makespanMs', baseline: 'heft', winner: 'heft' });
    expect(heft.rows[1]).toMatchObject({ policy: 'fifo', pairedDifference: { verdict: 'worse', winTieLoss: [0, 0, 2] } });
    expect(chain).toMatchObject({ scenario: 'chain-3', winner: null });
    const [header, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n').map((line) => line.split(','));
    expect(rows.map((row) => row.slice(0, 5).join(' '))).toEqual(['heft-10', 'chain-3'].flatMap((scenario) => ['fifo', 'heft'].flatMap((policy) => [1, 2].map((seed) => `${scenario} ${policy} ${seed} finished clean`))));
    expect(rows.filter((row) => row[1] === 'heft' && row[0] === 'heft-10').map((row) => row[header!.indexOf('makespanMs')])).toEqual(['80000', '80000']);
    const again = await twinclock(['compare', 'chain-3', '--policies', 'fifo', '--replications', '1', '--csv', csv]);
    expect([again.code, again.stderr]).toEqual([2, `error [file-exists] will not replace ${csv}; choose another name, or use --force\n`]);
    expect(readdirSync(home)).toEqual(['runs.csv']);
  });

  it('shows a table in 120 columns, the winner or that there is none, and no progress outside a terminal', async () => {
    const { stdout, stderr } = await twinclock(['compare', 'feature-120', '--policies', 'all', '--replications', '2', '--faults', 'spot-price-x3']);
    expect(stderr).toBe('');
    for (const { name } of policies) expect(stdout).toMatch(new RegExp(`^${name} +2/2 `, 'm'));
    expect(stdout).toMatch(/^fifo .* baseline /m);
    expect(stdout).toMatch(/^(no winner yet: .* leads|.* is better than every other policy)/m);
    const table = stdout.split('\n').slice(0, policies.length + 4);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('counts failed runs and names them; it fails only when nothing finished', async () => {
    const path = join(home, 'flaky.json'), flaky = { ...loadCatalog('chain-3'), jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 60, failureRate: 0.5, attempts: 1 }] }] };
    writeFileSync(path, JSON.stringify(flaky));
    const some = await twinclock(['compare', path, '--policies', 'fifo,fastest', '--replications', '20', '--json']), { rows } = onlyJson(some.stdout);
    expect(some.code).toBe(0);
    for (const row of rows) {
      expect(row.failed).toBeGreaterThan(2);
      expect([row.n + row.failed, row.failures]).toEqual([20, { 'task-failed': row.failed }]);
    }
    expect((await twinclock(['compare', path, '--policies', 'fifo', '--replications', '20'])).stdout).toMatch(/^fifo: \d+ runs failed \(task-failed \d+\), not in the means; seed \d+ task-failed: task a failed 1 times/m);
    writeFileSync(path, JSON.stringify({ ...flaky, jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 60, failureRate: 1, attempts: 1 }] }] }));
    const none = await twinclock(['compare', path, '--policies', 'fifo', '--replications', '2', '--json']);
    expect(none.code).toBe(1);
    expect(onlyJson(none.stdout)).toMatchObject({ winner: null, rows: [{ n: 0, failed: 2, mean: null, pairedDifference: { n: 0 } }] });
    expect(onlyJson(none.stderr).error.code).toBe('task-failed');
  });

  it.each([
    ['unknown-policy', ['--policies', 'fifo,hefty']], ['repeated-policy', ['--policies', 'fifo,fifo']], ['unknown-baseline', ['--policies', 'fifo,heft', '--baseline', 'peft']],
    ['unknown-metric', ['--metric', 'makespan']], ['bad-metric', ['--metric', 'attempts']], ['bad-option', ['--replications', '0']], ['bad-weights', ['--weights', '1,1']], ['unknown-faults', ['--faults', 'strom']],
  ])('refuses with %s', async (code, args) => {
    const { code: exit, stdout, stderr } = await twinclock(['compare', 'chain-3', ...args]);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^error \\[${code}\\] `));
  });
});

describe('demo', () => {
  it('compares every policy on feature-120 and says how to go on', async () => {
    const { code, stdout } = await twinclock(['demo', '--replications', '1']);
    expect(code).toBe(0);
    for (const { name } of policies) expect(stdout).toMatch(new RegExp(`^${name} +1/1 `, 'm'));
    expect(stdout.trimEnd().split('\n').slice(-3).every((line) => line.startsWith('  twinclock '))).toBe(true);
    expect(existsSync(join(home, 'runs'))).toBe(false);
  });
});
