// The planned critical path: by hand, and against every path of random scenarios' own ranks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staticPath } from '../../../engine/metrics/static-path.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';

describe('static path', () => {
  it('takes the longest way, with the release of its job, and says how much the others may slip', () => {
    //   j1: a 10 -> b 20 -> d 5      j2, from 12 s: e 10
    //        \-> c 4 -----/
    const file: ScenarioFile = {
      twinclock: 'scenario/1', name: 'two', fleet: { local: [{ id: 'm', cores: 1 }] }, jobs: [
        { id: 'j1', tasks: [{ id: 'a', duration: '10s' }, { id: 'b', duration: '20s', after: ['a'] }, { id: 'c', duration: '4s', after: ['a'] }, { id: 'd', duration: '5s', after: ['b', 'c'] }] },
        { id: 'j2', release: '12s', tasks: [{ id: 'e', duration: '10s' }] },
      ],
    };
    const { problem } = compileScenario(file), { lengthMs, tasks, slackMs } = staticPath(problem);
    expect(lengthMs).toBe(35_000);
    expect(tasks.map((t) => problem.taskIds[t])).toEqual(['a', 'b', 'd']);
    expect([...slackMs]).toEqual([0, 0, 16_000, 0, 13_000]);
  });

  it('is a chain of precedence without slack, and nothing is longer', () => {
    fc.assert(fc.property(arbitraryScenario(), (file) => {
      const { problem } = compileScenario(file), { lengthMs, tasks, slackMs } = staticPath(problem), origin = Math.min(...problem.jobRelease);
      expect([...slackMs].every((slack) => slack > -1e-3)).toBe(true);
      expect(tasks.every((t) => slackMs[t]! < 1e-3)).toBe(true);
      tasks.slice(1).forEach((t, k) => { expect([...problem.predecessors.subarray(problem.predecessorFirst[t]!, problem.predecessorFirst[t + 1]!)]).toContain(tasks[k]); });
      expect(lengthMs).toBeCloseTo(problem.jobRelease[problem.taskJob[tasks[0]!]!]! + problem.taskRank[tasks[0]!]! - origin, 3);
    }), { seed: 3, numRuns: 60 });
  });
});
