// Every bench case in its small sizes, in its own process as in a real bench: that it runs, and that its answer is right.
// Nothing is said about how long anything takes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, buildPrograms } from '../../bench/build.ts';
import type { Figures, Setting } from '../../bench/case.ts';
import { CASES } from '../../bench/cases/index.ts';
import { chooseCells, figuresOf, growthOf, runCell } from '../../bench/run-cells.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)), bundle = mkdtempSync(join(tmpdir(), 'twinclock-bench-test-'));
const setting: Setting = { quick: true, policies: ['weighted', 'critical-path', 'heft'], root, bundle };

beforeAll(async () => {
  await buildPrograms(root, bundle);
  await buildCommandLine(root, bundle);
}, 120_000);
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

const numbers = (figures: Figures): number[] => Object.values(figures).flatMap((value) => (typeof value === 'number' ? [value] : numbers(value)));

describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_name, of) => {
  it.each(of.cells(setting).map((cell) => [cell]))('%s has the right answer', async (cell) => {
    const { failure, result } = await runCell({ of, cell }, setting);
    expect(failure).toBe('');
    expect(result!.rows.length).toBeGreaterThan(0);
    expect(numbers(result!.figures).every(Number.isFinite), JSON.stringify(result!.figures)).toBe(true);
    expect({ answer: result!.answer, figures: numbers(result!.figures).length }).not.toEqual({ answer: '', figures: 0 });
  });
});

it('tells a cell that fails with its reason, and keeps the figures of the others', async () => {
  const [replay] = CASES.filter(({ name }) => name === 'replay');
  const lost = await runCell({ of: replay!, cell: 'feature-12/clairvoyant' }, setting), found = await runCell({ of: replay!, cell: 'feature-12/fifo' }, setting);
  expect(lost.result).toBeUndefined();
  expect(lost.failure).toMatch(/clairvoyant/);
  expect(Object.keys(figuresOf(CASES, [lost, found]))).toEqual(['replay']);
});

it('does one piece of work twice in the same way, and other work in another', async () => {
  const [run] = CASES.filter(({ name }) => name === 'run');
  const answers: string[] = [];
  for (const cell of ['feature-12/fifo/audited', 'feature-12/fifo/bare', 'feature-12/heft/bare']) {
    answers.push((await runCell({ of: run!, cell }, setting)).result!.answer);
  }
  expect(answers[1]).toBe(answers[0]);
  expect(answers[2]).not.toBe(answers[0]);
});

it('is one command that prints a table and writes JSON', () => {
  const json = join(bundle, 'bench.json');
  const options = ['--quick', '--only', 'calendar:heap,decision:fifo', '--policies', 'fifo', '--json', json];
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const table = execFileSync(process.execPath, [tsx, join(root, 'bench/main.ts'), ...options], { encoding: 'utf8', cwd: root });
  expect(table.split('\n')[0]).toMatch(/^case +what +median +p99 +max +unit/);
  const { machine, versions, figures, answers } = JSON.parse(readFileSync(json, 'utf8')) as Record<string, Figures>;
  expect(machine).toMatchObject({ cpu: expect.any(String), cores: expect.any(Number), memoryGB: expect.any(Number), os: expect.any(String) });
  expect(versions).toMatchObject({ node: process.versions.node, v8: process.versions.v8, simjs: '2.0.3' });
  expect(figures).toMatchObject({
    calendar: { heapHoldMEventsPerSecond: { 100: expect.any(Number), 10000: expect.any(Number) } },
    decision: {
      p50Ms120: expect.any(Number), p99Ms120: expect.any(Number), maxMs120: expect.any(Number), byPolicy: { fifo: { '120x16': { eligible: expect.any(Number) } } },
    },
    growth: { slopes: { 'calendar: a step of the hold model, heap, over pending events': expect.any(Number) } },
  });
  expect(Object.keys(answers!)).toEqual(['decision:fifo/120x16', 'calendar:heap/100', 'calendar:heap/10000']);
});

describe('choosing cells', () => {
  const names = (...only: string[]) => chooseCells(CASES, only, { ...setting, quick: false }).map(({ of, cell }) => `${of.name}:${cell}`);

  it('takes whole cases, or cells by a part of their name, in the order of the cases', () => {
    expect(names('calendar:heap', 'decision:weighted/120x')).toEqual([
      'decision:weighted/120x16', 'decision:weighted/120x128', 'decision:weighted/120x1000', 'calendar:heap/100', 'calendar:heap/10000', 'calendar:heap/1000000',
    ]);
    expect(new Set(names().map((name) => name.split(':')[0]))).toEqual(new Set(CASES.map(({ name }) => name)));
  });

  it('refuses what fits nothing', () => {
    expect(() => names('decisions')).toThrow('--only decisions: no such cell');
    expect(() => names('decision:weighted/121x')).toThrow('no such cell');
  });
});

it('puts the points of a series in order of size', () => {
  const point = (size: number) => (
    { name: 'a', cell: String(size), failure: '', result: { rows: [], figures: {}, answer: '', growth: [{ series: 's', size, ms: 2 * size }] } });
  expect(growthOf([point(100), point(10)])).toEqual(new Map([['s', [{ series: 's', size: 10, ms: 20 }, { series: 's', size: 100, ms: 200 }]]]));
});
