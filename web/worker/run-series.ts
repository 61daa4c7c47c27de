// Quantities of one run over time, from its tables: the very quantities whose means and ends the metrics are, so that a
// picture and a figure can never disagree. Utilisation: work over offered capacity of workstations and ready VMs at the
// instant (the definition of metrics/utilisation.ts). Queue: eligible tasks. Cost: charges, each spread evenly over its time.
// Budgets and prices are steps as the log tells of them.
import { BUDGET_CHANGED, CAUSE_REFUSED, PRICE_CHANGED, STRIDE } from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { ATTEMPT_ENDED, ATTEMPT_STARTED } from '../../engine/metrics/columns.ts';
import type { RunFold } from '../../engine/metrics/attempts.ts';
import { forEachDepth } from '../../engine/metrics/queue-depth.ts';
import { UNLIMITED } from '../../engine/model/fleet-pools.ts';
import { CLOUD, LOCAL, SPOT } from '../../engine/model/states.ts';
import type { Series, SpotPrice } from './protocol.ts';

/** Sums of steps: `add(t, d)` raises the quantity by d from t on. */
class Steps {
  private readonly steps: { readonly at: number; readonly by: number }[] = [];

  add(at: number, by: number): void { if (by !== 0) this.steps.push({ at, by }); }

  /** Value at the end of each instant at which it changes, in order of time. */
  *values(): Generator<readonly [at: number, value: number]> {
    const steps = this.steps.sort((a, b) => a.at - b.at);
    let value = 0;
    for (let k = 0; k < steps.length; k++) {
      value += steps[k]!.by;
      if (k + 1 === steps.length || steps[k + 1]!.at > steps[k]!.at) yield [steps[k]!.at, value];
    }
  }
}

/** Eligible tasks from the first submission to the end. */
export function queueSeries(fold: RunFold): Series {
  const times: number[] = [], values: number[] = [];
  forEachDepth(fold, (from, _, depth) => { times.push(from); values.push(depth); });
  return close(times, values, fold.endedAt);
}

/** Micro-dollars spent up to each time, straight in between. Ends at the whole cost. */
export function costSeries({ ledger, startedAt, endedAt }: RunFold): Series {
  const rate = new Steps(), jump = new Map<number, number>(), times: number[] = [startedAt], values: number[] = [0];
  for (let k = 0; k < ledger.chargeCount; k++) {
    const from = ledger.chargeFrom[k]!, to = ledger.chargeTo[k]!, amount = ledger.chargeAmount[k]!;
    if (to > from) { rate.add(from, amount / (to - from)); rate.add(to, -amount / (to - from)); } else jump.set(from, (jump.get(from) ?? 0) + amount);
  }
  const rates = new Map(rate.values()), instants = [...new Set([...rates.keys(), ...jump.keys()])].sort((a, b) => a - b);
  let spent = 0, perMs = 0, last = startedAt;
  const point = (at: number, value: number): void => { times.push(at); values.push(value); };
  for (const at of instants) {
    spent += perMs * (at - last);
    last = at;
    point(at, spent);
    const extra = jump.get(at) ?? 0;
    if (extra !== 0) point(at, spent += extra);
    perMs = rates.get(at) ?? perMs;
  }
  point(Math.max(endedAt, last), ledger.total);
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}

/** Share of the offered machines that worked, in [0, 1]; 0 while none is offered. */
export function utilisationSeries(fold: RunFold): Series {
  const work = workSteps(fold), offered = offeredSteps(fold), times: number[] = [], values: number[] = [];
  const workAt = [...work.values()], offeredAt = [...offered.values()];
  let w = 0, o = 0, working = 0, there = 0;
  while (w < workAt.length || o < offeredAt.length) {
    const at = Math.min(workAt[w]?.[0] ?? Infinity, offeredAt[o]?.[0] ?? Infinity);
    if (workAt[w]?.[0] === at) working = workAt[w++]![1];
    if (offeredAt[o]?.[0] === at) there = offeredAt[o++]![1];
    if (at >= fold.endedAt) break;
    times.push(at);
    values.push(there > 0.5 ? Math.min(1, Math.max(0, working / there)) : 0);
  }
  return close(times, values, fold.endedAt);
}

