// Where the faults of a plan lie on the picture, and what a fault is that is put there by hand: a click kills a VM, a drag
// takes a person away from here to there. Every fault has its mark in the strip above; those of one resource, or of a
// price, also lie on it.
import { API, CLOUD, HUMAN } from '../../../engine/model/states.ts';
import type { FaultFile, FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { faultSpan, timeText } from '../../state/fault-edits.ts';
import type { Targets } from '../../state/fault-edits.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import type { TrackTarget } from './pair-tracks.ts';

/** What lies under a point of the picture. */
export type Place = { readonly on: 'strip' } | { readonly on: 'unit'; readonly unit: number } | { readonly on: 'track'; readonly target: TrackTarget };

export interface FaultPlace {
  readonly fault: number;
  /** ms since the epoch; NaN for what has no hour of its own. */
  readonly from: number;
  readonly to: number;
  /** Units and tracks that it lies on besides the strip. */
  readonly units: readonly number[];
  readonly tracks: readonly TrackTarget[];
}

export function faultPlaces({ faults }: FaultPlanFile, { units }: Pick<RunPicture, 'units'>): FaultPlace[] {
  const named = (name: string): number[] => [...units.ids.keys()].filter((u) => units.ids[u] === name || units.poolIds[units.pool[u]!] === name);
  return faults.map((fault, k) => ({ fault: k, ...faultSpan(fault), units: unitsOf(fault, named), tracks: tracksOf(fault, units.poolIds) }));
}

function unitsOf(fault: FaultFile, named: (name: string) => number[]): number[] {
  switch (fault.kind) {
    case 'terminate': return 'vm' in fault ? named(fault.vm) : [];
    case 'away': return named(fault.human);
    case 'outage': return named(fault.api);
    case 'slow-down': return named(fault.resource);
    default: return [];
  }
}

function tracksOf(fault: FaultFile, pools: readonly string[]): TrackTarget[] {
  if (fault.kind === 'budget') return [{ of: 'cost' }];
  return fault.kind === 'price' ? (fault.pool === undefined ? pools : [fault.pool]).map((pool) => ({ of: 'price', pool })) : [];
}

/** What of a run's scenario can be struck. */
export function targetsOf({ units }: Pick<RunPicture, 'units'>): Targets {
  const ofKind = (kind: number): string[] => units.ids.filter((_, u) => units.poolKind[units.pool[u]!] === kind), pools = [...new Set([...units.ids.keys()].filter((u) => units.poolKind[units.pool[u]!] === CLOUD).map((u) => units.poolIds[units.pool[u]!]!))];
  const machines = [...new Set([...units.ids.keys()].filter((u) => units.poolKind[units.pool[u]!]! < CLOUD).map((u) => units.poolIds[units.pool[u]!]!))], people = ofKind(HUMAN), apis = ofKind(API);
  return { vms: ofKind(CLOUD), pools, people, apis, resources: [...machines, ...pools, ...apis, ...people] };
}

const HOUR = 3_600_000;
/** How long a fault is that is put there by a click. */
const CLICKED_MS = { away: 24 * HOUR, outage: HOUR / 3, price: 6 * HOUR, slow: HOUR, storm: 6 * HOUR } as const;

/** The fault of a click (`to` is `from`) or a drag at this place; undefined where nothing can be put. */
export function faultAt(place: Place, from: number, to: number, picture: RunPicture): FaultFile | undefined {
  const at = timeText(from), lasts = (usual: number): string => timeText(to > from ? to - from : usual);
  if (place.on === 'strip') return { kind: 'storm', at, for: lasts(CLICKED_MS.storm), killsPerHour: 3 };
  if (place.on === 'track') {
    if (place.target.of === 'price') return { kind: 'price', at, for: lasts(CLICKED_MS.price), pool: place.target.pool, factor: 3 };
    return place.target.of === 'cost' ? { kind: 'budget', at, budget: lowerBudget(picture) } : undefined;
  }
  const { units } = picture, id = units.ids[place.unit]!, pool = units.poolIds[units.pool[place.unit]!]!;
  switch (units.poolKind[units.pool[place.unit]!]) {
    case CLOUD: return to > from ? { kind: 'storm', at, for: timeText(to - from), killsPerHour: 3, pool } : { kind: 'terminate', at, vm: id };
    case API: return { kind: 'outage', at, for: lasts(CLICKED_MS.outage), api: id };
    case HUMAN: return { kind: 'away', at, for: lasts(CLICKED_MS.away), human: id };
    default: return { kind: 'slow-down', at, for: lasts(CLICKED_MS.slow), resource: pool, factor: 2 };
  }
}

/** Dollars: four fifths of the budget, or of what the run costs. */
export function lowerBudget({ budget, metrics }: Pick<RunPicture, 'budget' | 'metrics'>): number {
  return Math.round((Number.isFinite(budget) ? budget : metrics.costMicroUsd) * 0.8 / 1e6);
}

const SNAPS: readonly number[] = [1000, 10_000, 60_000, 5 * 60_000, 15 * 60_000, HOUR];

/** The instant, to the coarsest step of the clock that is no wider than `near` ms. */
export function snapped(at: number, near: number): number {
  const step = SNAPS.findLast((size) => size <= near) ?? SNAPS[0]!;
  return Math.max(0, Math.round(at / step) * step);
}
