// A plan of faults for the run that goes on: put together by hand from what its drivers can do, or opened from a file. First its reach
// is told, by futures with it and without; only then can it be injected.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BlastJson, ReachedJson } from '../../../engine/live/api/answers.ts';
import { clockText, countText, dollarText, durationText, numberText } from '../../../engine/metrics/figure-text.ts';
import { faultWords } from '../../../engine/model/fault-words.ts';
import { FAULT_KINDS, timeText } from '../../state/fault-edits.ts';
import { injectableTargets, kindRefusal, stopConditions } from '../../state/fault-draft.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { FilePick } from '../file-pick.tsx';
import { FaultEditor, TextField } from '../rehearse/fault-editor.tsx';
import { snapped } from '../rehearse/fault-places.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { InjectedPanelProps } from './injected-panel.tsx';
import { changeText } from './live-figures.ts';

/** Of what is left of the run: when a fault begins that is added here, and how long it lasts. */
const BEGINS = 0.1, LASTS = 0.25, USUAL_LEFT_MS = 60_000, LASTS_MIN_MS = 5000;

export function FaultForm({ desk, live: { run }, picture }: InjectedPanelProps): JSX.Element {
  const { draft } = desk, plan = draft.plan.value, kinds = draft.kinds.value, reach = draft.known(), busy = draft.reach.value.busy, [picked, setPicked] = useState(-1), [asked, setAsked] = useState(false);
  const forecast = desk.forecast.value.answer, left = forecast === undefined || !(forecast.finish.p50 > run.now) ? USUAL_LEFT_MS : forecast.finish.p50 - run.now, time = (share: number, least: number): string => timeText(Math.max(least, snapped(left * share, left * share)));
  const refused = kinds.length === 0 ? [] : FAULT_KINDS.flatMap(([kind, words]) => { const why = kindRefusal(kind, kinds); return why === undefined ? [] : [`${words}: ${why}`]; });
  return (
    <div class="fault-form">
      <FaultEditor plan={plan} targets={(kind) => injectableTargets(kind, kinds, (entry) => vmsOf(entry, picture))} refusal={(kind) => kindRefusal(kind, kinds)} middle={Math.max(1000, snapped(left * BEGINS, left * BEGINS))} lasts={time(LASTS, LASTS_MIN_MS)} budget={Math.round(Math.max(0, run.budget) * 0.8 / 1e4) / 100}
        title="New rehearsal" hint="No fault yet: add one, or open a plan. Times count from the injection." picked={picked} onPick={setPicked} onEdit={(edit) => { setPicked(draft.edit(edit, plan)); }} />
      {refused.length > 0 && <details class="soft"><summary>What cannot be injected here</summary><ul>{refused.map((line) => <li key={line}>{line}</li>)}</ul></details>}
      <div class="row acts">
        <label class="field"><span class="name">Name</span><TextField value={plan.name} label="Name of the plan" check={(text) => text !== ''} onCommit={(name) => { draft.rename(name); }} /></label>
        <label class="field grow"><span class="name">Break off when (any of, with commas between)</span><input type="text" value={draft.stop.value} placeholder="cost > 5usd, failed > 0, on-time < 80%" spellcheck={false} onInput={(event) => { draft.stop.value = event.currentTarget.value; }} /></label>
        <FilePick label="Open plan …" name="Fault plan" onPick={(file) => { void draft.open(file); }} />
        <button type="button" class={reach === undefined ? 'primary' : ''} disabled={plan.faults.length === 0 || busy} onClick={() => { void draft.askReach(); }}>{busy ? 'Simulating …' : reach === undefined ? 'What would it reach?' : 'Again from now'}</button>
        <button type="button" class="danger" disabled={reach === undefined} title={reach === undefined ? 'First its reach is told' : undefined} onClick={() => { setAsked(true); }}>Inject …</button>
        <button type="button" onClick={() => { draft.close(); }}>Close</button>
      </div>
      {reach !== undefined && <ReachPanel reach={reach} />}
      {asked && reach !== undefined && (
        <ConfirmDialog title={`Inject ${countText(plan.faults.length, 'fault')}: ${run.run}`} confirm="Inject" danger onClose={() => { setAsked(false); }} onConfirm={() => { void draft.inject(); }}>
          <p><strong>{desk.name.value.trim() === '' ? 'Somebody at this browser' : desk.name.value.trim()}</strong> makes this happen in the run <strong>{run.run}</strong>, which is really under way:</p>
          <ul>
            {plan.faults.map((fault, k) => <li key={k}>{faultWords(fault)}</li>)}
            <li>By {countText(reach.futures, 'future')} it ends later by {changeText(reach.extraTime, durationText)} and costs {changeText(reach.extraCost, dollarText)} more.</li>
            {stopConditions(draft.stop.value).map((text) => <li key={text}>It is broken off when {text}.</li>)}
          </ul>
        </ConfirmDialog>
      )}
    </div>
  );
}

