// What is said of a live run beside its pictures: the switches and what they would do, figures of more than one source.
import { describe, expect, it } from 'vitest';
import type { ResourceJson, RunJson } from '../../../../engine/live/api/answers.ts';
import { bandHint, bandText, endlessText, futureText, hourlyPrice, leastOnTime, shareInUse, stateParts, supposition, untilText } from '../../../../web/views/live/live-figures.ts';
import { switchesFor } from '../../../../web/views/live/switches.ts';

const run = (phase: string, tasks: Readonly<Record<string, number>> = {}): RunJson => ({
  run: 'desk', phase, reason: '', epoch: '2026-03-02T00:00:00.000Z', daemonEpoch: 1, now: 0, policy: { name: 'weighted', parameters: {} }, weights: { latency: 0.6, cost: 0.3, fragmentation: 0.1 }, budget: -1, spent: 0, spentAndCommitted: 0,
  revision: 0, rows: 1, tasks, jobsOpen: 1, jobsEnded: 0, vms: 0, unknown: 0, refusedReports: 0, nextDecision: -1,
});
const unit = (name: string, more: Partial<ResourceJson> = {}): ResourceJson => ({
  unit: name, entry: name, kind: 'local', driver: 'process', state: 'up', market: '', placed: 0, running: 0, used: {}, capacity: {}, cost: 0, price: 0, until: -1, requestsLeft: 0, tokensLeft: 0, requestsBurst: 0, tokensBurst: 0, ...more,
});
const vm = (name: string, state: string, price: number, running = 0): ResourceJson => unit(name, { kind: 'cloud', driver: 'cloud', state, market: 'spot', price, running });

describe('the switches', () => {
  it.each([['running', ['pause', 'drain', 'kill']], ['paused', ['resume', 'drain', 'kill']], ['draining', ['resume', 'pause', 'kill']], ['drained', ['resume']], ['stopped', ['resume']], ['recovering', ['kill']]])('of a run that is %s are %j', (phase, names) => {
    expect(switchesFor(run(phase), []).map(({ name }) => name)).toEqual(names);
  });

  it('say what would end and what goes on, by number and name', () => {
    const resources = [unit('ws', { running: 1 }), vm('gpu/0', 'READY', 920_000, 1), vm('gpu/1', 'OFF', 0), vm('gpu/2', 'STARTING', 3_060_000)], [pause, drain, kill] = switchesFor(run('running', { running: 2, scheduled: 1, eligible: 4 }), resources);
    expect(pause!.effects).toEqual(['Nothing new is decided until it is resumed.', '2 tasks on ws, gpu/0 go on to the end.', '2 VMs (gpu/0, gpu/2) stay up, for $3.98 an hour.']);
    expect(drain!.effects.at(-1)).toBe('Then 2 VMs (gpu/0, gpu/2) are released.');
    expect([kill!.danger, kill!.confirm]).toEqual([true, 'End 3 attempts and 2 VMs']);
    expect(kill!.effects.slice(0, 3)).toEqual(['2 tasks on ws, gpu/0 are ended by force; work since the last checkpoint is lost.', '1 task that is placed or offered to people is taken back.', '2 VMs (gpu/0, gpu/2) are ended at once.']);
  });
});

describe('figures', () => {
  it('count what is done with what is archived, and price only VMs that are up', () => {
    expect(stateParts(run('running', { completed: 2, archived: 3, running: 1, failed: 1, cancelled: 1 }))).toEqual([5, 1, 0, 0, 0, 2]);
    expect(hourlyPrice([vm('a', 'READY', 5), vm('b', 'OFF', 7), unit('ws', { price: 9 })])).toBe(5);
    expect(shareInUse(unit('ws', { used: { cores: 1000, memory: 512 }, capacity: { cores: 4000, memory: 1024, gpu: 0 } }))).toBe(0.5);
    expect(shareInUse(unit('ann'))).toBeNaN();
  });

  it('name the deadline that is most in danger, and say nothing of what has no band', () => {
    const none = { p10: NaN, p50: NaN, p90: NaN }, forecast = (onTime: readonly number[]) => ({ at: 0, futures: 1, unfinished: {}, finish: none, cost: none, jobs: onTime.map((share, k) => ({ job: `j${k}`, finish: none, deadline: share < 0 ? -1 : 5, onTime: share })) });
    expect(leastOnTime(forecast([-1, 0.9, 0.4, 0.7]))).toMatchObject({ job: 'j2', onTime: 0.4 });
    expect(leastOnTime(forecast([-1]))).toBeUndefined();
    expect([endlessText({ finish: none, cost: none, unfinished: { 'budget-exhausted': 3, stuck: 1 }, jobs: [] }), endlessText({ finish: { p10: 1, p50: 1, p90: 1 }, cost: none, unfinished: { stuck: 1 }, jobs: [] })]).toEqual(['no future ends: budget-exhausted, stuck', '']);
    expect([bandText(none, futureText), bandText({ p10: 61_400, p50: 0, p90: 90_600 }, futureText)]).toEqual(['', '00:01:01 – 00:01:31']);
    const single = { p10: 36_000, p50: 36_000, p90: 36_000 };
    expect([bandText(single, futureText), bandHint(single)?.includes('no spread'), bandHint(none), bandHint({ ...single, p90: 36_001 })]).toEqual(['exact', true, undefined, undefined]);
    expect(['running', 'recovering', 'paused', 'draining', 'drained', 'stopped'].map((phase) => supposition(run(phase)) !== '')).toEqual([false, false, true, true, true, true]);
    expect([untilText(5000, 5000), untilText(-1, 0), untilText(5000, 800), untilText(600_000, 0), untilText(3 * 3_600_000, 0)]).toEqual(['', '', '5 s', '10 min', '3.0 h']);
  });
});
