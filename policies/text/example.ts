// A policy to start from: longest path first, each task where time and money cost least together.
//
// A policy decides which task goes next, and where. It sees the run through `view` and acts
// through it; the engine checks every act. The same text runs in the page, on the command line
// and live, so it has no clock, no randomness of its own and no way out: `view.now` is the time,
// `view.random(a, b)` draws, `view.wakeAt(instant)` asks to be called again.
//
//   twinclock run feature-120 --policy ./my-policy.ts
//   twinclock compare feature-120 --policies weighted,./my-policy.ts,./my-policy.ts:hour=50
import { OK } from 'twinclock/engine/model/policy.ts';
import type { Policy, PolicyView } from 'twinclock/engine/model/policy.ts';
import { IDLE_PARAMETER, IdleRelease } from 'twinclock/policies/shared/idle-release.ts';
import { placeRow } from 'twinclock/policies/shared/list-dispatch.ts';
import { upwardRanks } from 'twinclock/policies/shared/ranks.ts';
import { finishOf } from 'twinclock/policies/shared/rows.ts';

export const myPolicy: Policy = {
  name: 'my-policy',
  summary: 'Longest path first; each task where time, at a price an hour, and money are least.',
  // Numbers that can be set from outside, each with a range: `./my-policy.ts:hour=50`.
  parameters: {
    hour: { description: 'Dollars an hour of waiting is worth.', default: 20, min: 0, max: 100_000 },
    idle: IDLE_PARAMETER,
  },

  // Called before a run: make tables here. Times are ms, money is micro-dollars, and tasks,
  // units and pools are numbers from 0.
  prepare(problem, parameters) {
    const rank = upwardRanks(problem);
    const pricePerMs = parameters['hour']! * 1_000_000 / 3_600_000;
    const idle = new IdleRelease(problem, parameters['idle']!);
    return {
      // What must outlive a decision goes into `view.memory`; this says how many numbers.
      memory: idle.memory,

      // Asked when a task becomes eligible: lower goes first, ties go by number.
      order: (_view, task) => -rank[task]!,

      // Called when something has changed, or at an instant asked for with `view.wakeAt`.
      decide(view) {
        if (!view.changed) return;
        for (let task = view.next(); task >= 0; task = view.next()) {
          const k = bestRow(view, task, pricePerMs);
          // A task that can go nowhere now is passed over, with all that are like it.
          if (k < 0 || placeRow(view, task, k, idle) !== OK) view.closeGroup(task);
        }
        idle.release(view);
      },
    };
  },
};

// `view.candidates(task)` fills a row for each place the task could go: machines that are up, APIs,
// people, and the next machine to rent. A row whose `filter` is not OK is closed for now. What is
// written into the terms and the score of a row is shown when somebody asks why.
function bestRow(view: PolicyView, task: number, pricePerMs: number): number {
  const rows = view.candidates(task), c = view.candidate;
  let best = -1;
  for (let k = 0; k < rows; k++) {
    c.termLatency[k] = (finishOf(c, k) - view.now) * pricePerMs;
    c.termCost[k] = c.cost[k]!;
    c.score[k] = c.termLatency[k]! + c.termCost[k]!;
    if (c.filter[k] === OK && (best < 0 || c.score[k]! < c.score[best]!)) best = k;
  }
  return best;
}
