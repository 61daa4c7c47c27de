// The catalogue is frozen: every entry is regenerated and its hash compared. To freeze anew, deliberately:
// TWINCLOCK_FREEZE=1 npx vitest run test/scenarios/catalog, then look at the difference of hashes.json and say why.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { canonicalJson, hashText128 } from '../../../engine/model/hash.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import frozen from '../../../scenarios/catalog/hashes.json' with { type: 'json' };

const MINUTE = 60_000;
/** Validated and compiled here; larger ones are only regenerated. */
const COMPILED = catalogNames().filter((name) => name !== 'feature-100000');

describe('the catalogue', () => {
  it('is what was frozen', () => {
    const hashes = Object.fromEntries(catalogNames().map((name) => [name, hashText128(canonicalJson(loadCatalog(name)))]));
    if (process.env['TWINCLOCK_FREEZE'] === '1') writeFileSync(fileURLToPath(new URL('../../../scenarios/catalog/hashes.json', import.meta.url)), `${JSON.stringify(hashes, null, 2)}\n`);
    else expect(hashes).toEqual(frozen);
  }, 60_000);

  it.each(COMPILED)('%s is named by itself, validates and compiles', (name) => {
    const file = loadCatalog(name);
    expect(file.name).toBe(name);
    const { problem } = compileScenario(validateScenario(file));
    expect(problem.taskCount).toBe(Number(/\d+$/.exec(name)![0]) + (name === 'fork-join-8' ? 2 : 0));
  });

  it('refuses an unknown name and suggests one', () => {
    expect(() => loadCatalog('feature-102')).toThrow(InputError);
    expect(() => loadCatalog('feature-102')).toThrow('feature-12');
    expect(() => loadCatalog('toString')).toThrow(InputError);
  });
});

describe('what the teaching entries say of themselves', () => {
  it('feature-12 has a longest path of 460 minutes, 505 by mean estimates', () => {
    // plan 60, label 120, train 210, evaluate 30 (on the GPU; the mean of 30 and 120 is 75), review 30, deploy 10.
    const { problem } = compileScenario(loadCatalog('feature-12'));
    expect(Math.max(...problem.taskRank)).toBe(505 * MINUTE);
    expect(problem.taskRank[problem.taskIds.indexOf('f1-review-11')]).toBe(40 * MINUTE);
    expect(problem.jobDeadline[0]).toBe(600 * MINUTE);
  });

  it('heft-10 has the costs of table 1 and the upward ranks of table 3 of its paper', () => {
    const { problem } = compileScenario(loadCatalog('heft-10'));
    const columns = ['p1', 'p2', 'p3'].map((id) => problem.poolIds.indexOf(id));
    const cost = (task: number, pool: number): number => {
      const s = problem.taskProfile[task]!;
      for (let k = problem.optionFirst[s]!; k < problem.optionFirst[s + 1]!; k++) if (problem.optionPool[k] === pool) return Math.round(problem.taskWork[task]! * problem.optionScale[k]!) / 1000;
      return NaN;
    };
    const row = (id: string): number[] => columns.map((pool) => cost(problem.taskIds.indexOf(id), pool));
    expect([row('n1'), row('n8'), row('n10')]).toEqual([[14, 16, 9], [5, 11, 14], [21, 7, 16]]);
    // rank(n) = mean cost + max over successors of (communication + rank), with mean costs and delays in seconds.
    const rank = (task: number): number => {
      let longest = 0;
      for (let k = problem.successorFirst[task]!; k < problem.successorFirst[task + 1]!; k++) {
        const next = problem.successors[k]!;
        let bytes = 0;
        for (let j = problem.predecessorFirst[next]!; j < problem.predecessorFirst[next + 1]!; j++) if (problem.predecessors[j] === task) bytes = problem.predecessorBytes[j]!;
        longest = Math.max(longest, bytes / problem.networkBandwidth / 1000 + rank(next));
      }
      return columns.reduce((sum, pool) => sum + cost(task, pool), 0) / 3 + longest;
    };
    const ranks = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9', 'n10'].map((id) => Math.round(rank(problem.taskIds.indexOf(id)) * 1000) / 1000);
    expect(ranks).toEqual([108, 77, 80, 80, 69, 63.333, 42.667, 35.667, 44.333, 14.667]);
  });
});
