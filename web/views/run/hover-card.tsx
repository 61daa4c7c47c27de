// What is under the pointer: an attempt with its times, or the life of a VM.
import { utcFormat } from 'd3';
import type { JSX } from 'preact';
import { clockText, dollarText, durationText } from '../../../engine/metrics/figure-text.ts';
import { CAUSES } from '../../../engine/journal/records.ts';
import { OUTCOMES } from '../../../engine/metrics/columns.ts';
import { MARKETS } from '../../../engine/model/states.ts';
import type { RunPicture } from '../../worker/protocol.ts';

export interface Hovered {
  /** Row of an attempt or -1, row of a VM life or -1. */
  readonly attempt: number;
  readonly life: number;
  /** In the timeline, px. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const OFFSET = 14;
const ROOM = 300;
const dateText = utcFormat('%a %-d %b %H:%M');

export function HoverCard({ picture, hovered }: { readonly picture: RunPicture; readonly hovered: Hovered }): JSX.Element {
  const { x, y, width, attempt, life } = hovered, style = x > width - ROOM ? { right: `${width - x + OFFSET}px`, top: `${y + 40}px` } : { left: `${x + OFFSET}px`, top: `${y + 40}px` };
  return <div class="card" style={style} aria-hidden="true">{attempt >= 0 ? <AttemptFacts picture={picture} k={attempt} /> : <LifeFacts picture={picture} k={life} />}</div>;
}

/** `1d 14:05:30` to the second. */
export function instantText(ms: number): string {
  return clockText(Math.round(ms / 1000) * 1000);
}

/** For screen readers. */
export function attemptSentence({ attempts: a, tasks, units }: RunPicture, k: number): string {
  const from = Number.isNaN(a.startedAt[k]!) ? a.placedAt[k]! : a.startedAt[k]!;
  return `${tasks.ids[a.task[k]!]}, attempt ${a.attempt[k]} on ${units.ids[a.unit[k]!]}: ${OUTCOMES[a.outcome[k]!]}, from ${instantText(from)}, ${durationText(a.endedAt[k]! - from)}`;
}

function AttemptFacts({ picture, k }: { readonly picture: RunPicture; readonly k: number }): JSX.Element {
  const { attempts: a, tasks, units, jobs } = picture, task = a.task[k]!, started = a.startedAt[k]!, ran = !Number.isNaN(started), market = MARKETS[a.market[k]!];
  return (
    <>
      <h3>{tasks.ids[task]}</h3>
      <p class="soft">{tasks.kinds[task] === '' ? 'task' : tasks.kinds[task]} of {jobs[tasks.job[task]!]!.job} · attempt {a.attempt[k]} · {units.ids[a.unit[k]!]}{market === undefined ? '' : `, ${market}`}</p>
      <Pairs pairs={[
        ['outcome', OUTCOMES[a.outcome[k]!]!],
        ['waited for a place', durationText(a.placedAt[k]! - a.readyAt[k]!)],
        ['placed', instantText(a.placedAt[k]!)],
        ['then waited', durationText((ran ? started : a.endedAt[k]!) - a.placedAt[k]!)],
        ...(ran ? [['started', `${instantText(started)} (${dateText(new Date(picture.epochMs + started))})`], ['lasted', durationText(a.endedAt[k]! - started)], ['worked', durationText(a.busyMs[k]!)]] as const : []),
        ...(a.setupMs[k]! > 0 ? [['set-up', durationText(a.setupMs[k]!)]] as const : []),
        ...(a.lostMs[k]! > 0 ? [['lost', durationText(a.lostMs[k]!)]] as const : []),
        ['cost', dollarText(a.cost[k]!)],
      ]} />
    </>
  );
}

function LifeFacts({ picture, k }: { readonly picture: RunPicture; readonly k: number }): JSX.Element {
  const { lives: l, units } = picture, started = l.startedAt[k]!, ready = l.readyAt[k]!;
  return (
    <>
      <h3>{units.ids[l.unit[k]!]}, VM life {l.life[k]}</h3>
      <Pairs pairs={[
        ['market', MARKETS[l.market[k]!]!], ['requested', instantText(l.requestedAt[k]!)], ['ready', Number.isNaN(ready) ? 'never' : instantText(ready)],
        ...(ready > started ? [['spin-up', durationText(ready - started)]] as const : []), ['ended', instantText(l.endedAt[k]!)], ['because', CAUSES[l.cause[k]!] ?? 'the run ended'], ['cost', dollarText(l.cost[k]!)],
      ]} />
    </>
  );
}

export function Pairs({ pairs }: { readonly pairs: readonly (readonly [name: string, value: string])[] }): JSX.Element {
  return <dl class="pairs">{pairs.map(([name, value]) => <><dt key={name}>{name}</dt><dd>{value}</dd></>)}</dl>;
}
