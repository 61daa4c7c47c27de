// Standard task graphs, against their reference table where it is at hand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FLEET } from '../../../scenarios/formats/default-fleet.ts';
import { readStg } from '../../../scenarios/formats/stg.ts';
import { sharedData } from '../../support/shared-data.ts';
import { STG, STG_PROTOTYPE } from './samples.ts';
import { csvRows, faultsOf, scenarioGraph } from './scenario-graph.ts';

describe('readStg', () => {
  it('drops the dummies and runs a task on one core of the default fleet', () => {
    const { scenario, report } = readStg(STG);
    expect(scenario.jobs[0]!.tasks).toEqual([
      { id: '1', duration: 2, demand: { cores: 1 } },
      { id: '2', duration: 3, after: ['1'], demand: { cores: 1 } },
      { id: '3', duration: 5, after: ['1'], demand: { cores: 1 } },
      { id: '4', duration: 2, after: ['2', '3'], demand: { cores: 1 } },
    ]);
    expect(scenario.fleet).toBe(DEFAULT_FLEET);
    expect(report.invented).toContain('fleet: one workstation (10 cores, 40 GB), no people, no APIs');
    expect(report.counts).toEqual({ tasks: 4, edges: 4, dummies: 2, dummyEdges: 2 });
  });

  it('runs on processors where asked, and where a prototype header says so', () => {
    const { scenario, report } = readStg(STG, { processors: 3 });
    expect(scenario.fleet).toEqual({ local: [{ id: 'p0', slots: 1 }, { id: 'p1', slots: 1 }, { id: 'p2', slots: 1 }] });
    expect(scenario.jobs[0]!.tasks[0]).toEqual({ id: '1', duration: 2, on: ['local'] });
    expect(report.invented).toEqual([]);
    const prototype = readStg(STG_PROTOTYPE);
    expect(prototype.scenario.jobs).toEqual(scenario.jobs);
    expect(prototype.report.counts).toMatchObject({ processors: 2, dummies: 1 });
    expect(readStg(STG_PROTOTYPE, { processors: 4 }).report.dropped).toContain('the 2 processors of the header');
  });

  it('runs on a fleet that is given', () => {
    const fleet = { local: [{ id: 'laptop', cores: 4 }] };
    expect(readStg(STG_PROTOTYPE, { fleet, processors: 2 }).scenario.fleet).toBe(fleet);
  });

  it('tells the line of what is wrong', () => {
    const at = (from: string, to: string) => faultsOf(() => readStg(STG_PROTOTYPE.replace(from, to)));
    expect(at('     4     2\n', '     9     2\n')).toEqual(['line 6 truncated']);
    expect(at('     4     2\n', '     2     2\n')).toEqual(['line 6 truncated']);
    expect(at('     4     2     2     2     3', '     4     2     2     2     8')).toEqual(['line 5 unknown-task']);
    expect(at('     4     2     2     2     3', '     4     2     2     2     2')).toEqual(['line 5 duplicate-edge']);
    expect(at('     4     2     2     2     3', '     4     2     1     2     3')).toEqual(['line 5 extra-value']);
    expect(at('     3     5     1     1', '     7     5     1     1')).toEqual(['line 4 out-of-order']);
    expect(at('     1     2     0', '     1     2     1     4')).toEqual(['cycle']);
    expect(faultsOf(() => readStg(STG, { processors: 0 }))).toEqual(['bad-count']);
  });

  const reference = sharedData('stg/reference.csv');
  it.skipIf(reference === undefined)('has the tasks, edges, work and lower bounds of the reference table (STG)', { timeout: 60_000 }, () => {
    for (const row of csvRows(readFileSync(reference!, 'utf8'))) {
      const processors = Number(row['processors']);
      const { scenario, report } = readStg(readFileSync(sharedData(`stg/${row['file']!}`)!, 'utf8'), { processors });
      const graph = scenarioGraph(scenario), { dummies, dummyEdges } = report.counts;
      const bound = Math.max(graph.criticalPath, Math.ceil(graph.work / processors));
      expect([row['file'], graph.tasks + dummies!, graph.edges + dummyEdges!, graph.work, graph.criticalPath, bound])
        .toEqual([row['file'], ...['rows', 'edges', 'total_work', 'critical_path', 'lower_bound'].map((column) => Number(row[column]))]);
      expect(scenario.fleet.local).toHaveLength(processors);
    }
  });
});
