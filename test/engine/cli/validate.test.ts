// Bad input at the command line: everything that is wrong is named with code, path, value and hint, for people and for
// programs; nothing is run, nothing is half written, and a file of a gigabyte costs no more than a small one.
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { onlyJson, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder();
const file = (name: string, content: string | Uint8Array | object) => {
  const path = join(home, name);
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
};
type Task = ScenarioFile['jobs'][number]['tasks'][number];
const scenario = (tasks: readonly (Task & object)[], rest: object = {}): object => ({
  twinclock: 'scenario/1', name: 'bad', jobs: [{ id: 'j', tasks }], fleet: { local: [{ id: 'pc', cores: 4 }], cloud: [{ id: 'vm', cores: 8, max: 2, spinUp: '1m', onDemand: { price: 10 } }] }, ...rest,
});
const task = (id: string, rest: object = {}): Task => ({ id, duration: '10m', ...rest });
const closed = { human: [{ id: 'ann', calendar: { intervals: [] } }], local: [{ id: 'pc' }] };

describe('validate', () => {
  it('says ok, what was read, and what was supposed', async () => {
    expect((await twinclock(['validate', file('good.json', scenario([task('a'), task('b', { after: ['a'] })]))])).stdout).toMatch(/^ok: scenario bad \(scenario\/1\), 2 tasks, 1 edge, 1 job, 3 units, 2 pools, hash [0-9a-f]{32}\n$/);
    const graph = await twinclock(['validate', file('graph.stg', '3\n0 1 0\n1 2 1 0\n2 3 1 1\n'), '--processors', '2', '--json']);
    expect(onlyJson(graph.stdout)).toMatchObject({ ok: true, kind: 'scenario', format: 'stg', counts: { units: 2 }, assumptions: expect.arrayContaining([expect.stringMatching(/^assumed: /)]) });
    expect(onlyJson((await twinclock(['validate', 'feature-12', '--json'])).stdout)).toMatchObject({ ok: true, name: 'feature-12', counts: { tasks: 12 } });
  });

  it('reads fault plans, alone or against a scenario', async () => {
    const plan = file('plan.json', { twinclock: 'faults/1', name: 'p', faults: [{ kind: 'away', at: '1h', for: '1h', human: 'ben' }, { kind: 'no-capacity', at: '1h', for: '1h', pool: 'gup' }] });
    expect((await twinclock(['validate', plan])).stdout).toBe('ok: faults p (faults/1), 2 faults\n');
    const against = await twinclock(['validate', plan, '--scenario', 'feature-12', '--json']);
    expect([against.code, onlyJson(against.stderr).error.faults]).toEqual([2, [expect.objectContaining({ path: 'faults[1].pool', hint: 'did you mean "gpu"?' })]]);
  });

  it('reads run folders and journals', async () => {
    const dir = join(home, 'run');
    await twinclock(['run', 'feature-12', '--out', dir]);
    expect((await twinclock(['validate', dir])).stdout).toMatch(/^ok: journal of feature-12 under weighted, seed 1, finished \(journal\/1\), \d+ records, \d+ events, hash [0-9a-f]{32}\n$/);
    expect(onlyJson((await twinclock(['validate', join(dir, 'journal.jsonl.gz'), '--json'])).stdout)).toMatchObject({ ok: true, kind: 'journal' });
    writeFileSync(join(home, 'cut.jsonl'), '{"twinclock":"journal/1","engine"');
    expect((await twinclock(['validate', join(home, 'cut.jsonl')])).stderr).toMatch(/^error \[truncated-journal\]/);
  });
});

describe('bad input', () => {
  const cases: readonly (readonly [what: string, content: string | Uint8Array | object, code: string, path: string, hint: RegExp])[] = [
    ['an unknown key', scenario([task('a', { durration: 1 })]), 'unknown-key', 'jobs[0].tasks[0].durration', /did you mean "duration"/],
    ['a cycle', scenario([task('a', { after: ['b'] }), task('b', { after: ['a'] })]), 'cycle', '', /./],
    ['a missing predecessor', scenario([task('alpha'), task('b', { after: ['alhpa'] })]), 'unknown-predecessor', 'jobs[0].tasks[1].after[0]', /did you mean "alpha"/],
    ['an impossible task', scenario([task('a', { demand: { cores: 64 } })]), 'impossible-task', 'jobs[0].tasks[0]', /./],
    ['a negative duration', scenario([task('a', { duration: -5 })]), 'bad-duration', 'jobs[0].tasks[0].duration', /./],
    ['an absurd duration', scenario([task('a', { duration: 1e12 })]), 'bad-duration', 'jobs[0].tasks[0].duration', /seconds/],
    ['a duration that is none', scenario([task('a', { duration: 'soon' })]), 'bad-duration', 'jobs[0].tasks[0].duration', /./],
    ['a budget that cannot pay for one task', scenario([task('a', { on: ['vm'] })], { budget: 0.5 }), 'budget-too-small', 'budget', /"a" alone/],
    ['a calendar that never opens', scenario([task('a', { on: ['human'] })], { fleet: closed }), 'calendar-never-opens', 'fleet.human[0].calendar', /"a" can be done by nobody else/],
    ['another version', { ...scenario([task('a')]), twinclock: 'scenario/9' }, 'unsupported-version', 'twinclock', /./],
    ['JSON that breaks off', '{"twinclock": "scenario/1", "jobs": [', 'truncated', '', /^/],
    ['JSON that is none', '{"twinclock": "scenario/1", "jobs": ]}', 'bad-json', '', /^/],
    ['no known format', 'hello world\n', 'unknown-format', '', /readable are/],
    ['bytes that are no text', Uint8Array.from([0xff, 0xfe, 0x80, 0x81]), 'bad-text', '', /^$/],
    ['a damaged archive', gzipSync('{}'.repeat(5000)).subarray(0, 30), 'damaged-file', '', /copy it again/],
  ];

  it.each(cases)('%s', async (_what, content, code, path, hint) => {
    const source = file('bad.json', content);
    const { code: exit, stdout, stderr } = await twinclock(['validate', source, '--json']), { error } = onlyJson(stderr);
    expect([exit, stdout, error.code, error.source]).toEqual([2, '', code, source]);
    const found = error.faults.find((f: { code: string }) => f.code === code);
    if (path !== '') expect(found.path).toBe(path);
    expect(found.hint ?? '').toMatch(hint);
    expect(found.message).not.toBe('');
  });

  it('is refused by every command that reads a scenario, before anything is written', async () => {
    const source = file('cycle.json', scenario([task('a', { after: ['b'] }), task('b', { after: ['a'] })])), before = readdirSync(home).sort();
    for (const command of [['run', '--out', join(home, 'never')], ['compare', '--csv', join(home, 'never.csv')], ['export', '--out', join(home, 'never.json')]]) {
      const { code, stdout, stderr } = await twinclock([command[0]!, source, ...command.slice(1)]);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^error \[cycle\] \S+cycle\.json: /)]);
    }
    expect(readdirSync(home).sort()).toEqual(before);
  });

  it('is reported all at once, a line a fault', async () => {
    const { stderr } = await twinclock(['validate', file('several.json', scenario([task('a', { duration: -1, prio: 3 }), task('a'), task('c', { after: ['x'] })]))]);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) expect(line).toMatch(/^error \[[a-z-]+\] \S+several\.json: \S+: /);
  });

  it('a malformed trace is named with its line', async () => {
    const trace = (text: string) => twinclock(['run', 'feature-120', '--spot-trace', `gpu=${file('trace.csv', text)}`]);
    expect((await trace('0,add,n1\n5,remove,n2\n')).stderr).toMatch(/^error \[bad-node-trace\] \S+trace\.csv: line 2: removes a node that is not there/);
    expect((await trace('time,count\n')).stderr).toMatch(/^error \[bad-count-trace\] \S+trace\.csv: line 1/);
    const prices = await twinclock(['run', 'feature-120', '--spot-prices', `gpu=${file('prices.json', { SpotPriceHistory: [{ SpotPrice: 'free' }] })}`]);
    expect([prices.code, prices.stderr]).toEqual([2, expect.stringMatching(/^error \[bad-price-trace\] \S+prices\.json: SpotPriceHistory\[0\]/)]);
    for (const option of ['gpu', 'gup=x', 'gpu=/nowhere']) expect((await twinclock(['run', 'feature-120', '--spot-trace', option])).code).toBe(2);
  });

  it('a gigabyte is refused without being read', async () => {
    const big = file('big.json', '{"twinclock": "scenario/1", ');
    truncateSync(big, 1 << 30);
    for (const command of ['run', 'validate']) {
      const { code, stderr } = await twinclock([command, big]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^error \[file-too-large\] \S+big\.json: more than the 256 MB/)]);
    }
    expect((await twinclock(['replay', big])).stderr).toMatch(/^error \[(unsupported-version|not-a-journal|line-too-long)\]/);
    expect((await twinclock(['run', 'feature-12', '--faults', big])).stderr).toMatch(/^error \[file-too-large\]/);
    expect((await twinclock(['run', 'chain-3', '--fleet', big])).stderr).toMatch(/^error \[file-too-large\]/);
    const bomb = file('bomb.json', gzipSync(Buffer.alloc(300 << 20, 32)));
    expect((await twinclock(['run', bomb])).stderr).toMatch(/^error \[file-too-large\]/);
  });

  it('a folder, a missing file, an unreadable name', async () => {
    expect((await twinclock(['run', home])).stderr).toMatch(/^error \[not-a-file\]/);
    expect((await twinclock(['run', join(home, 'none.json')])).stderr).toMatch(/^error \[no-such-file\]/);
    expect((await twinclock(['run', 'feature-12O'])).stderr).toBe('error [unknown-scenario] neither a scenario of the catalogue nor a file ("feature-12O"); did you mean "feature-12"?\n');
    expect((await twinclock(['run', file('fleet.json', loadCatalog('chain-3')), '--fleet', file('list.json', [])])).stderr).toMatch(/^error \[bad-fleet\] \S+list\.json/);
  });
});
