// The pure parts of the pictures of a run against the run itself: states at an instant, tracks, steps of the chain, legend,
// columns of the tables.
import { describe, expect, it } from 'vitest';
import { CHAIN_CAUSES, WAIT_CAUSES } from '../../../../engine/metrics/cause-names.ts';
import { COUNTED_STATES } from '../../../../engine/metrics/columns.ts';
import { DEFAULT_WEIGHTS } from '../../../../engine/model/policy.ts';
import { chainSentence, stepLines } from '../../../../web/views/run/chain-panel.tsx';
import { nextOrder, sortRows } from '../../../../web/views/run/data-table.tsx';
import { nextTask } from '../../../../web/views/run/graph-keys.ts';
import { fitGraph, fullHeight, taskAt, zoomGraph } from '../../../../web/views/run/graph-paint.ts';
import { jobColumns, resourceColumns } from '../../../../web/views/run/run-tables.tsx';
import { tracksOf } from '../../../../web/views/run/run-tracks.ts';
import { NOT_IN, taskStatesAt } from '../../../../web/views/run/task-states.ts';
import { legendOf } from '../../../../web/views/run/timeline-legend.tsx';
import { waitText } from '../../../../web/views/run/wait-text.ts';
import { Answers } from '../../../../web/worker/answers.ts';
import type { RunPicture } from '../../../../web/worker/protocol.ts';

function pictureOf(name: string, policy: string, seed: number, faults?: string): RunPicture {
  const reply = new Answers().answer({ kind: 'run', study: { scenario: { from: 'catalog', name }, weights: DEFAULT_WEIGHTS, ...(faults === undefined ? {} : { faults: { from: 'catalog', name: faults } }) }, policy, seed });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value;
}

const feature = pictureOf('feature-120', 'weighted', 7, 'storm-all-spot'), plain = pictureOf('heft-10', 'heft', 1);

describe('states at an instant', () => {
  it.each([['feature-120', feature], ['heft-10', plain]] as const)('are those that are counted over time, %s', (_, picture) => {
    const { states: { times, counts }, tasks } = picture, into = new Uint8Array(tasks.ids.length);
    times.forEach((at, k) => {
      const found = taskStatesAt(picture, at, into), tally = COUNTED_STATES.map((__, s) => found.reduce((sum, state) => sum + Number(state === s), 0));
      expect(tally).toEqual(counts.map((list) => list[k]));
      expect(found.reduce((sum, state) => sum + Number(state === NOT_IN), 0)).toBe(tasks.ids.length - tally.reduce((a, b) => a + b, 0));
    });
  });
});

describe('tracks', () => {
  it('stack all states, each area over the ones before it', () => {
    const track = tracksOf(feature).find(({ name }) => name === 'tasks by state')!, tops = track.areas.map(({ series }) => series.values);
    for (let k = 0; k < tops[0]!.length; k++) for (let a = 1; a < tops.length; a++) expect(tops[a]![k]!).toBeLessThanOrEqual(tops[a - 1]![k]!);
    expect(Math.max(...tops[0]!)).toBe(feature.tasks.ids.length);
    expect(track.at(feature.endedAt)).toBe('120 done, 0 run');
  });

  it('show cost beside its budget and every pool that sells spot', () => {
    const tracks = tracksOf(feature);
    expect(tracks.map(({ name }) => name)).toEqual(['utilisation', 'queue depth', 'tasks by state', 'cost', 'spot cpu', 'spot gpu']);
    expect(tracks.find(({ name }) => name === 'cost')!.limit?.values.at(-1)).toBe(feature.budget);
    expect(tracksOf(plain).map(({ name }) => name)).toEqual(['utilisation', 'queue depth', 'tasks by state', 'cost']);
    expect(tracksOf(plain).find(({ name }) => name === 'cost')!.limit).toBeUndefined();
  });
});

describe('the legend', () => {
  it('names only what occurs', () => {
    const names = (picture: RunPicture, critical = true): string[] => legendOf(picture, critical).map(({ name }) => name);
    expect(names(plain)).toEqual(['work', 'waiting for a machine', 'critical path', 'completed', 'running', 'scheduled', 'eligible', 'queued']);
    expect(names(plain, false)).not.toContain('critical path');
    expect(names(feature)).toEqual(expect.arrayContaining(['set-up', 'for a token', 'for a person', 'spin-up', 'VM up, idle where empty', 'VM taken ✕', 'interrupted ✕', 'lost work', 'off hours', 'fault']));
  });
});

describe('the chain', () => {
  it('is in the table as it is in the columns, and sums to the makespan', () => {
    const { chain, metrics } = feature, lines = stepLines(feature);
    expect(lines.map(({ from, to }) => to - from).reduce((a, b) => a + b, 0)).toBe(metrics.makespanMs);
    expect(chain.total.reduce((a, b) => a + b, 0)).toBe(metrics.makespanMs);
    CHAIN_CAUSES.forEach((_, c) => { expect(lines.reduce((sum, { step }) => sum + chain.ms[step * CHAIN_CAUSES.length + c]!, 0)).toBe(chain.total[c]); });
    expect(lines[0]!.waitedFor).toMatch(/^(its job to come in|the start of the run)$/);
    for (const { step, waitedFor } of lines.slice(1)) expect(waitedFor).toMatch(chain.link[step] === 4 ? /earlier attempt/ : new RegExp(feature.tasks.ids[feature.attempts.task[chain.row[step - 1]!]!]!));
  });
});