/** Micro-dollars that may be spent in all, as long as each budget held. */
export function budgetSeries({ log: { rows, length } }: RunRecord, { problem, startedAt, endedAt }: RunFold): Series {
  const times = [startedAt], values = [problem.budget];
  for (let r = 0; r < length; r += STRIDE) if (rows[r] === BUDGET_CHANGED) { times.push(Math.max(startedAt, rows[r + 1]!)); values.push(rows[r + 2]!); }
  return close(times, values, endedAt);
}

/** Every pool with a spot market: its price in force, and requests that were turned down. */
export function spotPrices({ log: { rows, length } }: RunRecord, { problem, lives, startedAt, endedAt }: RunFold): SpotPrice[] {
  return problem.poolIds.flatMap((pool, p) => {
    if (problem.poolSpotPrice[p]! < 0) return [];
    const times = [startedAt], values = [problem.poolSpotPrice[p]!], refused: number[] = [];
    for (let r = 0; r < length; r += STRIDE) {
      if (rows[r] !== PRICE_CHANGED || rows[r + 2] !== p || rows[r + 3] !== SPOT) continue;
      times.push(Math.max(startedAt, rows[r + 1]!)); values.push(rows[r + 4]!);
    }
    for (let k = 0; k < lives.count; k++) if (problem.unitPool[lives.unit[k]!] === p && lives.market[k] === SPOT && lives.cause[k] === CAUSE_REFUSED) refused.push(lives.endedAt[k]!);
    return [{ pool, price: close(times, values, endedAt), refusedAt: Float64Array.from(refused).sort() }];
  });
}

function workSteps({ problem, changes, attempts }: RunFold): Steps {
  const { dimensionCount: dims, unitPool, poolKind, poolSlots, capacity, demand, taskProfile } = problem, steps = new Steps();
  const share = new Float64Array(problem.unitCount), used = new Float64Array(problem.unitCount * dims), running = new Int32Array(problem.unitCount);
  for (let k = 0; k < changes.count; k++) {
    const kind = changes.kind[k]!;
    if (kind !== ATTEMPT_STARTED && kind !== ATTEMPT_ENDED) continue;
    const row = changes.index[k]!, unit = attempts.unit[row]!, pool = unitPool[unit]!, sign = kind === ATTEMPT_STARTED ? 1 : -1;
    if (Number.isNaN(attempts.startedAt[row]!) || (poolKind[pool] !== LOCAL && poolKind[pool] !== CLOUD)) continue;
    const slots = poolSlots[pool]!, from = taskProfile[attempts.task[row]!]! * dims;
    running[unit]! += sign;
    let dominant = slots < UNLIMITED ? running[unit]! / slots : 0;
    for (let d = 0; d < dims; d++) {
      const size = capacity[pool * dims + d]!, held = used[unit * dims + d]! += sign * demand[from + d]!;
      if (size > 0 && size < UNLIMITED) dominant = Math.max(dominant, held / size);
    }
    steps.add(changes.time[k]!, dominant - share[unit]!);
    share[unit] = dominant;
  }
  return steps;
}

function offeredSteps({ problem, lives, startedAt, endedAt }: RunFold): Steps {
  const steps = new Steps();
  for (let u = 0; u < problem.unitCount; u++) if (problem.poolKind[problem.unitPool[u]!] === LOCAL) { steps.add(startedAt, 1); steps.add(endedAt, -1); }
  for (let k = 0; k < lives.count; k++) {
    const from = lives.readyAt[k]!, to = lives.endedAt[k]!;
    if (to > from) { steps.add(from, 1); steps.add(to, -1); }
  }
  return steps;
}

function close(times: number[], values: number[], endedAt: number): Series {
  times.push(endedAt);
  values.push(values.at(-1) ?? 0);
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}
