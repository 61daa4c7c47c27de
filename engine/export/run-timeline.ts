// What the Perfetto trace draws of a run: its attempts and VM lives, and as counters the tasks that wait, and dollars
// spent. Money accrues evenly over the time each charge covers, so a VM's bill does not jump at its end.
import type { TimelineCounter, TimelineTables } from '../journal/perfetto.ts';
import type { RunFold } from '../metrics/attempts.ts';
import { OUTCOMES } from '../metrics/columns.ts';
import { forEachDepth } from '../metrics/queue-depth.ts';

/** The tables and counters of a folded run; valid as long as the fold is. */
export function runTimeline(fold: RunFold): TimelineTables {
  return { attempts: fold.attempts, outcomes: OUTCOMES, lives: fold.lives, counters: [queueDepth(fold), spentDollars(fold)] };
}

function queueDepth(fold: RunFold): TimelineCounter {
  const times: number[] = [], values: number[] = [];
  forEachDepth(fold, (from, _to, depth) => { times.push(from); values.push(depth); });
  return { name: 'eligible tasks', unit: 'tasks', times, values };
}

/** Spent dollars at every instant at which a charge begins or ends. */
function spentDollars({ ledger }: RunFold): TimelineCounter {
  const changes: { at: number; rate: number; lump: number }[] = [];
  for (let k = 0; k < ledger.chargeCount; k++) {
    const from = ledger.chargeFrom[k], to = ledger.chargeTo[k], amount = ledger.chargeAmount[k];
    if (to > from) changes.push({ at: from, rate: amount / (to - from), lump: 0 }, { at: to, rate: -amount / (to - from), lump: 0 });
    else changes.push({ at: to, rate: 0, lump: amount });
  }
  changes.sort((a, b) => a.at - b.at);
  const times: number[] = [], values: number[] = [];
  let spent = 0, rate = 0, last = 0;
  changes.forEach((change, k) => {
    spent += rate * (change.at - last) + change.lump;
    rate += change.rate;
    last = change.at;
    if (changes[k + 1]?.at === change.at) return;
    times.push(change.at);
    values.push(Math.round(spent) / 1e6);
  });
  return { name: 'spent', unit: 'dollars', times, values };
}
