// The command as a whole: help that teaches, lists, export, usage errors, exit codes, readers that go away.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policies } from '../../../policies/registry.ts';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import { faultNames } from '../../../scenarios/faults/index.ts';
import { onlyJson, shell, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder();

describe('help', () => {
  it('teaches with examples when nothing is asked for', async () => {
    const { code, stdout, stderr } = await twinclock([]);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of ['demo', 'run', 'compare', 'replay', 'explain', 'validate', 'scenarios', 'policies', 'faults', 'export']) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('twinclock run feature-120 --policy weighted');
    expect((await twinclock(['--help'])).stdout).toBe(stdout);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('explains each command, and tells its version', async () => {
    expect(await twinclock(['help', 'run'])).toEqual(await twinclock(['run', '--help']));
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await twinclock(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('usage errors', () => {
  it.each([
    [['rum', 'feature-12'], "error [unknown-command] unknown command 'rum'; did you mean run?"],
    [['help', 'rpelay'], 'error [unknown-command] no command of this name ("rpelay"); did you mean replay?'],
    [['run', 'feature-12', '--sed', '3'], "error [unknown-option] unknown option '--sed'; did you mean --seed?"],
    [['run'], "error [missing-argument] missing required argument 'scenario'; twinclock --help shows what can be said"],
    [['run', 'feature-12', '--seed'], "error [option-missing-argument] option '--seed <n>' argument missing; twinclock --help shows what can be said"],
    [['run', 'feature-12', 'heft-10'], "error [excess-arguments] too many arguments for 'run'. Expected 1 argument but got 2.; twinclock --help shows what can be said"],
    [['run', 'feature-12', '--seed', 'x'], 'error [bad-option] --seed: a whole number of 0 or more ("x")'],
    [['run', 'feature-12', '--weights', '2,1,1'], 'error [bad-weights] --weights: weights sum to 1 ("2,1,1"); for these proportions 0.5,0.25,0.25'],
    [['run', 'feature-12', '--policy', 'fifo:idel=3'], 'error [unknown-parameter] fifo: the policy has no parameter of this name ("idel"); did you mean "idle"?'],
    [['policies', 'fiffo'], 'error [unknown-policy] no policy of this name ("fiffo"); did you mean "fifo"?'],
  ])('%j', async (args, line) => {
    expect(await twinclock(args)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
    if (args[0] === 'help') return;
    const { code, stdout, stderr } = await twinclock([args[0]!, '--json', ...args.slice(1)]);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(onlyJson(stderr).error).toMatchObject({ code: /\[(.*)\]/.exec(line)![1], faults: [expect.objectContaining({ message: expect.any(String), path: expect.any(String) })] });
  });
});

describe('lists', () => {
  it('name everything with one line each, and show one in full', async () => {
    const scenarios = await twinclock(['scenarios']);
    for (const name of catalogNames()) expect(scenarios.stdout).toMatch(new RegExp(`^${name} +${loadCatalog(name).jobs.reduce((sum, job) => sum + job.tasks.length, 0)} `, 'm'));
    expect(onlyJson((await twinclock(['scenarios', 'feature-12'])).stdout)).toEqual(JSON.parse(JSON.stringify(loadCatalog('feature-12'))));
    const listed = await twinclock(['policies']);
    for (const { name } of policies) expect(listed.stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    expect((await twinclock(['policies', 'fifo'])).stdout).toMatch(/^fifo: .*\nparameter +default +min +max +meaning\n.*\nidle +300 /);
    expect(onlyJson((await twinclock(['policies', '--json'])).stdout).policies).toHaveLength(policies.length);
    const plans = await twinclock(['faults']);
    for (const name of faultNames()) expect(plans.stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    expect(onlyJson((await twinclock(['faults', 'storm-all-spot'])).stdout)).toMatchObject({ twinclock: 'faults/1', name: 'storm-all-spot' });
    for (const { stdout } of [scenarios, listed, plans]) expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe('export', () => {
  it('writes a scenario that is the same as what it came from, whole or not at all', async () => {
    const out = join(home, 'feature.json'), hash = async (source: string) => onlyJson((await twinclock(['validate', source, '--json'])).stdout).hash as string;
    expect(await twinclock(['export', 'feature-120', '--out', out])).toEqual({ code: 0, stdout: '', stderr: `written: ${out}\n` });
    expect(await hash(out)).toBe(await hash('feature-120'));
    expect((await twinclock(['export', 'feature-12', '--out', out])).stderr).toMatch(/^error \[file-exists\]/);
    expect((await twinclock(['export', 'feature-12', '--out', out, '--force'])).code).toBe(0);
    expect(await hash(out)).toBe(await hash('feature-12'));
    const nowhere = await twinclock(['export', 'feature-12', '--out', join(home, 'no', 'such', 'folder.json')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringMatching(/^error \[no-such-folder\]/)]);
    expect(readdirSync(home)).toEqual(['feature.json']);
    const piped = await shell('$TWINCLOCK export feature-12 | $TWINCLOCK run - --policy fifo --json', home), direct = await twinclock(['run', 'feature-12', '--policy', 'fifo', '--json']);
    expect(onlyJson(piped.stdout).journalHash).toBe(onlyJson(direct.stdout).journalHash);
  });
});

describe('a reader that goes away', () => {
  it('is no error', async () => {
    const { stdout, stderr } = await shell('$TWINCLOCK scenarios feature-10000 | head -c 100; echo "; ${PIPESTATUS[0]}"', home);
    expect(stdout).toMatch(/^\{\n.*; 0\n$/s);
    expect(stderr).toBe('');
  });
});
