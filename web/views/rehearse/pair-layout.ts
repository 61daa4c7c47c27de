// Where everything of two runs of one scenario lies from top to bottom: each resource that either run used, the run without
// faults above, the run with them below. Heights are in rows.
import { API, CLOUD, HUMAN, LOCAL } from '../../../engine/model/states.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { layoutTimeline } from '../run/timeline-layout.ts';
import type { TimelineLayout, TimelineUnit } from '../run/timeline-layout.ts';

export interface PairUnit {
  readonly kind: 'unit';
  readonly unit: number;
  /** In rows from the top: of both runs, and of the one with faults. */
  readonly top: number;
  readonly middle: number;
  readonly bottom: number;
  readonly baseline: TimelineUnit;
  readonly faulted: TimelineUnit;
}

export interface PairHeading {
  readonly kind: 'heading';
  readonly text: string;
  readonly top: number;
}

export interface PairLayout {
  readonly items: readonly (PairUnit | PairHeading)[];
  readonly height: number;
  readonly baseline: TimelineLayout;
  readonly faulted: TimelineLayout;
}

const KINDS: readonly (readonly [kind: number, title: string])[] = [[LOCAL, 'machines'], [CLOUD, 'cloud VMs'], [API, 'APIs'], [HUMAN, 'people']];
const NONE = new Int32Array(0);

/** `onlyDifferent`: resources on which the runs did the same are left out, but for those in `always`. */
export function layoutPair(baseline: RunPicture, faulted: RunPicture, onlyDifferent: boolean, always: ReadonlySet<string>): PairLayout {
  const layouts = [layoutTimeline(baseline), layoutTimeline(faulted)] as const, [before, after] = layouts.map(unitsOf) as [Map<number, TimelineUnit>, Map<number, TimelineUnit>];
  const { units } = baseline, items: (PairUnit | PairHeading)[] = [];
  let top = 0;
  for (const [kind, title] of KINDS) {
    const used = [...units.ids.keys()].filter((u) => units.poolKind[units.pool[u]!] === kind && (before.has(u) || after.has(u) || always.has(units.ids[u]!)));
    const shown = used.filter((u) => !onlyDifferent || always.has(units.ids[u]!) || differs(baseline, before.get(u), faulted, after.get(u)));
    if (used.length === 0) continue;
    items.push({ kind: 'heading', text: shown.length === used.length ? title : `${title}, ${shown.length} of ${used.length} differ`, top });
    top++;
    for (const unit of shown) {
      const one = before.get(unit) ?? emptyUnit(unit), two = after.get(unit) ?? emptyUnit(unit), middle = top + Math.max(1, one.lanes.length), bottom = middle + Math.max(1, two.lanes.length);
      items.push({ kind: 'unit', unit, top, middle, bottom, baseline: one, faulted: two });
      top = bottom;
    }
  }
  return { items, height: top, baseline: layouts[0], faulted: layouts[1] };
}

/** The resource or heading at a height in rows. */
export function pairAt({ items, height }: PairLayout, row: number): PairUnit | PairHeading | undefined {
  return row < 0 || row >= height ? undefined : items.findLast((item) => item.top <= row);
}

function unitsOf({ items }: TimelineLayout): Map<number, TimelineUnit> {
  return new Map(items.flatMap((item) => (item.kind === 'unit' ? [[item.unit, item] as const] : [])));
}

function emptyUnit(unit: number): TimelineUnit {
  return { kind: 'unit', unit, top: 0, lanes: [], waits: NONE, lives: NONE, notices: NONE, closed: NONE };
}

/** Whether other tasks ran there, or at other times, or VMs lived otherwise. */
function differs(a: RunPicture, one: TimelineUnit | undefined, b: RunPicture, two: TimelineUnit | undefined): boolean {
  const story = (picture: RunPicture, unit: TimelineUnit | undefined): string => {
    const { attempts, lives } = picture, rows = (unit?.lanes ?? []).map((lane) => [...lane].map((k) => `${attempts.task[k]} ${attempts.startedAt[k]} ${attempts.endedAt[k]}`).join());
    return `${rows.join(';')}|${[...unit?.lives ?? []].map((k) => `${lives.startedAt[k]} ${lives.endedAt[k]}`).join()}`;
  };
  return story(a, one) !== story(b, two);
}
