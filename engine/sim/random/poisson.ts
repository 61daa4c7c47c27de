// Arrival times of Poisson processes, one at a time: the next arrival is where the cumulative hazard has grown by a
// standard exponential variate (Cinlar's inversion, see Lewis & Shedler 1979). Rates are constant, or one for each hour of
// the UTC day, for which the cumulative hazard is piecewise linear and inverted exactly.
import { ln } from '../../model/exact-math.ts';
import type { Streams } from './streams.ts';

const HOUR = 3_600_000, DAY = 24 * HOUR;

/** The arrival after `previous` (ms) of a process of `perHour` arrivals an hour, not rounded; Infinity at rate 0. Uses draw 0 of (entity, number). */
export function nextPoisson(previous: number, perHour: number, streams: Streams, purpose: number, entity: number, number: number): number {
  return perHour > 0 ? previous + unitExponential(streams, purpose, entity, number) * HOUR / perHour : Infinity;
}

/**
 * As `nextPoisson`, with `perHour[h]` arrivals an hour during hour h of the UTC day. `previous` is in ms since the epoch
 * `epochMs`, itself in ms since 1970. Infinity when `perHour` is empty or all zero.
 */
export function nextPoissonByHour(
  previous: number, perHour: readonly number[], epochMs: number, streams: Streams, purpose: number, entity: number, number: number,
): number {
  let perDay = 0;
  for (const rate of perHour) perDay += rate;
  if (!(perDay > 0)) return Infinity;
  let hazard = unitExponential(streams, purpose, entity, number);
  const days = Math.floor(hazard / perDay), ofDay = modulo(previous + modulo(epochMs, DAY), DAY);
  hazard -= days * perDay;
  let hour = Math.floor(ofDay / HOUR), left = (hour + 1) * HOUR - ofDay, wait = days * DAY;
  for (;;) {
    const rate = perHour[hour]!, inThisHour = rate * left / HOUR;
    if (hazard <= inThisHour && rate > 0) return previous + wait + hazard * HOUR / rate;
    hazard -= inThisHour;
    wait += left;
    hour = (hour + 1) % 24;
    left = HOUR;
  }
}

function unitExponential(streams: Streams, purpose: number, entity: number, number: number): number {
  return -ln(1 - streams.uniform(purpose, entity, number, 0));
}

/** In [0, m), for negative x too. */
function modulo(x: number, m: number): number {
  return x - m * Math.floor(x / m);
}
