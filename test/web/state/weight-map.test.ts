// The map of weights: what is asked for and in which order, what stands in for what is not there yet, who leads, and where
// schedules change. Figures are made up so that every mean can be seen.
import { describe, expect, it } from 'vitest';
import { coarseToFine, nearestCoarse, simplexNeighbours } from '../../../engine/experiment/simplex.ts';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import { MAP_STEPS, WeightMap, leaderBorders, leaderRegions } from '../../../web/state/weight-map.ts';
import type { RunColumns } from '../../../web/worker/protocol.ts';

interface Made { readonly policies: readonly string[]; readonly seeds: readonly number[]; readonly value: (policy: string, seed: number) => number; readonly schedule?: (seed: number) => number; readonly failed?: (policy: string, seed: number) => boolean }

/** Every figure of a run is the same number. */
function columns({ policies, seeds, value, schedule = () => 0, failed = () => false }: Made): RunColumns {
  const rows = policies.flatMap((policy) => seeds.map((seed) => ({ policy, seed })));
  return {
    policies, seeds, metrics: Float64Array.from(METRICS.flatMap(() => rows.map(({ policy, seed }) => value(policy, seed)))), cause: new Float64Array(rows.length), hash: new Uint32Array(4 * rows.length),
    schedule: Uint32Array.from(rows.flatMap(({ seed }) => [schedule(seed), 0, 0, 0])), failures: rows.flatMap(({ policy, seed }, row) => (failed(policy, seed) ? [{ row, audit: 'clean', failure: 'stuck: why' }] : [])),
  };
}

const request = { policies: ['a', 'b'], seedCount: 6 };

describe('the plan of a map', () => {
  it('asks for every run once: coarse points first, a seed everywhere before four, four before all', () => {
    const map = new WeightMap(), plan = map.plan(request), runs = plan.flatMap(({ points, policies, seeds }) => points.flatMap((point) => policies.flatMap((policy) => seeds.map((seed) => `${point} ${policy} ${seed}`))));
    expect(runs.length).toBe(231 * 12);
    expect(new Set(runs).size).toBe(runs.length);
    expect(map.missing(request)).toBe(runs.length);
    expect(plan.map(({ seeds }) => seeds.join()).filter((text, k, all) => text !== all[k - 1])).toEqual(['1', '2,3,4', '5,6']);
    expect(plan.slice(0, 231).flatMap(({ points }) => points)).toEqual(coarseToFine(MAP_STEPS).flatMap(({ points }) => points));
  });

  it('leaves out what is there, whichever policy and seed it is', () => {
    const map = new WeightMap();
    map.add([0], [columns({ policies: ['a'], seeds: [1, 2, 3, 4, 5, 6], value: () => 1 })]);
    map.add([1], [columns({ policies: ['a', 'b'], seeds: [1, 2], value: () => 1 })]);
    expect(map.missing(request)).toBe(231 * 12 - 6 - 4);
    expect(map.plan(request).filter(({ points }) => points[0]! <= 1)).toEqual([
      { points: [0], policies: ['b'], seeds: [1] }, { points: [0], policies: ['b'], seeds: [2, 3, 4] }, { points: [1], policies: ['a', 'b'], seeds: [3, 4] },
      { points: [0], policies: ['b'], seeds: [5, 6] }, { points: [1], policies: ['a', 'b'], seeds: [5, 6] },
    ]);
  });
});

