// One run: what it was, its timeline, its graph, what determined its makespan, its figures and tables, and why a task went
// where it went.
import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { countText, durationText } from '../../../engine/metrics/figure-text.ts';
import type { RunState } from '../../state/run-desk.ts';
import { writeRoute } from '../../state/route.ts';
import { asksWhatIf } from '../../state/routes/run.ts';
import type { RunRoute } from '../../state/routes/run.ts';
import type { Shareable } from '../../state/share-link.ts';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import { RecordingPanel } from './recording-panel.tsx';
import { HandOutRun } from '../hand-out/hand-out-run.tsx';
import type { Bench } from '../open-view.ts';
import { FaultPicker } from '../pickers/fault-picker.tsx';
import { ScenarioPicker, SourceOptions } from '../pickers/scenario-picker.tsx';
import { SeedField } from '../pickers/seed-field.tsx';
import { WeightInputs } from '../pickers/weight-inputs.tsx';
import { ChainPanel, ChainSteps, chainSentence } from './chain-panel.tsx';
import { GraphPanel } from './graph-panel.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import { RunScope, pageFrames } from './run-scope.ts';
import { JobTable, ResourceTable } from './run-tables.tsx';
import { Timeline } from './timeline.tsx';
import { WhyPanel } from './why-panel.tsx';

export interface RunViewProps {
  readonly bench: Bench;
  readonly state: RunState | undefined;
  readonly theme: Theme;
}

export function RunView({ bench, state, theme }: RunViewProps): JSX.Element | null {
  if (state === undefined) return null;
  const { route, picture, error, recording } = state, asked = asksWhatIf(route);
  return (
    <>
      {route.journal === '' ? <RunControls bench={bench} route={route} picture={picture} /> : recording !== undefined && <RecordingPanel bench={bench} route={route} recording={recording} whatIf={state.whatIf} />}
      <div class="facts-row">
        <Outcome picture={picture} />
        <HandOutRun bench={bench} what={picture === undefined || asked ? undefined : () => shareable(route)} journal={route.journal} />
      </div>
      {error !== undefined && <ErrorBox error={error} />}
      {picture === undefined ? error === undefined && <section class="panel placeholder" style={{ height: '60vh' }}>Simulating …</section> : <RunPictures bench={bench} state={state} picture={picture} theme={theme} />}
    </>
  );
}

/** ms without a change after which window and time go into the address. */
const SETTLED_MS = 300;

function RunPictures({ bench, state: { route, explanation }, picture, theme }: RunViewProps & { readonly state: RunState; readonly picture: RunPicture }): JSX.Element {
  const scope = useMemo(() => new RunScope(picture.startedAt, picture.endedAt, pageFrames), [picture]), latest = useRef(route), { tasks, attempts } = picture, task = useMemo(() => tasks.ids.indexOf(route.task), [tasks, route.task]);
  latest.current = route;
  useScopeInAddress(bench, scope, latest);
  const pick = useCallback((k: number): void => { bench.turn('run', () => ({ task: k < 0 ? '' : tasks.ids[attempts.task[k]!]!, attempt: k < 0 ? 0 : attempts.attempt[k]! })); }, [picture]);
  const pickTask = useCallback((t: number): void => { bench.turn('run', () => ({ task: t < 0 ? '' : tasks.ids[t]!, attempt: 0 })); }, [picture]);
  const picked = useMemo(() => pickedRow(picture, route), [picture, route.task, route.attempt]);
  // Kept as they are while only the window or the time in the address changes: with 10,000 tasks comparing them takes longer than a frame.
  const timeline = useMemo(() => <Timeline picture={picture} scope={scope} theme={theme} picked={picked} task={task} onPick={pick} />, [picture, scope, theme, picked, task, pick]);
  const graph = useMemo(() => <GraphPanel picture={picture} scope={scope} theme={theme} task={task} onPick={pickTask} />, [picture, scope, theme, task, pickTask]);
  const chain = useMemo(() => <ChainPanel picture={picture} scope={scope} />, [picture, scope]), tables = useMemo(() => <div class="tables"><ResourceTable picture={picture} /><JobTable picture={picture} /><ChainSteps picture={picture} onPick={pick} /></div>, [picture, pick]);
  return (
    <>
      <div class="run-grid">
        {timeline}
        <div class="stack">
          {route.task === '' ? <MetricsPanel picture={picture} /> : <WhyPanel route={route} explanation={explanation} onChain={chainSentence(picture, task)} onClose={() => { pick(-1); }} />}
          {chain}
        </div>
      </div>
      {graph}
      {tables}
    </>
  );
}

