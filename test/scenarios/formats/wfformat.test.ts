// WfFormat in all its versions, against the reference table of WfCommons where it is at hand.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FLEET } from '../../../scenarios/formats/default-fleet.ts';
import { readWfFormat } from '../../../scenarios/formats/wfformat.ts';
import { sharedData } from '../../support/shared-data.ts';
import { WFFORMAT_SAMPLES, wfFormat } from './samples.ts';
import { csvRows, faultsOf, scenarioGraph } from './scenario-graph.ts';

const COLUMNS = ['tasks', 'edges', 'depth', 'zero_or_missing_runtime', 'auxiliary_tasks'];

/** The sample with one field of the parsed document changed. */
function changed(version: Parameters<typeof wfFormat>[0], change: (document: any) => void): string {
  const document: unknown = JSON.parse(wfFormat(version));
  change(document);
  return JSON.stringify(document);
}

describe('readWfFormat', () => {
  it('makes tasks with runtime, memory, cores, kind, and the files that go from parent to child', () => {
    const { scenario, report } = readWfFormat(wfFormat('1.5'));
    expect(scenario.jobs).toEqual([{
      id: 'workflow', tasks: [
        { id: 'prepare_ID01', kind: 'prepare', duration: 2, demand: { memory: 3, cores: 1 } },
        { id: 'solve_ID02', kind: 'solve', after: [{ task: 'prepare_ID01', data: 1000 }], duration: 3.25, demand: { memory: 5, cores: 4 } },
        { id: 'solve_ID03', kind: 'solve', after: [{ task: 'prepare_ID01', data: 1200 }], duration: 5, demand: { memory: 5, cores: 1 } },
        {
          id: 'plot_ID04', kind: 'plot', after: [{ task: 'solve_ID02', data: 30 }, { task: 'solve_ID03', data: 4 }],
          duration: 0, demand: { memory: 1, cores: 1 },
        },
      ],
    }]);
    expect(scenario.fleet).toBe(DEFAULT_FLEET);
    expect(scenario.name).toBe('diamond');
    expect(report.format).toBe('wfformat/1.5');
    expect(report.counts).toEqual({ tasks: 4, edges: 4, files: 5, zeroRuntime: 1, auxiliary: 0 });
    expect(report.dropped).toContain('1 file (900 bytes) from outside the workflow: there from the start');
    expect(report.dropped).toContain('transfers of 1 file reading from a task that is no parent');
    expect(scenario.assumptions).toEqual([
      ...report.assumed.map((line) => `assumed: ${line}`), ...report.dropped.map((line) => `dropped: ${line}`),
      ...report.invented.map((line) => `invented: ${line}`),
    ]);
  });

  it.each(WFFORMAT_SAMPLES)('reads version %s as any other', (version) => {
    expect(readWfFormat(wfFormat(version)).scenario.jobs).toEqual(readWfFormat(wfFormat('1.5')).scenario.jobs);
    expect(readWfFormat(wfFormat(version)).report.format).toBe(`wfformat/${version}`);
  });

  it('guesses the version from the fields when it is not stated', () => {
    for (const version of ['1.2', '1.3', '1.5'] as const) {
      const { scenario, report } = readWfFormat(changed(version, (document) => { delete document.schemaVersion; }));
      expect(scenario.jobs).toEqual(readWfFormat(wfFormat(version)).scenario.jobs);
      expect(report.assumed[0]).toBe(`schema version ${version}, from the fields present`);
    }
  });

  it('says what it makes up, keeps and lowers', () => {
    const text = changed('1.5', ({ workflow: { specification, execution } }) => {
      specification.tasks[0].parents = [];
      specification.tasks[1].parents = [];
      delete execution.tasks[0].runtimeInSeconds;
      execution.tasks[1].memoryInBytes = 1e12;
      execution.tasks[2].memoryInBytes = 0;
      execution.tasks[3].memoryInBytes = 90_000;
      execution.tasks[3].runtimeInSeconds = 0.0004;
      delete specification.files[1].sizeInBytes;
    });
    const { scenario, report } = readWfFormat(text), tasks = scenario.jobs[0]!.tasks;
    expect(tasks[1]!.demand).toEqual({ memory: 131_072, cores: 4 });
    expect(tasks[2]!.demand).toEqual({ cores: 1 });
    expect(report.assumed).toEqual(expect.arrayContaining([
      '1 edge that only the list of children names',
      'memory and cores of 1 task that fit no resource are lowered to those of the roomiest',
      'memory below 1 MiB of 1 task is taken as stated (some instances may mean kB)',
      'runtimes of 1 task are rounded to the millisecond',
    ]));
    expect(report.invented).toEqual(expect.arrayContaining([
      'a runtime of zero for 1 task without one', 'a size of zero for 1 output file without one', 'no memory held by 1 task without a figure',
    ]));
  });

  it('runs on a fleet that is given, unlimited where the fleet says nothing', () => {
    const fleet = { local: [{ id: 'laptop', memory: '4MB' }] }, { scenario, report } = readWfFormat(wfFormat('1.5'), { fleet });
    expect(scenario.fleet).toBe(fleet);
    expect(scenario.jobs[0]!.tasks.map((task) => task.demand))
      .toEqual([{ memory: 3, cores: 1 }, { memory: 4, cores: 4 }, { memory: 4, cores: 1 }, { memory: 1, cores: 1 }]);
    expect(report.invented).toEqual([]);
    expect(faultsOf(() => readWfFormat(wfFormat('1.5'), { fleet: { local: [{ id: 'x', memory: 'lots' }] } }))).toEqual(['fleet bad-memory']);
  });

  it('tells the path of what is wrong, all of one sort at once', () => {
    const at = (change: (document: any) => void, version: Parameters<typeof wfFormat>[0] = '1.5') =>
      faultsOf(() => readWfFormat(changed(version, change)));
    expect(at((d) => { d.schemaVersion = '2.0'; })).toEqual(['schemaVersion unknown-version']);
    expect(at((d) => { d.workflow = []; })).toEqual(['workflow bad-type']);
    expect(at((d) => { d.workflow.execution.tasks[1].runtimeInSeconds = '3'; d.workflow.specification.tasks[2].parents = 'x'; }))
      .toEqual(['workflow.execution.tasks[1].runtimeInSeconds bad-type', 'workflow.specification.tasks[2].parents bad-type']);
    expect(at((d) => { d.workflow.specification.tasks[2].parents = ['nobody']; })).toEqual(['workflow.specification.tasks[2].parents[0] unknown-task']);
    expect(at((d) => { d.workflow.specification.tasks[2].id = 'solve_ID02'; })).toContain('workflow.specification.tasks[2] duplicate-task');
    expect(at((d) => { d.workflow.specification.tasks[0].parents = ['plot_ID04']; })).toEqual(['cycle']);
    expect(at((d) => { delete d.workflow.execution; })).toEqual(['workflow no-runtimes']);
    expect(at((d) => { d.workflow.tasks[0].runtime = -1; }, '1.3')).toEqual(['workflow.tasks[0].runtime bad-type']);
    expect(at((d) => { d.workflow.jobs = d.workflow.tasks; delete d.workflow.tasks; }, '1.3')).toEqual(['workflow.tasks missing']);
    expect(faultsOf(() => readWfFormat(wfFormat('1.5').slice(0, 300)))[0]).toMatch(/truncated$/);
    expect(faultsOf(() => readWfFormat('{"workflow": }'))[0]).toMatch(/bad-json$/);
  });

  const reference = sharedData('wfcommons/reference.csv');
  const load = (file: string): string => {
    const bytes = readFileSync(sharedData(`wfcommons/${file}`)!);
    return file.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
  };

  it.skipIf(reference === undefined)('has the counts, depth, work and critical path of the reference table in every version (WfCommons)', { timeout: 60_000 }, () => {
    const rows = csvRows(readFileSync(reference!, 'utf8'));
    for (const row of rows) {
      const { scenario, report } = readWfFormat(load(row['file']!)), graph = scenarioGraph(scenario);
      expect([row['file'], report.format, graph.tasks, graph.edges, graph.depth, report.counts['zeroRuntime'], report.counts['auxiliary']])
        .toEqual([row['file'], `wfformat/${row['schema_version']!}`, ...COLUMNS.map((column) => Number(row[column]))]);
      expect(Math.abs(graph.criticalPath - Number(row['critical_path_s']))).toBeLessThanOrEqual(0.001);
      expect(Math.abs(graph.work - Number(row['total_task_runtime_s']))).toBeLessThanOrEqual(0.001);
      if (row['schema_version'] === '1.5') expect(report.counts['files']).toBeLessThanOrEqual(Number(row['files_listed']));
    }
    expect(rows).toHaveLength(55);
  });

  it.skipIf(reference === undefined)('reads the twins of one run in 1.0 to 1.5 as one workflow (WfCommons)', { timeout: 60_000 }, () => {
    for (const name of ['srasearch-chameleon-10a-001', '1000genome-chameleon-2ch-100k-001', 'montage-chameleon-2mass-005d-001']) {
      const newest = readWfFormat(load(`v1.5/${name}.json`)).scenario;
      for (const version of ['1.0', '1.2', '1.3', '1.4']) {
        expect(readWfFormat(load(`v${version}/${name}.json`)).scenario.jobs).toEqual(newest.jobs);
      }
    }
  });

  it.skipIf(reference === undefined)('names kinds by program (WfCommons)', { timeout: 60_000 }, () => {
    const kinds = (file: string): string[] => [...new Set(readWfFormat(load(file)).scenario.jobs[0]!.tasks.map((task) => task.kind!))].sort();
    expect(kinds('v1.5/1000genome-chameleon-2ch-100k-001.json')).toEqual(['frequency', 'individuals', 'individuals_merge', 'mutation_overlap', 'sifting']);
    expect(kinds('v1.5/bacass-dirt02-001.json')).toContain('FASTQC');
    expect(kinds('v1.5/helloworld-chain-5-chameleon.json')).toEqual(['cpuhog_chain']);
  });
});