describe('what a map shows', () => {
  it('is the mean over the seeds that are there and did not fail', () => {
    const map = new WeightMap();
    map.add([5], [columns({ policies: ['a'], seeds: [1, 2, 3], value: (_, seed) => 10 * seed, failed: (_, seed) => seed === 2 })]);
    expect(map.figures('a', 'makespanMs', 6)[5]).toMatchObject({ value: 20, of: 5 });
    expect(map.figures('b', 'makespanMs', 6)[5]).toMatchObject({ value: NaN, of: -1 });
  });

  it('is that of the nearest coarse point where nothing finer is there', () => {
    const map = new WeightMap(), [first, second] = coarseToFine(MAP_STEPS), nearest = nearestCoarse(MAP_STEPS, first!.stride);
    for (const point of first!.points) map.add([point], [columns({ policies: ['a'], seeds: [1], value: () => point })]);
    expect(map.figures('a', 'objective', 1).map(({ of }) => of)).toEqual(nearest);
    const finer = second!.points[7]!;
    map.add([finer], [columns({ policies: ['a'], seeds: [1], value: () => 0 })]);
    const cells = map.figures('a', 'objective', 1);
    expect(cells[finer]).toMatchObject({ value: 0, of: finer });
    expect(cells.every(({ of }, k) => of === nearest[k] || of === finer)).toBe(true);
  });

  it('names who leads, and who is shown to be better', () => {
    const map = new WeightMap(), seeds = [1, 2, 3, 4, 5, 6];
    map.add([0, 1, 2], [
      columns({ policies: ['a', 'b'], seeds, value: (policy, seed) => seed + (policy === 'a' ? 0 : 1) }),
      columns({ policies: ['a', 'b'], seeds, value: (policy, seed) => (policy === 'a' ? seed : 7.1 - seed) }),
      columns({ policies: ['a', 'b'], seeds, value: (policy) => (policy === 'a' ? 1 : 2), failed: (policy, seed) => policy === 'a' && seed === 3 }),
    ]);
    const cells = map.leaders(request);
    expect(cells[0]).toMatchObject({ leader: 0, won: true, value: 3.5 });
    expect(cells[1]).toMatchObject({ leader: 0, won: false });
    // The one that is better where it does not fail does not lead.
    expect(cells[2]).toMatchObject({ leader: 1, won: false, value: 2 });
    expect(leaderBorders(cells).filter(({ a, b }) => (a === 0 || a === 1) && b === 2)).toEqual([{ a: 0, b: 2, share: 1 }, { a: 1, b: 2, share: 1 }]);
  });

  it('names the largest part of each leader, at a point in it, and no part too small for a name', () => {
    const map = new WeightMap(), { grid } = map, byLatency = (latency: number): number => (latency > 0.72 ? 1 : latency > 0.28 ? 0 : 1), lone = grid.findIndex(({ latency, cost }) => latency === 0.5 && cost === 0.25);
    const cells = grid.map(({ latency }, k) => ({ value: 1, leader: k === lone ? 2 : byLatency(latency), won: false, of: k })), regions = leaderRegions(cells);
    expect(regions.map(({ leader }) => leader).sort()).toEqual([0, 1]);
    for (const { leader, point } of regions) expect(cells[point]!.leader).toBe(leader);
    // The part along the bottom is larger than the one at the top.
    expect(grid[regions.find(({ leader }) => leader === 1)!.point]!.latency).toBeLessThan(0.28);
    expect(leaderRegions(cells.map((cell) => ({ ...cell, leader: -1, of: -1 })))).toEqual([]);
  });

  it('draws a border where schedules differ, with the share of the seeds at which they do', () => {
    const map = new WeightMap(), [first] = simplexNeighbours(MAP_STEPS, 0);
    map.add([0], [columns({ policies: ['a'], seeds: [1, 2, 3, 4], value: () => 1 })]);
    map.add([first!], [columns({ policies: ['a'], seeds: [1, 2, 3, 4], value: () => 1, schedule: (seed) => (seed === 2 ? 9 : 0) })]);
    expect(map.scheduleBorders('a', [1, 2, 3, 4])).toEqual([{ a: 0, b: first, share: 0.25 }]);
    expect(map.scheduleBorders('a', [2])).toEqual([{ a: 0, b: first, share: 1 }]);
    expect(map.scheduleBorders('a', [1, 5])).toEqual([]);
  });

  it('draws a line around the points that make the same run, where that is known', () => {
    const map = new WeightMap(), near = simplexNeighbours(MAP_STEPS, 0), [first, second] = near, made = (schedule: number) => columns({ policies: ['a'], seeds: [1], value: () => 1, schedule: () => schedule });
    map.add([0], [made(7)]);
    map.add([first!], [made(7)]);
    map.add([second!], [made(8)]);
    expect(map.bordersAround(0, 'a', 1)).toEqual([{ a: 0, b: second, share: 1 }, { a: first, b: second, share: 1 }]);
    expect(map.bordersAround(second!, 'a', 1)).toEqual(map.bordersAround(0, 'a', 1));
    expect(map.bordersAround(0, 'a', 2)).toEqual([]);
  });

  it('forgets the runs of a policy whose text has changed', () => {
    const map = new WeightMap(), text = (hash: string) => [{ from: 'text' as const, name: 'mine/a', hash, text: '' }];
    map.keepVersions(text('1'));
    map.add([0], [columns({ policies: ['mine/a', 'mine/a:x=2', 'b'], seeds: [1], value: () => 1 })]);
    map.keepVersions(text('1'));
    expect(map.at(0).has('mine/a', 1)).toBe(true);
    map.keepVersions(text('2'));
    expect(['mine/a', 'mine/a:x=2', 'b'].map((name) => map.at(0).has(name, 1))).toEqual([false, false, true]);
  });
});
