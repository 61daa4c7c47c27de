// Which run it is, how it stands, who acts here, and the switches. Each switch first says who would do what to what.
import { utcFormat } from 'd3';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { countText } from '../../../engine/metrics/figure-text.ts';
import { weightsText } from '../../state/routes/settings.ts';
import type { LiveDesk, LiveRun, Switch } from '../../state/live-desk.ts';
import { saveFile } from '../../state/save-file.ts';
import { instantText } from '../run/hover-card.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { switchesFor } from './switches.ts';

const dateText = utcFormat('%a %-d %b %H:%M:%S UTC');
/** Phases in which decisions are made, and in which something is wrong. */
const GOOD = ['running'], BAD = ['failed', 'stopped'];

export function LiveHead({ desk, live }: { readonly desk: LiveDesk; readonly live: LiveRun }): JSX.Element {
  const { run, resources } = live, [asked, setAsked] = useState<Switch | undefined>(undefined), switches = switchesFor(run, resources), choice = switches.find(({ name }) => name === asked);
  const parameters = Object.entries(run.policy.parameters).map(([key, value]) => `${key}=${value}`).join(', '), name = desk.name.value.trim();
  return (
    <section class="panel controls live-head" aria-label="The run">
      <div class="field"><span class="name">Run</span><strong class="run-name">{run.run}</strong></div>
      <div class="field"><span class="name">Phase</span><span><strong class={`phase ${GOOD.includes(run.phase) ? 'good' : BAD.includes(run.phase) ? 'bad' : 'open'}`} data-phase={run.phase}>{run.phase}</strong></span></div>
      <div class="field"><span class="name">Now</span><span>{instantText(run.now)} <span class="soft">{dateText(new Date(Date.parse(run.epoch) + run.now))}</span></span></div>
      <div class="field"><span class="name">Policy</span><span title={parameters}>{run.policy.name} <span class="soft">{weightsText(run.weights).replaceAll(',', ' / ')}</span></span></div>
      <div class="field"><span class="name">Journal</span><span>{countText(live.rows, 'row')} <span class="soft">daemon started {countText(run.daemonEpoch, 'time')}{run.unknown > 0 && `, ${countText(run.unknown, 'attempt')} of unknown fate`}{run.refusedReports > 0 && `, ${countText(run.refusedReports, 'late report')} refused`}</span> <button type="button" class="link" onClick={() => { void saveJournal(desk); }}>Download journal</button></span></div>
      {run.reason !== '' && <p class="worse">{run.reason}</p>}
      <label class="field push"><span class="name">Acting as</span><input type="text" class="short" placeholder="your name" value={desk.name.value} onInput={(event) => { desk.callMyself(event.currentTarget.value); }} /></label>
      <div class="row" role="group" aria-label="Switches">
        {switches.map(({ name: which, title, danger }) => <button key={which} type="button" class={danger ? 'danger' : ''} data-switch={which} onClick={() => { setAsked(which); }}>{title} …</button>)}
      </div>
      {choice !== undefined && (
        <ConfirmDialog title={`${choice.title}: ${run.run}`} confirm={choice.confirm} danger={choice.danger} onClose={() => { setAsked(undefined); }} onConfirm={() => { void desk.turn(choice.name); }}>
          <p><strong>{name === '' ? 'Somebody at this browser' : name}</strong> acts on the run <strong>{run.run}</strong> of the daemon at <code>{location.host}</code>.</p>
          <ul>{choice.effects.map((effect) => <li key={effect}>{effect}</li>)}</ul>
        </ConfirmDialog>
      )}
    </section>
  );
}

async function saveJournal(desk: LiveDesk): Promise<void> {
  const file = await desk.journalFile();
  if (file !== undefined) saveFile(file);
}
