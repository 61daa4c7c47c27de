// What a set of pools can give over time: people by their published calendars, VMs from when they can have booted, the
// rest always. It depends on the problem alone.
import type { Problem } from '../model/problem.ts';
import { CLOUD } from '../model/states.ts';
import { RecordedSupply, STEADY } from './jackson.ts';
import type { Supply } from './jackson.ts';

/** Sets with more people than this are taken as always at work. */
const CALENDARS_MAX = 64;

/** As a share of `whole`, what all units of the pools give together, of which one of pool p gives `weight(p)`. */
export function publishedSupply(problem: Problem, pools: readonly number[], weight: (pool: number) => number, whole: number, bootMs: Float64Array): Supply {
  let calendars = 0, boots = false;
  for (const p of pools) {
    if (problem.poolKind[p] === CLOUD && bootMs[p]! > 0) boots = true;
    for (let u = problem.poolFirst[p]!; u < problem.poolFirst[p + 1]!; u++) if (problem.unitAlways[u] === 0) calendars++;
  }
  if (calendars === 0 && !boots || calendars > CALENDARS_MAX) return STEADY;
  return new RecordedSupply(new PublishedSupply(problem, pools, weight, whole, bootMs));
}

class PublishedSupply implements Supply {
  until = 0;
  private readonly problem: Problem;
  private readonly always: number;
  /** People: unit, next interval, share. */
  private readonly units: number[] = [];
  private readonly interval: number[] = [];
  private readonly share: number[] = [];
  /** VM pools: since when, share. */
  private readonly bootAt: number[] = [];
  private readonly bootShare: number[] = [];

  constructor(problem: Problem, pools: readonly number[], weight: (pool: number) => number, whole: number, bootMs: Float64Array) {
    this.problem = problem;
    let always = 0;
    for (const p of pools) {
      const share = weight(p) / whole, first = problem.poolFirst[p]!, end = problem.poolFirst[p + 1]!;
      if (problem.poolKind[p] === CLOUD) { this.bootAt.push(bootMs[p]!); this.bootShare.push(share * (end - first)); continue; }
      for (let u = first; u < end; u++) {
        if (problem.unitAlways[u] === 1) always += share;
        else { this.units.push(u); this.interval.push(problem.calendarFirst[u]!); this.share.push(share); }
      }
    }
    this.always = always;
  }

  at(time: number): number {
    const { calendarStart, calendarEnd, calendarFirst } = this.problem;
    let speed = this.always, until = Infinity;
    for (let k = 0; k < this.bootAt.length; k++) {
      if (this.bootAt[k]! <= time) speed += this.bootShare[k]!; else if (this.bootAt[k]! < until) until = this.bootAt[k]!;
    }
    for (let k = 0; k < this.units.length; k++) {
      const last = calendarFirst[this.units[k]! + 1]!;
      let i = this.interval[k]!;
      while (i < last && calendarEnd[i]! <= time) i++;
      this.interval[k] = i;
      if (i === last) continue;
      if (calendarStart[i]! <= time) { speed += this.share[k]!; until = Math.min(until, calendarEnd[i]!); } else until = Math.min(until, calendarStart[i]!);
    }
    this.until = until;
    return speed;
  }
}
