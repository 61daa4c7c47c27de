// The rehearsal: what is rehearsed, both runs side by side with the faults put on them, what came of it, and the card.
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { EMPTY_PLAN, inlinePlan, isInline, planSetting } from '../../state/fault-edits.ts';
import type { PlanEdit, Targets } from '../../state/fault-edits.ts';
import type { PlanEdits } from '../../state/plan-edits.ts';
import type { RehearseState } from '../../state/rehearse-desk.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import { enterView, writeRoute } from '../../state/route.ts';
import type { SweepProgress } from '../../state/sweep.ts';
import type { Theme } from '../../state/theme.ts';
import { fileNameOf } from '../../state/save-file.ts';
import { workErrorData } from '../../state/worker-pool.ts';
import type { ErrorData, RunPicture } from '../../worker/protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import { Downloads } from '../hand-out/hand-out.tsx';
import type { DownloadGroup } from '../hand-out/hand-out.tsx';
import { canvasDownload } from '../hand-out/pictures.ts';
import { tableDownloads } from '../hand-out/shown-tables.ts';
import type { Bench } from '../open-view.ts';
import { ScenarioPicker, SourceOptions } from '../pickers/scenario-picker.tsx';
import { SeedField } from '../pickers/seed-field.tsx';
import { WeightInputs } from '../pickers/weight-inputs.tsx';
import { CardPanel } from './card-panel.tsx';
import { FaultEditor } from './fault-editor.tsx';
import { lowerBudget, targetsOf } from './fault-places.ts';
import { FiguresTable, HitsPanel, JobsPanel, PartingPanel } from './outcome-panel.tsx';
import { PairTimeline } from './pair-timeline.tsx';
import { PlanFiles } from './plan-files.tsx';

