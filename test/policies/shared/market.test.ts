// Spot or on demand: threshold, hysteresis, slack on the longest path. The task's duration is its urgency in percent.
import { expect, test } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { OK, SPOT_TOO_URGENT } from '../../../engine/model/policy.ts';
import type { Policy, PolicyView } from '../../../engine/model/policy.ts';
import type { CloudFile, TaskFile } from '../../../engine/model/scenario.ts';
import { SPOT } from '../../../engine/model/states.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { MarketRule } from '../../../policies/shared/market.ts';

const vm: CloudFile = { id: 'vm', max: 9, slots: 1, spinUp: 0, onDemand: { price: 3 }, spot: { price: 1 } };

/** What the rule says of each task's spot row at time 0. Task k is all there is of a job due at 100 s, so its duration is its urgency in percent. */
function verdicts(durations: readonly number[], rule: MarketRule, cloud: CloudFile = vm, held: readonly number[] = [], more: Partial<TaskFile> = {}): number[] {
  const jobs = durations.map((duration, k) => ({ id: `j${k}`, deadline: 100, tasks: [{ id: `t${k}`, duration, on: ['vm'], ...more }] }));
  const found: number[] = [];
  const ask: Policy = {
    name: 'ask', summary: '', parameters: {},
    prepare: (problem) => ({
      memory: problem.taskCount, order: (_, task) => task,
      decide(view: PolicyView) {
        if (view.now > 0) return;
        for (const task of held) view.memory[task] = 1;
        for (let task = 0; task < problem.taskCount; task++) {
          const rows = view.candidates(task);
          rule.filter(view, task, rows);
          for (let k = 0; k < rows; k++) if (view.candidate.market[k] === SPOT) found[task] = view.candidate.filter[k]!;
        }
      },
    }),
  };
  simulate(compileScenario({ twinclock: 'scenario/1', name: 'market', jobs, horizon: 60, fleet: { cloud: [cloud] } }), { policy: ask, seed: 1 });
  return found;
}

test('spot below the threshold, on demand from it on', () => {
  expect(verdicts([50, 69, 70, 99, 120], new MarketRule(0.7, 0.05, 0))).toEqual([OK, OK, SPOT_TOO_URGENT, SPOT_TOO_URGENT, SPOT_TOO_URGENT]);
});

test('a task that was held returns only below the threshold less the hysteresis', () => {
  expect(verdicts([64, 66, 66, 72], new MarketRule(0.7, 0.05, 0), vm, [0, 1])).toEqual([OK, SPOT_TOO_URGENT, OK, SPOT_TOO_URGENT]);
  expect(verdicts([66], new MarketRule(0.7, 0, 0), vm, [0])).toEqual([OK]);
});

test('a task on the longest path needs slack for an interruption', () => {
  // Slack 100 - 97 = 3 s, less than the 5 s that another VM takes; 100 - 90 = 10 s is enough.
  expect(verdicts([97, 90], new MarketRule(2, 0, 0), { ...vm, spinUp: 5 })).toEqual([SPOT_TOO_URGENT, OK]);
});

test('the rule never keeps a task from running', () => {
  expect(verdicts([99], new MarketRule(0.7, 0.05, 0), { id: 'vm', max: 9, spinUp: 0, spot: { price: 1 } })).toEqual([OK]);
});

test('weighted keeps to it', () => {
  const marketOf = (deadline: number, parameters = {}) => {
    const file = { twinclock: 'scenario/1' as const, name: 'one', mode: 'event' as const, jobs: [{ id: 'j', deadline, tasks: [{ id: 'a', duration: 60, on: ['vm'] }] }], fleet: { cloud: [vm] } };
    const run = simulate(compileScenario(file), { policy: policyNamed('weighted'), parameters, seed: 1 }), { candidates, decisions } = run.decisions;
    return candidates[decisions[5]! * 13 + 2]! & 1; // flags of the chosen row
  };
  expect([marketOf(100), marketOf(80), marketOf(80, { theta: 0.8 })]).toEqual([SPOT, 0, SPOT]);
});
