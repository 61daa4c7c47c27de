// Policies over many comparisons: places, ratios and wins of hand-made judgements.
import { describe, expect, it } from 'vitest';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { rankSummary } from '../../../web/state/rank-summary.ts';
import type { Judgement } from '../../../web/worker/protocol.ts';

const judgement = (means: Readonly<Record<string, number>>, winner: string | null = null, metric: MetricKey = 'objective'): Judgement => ({
  metric, baseline: 'a', seeds: [1], winner, statement: '', rows: Object.entries(means).map(([policy, mean]) => ({ policy, mean })) as unknown as Judgement['rows'],
});

describe('a summary of ranks', () => {
  it('counts every comparison once, whatever its scale', () => {
    const { rows, count } = rankSummary(['a', 'b', 'c'], [judgement({ a: 1, b: 2, c: 4 }, 'a'), judgement({ a: 300, b: 100, c: 200 }), judgement({ a: 10, b: 10, c: 40 })]);
    expect(count).toBe(3);
    expect(rows).toEqual([
      { policy: 'b', meanPlace: (2 + 1 + 1.5) / 3, ratioToBest: (2 + 1 + 1) / 3, best: 1, won: 0 },
      { policy: 'a', meanPlace: (1 + 3 + 1.5) / 3, ratioToBest: (1 + 3 + 1) / 3, best: 1, won: 1 },
      { policy: 'c', meanPlace: (3 + 2 + 3) / 3, ratioToBest: (4 + 2 + 4) / 3, best: 0, won: 0 },
    ]);
  });

  it('puts one that has no figure last, and gives no ratios then', () => {
    const { rows, statement } = rankSummary(['a', 'b'], [judgement({ a: NaN, b: 2 }), judgement({ a: 1, b: 2 })]);
    expect(rows.map(({ policy, meanPlace, ratioToBest }) => [policy, meanPlace, ratioToBest])).toEqual([['a', 1.5, NaN], ['b', 1.5, NaN]]);
    expect(statement).toBe('');
  });

  it('knows figures of which more is better', () => {
    const { rows: [first] } = rankSummary(['a', 'b'], [judgement({ a: 0.5, b: 0.25 }, null, 'utilisation')]);
    expect(first).toEqual({ policy: 'a', meanPlace: 1, ratioToBest: 1, best: 1, won: 0 });
  });

  it('names a winner over all only where the comparisons show it', () => {
    const clear = Array.from({ length: 6 }, (_, k) => judgement({ a: 1, b: 1.5 + k / 100 })), mixed = [judgement({ a: 1, b: 2 }), judgement({ a: 2, b: 1 })];
    expect(rankSummary(['a', 'b'], clear).statement).toContain('a is better than every other policy');
    expect(rankSummary(['a', 'b'], mixed).statement).toContain('no winner yet');
    expect(rankSummary(['a', 'b'], clear.slice(0, 1)).statement).toBe('');
  });
});