export interface RehearseViewProps {
  readonly bench: Bench;
  readonly edits: PlanEdits;
  readonly state: RehearseState | undefined;
  readonly progress: ReadonlySignal<SweepProgress>;
  readonly theme: Theme;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

export function RehearseView({ bench, edits, state, progress, theme, onStop, onResume }: RehearseViewProps): JSX.Element | null {
  const [picked, setPicked] = useState(-1), [, draw] = useState(0), [editError, setEditError] = useState<ErrorData | undefined>(undefined);
  if (state === undefined) return null;
  const { route, answer, fresh, error, alone } = state, turn = (next: (now: RehearseRoute) => Partial<RehearseRoute>): void => { bench.turn('rehearse', next); };
  // Of a plan that is only named nothing is known until it was run: what is drawn is the one before, and of that nothing is edited any more.
  const inline = inlinePlan(route.faults), plan = inline ?? answer?.plan ?? EMPTY_PLAN, shown = { setting: inline === undefined ? state.answerFaults : route.faults, plan };
  const edit = (wanted: PlanEdit): void => {
    edits.make(wanted, shown).then((at) => {
      if (at !== undefined) setPicked(at);
      draw((drawn) => drawn + 1); // where nothing came of it, a field still shows what was typed
      setEditError(undefined);
    }, (cause: unknown) => { setEditError(workErrorData(cause)); });
  };
  return (
    <>
      <RehearseControls bench={bench} state={state} plan={plan} />
      <div class="facts-row">
        <BothRuns state={state} />
        <Downloads disabled={answer === undefined} groups={() => downloadsOf(route)} />
      </div>
      {error !== undefined && <ErrorBox error={error} />}
      {editError !== undefined && <ErrorBox error={editError} />}
      {answer === undefined ? (error === undefined
        ? <section class="panel placeholder" style={{ height: '60vh' }}>Simulating both runs …</section>
        : plan.faults.length > 0 && <FaultEditor plan={plan} targets={() => NOTHING_KNOWN} middle={0} budget={0} hint="" picked={picked} onPick={setPicked} onEdit={edit} />) : (
        <>
          <PairTimeline answer={answer} plan={plan} theme={theme} stale={!fresh} picked={picked} onPick={setPicked} onEdit={edit} />
          <div class="rehearse-grid">
            <div class="column">
              <FaultEditor plan={plan} targets={() => targetsOf(answer.baseline)} middle={middleOf(answer.baseline)} budget={lowerBudget(answer.baseline)} hint="Nothing goes wrong yet: click a VM, a person, an API or a price in the picture, or add a fault here."
                picked={picked} onPick={setPicked} onEdit={edit} />
              <PlanFiles bench={bench} edits={edits} route={route} shown={shown} />
              <FiguresTable rehearsal={answer.rehearsal} />
            </div>
            <div class="column">
              <CardPanel state={state} progress={progress} onTurn={turn} onStop={onStop} onResume={onResume} />
              <PartingPanel rehearsal={answer.rehearsal} />
            </div>
          </div>
          <HitsPanel rehearsal={answer.rehearsal} alone={alone} />
          <JobsPanel rehearsal={answer.rehearsal} />
        </>
      )}
    </>
  );
}

/** While no run has been made: what the plan names can still be mended. */
const NOTHING_KNOWN: Targets = { vms: [], pools: [], people: [], apis: [], resources: [] };
const HOUR = 3_600_000;

/** To the hour. */
function middleOf({ startedAt, endedAt }: RunPicture): number {
  return Math.round((startedAt + endedAt) / 2 / HOUR) * HOUR;
}

function RehearseControls({ bench, state: { route }, plan }: { readonly bench: Bench; readonly state: RehearseState; readonly plan: FaultPlanFile }): JSX.Element {
  const another = (part: Partial<RehearseRoute>): void => { bench.turn('rehearse', () => part); }, plans = bench.about.value.faults, byHand = isInline(route.faults);
  return (
    <section class="panel controls" aria-label="What is rehearsed">
      <ScenarioPicker bench={bench} value={route.scenario} onChange={(scenario) => { another({ scenario }); }} />
      <label class="field"><span class="name">Policy</span>
        <select value={route.policy} onChange={(event) => { another({ policy: event.currentTarget.value }); }}>
          <SourceOptions value={route.policy} catalogue={bench.about.value.policies.map(({ name }) => name)} mine={bench.library.names('policy')} />
        </select>
      </label>
      <WeightInputs weights={route.weights} onChange={(weights) => { another({ weights }); }} />
      <label class="field"><span class="name">Faults</span>
        <select value={byHand ? 'inline' : route.faults} title={plans.find(({ name }) => name === route.faults)?.description} onChange={(event) => {
          const chosen = event.currentTarget.value;
          another({ faults: chosen === 'none' ? planSetting(EMPTY_PLAN) : chosen });
        }}>
          {byHand && <option value="inline">put by hand ({plan.faults.length})</option>}
          <option value="none">none: begin with nothing</option>
          <SourceOptions value={byHand ? '' : route.faults} catalogue={plans.map(({ name }) => name)} mine={bench.library.names('faults')} />
        </select>
      </label>
      <SeedField name="Seed shown" id="rehearse-seed" value={route.seed} onChange={(change) => { bench.turn('rehearse', (now) => ({ seed: change(now.seed) })); }} />
    </section>
  );
}

function BothRuns({ state: { route, answer, fresh } }: { readonly state: RehearseState }): JSX.Element {
  if (answer === undefined) return <span>&nbsp;</span>;
  return (
    <span aria-live="polite">
      {!fresh ? <strong>running the new plan …</strong> : (
        <span class="soft"><RunLink route={route} words="the run without" faults="" />, journal <Hash id="hash-without" hash={answer.rehearsal.baseline.hash} /> · <RunLink route={route} words="the run with" faults={route.faults} />, journal <Hash id="hash-with" hash={answer.rehearsal.faulted.hash} /></span>
      )}
    </span>
  );
}

function downloadsOf({ scenario, policy, seed }: RehearseRoute): DownloadGroup[] {
  const name = fileNameOf('rehearse', scenario, policy, seed), main = document.querySelector('main')!;
  return [
    { title: 'Tables as they are shown', downloads: tableDownloads(main, { 'Rehearsal card': '#card', 'Figures over the storms': '#spread', 'Side by side': '#sides', 'What was hit': '#hits', 'What was cut off': '#cut-offs', Jobs: '#rehearsed-jobs' }, name) },
    { title: 'Pictures', downloads: [canvasDownload(main.querySelector<HTMLCanvasElement>('.rehearsal canvas')!, 'Both runs', name)] },
  ];
}

function Hash({ id, hash }: { readonly id: string; readonly hash: string }): JSX.Element {
  return <code id={id} title={hash}>{hash.slice(0, 12)}</code>;
}

function RunLink({ route: { scenario, weights, policy, seed }, words, faults }: { readonly route: RehearseRoute; readonly words: string; readonly faults: string }): JSX.Element {
  return <a href={writeRoute(enterView('run', { scenario, weights, policy, seed, faults }))}>{words}</a>;
}
