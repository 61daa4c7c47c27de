// Events per second of the simulated world's calendar (moved by simjs's clock) and of the bare heap inside it: the hold
// model. CPU time. Answer: the order of the events, as a hash that an independent queue gave.
import { cpuMs } from '../cpu-time.ts';
import { checkAnswer, type BenchCase } from '../case.ts';
import { Hold, HOLD_HASHES, HOLD_STEPS, QUICK_HOLD_STEPS, type HoldQueue } from '../peers/hold-model.ts';
import { median } from '../statistics.ts';

const PENDING = [100, 10_000, 1_000_000];
const REPETITIONS = 7;

export const calendarCase: BenchCase = {
  name: 'calendar',
  cells: ({ quick }) => (['calendar', 'heap'] as const).flatMap((queue) => PENDING.filter((n) => !quick || n < 1_000_000).map((n) => `${queue}/${n}`)),
  measure(cell, { quick }) {
    const [queue, pending] = cell.split('/') as [HoldQueue, string], n = Number(pending), steps = quick ? QUICK_HOLD_STEPS : HOLD_STEPS;
    const ms: number[] = [];
    let hash = 0;
    for (let k = 0; k <= (quick ? 1 : REPETITIONS); k++) {
      const hold = new Hold(queue, n);
      hold.run(steps / 4);
      const from = cpuMs();
      hash = hold.run(steps);
      checkAnswer(`order of events with ${n} pending`, hash, HOLD_HASHES[steps]![n]!);
      if (k > 0) ms.push(cpuMs() - from);
    }
    const middle = median(ms), perSecond = steps / middle * 1000;
    return {
      rows: [{ what: `hold, ${queue}, ${n} pending`, value: middle / steps * 1e6, max: Math.max(...ms) / steps * 1e6, unit: 'ns', perSecond, samples: ms.length }],
      figures: { [queue === 'calendar' ? 'holdMEventsPerSecond' : 'heapHoldMEventsPerSecond']: { [pending]: perSecond / 1e6 } },
      growth: [{ series: `calendar: a step of the hold model, ${queue}, over pending events`, size: n, ms: middle / steps }],
      answer: String(hash),
    };
  },
};
