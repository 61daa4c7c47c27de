// What is said beside an attempt: its facts while it goes on and after its end, and a card that stays within its panel.
import { describe, expect, it } from 'vitest';
import type { AttemptCard } from '../../../../engine/experiment/explain-task.ts';
import { attemptTimes, cardPlace } from '../../../../web/views/run/hover-card.tsx';
import { attemptPairs } from '../../../../web/views/run/why-panel.tsx';

const card: AttemptCard = {
  attempt: 2, unit: 'ws', pool: 'ws', market: null, outcome: 'running', placedAt: 30_000, startedAt: 40_000, endedAt: 70_000, setupMs: 0, checkpointMs: 0, keptMs: 30_000, lostMs: 0, pausedMs: 0, costMicroUsd: 10_000,
  waits: [], refused: {}, decision: null,
} as unknown as AttemptCard;
const now = { at: 220_000, cost: (attempt: number): number => attempt * 1_000_000 };

describe('the facts of an attempt', () => {
  it('are so far while it runs or waits in a run that goes on', () => {
    expect(attemptPairs(card, now)).toEqual([['resource', 'ws'], ['placed', '00:00:30'], ['running since', '00:00:40, 3.0 min so far'], ['cost so far', '$2.00']]);
    expect(attemptPairs({ ...card, outcome: 'waiting', startedAt: NaN }, now)[2]).toEqual(['waiting since', '00:00:30, 3.2 min so far']);
  });

  it('have an end when it ended, or when the run did', () => {
    for (const pairs of [attemptPairs({ ...card, outcome: 'completed' }, now), attemptPairs(card, undefined)]) expect(pairs.slice(2, 4)).toEqual([['started', '00:00:40'], ['ended', '00:01:10']]);
  });
});

describe('a card beside the pointer', () => {
  const attempts = { attempt: [1], task: [0], unit: [0], outcome: [9], readyAt: [0], placedAt: [1000], startedAt: [2000], endedAt: [5000], busyMs: [3000], setupMs: [0], lostMs: [0], cost: [20_000] };
  const times = (cause: string, outcome: number) => attemptTimes({ cause, epochMs: 0, attempts: { ...attempts, outcome: [outcome] }, units: { poolKind: [0], pool: [0] } } as unknown as Parameters<typeof attemptTimes>[0], 0).slice(6);

  it('has no end of an attempt that goes on', () => {
    expect(times('open', 9)).toEqual([['running for', '3.00 s'], ['worked so far', '3.00 s'], ['cost so far', '$0.0200']]);
    for (const pairs of [times('open', 0), times('horizon', 9)]) expect(pairs).toEqual([['lasted', '3.00 s'], ['worked', '3.00 s'], ['ended', '00:00:05'], ['cost', '$0.0200']]);
  });

  it('lies where there is more room, and is moved back by what would stick out', () => {
    expect(cardPlace({ x: 100, y: 300, width: 1000, height: 500 })).toEqual({ left: '114px', bottom: '214px', transform: 'translate(min(0px, 886px - 100%), max(0px, 100% - 286px))' });
    expect(cardPlace({ x: 700, y: 100, width: 1000, height: 500 })).toEqual({ right: '314px', top: '114px', transform: 'translate(max(0px, 100% - 686px), min(0px, 386px - 100%))' });
  });
});
