// Flexible job shops, against the published bounds where they are at hand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFjsp } from '../../../scenarios/formats/fjsp.ts';
import { sharedData } from '../../support/shared-data.ts';
import { FAJSP } from './samples.ts';
import { csvRows, faultsOf, scenarioGraph } from './scenario-graph.ts';

describe('readFjsp', () => {
  it('makes a local unit of each machine and a job of each connected part', () => {
    const { scenario, report } = readFjsp(FAJSP);
    expect(scenario.fleet).toEqual({ local: [{ id: 'm0', slots: 1 }, { id: 'm1', slots: 1 }, { id: 'm2', slots: 1 }] });
    expect(scenario.jobs).toEqual([
      { id: 'j0', tasks: [{ id: '0', duration: { by: { m0: 4, m1: 6 } } }, { id: '1', after: ['0'], duration: { by: { m2: 3 } } }] },
      { id: 'j1', tasks: [{ id: '2', duration: { by: { m1: 2, m2: 5 } } }] },
    ]);
    expect(report.counts).toEqual({ tasks: 3, edges: 1, machines: 3, jobs: 2 });
    expect(report.dropped).toHaveLength(1);
    expect(readFjsp(FAJSP.replace('0 1 0', '0 1')).report.dropped).toEqual([]);
  });

  it('tells the line of what is wrong', () => {
    const at = (from: string, to: string) => faultsOf(() => readFjsp(FAJSP.replace(from, to)));
    expect(at('3 1 3', '4 1 3')).toEqual(['line 6 truncated']);
    expect(at('3 1 3', '3 0 3')).toEqual(['line 3 no-machine']);
    expect(at('2 0 4 1 6', '1 0 4 1 6')).toEqual(['line 4 extra-value']);
    expect(at('0 1 0', '0 5 0')).toEqual(['line 3 unknown-task']);
    expect(at('2 1 2 2 5', '2 1 2 7 5')).toEqual(['line 6 unknown-machine']);
    expect(at('2 1 2 2 5', '2 1 2 1 5')).toEqual(['line 6 duplicate-machine']);
    expect(at('1 2 3', '0')).toEqual(['line 5 no-machine']);
    expect(at('3 1 3', '3 1 999999')).toEqual(['bad-count']);
  });

  const bounds = sharedData('fjsp/bounds.csv');
  it.skipIf(bounds === undefined)('has the counts of the table and a critical path below the best makespan (FJSP)', { timeout: 60_000 }, () => {
    for (const row of csvRows(readFileSync(bounds!, 'utf8'))) {
      const { scenario, report } = readFjsp(readFileSync(sharedData(`fjsp/${row['file']!}`)!, 'utf8')), graph = scenarioGraph(scenario);
      expect([row['file'], graph.tasks, graph.edges, report.counts['machines']])
        .toEqual([row['file'], ...['operations', 'precedences', 'machines'].map((column) => Number(row[column]))]);
      if (row['ub'] !== '') expect(graph.criticalPath).toBeLessThanOrEqual(Number(row['ub']));
    }
  });
});
