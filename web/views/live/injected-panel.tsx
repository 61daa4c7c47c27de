// Faults that were injected into the run: each with its state, from when until when it was on and what it took; what is left of
// them, as the drivers say; and the way to inject more, or to take everything back.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RehearsalJson, RehearsedFaultJson } from '../../../engine/live/api/answers.ts';
import { countText } from '../../../engine/metrics/figure-text.ts';
import { faultsToCome, leftWords } from '../../../engine/model/fault-words.ts';
import type { LiveDesk, LiveRun } from '../../state/live-desk.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { FaultList } from '../fault-list.tsx';
import { instantText } from '../run/hover-card.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { FaultForm } from './fault-form.tsx';

export interface InjectedPanelProps {
  readonly desk: LiveDesk;
  readonly live: LiveRun;
  readonly picture: RunPicture;
}

export function InjectedPanel({ desk, live, picture }: InjectedPanelProps): JSX.Element {
  const { draft } = desk, { faults: { rehearsals, held } } = live, error = draft.error.value, isOn = underWay(live);
  return (
    <section class="panel injected" aria-labelledby="injected-title">
      <div class="row">
        <h2 id="injected-title">Faults <span class="soft">{rehearsals.length === 0 ? 'nothing was ever injected into this run' : countText(rehearsals.length, 'rehearsal')}</span></h2>
        <span class="push row">
          {!draft.isOpen.value && <button type="button" data-act="begin-faults" onClick={() => { void draft.begin(); }}>Inject faults …</button>}
          {isOn && <WithdrawButton desk={desk} live={live} />}
        </span>
      </div>
      {error !== undefined && <FaultList title={error.faults.length > 0 ? 'This cannot be injected' : `The daemon refused: ${error.message}`} faults={error.faults} />}
      {rehearsals.length > 0 && <p class={held.length > 0 ? 'worse' : isOn ? '' : 'better'} role="status" data-left={held.length}>{capital(leftWords(held, toCome(rehearsals)))}.</p>}
      {[...rehearsals].reverse().map((rehearsal) => <Rehearsed key={rehearsal.id} rehearsal={rehearsal} picture={picture} />)}
      {draft.isOpen.value && <FaultForm desk={desk} live={live} picture={picture} />}
    </section>
  );
}

/** Something is on, or will be. */
export const underWay = ({ faults: { rehearsals, held } }: LiveRun): boolean => held.length > 0 || rehearsals.some(({ phase }) => phase === 'running');

const toCome = (rehearsals: readonly RehearsalJson[]): number => faultsToCome(rehearsals.flatMap(({ faults }) => faults));
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/** Says that a rehearsal goes on, above everything else, with the way out of it. */
export function RehearsalBanner({ desk, live }: Pick<InjectedPanelProps, 'desk' | 'live'>): JSX.Element | null {
  if (!underWay(live)) return null;
  const { rehearsals, held } = live.faults, running = rehearsals.filter(({ phase }) => phase === 'running');
  return (
    <p class="status open banner" data-rehearsal="on">
      <strong>A rehearsal is under way{running.length > 0 && ` (${running.map(({ name }) => name).join(', ')})`}.</strong> <span>{capital(leftWords(held, toCome(rehearsals)))}.</span>
      <span class="push"><WithdrawButton desk={desk} live={live} /></span>
    </p>
  );
}

function WithdrawButton({ desk, live: { run, faults: { rehearsals } } }: Pick<InjectedPanelProps, 'desk' | 'live'>): JSX.Element {
  const [asked, setAsked] = useState(false), faults = rehearsals.filter(({ phase }) => phase === 'running').flatMap((one) => one.faults), on = faults.filter(({ state }) => ['on', 'failing', 'ending'].includes(state)), coming = faults.filter(({ state }) => state === 'waiting');
  return (
    <>
      <button type="button" class="danger" onClick={() => { setAsked(true); }}>Withdraw …</button>
      {asked && (
        <ConfirmDialog title={`Withdraw the faults: ${run.run}`} confirm="Withdraw" danger={false} onClose={() => { setAsked(false); }} onConfirm={() => { void desk.draft.withdraw(); }}>
          <ul>
            {on.map(({ number, words, state }) => <li key={number}>{words}: {state === 'ending' ? 'is being taken back' : 'is taken back'}.</li>)}
            {coming.map(({ number, words }) => <li key={number}>{words}: does not begin.</li>)}
            <li>A VM that was announced to be taken is taken all the same.</li>
          </ul>
        </ConfirmDialog>
      )}
    </>
  );
}

function Rehearsed({ rehearsal: { id, name, phase, reason, from, stop, faults }, picture }: { readonly rehearsal: RehearsalJson; readonly picture: RunPicture }): JSX.Element {
  return (
    <>
      <h3>{id}: {name} <span class="soft">since {instantText(from)}, <span data-rehearsal-phase={phase}>{phase}</span>{reason !== '' && `: ${reason}`}{stop.length > 0 && `; stops when ${stop.join(', or ')}`}</span></h3>
      <ScrollBox label={`Faults of rehearsal ${id}`}>
        <table class="injected-faults">
          <thead><tr><th scope="col">no</th><th scope="col" class="text">fault</th><th scope="col" class="text">state</th><th scope="col">on since</th><th scope="col">until</th><th scope="col">times</th><th scope="col" class="text">took</th></tr></thead>
          <tbody>{faults.map((fault) => <FaultLine key={fault.number} fault={fault} picture={picture} />)}</tbody>
        </table>
      </ScrollBox>
    </>
  );
}

/** States that call for a look; any other is written as it comes. */
const INK: Readonly<Record<string, string>> = { on: 'worse', failing: 'worse', ending: 'worse', failed: 'worse', missed: 'worse', over: 'soft' };
/** What a state means, where its name alone does not say it. */
const MEANS: Readonly<Record<string, string>> = {
  waiting: 'Its time has not come', ending: 'Nothing more of it is begun; what is on is taken back or runs out', missed: 'Its time came while no daemon was there',
  failing: 'A driver could not make it happen so far, and tries again', failed: 'A driver could not make all of it happen',
};

function FaultLine({ fault: { number, words, state, vms, injections, reason = '' }, picture: { faultMarks } }: { readonly fault: RehearsedFaultJson; readonly picture: RunPicture }): JSX.Element {
  const marks = faultMarks.filter(({ fault }) => fault === number), since = marks.at(0)?.from ?? NaN, until = state === 'over' ? marks.at(-1)?.to ?? NaN : NaN;
  return (
    <tr data-fault={number}>
      <td>{number}</td><th scope="row">{words}</th><td class={`text ${INK[state] ?? ''}`} title={MEANS[state]}>{state}{reason !== '' && `: ${reason}`}</td>
      <td>{instantText(since)}</td><td>{instantText(until)}</td><td>{injections}</td><td class="text">{vms.join(', ')}</td>
    </tr>
  );
}
