// A fault plan as it is edited by hand: faults added, changed, moved and taken away, each a new plan; times written so that
// they read well and mean exactly the millisecond they are.
import type { FaultFile, FaultPlanFile } from '../../engine/model/fault-plan.ts';
import { parseDuration } from '../../engine/model/units.ts';
import { packText } from './packed-text.ts';

export type FaultKind = FaultFile['kind'];

export const FAULT_KINDS: readonly (readonly [kind: FaultKind, words: string])[] = [
  ['terminate', 'kill a VM'], ['terminate-working', 'kill VMs at work'], ['storm', 'seeded storm'], ['no-capacity', 'no spot VMs'], ['price', 'spot price'], ['away', 'person away'],
  ['outage', 'API down'], ['slow-down', 'slow machine'], ['budget', 'budget'],
];

export const EMPTY_PLAN: FaultPlanFile = { twinclock: 'faults/1', name: 'faults', faults: [] };

/** What a plan begins with that lies in an address packed (see packed-text.ts), because its JSON would be long. */
export const PACKED_PLAN = 'packed:';
/** Characters of JSON that an address still takes as they are. */
const PLAIN_MAX = 1500;
/** Plans that were packed in this tab, so that they need not be unpacked to be shown. */
const packedHere = new Map<string, FaultPlanFile>();

/** The plan that lies in an address; undefined for a name, for text that is no plan, and for one that was packed elsewhere. */
export function inlinePlan(setting: string): FaultPlanFile | undefined {
  if (setting === '') return EMPTY_PLAN;
  if (!setting.startsWith('{')) return packedHere.get(setting);
  try {
    const plan = JSON.parse(setting) as FaultPlanFile;
    return Array.isArray(plan.faults) ? plan : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a plan lies in the address, rather than a name. */
export function isInline(setting: string): boolean {
  return setting === '' || setting.startsWith('{') || setting.startsWith(PACKED_PLAN);
}

/** The same for plans of any length: packed when its JSON is long. */
export async function shortSetting(plan: FaultPlanFile): Promise<string> {
  const plain = planSetting(plan);
  if (plain.length <= PLAIN_MAX) return plain;
  const packed = PACKED_PLAN + await packText(plain);
  packedHere.set(packed, plan);
  return packed;
}

/** As it lies in an address. */
export function planSetting(plan: FaultPlanFile): string {
  return JSON.stringify(plan);
}

/** As it is saved and downloaded: what the command line takes with `--faults`. */
export function planText(plan: FaultPlanFile): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

const HOUR = 3_600_000;
const UNITS: readonly (readonly [name: string, ms: number])[] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]];

