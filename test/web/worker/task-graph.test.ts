// The drawing of a task graph: by hand, and as laws on random scenarios.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { layoutGraph } from '../../../web/worker/task-graph.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';

describe('the layout of a graph', () => {
  it('puts tasks in columns by their longest path, and uncrosses what can be uncrossed', () => {
    //  a -> d      as numbers go, a-d and b-c would cross
    //  b -> c -> e
    const file: ScenarioFile = {
      twinclock: 'scenario/1', name: 'cross', fleet: { local: [{ id: 'm', cores: 1 }] },
      jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 1 }, { id: 'b', duration: 1 }, { id: 'c', duration: 1, after: ['b'] }, { id: 'd', duration: 1, after: ['a'] }, { id: 'e', duration: 1, after: ['c'] }] }],
    };
    const { x, y } = layoutGraph(compileScenario(file).problem);
    expect([x[0] === x[1], x[2] === x[3], x[0]! < x[2]!, x[2]! < x[4]!]).toEqual([true, true, true, true]);
    expect(Math.sign(y[0]! - y[1]!)).toBe(Math.sign(y[3]! - y[2]!));
  });

  it('goes to the right along every edge of a job, and puts no task on another', () => {
    fc.assert(fc.property(arbitraryScenario({ tasks: 20 }), (file) => {
      const { problem } = compileScenario(file), graph = layoutGraph(problem), { x, y, from, to } = graph;
      from.forEach((s, e) => { if (problem.taskJob[s] === problem.taskJob[to[e]!]) expect(x[s]!).toBeLessThan(x[to[e]!]!); });
      for (let s = 0; s < x.length; s++) for (let t = 0; t < s; t++) expect(Math.abs(x[s]! - x[t]!) >= 1 || Math.abs(y[s]! - y[t]!) >= 0.999).toBe(true);
      expect([...x].every((at) => at >= 0 && at <= graph.width) && [...y].every((at) => at >= 0 && at <= graph.height)).toBe(true);
      expect(layoutGraph(problem)).toEqual(graph);
    }), { seed: 9, numRuns: 60 });
  });

  it('folds a column that is too tall, and lies about as wide as a screen', () => {
    const wide: ScenarioFile = { twinclock: 'scenario/1', name: 'wide', fleet: { local: [{ id: 'm', cores: 1 }] }, jobs: [{ id: 'j', tasks: Array.from({ length: 400 }, (_, k) => ({ id: `t${k}`, duration: 1 })) }] };
    for (const file of [wide, loadCatalog('feature-120'), loadCatalog('feature-1000')]) {
      const { width, height } = layoutGraph(compileScenario(file).problem);
      expect(width / height).toBeGreaterThan(0.8);
      expect(width / height).toBeLessThan(5);
    }
  });
});