function vmsOf(entry: string, { units }: RunPicture): string[] {
  return units.ids.filter((_, u) => units.poolIds[units.pool[u]!] === entry);
}

const NAMES_SHOWN = 12;
const shareText = (share: number): string => (share < 0 ? '–' : `${numberText(share * 100, 0)} %`);

/** What the plan would reach. */
function ReachPanel({ reach }: { readonly reach: BlastJson }): JSX.Element {
  const { futures, finishedWithout, finishedWith, extraTime, extraCost, tasks, vms, people, apis, faults } = reach, jobs = reach.jobs.filter(({ deadline }) => deadline >= 0);
  return (
    <section class="reach" aria-labelledby="reach-title">
      <h3 id="reach-title">What it may reach <span class="soft">{countText(futures, 'future')} with it and without; nothing is injected yet</span></h3>
      {finishedWith < finishedWithout && <p class="worse">{finishedWithout - finishedWith} of {finishedWithout} futures that would end do not end with it.</p>}
      <dl class="facts">
        <dt>later</dt><dd data-reach="later">{changeText(extraTime, durationText)}</dd><dt>dearer</dt><dd data-reach="dearer">{changeText(extraCost, dollarText)}</dd>
        <Hit what="tasks" list={tasks} /><Hit what="VMs" list={vms} /><Hit what="people" list={people} /><Hit what="APIs" list={apis} />
      </dl>
      <div class="row reach-tables">
        <table><thead><tr><th scope="col" class="text">fault</th><th scope="col">strikes in</th></tr></thead><tbody>{faults.map(({ name, share }, k) => <tr key={k}><th scope="row">{name}</th><td>{shareText(share)}</td></tr>)}</tbody></table>
        {jobs.length > 0 && (
          <table>
            <thead><tr><th scope="col" class="text">job</th><th scope="col">due</th><th scope="col">on time without</th><th scope="col">with</th></tr></thead>
            <tbody>{jobs.map(({ job, deadline, onTimeWithout, onTimeWith }) => <tr key={job}><th scope="row">{job}</th><td>{clockText(Math.round(deadline))}</td><td>{shareText(onTimeWithout)}</td><td class={onTimeWith < onTimeWithout ? 'worse' : ''}>{shareText(onTimeWith)}</td></tr>)}</tbody>
          </table>
        )}
      </div>
    </section>
  );
}

/** The likeliest first, as they come. */
function Hit({ what, list }: { readonly what: string; readonly list: readonly ReachedJson[] }): JSX.Element | null {
  if (list.length === 0) return null;
  return <><dt>{what}</dt><dd>{list.slice(0, NAMES_SHOWN).map(({ name, share }) => `${name} ${shareText(share)}`).join(', ')}{list.length > NAMES_SHOWN && `, and ${list.length - NAMES_SHOWN} more`}</dd></>;
}