/** `3d16h`, `1h30m`, `90ms`: exactly this many ms. Zero is `0s`. */
export function timeText(ms: number): string {
  let left = Math.max(0, Math.round(ms)), text = '';
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${name}`;
    left -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** ms of a time in a plan; NaN when it is none. */
export function timeMs(text: string | number | undefined): number {
  if (text === undefined) return NaN;
  try { return parseDuration(text); } catch { return NaN; }
}

/** From when to when a fault is, ms since the epoch; `to` is `from` for an instant, Infinity without an end. NaN: when VMs work. */
export function faultSpan(fault: FaultFile): { readonly from: number; readonly to: number } {
  if (fault.kind === 'terminate-working') return { from: NaN, to: NaN };
  const from = timeMs(fault.at), lasts = 'for' in fault ? timeMs(fault.for) : 0;
  return { from, to: fault.kind === 'budget' || (fault.kind === 'price' && fault.for === undefined) ? Infinity : from + lasts };
}

export function withFault(plan: FaultPlanFile, fault: FaultFile): FaultPlanFile {
  return { ...own(plan), faults: [...plan.faults, fault] };
}

export function withoutFault(plan: FaultPlanFile, at: number): FaultPlanFile {
  return { ...own(plan), faults: plan.faults.filter((_, k) => k !== at) };
}

/** Keys with undefined go away. */
export function changedFault(plan: FaultPlanFile, at: number, change: Readonly<Record<string, unknown>>): FaultPlanFile {
  const merged = Object.fromEntries(Object.entries({ ...plan.faults[at]!, ...change }).filter(([, value]) => value !== undefined)) as unknown as FaultFile;
  return { ...own(plan), faults: plan.faults.map((fault, k) => (k === at ? merged : fault)) };
}

/** The fault at another time, as long as before. */
export function movedFault(plan: FaultPlanFile, at: number, from: number): FaultPlanFile {
  return plan.faults[at]!.kind === 'terminate-working' ? plan : changedFault(plan, at, { at: timeText(from) });
}

/** What somebody does to a plan. `at`: the place of the fault that it is done to. */
export type PlanEdit =
  | { readonly kind: 'add'; readonly fault: FaultFile }
  | { readonly kind: 'change'; readonly at: number; readonly change: Readonly<Record<string, unknown>> }
  /** To begin at another time, ms. */
  | { readonly kind: 'move'; readonly at: number; readonly from: number }
  | { readonly kind: 'remove'; readonly at: number };

/** The plan itself where there is no such fault, or nothing comes of it. */
export function edited(plan: FaultPlanFile, edit: PlanEdit): FaultPlanFile {
  if (edit.kind === 'add') return withFault(plan, edit.fault);
  if (plan.faults[edit.at] === undefined) return plan;
  switch (edit.kind) {
    case 'change': return changedFault(plan, edit.at, edit.change);
    case 'move': return movedFault(plan, edit.at, edit.from);
    case 'remove': return withoutFault(plan, edit.at);
  }
}

/** The fault that is looked at after an edit of this plan; -1 for none. */
export function pickedBy(edit: PlanEdit, plan: FaultPlanFile): number {
  return edit.kind === 'add' ? plan.faults.length : edit.kind === 'remove' ? -1 : edit.at;
}

/** What came of an edit. `removed`: the place of the fault that it took away, or -1; `picked`: of the one that is looked at then, or -1. */
export interface MadeEdit {
  readonly plan: FaultPlanFile;
  readonly removed: number;
  readonly picked: number;
}

/** The edit made to the plan, in which the fault it is done to stands at `placeNow` of where it stood when it was drawn. Undefined when nothing comes of it. */
export function madeEdit(plan: FaultPlanFile, wanted: PlanEdit, placeNow: (at: number) => number): MadeEdit | undefined {
  const edit = wanted.kind === 'add' ? wanted : { ...wanted, at: placeNow(wanted.at) }, next = edited(plan, edit);
  return next === plan ? undefined : { plan: next, removed: edit.kind === 'remove' ? edit.at : -1, picked: pickedBy(edit, plan) };
}

/** Once it is changed, a plan of the catalogue is no longer what its description says. */
function own({ twinclock, name }: FaultPlanFile): FaultPlanFile {
  return { twinclock, name: name.startsWith('my ') || name === EMPTY_PLAN.name ? name : `my ${name}`, faults: [] };
}

/** What of a scenario can be struck. */
export interface Targets {
  readonly vms: readonly string[];
  readonly pools: readonly string[];
  readonly people: readonly string[];
  readonly apis: readonly string[];
  /** Everything that can be slow. */
  readonly resources: readonly string[];
}

/**
 * A fault of this kind to begin with, in the middle of a run; undefined when there is nothing that it could strike. `lasts`: for how
 * long, instead of what is usual for runs of days; a storm then kills twice in it.
 */
export function freshFault(kind: FaultKind, targets: Targets, at: number, budgetDollars: number, lasts?: string): FaultFile | undefined {
  const when = { at: timeText(at) }, first = (names: readonly string[], make: (name: string) => FaultFile): FaultFile | undefined => (names[0] === undefined ? undefined : make(names[0]));
  switch (kind) {
    case 'terminate': return first(targets.vms, (vm) => ({ kind, ...when, vm }));
    case 'terminate-working': return first(targets.pools, () => ({ kind, market: 'spot', atProgress: 0.5 }));
    case 'storm': return first(targets.pools, () => ({ kind, ...when, for: lasts ?? '6h', killsPerHour: lasts === undefined ? 3 : Math.max(1, Math.round(2 * HOUR / timeMs(lasts))) }));
    case 'no-capacity': return first(targets.pools, (pool) => ({ kind, ...when, for: lasts ?? '1d', pool }));
    case 'price': return first(targets.pools, (pool) => ({ kind, ...when, for: lasts ?? '1d', pool, factor: 3 }));
    case 'away': return first(targets.people, (human) => ({ kind, ...when, for: lasts ?? '1d', human }));
    case 'outage': return first(targets.apis, (api) => ({ kind, ...when, for: lasts ?? '20m', api }));
    case 'slow-down': return first(targets.resources, (resource) => ({ kind, ...when, for: lasts ?? '6h', resource, factor: 2 }));
    case 'budget': return { kind, ...when, budget: budgetDollars };
  }
}