describe('what a task has to do with the makespan', () => {
  it('is the sum of its steps, and nothing for one beside the chain', () => {
    const { chain, attempts, tasks } = feature, onIt = new Set(Array.from(chain.row, (k) => attempts.task[k]!)), beside = [...tasks.ids.keys()].find((t) => !onIt.has(t))!, retried = tasks.ids.indexOf('f1-test-10');
    expect(chainSentence(feature, beside)).toBe('');
    expect(chainSentence(feature, retried)).toMatch(/^On the critical path: [\d.]+ min of the makespan, mostly [a-z ]+ [\d.]+ min\.$/);
  });
});

describe('tables', () => {
  it('have a column for each cause that somebody waited for, and sum to the waits of all', () => {
    const titles = resourceColumns(feature.resources).map(({ title }) => title), sum = (rows: readonly { waitMs: readonly number[] }[], c: number): number => rows.reduce((total, { waitMs }) => total + waitMs[c]!, 0);
    WAIT_CAUSES.forEach((cause, c) => {
      expect(sum(feature.resources, c)).toBe(sum(feature.jobs, c));
      expect(titles.includes(waitText(cause))).toBe(sum(feature.resources, c) > 0);
    });
    expect(sum(feature.resources, 4)).toBe(feature.metrics.humanWaitMs);
    expect(feature.resources.reduce((total, { interruptions }) => total + interruptions, 0)).toBe(feature.metrics.interruptions);
    expect(feature.jobs.reduce((total, { lostMs }) => total + lostMs, 0)).toBe(feature.metrics.lostWorkMs);
    expect(jobColumns(plain.jobs).map(({ title }) => title)).not.toContain('interrupted');
  });

  it('sort both ways, equal ones in their order, what does not exist last', () => {
    const rows = [{ n: 3, id: 'a10' }, { n: NaN, id: 'a9' }, { n: 1, id: 'b' }, { n: 3, id: 'a2' }], ids = (down: boolean): string[] => sortRows(rows, ({ n }) => n, down).map(({ id }) => id);
    expect([ids(false), ids(true)]).toEqual([['b', 'a10', 'a2', 'a9'], ['a10', 'a2', 'b', 'a9']]);
    expect(sortRows(rows, ({ id }) => id, false).map(({ id }) => id)).toEqual(['a2', 'a9', 'a10', 'b']);
    const first = nextOrder(undefined, 2, false), second = nextOrder(first, 2, false);
    expect([first, second, nextOrder(second, 2, false)]).toEqual([{ column: 2, down: true }, { column: 2, down: false }, undefined]);
    expect([nextOrder(undefined, 0, true), nextOrder({ column: 0, down: false }, 0, true), nextOrder({ column: 0, down: true }, 0, true)]).toEqual([{ column: 0, down: false }, { column: 0, down: true }, undefined]);
  });
});

describe('the graph', () => {
  const { graph } = feature;

  it('finds the task under a point at any zoom', () => {
    for (const view of [fitGraph(graph, 760, 350), zoomGraph(fitGraph(graph, 760, 350), 3, 100, 100)]) {
      for (const t of [0, 17, 119]) expect(taskAt(graph, view, view.x + graph.x[t]! * view.scale, view.y + graph.y[t]! * view.scale)).toBe(t);
      expect(taskAt(graph, view, view.x - 50, view.y - 50)).toBe(-1);
    }
  });

  it('fills a frame of the height that it asks for', () => {
    const height = fullHeight(graph, 760), { scale, y } = fitGraph(graph, 760, height);
    expect(graph.height * scale + 2 * y).toBeCloseTo(height, 6);
    expect(graph.width * scale).toBeLessThanOrEqual(760);
    expect(fitGraph(graph, 760, 3 * height).scale).toBeCloseTo(scale, 9);
  });

  it('keeps the point under the pointer where it is', () => {
    const view = fitGraph(graph, 760, 350), nearer = zoomGraph(view, 2, 300, 200);
    expect((300 - nearer.x) / nearer.scale).toBeCloseTo((300 - view.x) / view.scale, 9);
    expect((200 - nearer.y) / nearer.scale).toBeCloseTo((200 - view.y) / view.scale, 9);
  });

  it('is walked by arrows along its edges and columns', () => {
    expect(nextTask(graph, -1, 'right')).toBe(0);
    const first = [...graph.x.keys()].find((t) => !graph.to.includes(t))!, next = nextTask(graph, first, 'right');
    expect([...graph.from].map((t, e) => [t, graph.to[e]])).toContainEqual([first, next]);
    expect(nextTask(graph, next, 'left')).toBe(first);
    expect(nextTask(graph, first, 'left')).toBe(-1);
    const below = nextTask(graph, next, 'down');
    expect(graph.x[below]).toBe(graph.x[next]);
    expect(nextTask(graph, below, 'up')).toBe(next);
  });
});
