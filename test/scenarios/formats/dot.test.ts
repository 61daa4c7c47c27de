// Task graphs in DOT, against the reference table of the optimal DAGs where it is at hand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FLEET } from '../../../scenarios/formats/default-fleet.ts';
import { readDot } from '../../../scenarios/formats/dot.ts';
import { sharedData } from '../../support/shared-data.ts';
import { DOT } from './samples.ts';
import { csvRows, faultsOf, scenarioGraph } from './scenario-graph.ts';

describe('readDot', () => {
  it('makes processors whose network takes exactly the communication times', () => {
    const { scenario, report } = readDot(DOT, { processors: 2 });
    expect(scenario.name).toBe('diamond_Nodes_4');
    expect(scenario.fleet).toEqual({ local: [{ id: 'p0', slots: 1 }, { id: 'p1', slots: 1 }], network: { bandwidth: 125_000_000 } });
    expect(scenario.jobs[0]!.tasks).toEqual([
      { id: 'a', duration: 2, on: ['local'] },
      { id: 'b', duration: 3, after: [{ task: 'a', data: 125_000_000 }], on: ['local'] },
      { id: 'c d', duration: 5, after: [{ task: 'a', data: 500_000_000 }], on: ['local'] },
      { id: 'e', duration: 2, after: [{ task: 'c d', data: 500_000_000 }, { task: 'b', data: 312_500_000 }], on: ['local'] },
    ]);
    expect(report.dropped).toEqual([
      'the recorded schedule: start and finish times, processors, schedule length', 'attributes: Modes, Number of processors',
    ]);
    expect(report.counts).toEqual({ tasks: 4, edges: 4, processors: 2 });
  });

  it('keeps communication times on other fleets, whatever their bandwidth', () => {
    const second = (options: Parameters<typeof readDot>[1]) => readDot(DOT, options).scenario.jobs[0]!.tasks[1]!;
    expect(readDot(DOT).scenario.fleet).toBe(DEFAULT_FLEET);
    expect(second({})).toMatchObject({ after: [{ task: 'a', data: 125_000_000 }], demand: { cores: 1 } });
    expect(second({ fleet: { local: [{ id: 'laptop' }], network: { bandwidth: '2MB/s' } } }).after).toEqual([{ task: 'a', data: 2_000_000 }]);
    expect(faultsOf(() => second({ fleet: { network: { bandwidth: 'fast' } } }))).toEqual(['fleet.network.bandwidth bad-bandwidth']);
  });

  it('gives a fleet on which data is free a network only where communication takes time', () => {
    const fleet = { local: [{ id: 'laptop' }] }, timed = readDot(DOT, { fleet });
    expect(timed.scenario.fleet).toEqual({ local: [{ id: 'laptop' }], network: { bandwidth: 125_000_000 } });
    expect(timed.report.invented).toEqual(['a network on which communication takes its time']);
    const sized = 'digraph { a [work=1]; b [work=1]; a -> b [data=5] }';
    expect(readDot(sized, { fleet }).scenario.fleet).toBe(fleet);
    expect(readDot(sized, { fleet }).report.invented).toEqual([]);
    expect(readDot(sized, { processors: 2 }).report.invented).toEqual(['a network of 1 Gbps between the processors']);
  });

  it('reads operations and bytes as SimGrid writes them, and kinds from numbered names', () => {
    const { scenario, report } = readDot('digraph G { root [size="0"]; step_1 [size="2e9"] end_1; root->step_1 [size="1e6"]; root->end_1 [data="2MB"] }');
    expect(scenario.jobs[0]!.tasks).toEqual([
      { id: 'root', duration: 0, demand: { cores: 1 } },
      { id: 'step_1', kind: 'step', duration: 2, after: [{ task: 'root', data: 1_000_000 }], demand: { cores: 1 } },
      { id: 'end_1', kind: 'end', duration: 0, after: [{ task: 'root', data: 2_000_000 }], demand: { cores: 1 } },
    ]);
    expect(report.invented).toContain('no work for 1 node without a weight');
    expect(report.assumed).toContain('sizes of 2 nodes are floating-point operations, done at 1e9 a second');
  });

  it('merges repeated edges into the one that carries the most', () => {
    const { scenario, report } = readDot('digraph { a [work=90]; b [work="1m"]; a -> b; a -> b [weight=3]; a -> b [weight=1] }', { processors: 1 });
    expect(scenario.jobs[0]!.tasks[1]).toEqual({ id: 'b', duration: 60, after: [{ task: 'a', data: 375_000_000 }], on: ['local'] });
    expect(report.assumed).toContain('2 repeated edges merged into one that carries the most');
  });

  it('tells every bad number with its line', () => {
    expect(faultsOf(() => readDot('digraph {\n a [Weight=fast]\n b [Weight=-1]\n a -> b [Weight="1e99"]\n}')))
      .toEqual(['line 2 bad-number', 'line 3 bad-number', 'line 4 bad-number']);
    expect(faultsOf(() => readDot('digraph { a -> b }'))).toEqual(['no-work']);
    expect(faultsOf(() => readDot('graph { a -- b }'))).toEqual(['line 1 undirected']);
    expect(faultsOf(() => readDot('digraph { a [work=1]; a -> a }'))).toEqual(['cycle']);
    expect(() => readDot('digraph { a [work=1]; x -> a -> b -> c -> a }')).toThrow('"a -> b -> c -> a"');
    expect(faultsOf(() => readDot('digraph { ""[work=1] }'))).toEqual(['bad-id']);
    expect(faultsOf(() => readDot('digraph { }'))).toEqual(['no-tasks']);
    expect(faultsOf(() => readDot(DOT, { processors: 1.5 }))).toEqual(['bad-count']);
  });

  const reference = sharedData('optimal-dags/reference.csv');
  it.skipIf(reference === undefined)('has the tasks, edges, work, communication and critical path of the reference table (optimal DAGs)', { timeout: 60_000 }, () => {
    const rows = csvRows(readFileSync(reference!, 'utf8'));
    for (const row of rows) {
      const processors = Number(row['processors']), file = row['file']!;
      const { scenario } = readDot(readFileSync(sharedData(`optimal-dags/${file}`)!, 'utf8'), { processors }), graph = scenarioGraph(scenario);
      const bound = Math.max(graph.criticalPath, Math.ceil(graph.work / processors));
      expect([file, graph.tasks, graph.edges, graph.work, graph.data / 125e6, graph.criticalPath, bound])
        .toEqual([file, ...['tasks', 'edges', 'total_work', 'total_comm', 'cp_no_comm', 'lower_bound'].map((column) => Number(row[column]))]);
    }
    expect(rows).toHaveLength(352);
  });
});
