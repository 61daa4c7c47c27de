// The landing view: what is compared, who is better and how sure that is, what it costs, how it is spread.
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { countText, durationText } from '../../../engine/metrics/figure-text.ts';
import type { BoardState } from '../../state/comparison-board.ts';
import type { ComparisonState } from '../../state/comparison-desk.ts';
import { weightsText } from '../../state/routes/settings.ts';
import type { Shareable } from '../../state/share-link.ts';
import type { SweepProgress } from '../../state/sweep.ts';
import { FactsLine } from '../facts-line.tsx';
import { ErrorBox } from '../fault-list.tsx';
import { HandOutCompare } from '../hand-out/hand-out-compare.tsx';
import type { Bench } from '../open-view.ts';
import { BoardTable, boardStatement } from './board-table.tsx';
import { CompareControls } from './compare-controls.tsx';
import { ComparisonTable, FailedRuns } from './comparison-table.tsx';
import { Distributions } from './distributions.tsx';
import { ParetoPicture } from './pareto-picture.tsx';

export interface CompareViewProps {
  readonly bench: Bench;
  readonly board: BoardState | undefined;
  readonly progress: ReadonlySignal<SweepProgress>;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

export function CompareView({ bench, board, progress, onStop, onResume }: CompareViewProps): JSX.Element | null {
  const state = board?.cells[board.focus]?.state;
  if (board === undefined || state === undefined) return null;
  const { route } = board, several = board.cells.length > 1;
  return (
    <>
      <CompareControls bench={bench} route={route} facts={state.facts} />
      {state.error !== undefined && <ErrorBox error={state.error} />}
      <StatusLine bench={bench} board={board} state={state} progress={progress} onStop={onStop} onResume={onResume} />
      <div class="facts-row">
        <FactsLine facts={state.facts} />
        <HandOutCompare bench={bench} what={shareable(state)} />
      </div>
      {several && <BoardTable board={board} />}
      <section class="panel" aria-labelledby="table-title">
        <h2 id="table-title" class={several ? undefined : 'visually-hidden'}>{several ? `${state.route.scenario} at ${weightsText(state.route.weights).replaceAll(',', ' / ')}` : 'Comparison'}{several && <span class="soft"> {state.judgement?.statement}</span>}</h2>
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

/** What has been judged of the comparison; undefined before. */
function shareable({ status, route, store, judgement }: ComparisonState): (() => Shareable) | undefined {
  if (status === 'running' || judgement === undefined || judgement.seeds.length === 0) return undefined;
  const { metric, baseline, policies } = route;
  return () => ({ names: route, seeds: judgement.seeds, columns: store.pick(policies, judgement.seeds), metric, baseline, view: { view: 'compare', metric, baseline } });
}

function StatusLine({ bench, board, state, progress, onStop, onResume }: Pick<CompareViewProps, 'bench' | 'progress' | 'onStop' | 'onResume'> & { readonly board: BoardState; readonly state: ComparisonState }): JSX.Element {
  const { status, tookMs } = board, { judgement } = state, { done, total, msLeft } = progress.value, several = board.cells.length > 1;
  const verdict = judgement === undefined || several ? '' : judgement.winner === null ? 'open' : 'won';
  const more = (count: number): void => { bench.turn('compare', (now) => ({ seeds: now.seeds + count })); };
  return (
    <section class={`status ${verdict}`} aria-label="Verdict and progress">
      <span class="verdict" role="status" title={several ? undefined : judgement?.statement}>{several ? boardStatement(board) : judgement === undefined ? (status === 'failed' ? 'No verdict: the work failed' : 'Simulating the first seeds …') : sentence(judgement.statement)}</span>
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
