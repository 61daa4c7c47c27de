// Every file of every set is a scenario the engine takes: it validates, compiles, and keeps its size and longest path.
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { Problem } from '../../../engine/model/problem.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { readScenarioText } from '../../../scenarios/formats/detect.ts';
import { sharedData } from '../../support/shared-data.ts';
import { DOT, FAJSP, PSPLIB, RCP, STG, STG_PROTOTYPE, wfFormat } from './samples.ts';
import { scenarioGraph } from './scenario-graph.ts';

function compiled(text: string, name: string): Problem {
  const { scenario } = readScenarioText(text, name), graph = scenarioGraph(scenario);
  const { problem } = compileScenario(validateScenario(JSON.parse(JSON.stringify(scenario))));
  expect([name, problem.taskCount, problem.predecessors.length]).toEqual([name, graph.tasks, graph.edges]);
  return problem;
}

/** Estimates of a task on the pools that may run it, in ms, by pool. */
function estimates(problem: Problem, task: number): Record<string, number> {
  const profile = problem.taskProfile[task]!, options: Record<string, number> = {};
  for (let o = problem.optionFirst[profile]!; o < problem.optionFirst[profile + 1]!; o++) {
    options[problem.poolIds[problem.optionPool[o]!]!] = Math.round(problem.taskWork[task]! * problem.optionScale[o]!);
  }
  return options;
}

describe('imported scenarios compile', () => {
  it.each([
    ['sample.sm', PSPLIB, 9000], ['sample.rcp', RCP, 9000], ['sample.stg', STG, 9000], ['prototype.stg', STG_PROTOTYPE, 9000],
    ['2p_sample.dot', DOT, 9000], ['sample.dot', DOT, 9000], ['sample.json', wfFormat('1.5'), 7000],
  ] as const)('%s with its longest path', (name, text, longest) => {
    expect(Math.max(...compiled(text, name).taskRank)).toBe(longest);
  });

  it('job shops with the exact duration on each machine', () => {
    const problem = compiled(FAJSP, 'sample.fajsp');
    expect([0, 1, 2].map((task) => estimates(problem, task))).toEqual([{ m0: 4000, m1: 6000 }, { m2: 3000 }, { m1: 2000, m2: 5000 }]);
  });

  it('projects with their requests and capacities', () => {
    const problem = compiled(PSPLIB, 'sample.sm');
    expect(problem.dimensionNames).toEqual(['R1', 'R2']);
    expect([...problem.capacity]).toEqual([4, 3]);
  });

  it('communication times exactly', () => {
    const problem = compiled(DOT, '2p_sample.dot');
    const transfers = [...problem.predecessorBytes].map((bytes) => bytes / problem.networkBandwidth + problem.networkLatency);
    expect(transfers.sort()).toEqual([1000, 2500, 4000, 4000]);
  });

  for (const [set, pattern] of [
    ['psplib', /\.(sm|rcp)$/], ['stg', /\.stg$/], ['optimal-dags', /\.dot$/], ['fjsp', /\.txt$/], ['wfcommons', /\.json(\.gz)?$/],
  ] as const) {
    const folder = sharedData(set);
    it.skipIf(folder === undefined)(`every file of ${set}`, { timeout: 120_000 }, () => {
      const names = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter((name) => pattern.test(name)).sort();
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const bytes = readFileSync(`${folder!}/${name}`), text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
        expect(compiled(text, name).taskCount).toBeGreaterThan(0);
      }
    });
  }
});
