// The calendar alone, without kernel and world, as a queue (Kleinrock, Queueing Systems, vol. 1, chapter 3).
import { describe, expect, it } from 'vitest';
import { ln } from '../../../../engine/model/exact-math.ts';
import { DURATION, KILL, Streams } from '../../../../engine/sim/random/streams.ts';
import { EventCalendar } from '../../../../engine/sim/simjs/calendar.ts';

interface Batch { readonly utilization: number; readonly meanNumber: number; readonly meanSojourn: number; readonly arrivalRate: number }

/** M/M/1, first come first served, from empty to empty; `customers` counted in batches of equal size after a warm-up batch. */
function singleServer(arrivalRate: number, serviceRate: number, batches: number, customersPerBatch: number, seed: number) {
  const streams = new Streams(seed), ARRIVAL = 0, DEPARTURE = 1, total = (batches + 1) * customersPerBatch;
  const exponential = (purpose: number, customer: number, rate: number): number => -ln(1 - streams.uniform(purpose, customer, 0, 0)) / rate;
  const arrivedAt = new Float64Array(total), out: Batch[] = [];
  let arrived = 0, left = 0, since = 0, area = 0, busy = 0, sojourns = 0, batchStart = 0, wholeArea = 0, wholeSojourns = 0, wholeArrivals = 0;
  const calendar: EventCalendar = new EventCalendar((kind, customer, _b, time) => {
    area += (arrived - left) * (time - since);
    wholeArea += (arrived - left) * (time - since);
    if (arrived > left) busy += time - since;
    since = time;
    if (kind === ARRIVAL) {
      arrivedAt[customer] = time;
      wholeArrivals++;
      if (arrived++ === left) calendar.schedule(time + exponential(DURATION, customer, serviceRate), DEPARTURE, customer, 0);
      if (arrived < total) calendar.schedule(time + exponential(KILL, arrived, arrivalRate), ARRIVAL, arrived, 0);
      return;
    }
    left++;
    sojourns += time - arrivedAt[customer]!;
    wholeSojourns += time - arrivedAt[customer]!;
    if (left < arrived) calendar.schedule(time + exponential(DURATION, left, serviceRate), DEPARTURE, left, 0);
    if (left % customersPerBatch === 0) {
      const span = time - batchStart;
      out.push({ utilization: busy / span, meanNumber: area / span, meanSojourn: sojourns / customersPerBatch, arrivalRate: customersPerBatch / span });
      batchStart = time;
      area = busy = sojourns = 0;
    }
  }, 4);
  calendar.schedule(exponential(KILL, 0, arrivalRate), ARRIVAL, 0, 0);
  while (calendar.step());
  return { batches: out.slice(1), whole: { meanNumber: wholeArea / calendar.now, throughput: wholeArrivals / calendar.now, meanSojourn: wholeSojourns / wholeArrivals } };
}

/** Mean and half-width of its 99 % confidence interval over 20 batches (Student's t, 19 degrees of freedom: 2.861). */
function interval(values: readonly number[]): { mean: number; halfWidth: number } {
  const n = values.length, mean = values.reduce((x, y) => x + y, 0) / n;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: 2.861 * Math.sqrt(variance / n) };
}

describe('a single server with Poisson arrivals and exponential service (M/M/1)', () => {
  // rho = 0.7: utilization 0.7, mean number rho / (1 - rho) = 2.333, mean sojourn 1 / (mu - lambda) = 3.333
  const run = singleServer(0.7, 1, 20, 10_000, 4);

  it.each([
    ['utilization', 0.7, 0.02], ['meanNumber', 0.7 / 0.3, 0.25], ['meanSojourn', 1 / 0.3, 0.25], ['arrivalRate', 0.7, 0.02],
  ] as const)('%s agrees with theory', (measure, theory, halfWidthMax) => {
    const { mean, halfWidth } = interval(run.batches.map((b) => b[measure]));
    expect(halfWidth).toBeLessThan(halfWidthMax);
    expect(Math.abs(mean - theory)).toBeLessThan(halfWidth);
  });

  it("obeys Little's law L = lambda W exactly over a run from empty to empty", () => {
    const { meanNumber, throughput, meanSojourn } = run.whole;
    expect(meanNumber / (throughput * meanSojourn)).toBeCloseTo(1, 9);
  });

  it("obeys Little's law batch by batch, but for customers that stay across the border", () => {
    for (const b of run.batches) expect(Math.abs(b.meanNumber / (b.arrivalRate * b.meanSojourn) - 1)).toBeLessThan(0.01);
  });
});
