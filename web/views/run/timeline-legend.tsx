// What the marks of a timeline mean: only those that occur in the run.
import type { JSX } from 'preact';
import { CAUSE_INTERRUPTED, CAUSE_LOST } from '../../../engine/journal/records.ts';
import { COUNTED_STATES, OUTCOME_COMPLETED, OUTCOME_FAILED, OUTCOME_INTERRUPTED, OUTCOME_RUNNING } from '../../../engine/metrics/columns.ts';
import { API, HUMAN } from '../../../engine/model/states.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { STATE_INK } from './run-tracks.ts';

export interface LegendItem {
  readonly name: string;
  /** A CSS background. */
  readonly ground: string;
  readonly of: LegendGroup;
}

const GROUPS = ['attempts', 'machines and people', 'tasks by state'] as const;
type LegendGroup = (typeof GROUPS)[number];

const hatched = (colour: string): string => `repeating-linear-gradient(135deg, var(${colour}) 0 2px, var(--surface) 2px 5px)`;
const thin = (colour: string): string => `linear-gradient(var(--surface) 40%, var(${colour}) 40% 65%, var(--surface) 65%)`;

export function legendOf({ attempts: a, lives, units, notices, closed, faultMarks, chain, states }: RunPicture, critical: boolean): LegendItem[] {
  const rows = [...Array(a.count).keys()], kindOf = (k: number): number => units.poolKind[units.pool[a.unit[k]!]!]!, ran = (k: number): boolean => !Number.isNaN(a.startedAt[k]!);
  const waited = rows.filter((k) => !(a.startedAt[k]! <= a.placedAt[k]!)), onPeople = units.always.some((always) => always === 0);
  const item = (of: LegendGroup) => (name: string, ground: string, occurs: boolean): LegendItem[] => (occurs ? [{ name, ground, of }] : []), attempt = item('attempts'), resource = item('machines and people'), state = item('tasks by state');
  return [
    ...attempt('work', 'var(--bar-work)', rows.some((k) => ran(k) && a.outcome[k] === OUTCOME_COMPLETED)), ...attempt('set-up', 'var(--bar-setup)', rows.some((k) => a.setupMs[k]! > 0)),
    ...attempt('waiting for a machine', thin('--bar-wait'), waited.some((k) => kindOf(k) !== API && kindOf(k) !== HUMAN)), ...attempt('for a token', thin('--wait-token'), waited.some((k) => kindOf(k) === API)),
    ...attempt('for a person', thin('--wait-person'), waited.some((k) => kindOf(k) === HUMAN)),
    ...attempt('interrupted ✕', 'var(--bar-interrupted)', rows.some((k) => a.outcome[k] === OUTCOME_INTERRUPTED)), ...attempt('failed ✕', 'var(--bar-failed)', rows.some((k) => a.outcome[k] === OUTCOME_FAILED && ran(k))),
    ...attempt('under way', 'var(--bar-running)', rows.some((k) => ran(k) && a.outcome[k] === OUTCOME_RUNNING)),
    ...attempt('other ends', 'var(--bar-wait)', rows.some((k) => ran(k) && ![OUTCOME_COMPLETED, OUTCOME_INTERRUPTED, OUTCOME_FAILED, OUTCOME_RUNNING].includes(a.outcome[k]!))),
    ...attempt('lost work', hatched('--bar-lost'), rows.some((k) => a.lostMs[k]! > 0)), ...attempt('critical path', 'linear-gradient(var(--surface) 35%, var(--critical) 35% 70%, var(--surface) 70%)', critical && chain.count > 0),
    ...resource('spin-up', 'var(--vm-boot)', lives.readyAt.some((ready, k) => ready > lives.startedAt[k]!)), ...resource('VM up, idle where empty', 'var(--vm-life)', lives.count > 0), ...resource('notice ▾', 'var(--vm-notice)', notices.at.length > 0),
    ...resource('VM taken ✕', 'var(--kill)', lives.cause.some((cause) => cause === CAUSE_INTERRUPTED || cause === CAUSE_LOST)),
    ...resource('off hours', 'var(--off-hours)', onPeople), ...resource('away or limited', hatched('--closed'), closed.unit.length > 0), ...resource('fault', 'var(--fault)', faultMarks.length > 0),
    ...COUNTED_STATES.flatMap((name, s) => state(name, `var(--${STATE_INK[s]!})`, states.counts[s]!.some((count) => count > 0))),
  ];
}

/** A line a group. */
export function Legend({ picture, critical }: { readonly picture: RunPicture; readonly critical: boolean }): JSX.Element {
  const items = legendOf(picture, critical);
  return (
    <div class="legends">
      {GROUPS.filter((group) => items.some(({ of }) => of === group)).map((group) => (
        <span class="legend" key={group}><b>{group}</b>{items.filter(({ of }) => of === group).map(({ name, ground }) => <span key={name}><i style={{ background: ground, outline: '1px solid var(--line-strong)' }} />{name}</span>)}</span>
      ))}
    </div>
  );
}
