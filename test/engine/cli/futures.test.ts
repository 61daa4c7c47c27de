// The commands that look beyond a run: what if, forecast, fidelity, through the built command.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyJson, twinclock } from '../../support/built-cli.ts';
import { removeFolder } from '../../support/remove-folder.ts';

let folder: string, run: string;

/** Nothing is left to chance in it. */
const plain = {
  twinclock: 'scenario/1', name: 'plain', mode: 'event', fleet: { local: [{ id: 'ws', cores: 2 }] },
  jobs: [{ id: 'a', deadline: '3h', tasks: [{ id: 'a1', duration: '1h', demand: { cores: 1 } }, { id: 'a2', duration: '2h', after: ['a1'], demand: { cores: 1 } }] }, { id: 'b', deadline: '30m', tasks: [{ id: 'b1', duration: '1h', demand: { cores: 1 } }] }],
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'futures-'));
  run = join(folder, 'run');
  writeFileSync(join(folder, 'plain.json'), JSON.stringify(plain));
  expect((await twinclock(['run', join(folder, 'plain.json'), '--policy', 'fifo', '--out', run])).code).toBe(0);
});
afterAll(() => { removeFolder(folder); });

describe('fidelity', () => {
  it('is perfect where nothing is left to chance', async () => {
    const { code, stdout } = await twinclock(['fidelity', run, '--futures', '5', '--json']), found = onlyJson(stdout);
    expect(code).toBe(0);
    expect(found).toMatchObject({ coverage: 1, finish: { covered: true, actual: 3 * 3_600_000, band: { p10: 3 * 3_600_000, p90: 3 * 3_600_000 } }, cost: { covered: true, actual: 0 } });
    expect(found.parts).toEqual([{ part: 'work on local machines', count: 3, expected: 4 * 3_600_000, actual: 4 * 3_600_000, unit: 'ms', ratio: 1 }]);
    expect(found.forecast.jobs.map(({ onTime }: { onTime: number }) => onTime)).toEqual([1, 0]);
    expect((await twinclock(['fidelity', run])).stdout).toContain('cover the end of 100 % of the jobs');
  });
});

describe('forecast', () => {
  it('goes on from where a journal was cut off', async () => {
    const file = readdirSync(run).find((name) => name.startsWith('journal'))!, bytes = readFileSync(join(run, file)), lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n');
    const cut = join(folder, 'cut.jsonl'), completed = lines.findIndex((line) => line.includes('"event":"task-completed"'));
    writeFileSync(cut, lines.slice(0, completed).join('\n') + '\n');
    const { code, stdout } = await twinclock(['forecast', cut, '--futures', '3', '--json']), found = onlyJson(stdout);
    expect(code).toBe(0);
    expect(found).toMatchObject({ futures: 3, unfinished: {}, finish: { p10: 3 * 3_600_000, p90: 3 * 3_600_000 } });
    expect((await twinclock(['forecast', run])).stderr).toContain('the run has ended');
    expect((await twinclock(['forecast', 'no-such-run'])).code).toBe(2);
  });
});

describe('whatif', () => {
  it('shows the record, the model and the change, and what they stand on', async () => {
    const { code, stdout } = await twinclock(['whatif', run, '--policy', 'critical-path', '--json']), found = onlyJson(stdout);
    expect(code).toBe(0);
    expect(found.recorded.makespanMs).toBe(3 * 3_600_000);
    expect(found.modelled).toMatchObject({ policy: 'fifo', cause: 'finished', audit: 'clean', metrics: { makespanMs: 3 * 3_600_000 } });
    expect(found.changed).toMatchObject({ policy: 'critical-path', audit: 'clean', metrics: { makespanMs: 3 * 3_600_000 } });
    expect(found.provenance.heldFixed).toContain('3 tasks: the same work');
  });

  it('asks what is to be changed, and lists what went wrong', async () => {
    expect((await twinclock(['whatif', run])).stderr).toContain('nothing-to-change');
    expect((await twinclock(['whatif', run, '--faults'])).stdout.trim()).toBe('nothing went wrong in this run');
    expect((await twinclock(['whatif', run, '--without-fault', 'x'])).stderr).toContain('bad-number');
    expect((await twinclock(['whatif', run, '--weights', '1,1,1'])).code).toBe(2);
  });
});
