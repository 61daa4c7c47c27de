// The landing view: what is compared, who is better and how sure that is, what it costs, how it is spread.
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { countText, durationText } from '../../../engine/metrics/figure-text.ts';
import type { ComparisonState } from '../../state/comparison-desk.ts';
import type { Route } from '../../state/route.ts';
import type { SweepProgress } from '../../state/sweep.ts';
import type { About } from '../../worker/protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import { CompareControls } from './compare-controls.tsx';
import { ComparisonTable, FailedRuns } from './comparison-table.tsx';
import { Distributions } from './distributions.tsx';
import { ParetoPicture } from './pareto-picture.tsx';

export interface CompareViewProps {
  readonly about: About;
  readonly state: ComparisonState | undefined;
  readonly progress: ReadonlySignal<SweepProgress>;
  readonly onGo: (route: Route) => void;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

export function CompareView({ about, state, progress, onGo, onStop, onResume }: CompareViewProps): JSX.Element | null {
  if (state === undefined) return null;
  return (
    <>
      <CompareControls about={about} route={state.route} facts={state.facts} onGo={onGo} />
      {state.error !== undefined && <ErrorBox error={state.error} />}
      <StatusLine state={state} progress={progress} onGo={onGo} onStop={onStop} onResume={onResume} />
      <section class="panel" aria-labelledby="table-title">
        <h2 id="table-title" class="visually-hidden">Comparison</h2>
        <ComparisonTable state={state} />
      </section>
      <div class="pictures">
        <ParetoPicture state={state} />
        <Distributions state={state} />
      </div>
      <FailedRuns state={state} />
    </>
  );
}

function StatusLine({ state, progress, onGo, onStop, onResume }: Pick<CompareViewProps, 'progress' | 'onGo' | 'onStop' | 'onResume'> & { readonly state: ComparisonState }): JSX.Element {
  const { status, judgement, route, tookMs } = state, { done, total, msLeft } = progress.value;
  const verdict = judgement === undefined ? '' : judgement.winner === null ? 'open' : 'won';
  const more = (count: number): void => { onGo({ ...route, seeds: route.seeds + count }); };
  return (
    <section class={`status ${verdict}`} aria-label="Verdict and progress">
      <span class="verdict" role="status" title={judgement?.statement}>{judgement === undefined ? (status === 'failed' ? 'No verdict: the work failed' : 'Simulating the first seeds …') : sentence(judgement.statement)}</span>
      <span class="progress">
        <span class="count" data-status={status}>{done} of {countText(total, 'run')}</span>
        <progress value={done} max={total} aria-label="Runs made" />
        <span class="left soft">{status === 'running' ? (Number.isFinite(msLeft) ? `${durationText(Math.max(100, Math.round(msLeft / 100) * 100))} left` : '…') : status === 'complete' ? `in ${durationText(Math.round(tookMs))}` : status}</span>
        <span class="acts">
          {status === 'running' ? <button type="button" onClick={onStop}>Cancel</button>
            : status === 'complete' ? <><button type="button" onClick={() => { more(50); }}>+50 seeds</button><button type="button" onClick={() => { more(200); }}>+200 seeds</button></>
              : <button type="button" onClick={onResume}>Go on</button>}
        </span>
      </span>
    </section>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