/** Keeps window and time of the scope and of the address the same. What the scope says last wins over its own echo. */
function useScopeInAddress(bench: Bench, scope: RunScope, latest: { readonly current: RunRoute }): void {
  const { window, at } = latest.current, told = useRef('');
  useLayoutEffect(() => {
    if (told.current === scopeKey(window, at)) return;
    if (at !== undefined || !Number.isNaN(scope.at.peek())) scope.look(at ?? NaN);
    scope.show(window);
  }, [scope, window?.from, window?.to, at]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const shown = scope.window.value, instant = scope.at.value, isWhole = shown.from === scope.whole.from && shown.to === scope.whole.to;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const next = isWhole ? undefined : { from: Math.round(shown.from), to: Math.round(shown.to) }, time = Number.isNaN(instant) ? undefined : Math.round(instant);
        told.current = scopeKey(next, time);
        bench.amend('run', (now, faults) => (faults.length === 0 && runKey(now) === runKey(latest.current) ? { ...now, window: next, at: time } : now)); // faults stay in sight
      }, SETTLED_MS);
    });
    return () => { stop(); clearTimeout(timer); scope.pause(); };
  }, [scope]);
}

/** What run it is, whatever is looked at in it. */
const runKey = (route: RunRoute): string => writeRoute({ ...route, task: '', attempt: 0, window: undefined, at: undefined });

const scopeKey = (window: RunRoute['window'], at: RunRoute['at']): string => `${window?.from ?? ''},${window?.to ?? ''},${at ?? ''}`;

function shareable({ scenario, weights, faults, policy, seed, task }: RunRoute): Shareable {
  return { names: { scenario, weights, faults, policies: [policy] }, seeds: [seed], metric: 'objective', baseline: policy, view: { view: 'run', ...(task === '' ? {} : { task }) } };
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

function RunControls({ bench, route, picture }: { readonly bench: Bench; readonly route: RunRoute; readonly picture: RunPicture | undefined }): JSX.Element {
  const turn = (part: (now: RunRoute) => Partial<RunRoute>): void => { bench.turn('run', (now) => ({ attempt: 0, task: '', window: undefined, at: undefined, ...part(now) })); };
  const another = (part: Partial<RunRoute>): void => { turn(() => part); };
  const choices = useMemo(() => taskChoices(picture, route).map((id) => <option key={id} value={id}>{id}</option>), [picture, route.task]);
  return (
    <section class="panel controls" aria-label="Which run">
      <ScenarioPicker bench={bench} value={route.scenario} onChange={(scenario) => { another({ scenario }); }} />
      <label class="field"><span class="name">Policy</span>
        <select value={route.policy} onChange={(event) => { another({ policy: event.currentTarget.value }); }}>
          <SourceOptions value={route.policy} catalogue={bench.about.value.policies.map(({ name }) => name)} mine={bench.library.names('policy')} />
        </select>
      </label>
      <WeightInputs weights={route.weights} onChange={(weights) => { another({ weights }); }} />
      <SeedField name="Seed" id="seed-name" value={route.seed} onChange={(change) => { turn(({ seed }) => ({ seed: change(seed) })); }} />
      <FaultPicker bench={bench} value={route.faults} onChange={(faults) => { another({ faults }); }} />
      <label class="field"><span class="name">Task</span>
        <select value={route.task} onChange={(event) => { const task = event.currentTarget.value; bench.turn('run', () => ({ task, attempt: 0 })); }}>
          <option value="">none picked</option>
          {choices}
        </select>
      </label>
    </section>
  );
}

function Outcome({ picture }: { readonly picture: RunPicture | undefined }): JSX.Element {
  if (picture === undefined) return <span>&nbsp;</span>;
  return (
    <span>
      <strong class={picture.cause === 'finished' ? 'better' : 'worse'}>{picture.cause}</strong> after {durationText(picture.endedAt - picture.startedAt)}, {picture.metrics.tasksCompleted} of {countText(picture.tasks.ids.length, 'task')}, audit <strong class={picture.audit === 'clean' ? 'better' : 'worse'}>{picture.audit}</strong>
      <span class="soft"> · journal <code id="journal-hash">{picture.hash}</code>, {countText(picture.records, 'record')}</span>
    </span>
  );
}

const CHOICES_MAX = 2000;

/** A list that a person can still use; the timeline opens every task. */
function taskChoices(picture: RunPicture | undefined, { task }: RunRoute): readonly string[] {
  const ids = picture?.tasks.ids ?? [], shown = ids.slice(0, CHOICES_MAX);
  return task === '' || shown.includes(task) ? shown : [task, ...shown];
}
