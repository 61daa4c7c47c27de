// One run: what it was, its timeline, its figures, its tables, and why a task went where it went.
import type { JSX } from 'preact';
import { countText, durationText } from '../../../engine/metrics/figure-text.ts';
import type { RunState } from '../../state/run-desk.ts';
import { weightsText } from '../../state/route.ts';
import type { Route, RunRoute } from '../../state/route.ts';
import type { Theme } from '../../state/theme.ts';
import type { About, RunPicture } from '../../worker/protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import { JobTable, ResourceTable } from './run-tables.tsx';
import { Timeline } from './timeline.tsx';
import { WhyPanel } from './why-panel.tsx';

export interface RunViewProps {
  readonly about: About;
  readonly state: RunState | undefined;
  readonly theme: Theme;
  readonly onGo: (route: Route) => void;
}

export function RunView({ about, state, theme, onGo }: RunViewProps): JSX.Element | null {
  if (state === undefined) return null;
  const { route, picture, explanation, error } = state;
  return (
    <>
      <RunControls about={about} route={route} picture={picture} onGo={onGo} />
      {error !== undefined && <ErrorBox error={error} />}
      {picture === undefined ? error === undefined && <section class="panel placeholder" style={{ height: '60vh' }}>Simulating …</section> : (
        <>
          <div class="run-grid">
            <Timeline picture={picture} theme={theme} picked={pickedRow(picture, route)} task={picture.tasks.ids.indexOf(route.task)}
              onPick={(k) => { onGo({ ...route, task: k < 0 ? '' : picture.tasks.ids[picture.attempts.task[k]!]!, attempt: k < 0 ? 0 : picture.attempts.attempt[k]! }); }} />
            <div class="side">
              {route.task === '' ? <MetricsPanel picture={picture} /> : <WhyPanel route={route} explanation={explanation} onClose={() => { onGo({ ...route, task: '', attempt: 0 }); }} />}
            </div>
          </div>
          <div class="tables"><JobTable picture={picture} /><ResourceTable picture={picture} /></div>
        </>
      )}
    </>
  );
}

/** Row of the attempt in the address: of its number, or else the first of the task. -1 for none. */
function pickedRow({ attempts, tasks }: RunPicture, { task, attempt }: RunRoute): number {
  const number = tasks.ids.indexOf(task);
  if (number < 0) return -1;
  let first = -1;
  for (let k = 0; k < attempts.count; k++) {
    if (attempts.task[k] !== number) continue;
    if (attempts.attempt[k] === attempt) return k;
    if (first < 0) first = k;
  }
  return first;
}

function RunControls({ about, route, picture, onGo }: { readonly about: About; readonly route: RunRoute; readonly picture: RunPicture | undefined; readonly onGo: (route: Route) => void }): JSX.Element {
  const names = about.policies.map(({ name }) => name), policies = names.includes(route.policy) ? names : [route.policy, ...names], seedOf = (seed: number): void => { onGo({ ...route, seed, attempt: 0, task: '' }); };
  return (
    <section class="panel controls" aria-label="Which run">
      <div class="field"><span class="name">Scenario</span><strong class="row" style={{ minHeight: '1.85rem' }}>{route.scenario}</strong></div>
      <label class="field"><span class="name">Policy</span>
        <select value={route.policy} onChange={(event) => { onGo({ ...route, policy: event.currentTarget.value, task: '', attempt: 0 }); }}>
          {policies.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <div class="field"><span class="name" id="seed-name">Seed</span>
        <span class="row">
          <button type="button" aria-label="Seed before" disabled={route.seed <= 0} onClick={() => { seedOf(route.seed - 1); }}>◂</button>
          <input type="number" min={0} aria-labelledby="seed-name" value={route.seed} onChange={(event) => {
            const seed = event.currentTarget.valueAsNumber;
            if (Number.isSafeInteger(seed) && seed >= 0) seedOf(seed); else event.currentTarget.value = String(route.seed);
          }} />
          <button type="button" aria-label="Next seed" onClick={() => { seedOf(route.seed + 1); }}>▸</button>
        </span>
      </div>
      <label class="field"><span class="name">Task</span>
        <select value={route.task} onChange={(event) => { onGo({ ...route, task: event.currentTarget.value, attempt: 0 }); }}>
          <option value="">none picked</option>
          {taskChoices(picture, route).map((id) => <option key={id} value={id}>{id}</option>)}
        </select>
      </label>
      <div class="field"><span class="name">Weights</span><span class="row" style={{ minHeight: '1.85rem' }}>{weightsText(route.weights).replaceAll(',', ' / ')}</span></div>
      <div class="push" style={{ textAlign: 'right' }}>
        {picture === undefined ? <>&nbsp;</> : (
          <>
            <div><strong class={picture.cause === 'finished' ? 'better' : 'worse'}>{picture.cause}</strong> after {durationText(picture.endedAt - picture.startedAt)}, {picture.metrics.tasksCompleted} of {countText(picture.tasks.ids.length, 'task')}, audit <strong class={picture.audit === 'clean' ? 'better' : 'worse'}>{picture.audit}</strong></div>
            <div class="soft">journal <code id="journal-hash">{picture.hash}</code>, {countText(picture.records, 'record')}</div>
          </>
        )}
      </div>
    </section>
  );
}

const CHOICES_MAX = 2000;

/** A list that a person can still use; the timeline opens every task. */
function taskChoices(picture: RunPicture | undefined, { task }: RunRoute): readonly string[] {
  const ids = picture?.tasks.ids ?? [], shown = ids.slice(0, CHOICES_MAX);
  return task === '' || shown.includes(task) ? shown : [task, ...shown];
}
