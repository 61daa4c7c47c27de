// Rows and lanes of a small run, and the laws of lanes on real ones.
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS } from '../../../../engine/model/policy.ts';
import { attemptAt, firstNotBefore, itemAt, layoutTimeline } from '../../../../web/views/run/timeline-layout.ts';
import type { TimelineUnit } from '../../../../web/views/run/timeline-layout.ts';
import { nextAttempt } from '../../../../web/views/run/timeline-keys.ts';
import { Answers } from '../../../../web/worker/answers.ts';
import type { RunPicture } from '../../../../web/worker/protocol.ts';

// m0   0 [a    ]  1 [b       ] side by side, then c in the first lane       time 0 .. 40
//        [a 0-20][c 25-40]
//        [b 5-30]
// p0   waits 10-15, works 15-35; m1 did nothing and is left out
const small = {
  attempts: {
    count: 4, unit: Int32Array.of(0, 0, 0, 2), placedAt: Float64Array.of(0, 5, 25, 10), startedAt: Float64Array.of(0, 5, 25, 15), endedAt: Float64Array.of(20, 30, 40, 35),
  },
  lives: { count: 0, unit: new Int32Array(0) }, notices: { unit: new Int32Array(0) }, closed: { unit: Int32Array.of(2) },
  units: { ids: ['m0', 'm1', 'p0'], pool: Int32Array.of(0, 0, 1), poolIds: ['m', 'p'], poolKind: Uint8Array.of(0, 3) },
} as unknown as RunPicture;

describe('the layout of a timeline', () => {
  const layout = layoutTimeline(small), machine = layout.items[1] as TimelineUnit, person = layout.items[3] as TimelineUnit;

  it('puts what overlaps side by side and leaves out what did nothing', () => {
    expect(layout.items.map((item) => (item.kind === 'heading' ? item.text : small.units.ids[item.unit]))).toEqual(['machines, 1 of 2 used', 'm0', 'people', 'p0']);
    expect(machine.lanes.map((lane) => [...lane])).toEqual([[0, 2], [1]]);
    expect([machine.top, person.top, layout.height]).toEqual([1, 4, 5]);
    expect([...layout.laneOf]).toEqual([0, 1, 0, 0]);
    expect([...person.waits]).toEqual([3]);
    expect([[...person.closed], [...machine.closed]]).toEqual([[0], []]);
  });

  it('finds what lies under a point', () => {
    expect(itemAt(layout, 2.5)).toBe(machine);
    expect(itemAt(layout, 9)).toBeUndefined();
    expect([attemptAt(machine, small, 10, 1.5, 0), attemptAt(machine, small, 10, 2.5, 0), attemptAt(machine, small, 22, 1.5, 0), attemptAt(machine, small, 22, 1.5, 3)]).toEqual([0, 1, -1, 0]);
    expect([attemptAt(person, small, 12, 4.5, 0), attemptAt(person, small, 20, 4.5, 0)]).toEqual([3, 3]);
  });

  it('goes from attempt to attempt by arrow', () => {
    const go = (from: number, way: 'left' | 'right' | 'up' | 'down') => nextAttempt(layout, small.attempts, from, way);
    expect([go(-1, 'down'), go(0, 'right'), go(1, 'right'), go(2, 'right'), go(1, 'left'), go(1, 'down'), go(3, 'up'), go(3, 'down')]).toEqual([0, 1, 2, -1, 0, 3, 1, -1]);
  });

  it.each(['weighted', 'fifo'])('keeps lanes of feature-120 under %s in order and apart', (policy) => {
    const reply = new Answers().answer({ kind: 'run', study: { scenario: { from: 'catalog', name: 'feature-120' }, weights: DEFAULT_WEIGHTS }, policy, seed: 2 });
    if (!reply.ok) throw new Error(reply.error.message);
    const { attempts } = reply.value, all = layoutTimeline(reply.value), seen = new Set<number>();
    for (const item of all.items) {
      if (item.kind === 'heading') continue;
      for (const k of item.waits) seen.add(k);
      for (const lane of item.lanes) {
        lane.forEach((k, i) => { seen.add(k); if (i > 0) expect(attempts.startedAt[k]!).toBeGreaterThanOrEqual(attempts.endedAt[lane[i - 1]!]!); });
        const last = lane.at(-1)!;
        expect(lane[firstNotBefore(lane, attempts.endedAt, attempts.endedAt[last]!)]).toBeDefined();
      }
    }
    expect(seen.size).toBe(attempts.count);
  });
});
