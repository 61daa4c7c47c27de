// PSPLIB projects, against their published critical paths where they are at hand.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPsplib } from '../../../scenarios/formats/psplib.ts';
import { sharedData } from '../../support/shared-data.ts';
import { PSPLIB } from './samples.ts';
import { csvRows, faultsOf, scenarioGraph } from './scenario-graph.ts';

describe('readPsplib', () => {
  it('makes one unit with dimensions and tasks that hold their requests', () => {
    const { scenario, report } = readPsplib(PSPLIB, { name: 'diamond' });
    expect(scenario.fleet).toEqual({ dimensions: ['R1', 'R2'], local: [{ id: 'project', capacity: { R1: 4, R2: 3 } }] });
    expect(scenario.mode).toBe('event');
    expect(scenario.jobs[0]!.tasks).toEqual([
      { id: '2', duration: 2, on: ['local'], demand: { R1: 4 } },
      { id: '3', duration: 3, on: ['local'], after: ['2'], demand: { R1: 3, R2: 1 } },
      { id: '4', duration: 5, on: ['local'], after: ['2'], demand: { R1: 2 } },
      { id: '5', duration: 2, on: ['local'], after: ['3', '4'], demand: { R2: 3 } },
    ]);
    expect(report.counts).toEqual({ tasks: 4, edges: 4, resources: 2, dummies: 2, dummyEdges: 2 });
    expect(report.format).toBe('psplib/sm');
    expect(scenario.assumptions).toContain('assumed: one period is one second');
    expect(scenarioGraph(scenario)).toMatchObject({ criticalPath: 9, work: 12, depth: 3 });
  });

  it('reads lines that end in carriage returns', () => {
    expect(readPsplib(PSPLIB.replaceAll('\n', '\r\n'))).toEqual(readPsplib(PSPLIB));
  });

  it('tells the line of what is wrong, all wrong edges and requests at once', () => {
    const at = (from: string, to: string) => faultsOf(() => readPsplib(PSPLIB.replace(from, to)));
    expect(at('   3        1          1           5', '   3        1          2           5')).toEqual(['line 22 extra-value']);
    expect(at('   3        1          1           5', '   3        1          1           5  4')).toEqual(['line 21 extra-value']);
    expect(at('   3        1          1           5', '   3        1          1           9')).toEqual(['line 21 unknown-task']);
    expect(at('  4      1     5       2    0', '  4      1     x       2    0')).toEqual(['line 32 bad-number']);
    expect(at('  4      1     5       2    0', '  4      1     5       7    4')).toEqual(['line 32 beyond-capacity', 'line 32 beyond-capacity']);
    expect(at('   4        1          1', '   4        2          1')).toEqual(['line 22 unsupported']);
    expect(at('nonrenewable              :  0', 'nonrenewable              :  2')).toEqual(['line 10 unsupported']);
    expect(at('renewable                 :  2   R', 'renewable                 :  3   R')).toEqual(['line 30 extra-value']);
    expect(at('jobs (incl. supersource/sink ):  6', 'jobs (incl. supersource/sink ):  7')).toEqual(['line 24 truncated']);
    expect(at('   5        1          1           6', '   5        1          1           2')).toEqual(['cycle']);
  });

  it('tells where a file cut short ends', () => {
    expect(faultsOf(() => readPsplib(PSPLIB.slice(0, PSPLIB.indexOf('REQUESTS'))))).toEqual(['line 26 truncated']);
    expect(faultsOf(() => readPsplib(PSPLIB.slice(0, PSPLIB.indexOf('  5      1     2'))))).toEqual(['line 32 truncated']);
    expect(faultsOf(() => readPsplib(''))).toEqual(['bad-header']);
  });

  for (const set of ['j30', 'j60', 'j120'] as const) {
    const folder = sharedData(`psplib/${set}`), bounds = sharedData(`psplib/bounds/${set}.csv`);
    it.skipIf(folder === undefined || bounds === undefined)(`has the published critical path of every ${set} file (PSPLIB)`, { timeout: 60_000 }, () => {
      const rows = csvRows(readFileSync(bounds!, 'utf8'));
      expect(rows.map((row) => row['file']).sort()).toEqual(readdirSync(folder!).sort());
      for (const row of rows) {
        const { scenario } = readPsplib(readFileSync(`${folder!}/${row['file']!}`, 'utf8')), graph = scenarioGraph(scenario);
        expect([row['file'], graph.tasks, graph.criticalPath, resourceBound(scenario)])
          .toEqual([row['file'], Number(row['jobs']), Number(row['cpm']), Number(row['resource_lb'])]);
      }
    });
  }
});

/** The largest ceil(sum of duration x request / capacity) over the resources. */
function resourceBound(scenario: ReturnType<typeof readPsplib>['scenario']): number {
  const capacity = scenario.fleet.local![0]!.capacity!;
  return Math.max(...Object.entries(capacity).map(([name, amount]) =>
    Math.ceil(scenario.jobs[0]!.tasks.reduce((sum, task) => sum + Number(task.duration) * Number(task.demand?.[name] ?? 0), 0) / Number(amount))));
}
