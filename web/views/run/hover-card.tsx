// What is under the pointer: an attempt with its times, the life of a VM, an absence or a limit, a fault.
import { utcFormat } from 'd3';
import type { JSX } from 'preact';
import { clockText, dollarText, durationText } from '../../../engine/metrics/figure-text.ts';
import { CAUSES } from '../../../engine/journal/records.ts';
import { OUTCOMES, OUTCOME_WAITING } from '../../../engine/metrics/columns.ts';
import { HUMAN, MARKETS } from '../../../engine/model/states.ts';
import type { RunPicture } from '../../worker/protocol.ts';

export interface Hovered {
  /** Rows, -1 for none: of an attempt, a VM life, a time in which the resource took nothing, a fault. The first there is is shown. */
  readonly attempt: number;
  readonly life: number;
  readonly closed: number;
  readonly fault: number;
  /** In the panel, px; and the panel's size. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** By index into RESOURCE_KINDS. */
const WAITED_FOR = ['data', 'boot or data', 'a token', 'the person'] as const;

const OFFSET = 14;
const dateText = utcFormat('%a %-d %b %H:%M');

/** Beside the pointer, on the side where there is more room; a card that is larger than that room is moved back into the panel, which cuts off what sticks out. */
export function cardPlace({ x, y, width, height }: Pick<Hovered, 'x' | 'y' | 'width' | 'height'>): Readonly<Record<string, string>> {
  const across = placeAlong(x, width), down = placeAlong(y, height);
  return { [across.far ? 'right' : 'left']: across.gap, [down.far ? 'bottom' : 'top']: down.gap, transform: `translate(${across.shift}, ${down.shift})` };
}

/** Along one side of the panel: how far from its start, or from its far end, and how far back. 100% is the card's own size. */
function placeAlong(at: number, whole: number): { readonly far: boolean; readonly gap: string; readonly shift: string } {
  const far = at > whole / 2, gap = Math.max(0, far ? whole - at + OFFSET : at + OFFSET), room = whole - gap;
  return { far, gap: `${gap}px`, shift: far ? `max(0px, 100% - ${room}px)` : `min(0px, ${room}px - 100%)` };
}

export function HoverCard({ picture, hovered }: { readonly picture: RunPicture; readonly hovered: Hovered }): JSX.Element {
  const { attempt, life, closed } = hovered;
  return <div class="card" style={cardPlace(hovered)} aria-hidden="true">{attempt >= 0 ? <AttemptFacts picture={picture} k={attempt} /> : life >= 0 ? <LifeFacts picture={picture} k={life} /> : closed >= 0 ? <ClosedFacts picture={picture} k={closed} /> : <FaultFacts picture={picture} k={hovered.fault} />}</div>;
}

/** `1d 14:05:30` to the second. */
export function instantText(ms: number): string {
  return clockText(Math.round(ms / 1000) * 1000);
}

/** `1d 14:05` to the minute. */
export function minuteText(ms: number): string {
  return clockText(Math.round(ms / 60_000) * 60_000).replace(/:\d\d$/, '');
}

/** How instants of a table are written: to the minute, or to the second where the last of them lies within the first hour. */
export const tableInstant = (last: number): ((ms: number) => string) => (last < 3_600_000 ? instantText : minuteText);

/** It has not ended: the run goes on, or its journal was cut off. */
const isOpen = ({ cause, attempts: { outcome } }: Pick<RunPicture, 'cause' | 'attempts'>, k: number): boolean => cause === 'open' && outcome[k]! >= OUTCOME_WAITING;

/** For screen readers. */
export function attemptSentence(picture: RunPicture, k: number): string {
  const { attempts: a, tasks, units } = picture, from = Number.isNaN(a.startedAt[k]!) ? a.placedAt[k]! : a.startedAt[k]!;
  return `${tasks.ids[a.task[k]!]}, attempt ${a.attempt[k]} on ${units.ids[a.unit[k]!]}: ${OUTCOMES[a.outcome[k]!]}, from ${instantText(from)}, ${durationText(a.endedAt[k]! - from)}${isOpen(picture, k) ? ' so far' : ''}`;
}

function AttemptFacts({ picture, k }: { readonly picture: RunPicture; readonly k: number }): JSX.Element {
  const { attempts: a, tasks, units, jobs } = picture, task = a.task[k]!, market = MARKETS[a.market[k]!];
  return (
    <>
      <h3>{tasks.ids[task]}</h3>
      <p class="soft">{tasks.kinds[task] === '' ? 'task' : tasks.kinds[task]} of {jobs[tasks.job[task]!]!.job} · attempt {a.attempt[k]} · {units.ids[a.unit[k]!]}{market === undefined ? '' : `, ${market}`}</p>
      <Pairs pairs={attemptTimes(picture, k)} />
    </>
  );
}

/** What an attempt did when; of one that goes on, so far. */
export function attemptTimes(picture: Pick<RunPicture, 'attempts' | 'cause' | 'epochMs' | 'units'>, k: number): readonly (readonly [name: string, value: string])[] {
  const { attempts: a, units } = picture, started = a.startedAt[k]!, ended = a.endedAt[k]!, ran = !Number.isNaN(started), open = isOpen(picture, k), paused = ended - started - a.busyMs[k]!;
  return [
    ['outcome', OUTCOMES[a.outcome[k]!]!],
    ['could be placed', instantText(a.readyAt[k]!)],
    ['waited for a place', durationText(a.placedAt[k]! - a.readyAt[k]!)],
    ['placed', instantText(a.placedAt[k]!)],
    [`${open && !ran ? 'waits' : 'then waited'} for ${WAITED_FOR[units.poolKind[units.pool[a.unit[k]!]!]!]!}`, durationText((ran ? started : ended) - a.placedAt[k]!)],
    ...(ran ? [['started', `${instantText(started)} (${dateText(new Date(picture.epochMs + started))})`], [open ? 'running for' : 'lasted', durationText(ended - started)], [open ? 'worked so far' : 'worked', durationText(a.busyMs[k]!)]] as const : []),
    ...(ran && paused > 0 ? [['outside working hours', durationText(paused)]] as const : []),
    ...(a.setupMs[k]! > 0 ? [['set-up', durationText(a.setupMs[k]!)]] as const : []),
    ...(a.lostMs[k]! > 0 ? [['lost', durationText(a.lostMs[k]!)]] as const : []),
    ...(open ? [] : [['ended', instantText(ended)]] as const), [open ? 'cost so far' : 'cost', dollarText(a.cost[k]!)],
  ];
}

function LifeFacts({ picture, k }: { readonly picture: RunPicture; readonly k: number }): JSX.Element {
  const { lives: l, cause, units, notices } = picture, started = l.startedAt[k]!, ready = l.readyAt[k]!, notice = notices.at.findIndex((at, n) => notices.unit[n] === l.unit[k] && at >= l.requestedAt[k]! && at <= l.endedAt[k]!), open = cause === 'open' && CAUSES[l.cause[k]!] === undefined;
  return (
    <>
      <h3>{units.ids[l.unit[k]!]}, VM life {l.life[k]}</h3>
      <Pairs pairs={[
        ['market', MARKETS[l.market[k]!]!], ['requested', instantText(l.requestedAt[k]!)], ['ready', Number.isNaN(ready) ? 'never' : instantText(ready)],
        ...(ready > started ? [['spin-up', durationText(ready - started)]] as const : []),
        ...(notice < 0 ? [] : [['notice', instantText(notices.at[notice]!)], ['to be taken', instantText(notices.killAt[notice]!)]] as const), ...(open ? [] : [['ended', instantText(l.endedAt[k]!)], ['because', CAUSES[l.cause[k]!] ?? 'the run ended']] as const), [open ? 'cost so far' : 'cost', dollarText(l.cost[k]!)],
      ]} />
    </>
  );
}

function ClosedFacts({ picture: { closed, units }, k }: { readonly picture: RunPicture; readonly k: number }): JSX.Element {
  const unit = closed.unit[k]!, person = units.poolKind[units.pool[unit]!] === HUMAN;
  return <><h3>{units.ids[unit]} {person ? 'away' : 'took no calls'}</h3><Pairs pairs={[['from', instantText(closed.from[k]!)], ['until', instantText(closed.to[k]!)], ['lasted', durationText(closed.to[k]! - closed.from[k]!)]]} /></>;
}

function FaultFacts({ picture: { faultMarks }, k }: { readonly picture: RunPicture; readonly k: number }): JSX.Element {
  const { text, from, to } = faultMarks[k]!;
  return <><h3>Fault: {text}</h3><Pairs pairs={[['at', instantText(from)], ...(to > from ? [['until', instantText(to)], ['lasts', durationText(to - from)]] as const : [])]} /></>;
}

export function Pairs({ pairs }: { readonly pairs: readonly (readonly [name: string, value: string])[] }): JSX.Element {
  return <dl class="pairs">{pairs.map(([name, value]) => <><dt key={name}>{name}</dt><dd>{value}</dd></>)}</dl>;
}
