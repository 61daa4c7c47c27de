// The store of runs: which are missing, in which batches they are asked for, and what it says of those that failed.
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import { RunStore, runKey } from '../../../web/state/run-store.ts';
import { studyKey } from '../../../web/state/sources.ts';
import type { RunColumns } from '../../../web/worker/protocol.ts';

/** Every metric of row r is 100 r + its number. */
function columns(policies: readonly string[], seeds: readonly number[], failures: RunColumns['failures'] = []): RunColumns {
  const rows = policies.length * seeds.length;
  return {
    policies, seeds, failures, metrics: Float64Array.from({ length: METRICS.length * rows }, (_, i) => 100 * (i % rows) + Math.floor(i / rows)),
    cause: new Float64Array(rows), hash: Uint32Array.from({ length: 4 * rows }, (_, i) => i),
  };
}

const objective = METRICS.findIndex(({ key }) => key === 'objective'), makespan = METRICS.findIndex(({ key }) => key === 'makespanMs');

describe('the run store', () => {
  it('finds figures by policy and seed', () => {
    const store = new RunStore();
    store.add(columns(['a', 'b'], [1, 2]));
    expect([store.value('a', 2, 'objective'), store.value('b', 1, 'makespanMs')]).toEqual([100 + objective, 200 + makespan]);
    expect(store.value('a', 3, 'objective')).toBeNaN();
  });

  it('has no figure of a run that failed, only its reason', () => {
    const store = new RunStore();
    store.add(columns(['a', 'b'], [1, 2], [{ row: 3, audit: 'clean', failure: 'stuck: why' }]));
    expect(store.value('b', 2, 'objective')).toBeNaN();
    expect([store.failure('b', 2), store.failure('b', 1)]).toEqual(['stuck: why', '']);
  });

  it('picks rows out of several blocks', () => {
    const store = new RunStore();
    store.add(columns(['a', 'b'], [1, 2], [{ row: 1, audit: 'clean', failure: 'late' }]));
    store.add(columns(['b'], [3]));
    store.add(columns(['a'], [3]));
    const picked = store.pick(['b', 'a'], [2, 3]);
    expect([...picked.metrics.subarray(objective * 4, objective * 4 + 4)]).toEqual([300, 0, 100, 0].map((x) => x + objective));
    expect([...picked.hash]).toEqual([12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3]);
    expect(picked.failures).toEqual([{ row: 2, audit: 'clean', failure: 'late' }]);
  });

  it('says which seeds are whole, and asks for the others in batches of like seeds', () => {
    const store = new RunStore(), none = new Set<string>();
    store.add(columns(['a', 'b'], [1, 2]));
    store.add(columns(['a'], [3, 4]));
    expect(store.completeSeeds(['a', 'b'], 5)).toEqual([1, 2]);
    expect(store.missing(['a', 'b'], 5)).toBe(4);
    expect(store.nextBatch(['a', 'b'], 5, 100, none)).toEqual({ seeds: [3, 4], policies: ['b'] });
    expect(store.nextBatch(['a', 'b'], 5, 1, none)).toEqual({ seeds: [3], policies: ['b'] });
    expect(store.nextBatch(['a', 'b'], 5, 100, new Set([runKey('b', 3), runKey('b', 4)]))).toEqual({ seeds: [5], policies: ['a', 'b'] });
    expect(store.nextBatch(['a', 'b'], 2, 100, none)).toBeUndefined();
  });

  it('keeps studies apart by scenario and weights', () => {
    const key = (name: string, latency: number) => studyKey({ scenario: { from: 'catalog', name }, weights: { ...DEFAULT_WEIGHTS, latency } });
    expect(new Set([key('a', 0.6), key('b', 0.6), key('a', 0.5), studyKey({ scenario: { from: 'file', key: 'a', file: {} as never }, weights: { ...DEFAULT_WEIGHTS, latency: 0.6 } })]).size).toBe(4);
    expect(key('a', 0.6)).toBe(key('a', 0.6));
  });
});
