// What was announced: VMs that will be taken, limits, absences, with the time that is left; and the VMs that were taken last.
import type { JSX } from 'preact';
import { CAUSE_INTERRUPTED, CAUSE_LOST } from '../../../engine/journal/records.ts';
import { MARKETS } from '../../../engine/model/states.ts';
import type { LiveRun } from '../../state/live-desk.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { instantText } from '../run/hover-card.tsx';
import { untilText } from './live-figures.ts';

const TAKEN_SHOWN = 5;
const SAYS: Readonly<Record<string, string>> = { cloud: 'will be taken at', api: 'takes no calls until', human: 'is away until' };

export function NoticePanel({ live: { run, resources }, picture: { lives, units } }: { readonly live: LiveRun; readonly picture: RunPicture }): JSX.Element | null {
  const announced = resources.filter(({ until }) => until > run.now).sort((a, b) => a.until - b.until), taken = [...lives.cause.keys()].filter((k) => lives.cause[k] === CAUSE_INTERRUPTED || lives.cause[k] === CAUSE_LOST);
  if (announced.length === 0 && taken.length === 0) return null;
  return (
    <section class="panel notices" aria-labelledby="notices-title">
      <h2 id="notices-title">Notices {taken.length > 0 && <span class="soft">{taken.length} {taken.length === 1 ? 'VM was' : 'VMs were'} taken so far</span>}</h2>
      <ul>
        {announced.map(({ unit, kind, until }) => <li key={unit} class="announced"><strong>{unit}</strong> {SAYS[kind]} {instantText(until)}, in {untilText(until, run.now)}</li>)}
        {taken.slice(-TAKEN_SHOWN).reverse().map((k) => <li key={`${lives.unit[k]} ${lives.life[k]}`}><strong>{units.ids[lives.unit[k]!]}</strong> <span class="soft">{MARKETS[lives.market[k]!]}, life {lives.life[k]}</span> was {lives.cause[k] === CAUSE_LOST ? 'lost' : 'taken'} at {instantText(lives.endedAt[k]!)}</li>)}
      </ul>
    </section>
  );
}
