// The whole world as a queue: one machine, jobs released by a Poisson process, first come first served, event mode. What
// comes out must agree with queueing theory (M/M/1; M/M/2 by Erlang's C; M/D/1 by Pollaczek and Khinchine) within a 99 %
// confidence interval by batch means, and with Little's law exactly. Sources: Kleinrock, Queueing Systems, vol. 1, ch. 3
// and 5; Law, Simulation Modeling and Analysis, section 9.5.3 for batch means.
import { describe, expect, it } from 'vitest';
import { JOB_SUBMITTED, STRIDE, TASK_COMPLETED, TASK_STARTED } from '../../../engine/journal/records.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { foldMetrics } from '../../../engine/metrics/metrics.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { DistributionText } from '../../../engine/model/scenario.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { fifo } from '../../../policies/fifo.ts';
import { dice } from '../../../scenarios/generators/dice.ts';

const SERVICE_MS = 60_000, CUSTOMERS = 8000, BATCHES = 20, SEED = 1;

/** Customers come at `load` a mean service time, to so many servers with one line. */
function queue(load: number, servers: number, duration: DistributionText): RunRecord {
  const d = dice(SEED, 'arrivals', load, servers);
  let at = 0;
  const jobs = Array.from({ length: CUSTOMERS }, (_, k) => {
    at += Math.round(-Math.log(1 - d.unit()) * SERVICE_MS / load);
    return { id: `c${k}`, release: at / 1000, tasks: [{ id: `t${k}`, duration, on: ['local'], estimate: '60s' }] };
  });
  const instance = compileScenario({ twinclock: 'scenario/1', name: 'queue', mode: 'event', jobs, fleet: { local: [{ id: 'server', slots: servers }] } });
  return simulate(instance, { policy: fifo, seed: SEED, reasons: false });
}

/** Instants of each customer in ms, by number of the job (one task each, so tasks have the same numbers). */
function customersOf({ log: { rows, length }, problem }: RunRecord) {
  const came = new Float64Array(problem.jobCount), began = new Float64Array(problem.jobCount), left = new Float64Array(problem.jobCount);
  for (let n = 0; n < length; n += STRIDE) {
    if (rows[n] === JOB_SUBMITTED) came[rows[n + 2]!] = rows[n + 1]!;
    if (rows[n] === TASK_STARTED) began[rows[n + 2]!] = rows[n + 1]!;
    if (rows[n] === TASK_COMPLETED) left[rows[n + 2]!] = rows[n + 1]!;
  }
  return { came, began, left };
}

/** Time that [from, to) intervals share with [start, end), summed. */
function presence(from: Float64Array, to: Float64Array, start: number, end: number): number {
  return from.reduce((sum, a, k) => sum + Math.max(0, Math.min(end, to[k]!) - Math.max(start, a)), 0);
}

/** Mean and 99 % half-width over batches, the first dropped as warm-up (Student's t, 18 degrees of freedom). */
function interval(batches: readonly number[]): { mean: number; halfWidth: number } {
  const kept = batches.slice(1), n = kept.length, mean = kept.reduce((a, b) => a + b, 0) / n;
  return { mean, halfWidth: 2.878 * Math.sqrt(kept.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1) / n) };
}

const EXPONENTIAL: DistributionText = { exponential: { mean: '60s' } };
// [name, load, servers, duration, mean number in the system]. M/M/1: rho / (1 - rho). M/M/2 at one erlang: P0 = 1/3, in line
// 1/3, in all 4/3. M/D/1: rho + rho^2 / (2 (1 - rho)).
const QUEUES = [
  ['M/M/1', 0.5, 1, EXPONENTIAL, 1],
  ['M/M/2', 1, 2, EXPONENTIAL, 4 / 3],
  ['M/D/1', 0.6, 1, '60s', 0.6 + 0.36 / 0.8],
] as const;

describe.each(QUEUES)('%s', (_, load, servers, duration, meanNumber) => {
  const run = queue(load, servers, duration), { came, began, left } = customersOf(run);
  const span = came[CUSTOMERS - 1]! / BATCHES, batchOf = CUSTOMERS / BATCHES;
  const byTime = (from: Float64Array, to: Float64Array) => Array.from({ length: BATCHES }, (__, b) => presence(from, to, b * span, (b + 1) * span) / span);
  const byCustomer = (value: (k: number) => number) => Array.from({ length: BATCHES }, (__, b) => {
    let sum = 0;
    for (let k = b * batchOf; k < (b + 1) * batchOf; k++) sum += value(k);
    return sum / batchOf;
  });

  it('serves everyone, in the order in which they came, never more than there are servers', () => {
    expect(run.cause).toBe('finished');
    const order = [...came.keys()].sort((a, b) => came[a]! - came[b]! || a - b);
    for (let k = 1; k < CUSTOMERS; k++) expect(began[order[k]!]!).toBeGreaterThanOrEqual(began[order[k - 1]!]!);
    const steps = [...Array.from(began, (t) => ({ t, change: 1 })), ...Array.from(left, (t) => ({ t, change: -1 }))].sort((a, b) => a.t - b.t || a.change - b.change);
    let busy = 0, most = 0;
    for (const { change } of steps) most = Math.max(most, busy += change);
    expect(most).toBe(servers);
  });

  it.each([
    ['mean number in the system', byTime(came, left), meanNumber, 0.2],
    ['mean number in line', byTime(came, began), meanNumber - load, 0.4],
    ['mean time in the system, in services', byCustomer((k) => (left[k]! - came[k]!) / SERVICE_MS), meanNumber / load, 0.2],
    ['utilisation', byTime(began, left).map((busy) => busy / servers), load / servers, 0.07],
  ] as const)('%s agrees with theory', (__, batches, theory, widestShare) => {
    const { mean, halfWidth } = interval(batches);
    expect(halfWidth, 'half-width').toBeLessThan(widestShare * theory);
    expect(Math.abs(mean - theory), `${mean} against ${theory}`).toBeLessThan(halfWidth);
  });

  // L from the queue's length over time, W from the customers, lambda from their count: three metrics, one law.
  it("obeys Little's law from empty to empty", () => {
    const metrics = foldMetrics(run, { makespanMs: 1, costMicroUsd: 1 }), lambda = CUSTOMERS / metrics.makespanMs;
    const number = metrics.queueDepthMean + servers * metrics.utilisation;
    expect(number / (lambda * metrics.flowMeanMs)).toBeCloseTo(1, 6);
  });
});
