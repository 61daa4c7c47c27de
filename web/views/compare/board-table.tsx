// Many comparisons at a glance: a row a policy, best mean place first; a column a comparison, grouped by scenario; and how
// each policy does over all of them. A column's name leads to that comparison below.
import type { JSX } from 'preact';
import { meanText, numberText } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { BoardCell, BoardState } from '../../state/comparison-board.ts';
import { rankSummary } from '../../state/rank-summary.ts';
import { writeRoute } from '../../state/route.ts';
import { weightsText } from '../../state/routes/settings.ts';
import { Swatch, policyMark } from '../policy-mark.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { metricScale } from './metric-scale.ts';

export function BoardTable({ board }: { readonly board: BoardState }): JSX.Element {
  const { route, cells, focus } = board, judged = cells.flatMap(({ state }) => (state?.judgement?.metric === route.metric && state.judgement.rows.length === route.policies.length ? [state.judgement] : []));
  const summary = rankSummary(route.policies, judged), spec = METRIC_BY_KEY[route.metric], perScenario = cells.length / new Set(cells.map(({ scenario }) => scenario)).size;
  return (
    <section class="panel" aria-labelledby="board-title">
      <h2 id="board-title">{spec.title} in {cells.length} comparisons <span class="soft">means ± 95 %; ▲ better, ▼ worse than {route.baseline}; ★ better than every other one; a column's name opens it below</span></h2>
      <ScrollBox label="All comparisons">
        <table id="board">
          <thead>
            <tr>
              <th class="text" scope="col" rowSpan={2}>policy</th>
              <th scope="col" rowSpan={2} title="Mean over the comparisons; 1 is best">mean place</th>
              <th scope="col" rowSpan={2} title="Its mean over that of the best, mean over the comparisons">× best</th>
              <th scope="col" rowSpan={2} title="Comparisons in which it has the best mean; in which it is shown to be the best">best (★)</th>
              {cells.map(({ scenario }, k) => k % perScenario === 0 && <th key={scenario} scope="colgroup" colSpan={perScenario} class="group">{scenario}</th>)}
            </tr>
            <tr>{cells.map((cell, k) => <th key={k} scope="col" aria-current={k === focus ? 'true' : undefined}><a href={writeRoute({ ...route, scenario: cell.scenario, weights: cell.weights })}>{weightsText(cell.weights).replaceAll(',', ' / ')}</a>{unitOf(cell, board)}</th>)}</tr>
          </thead>
          <tbody>
            {summary.rows.map(({ policy, meanPlace, ratioToBest, best, won }) => (
              <tr key={policy} data-policy={policy}>
                <th class="text" scope="row"><Swatch mark={policyMark(route.policies.indexOf(policy))} />{policy}</th>
                <td>{numberText(meanPlace, 1)}</td><td>{numberText(ratioToBest, 3)}</td><td>{summary.count === 0 ? '–' : `${best} (${won})`}</td>
                {cells.map((cell, k) => <td key={k} class={k === focus ? 'focus' : undefined}><Figure cell={cell} board={board} policy={policy} /></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {summary.statement !== '' && <p class="caption">Over all, each comparison counted once: {summary.statement.replace(/\(n = /, '(comparisons: ')}</p>}
      {cells.some(({ state }) => state?.error !== undefined) && (
        <ul class="worse">{cells.map(({ scenario, weights, state }, k) => state?.error !== undefined && <li key={k}>{scenario} at {weightsText(weights).replaceAll(',', ' / ')}: {state.error.message}</li>)}</ul>
      )}
    </section>
  );
}

/** Over all comparisons; what the status line says of several. */
export function boardStatement({ route, cells }: BoardState): string {
  const judged = cells.flatMap(({ state }) => (state?.judgement?.metric === route.metric && state.judgement.rows.length === route.policies.length ? [state.judgement] : [])), { rows: [first], count } = rankSummary(route.policies, judged);
  if (first === undefined || count === 0) return 'Simulating the first seeds …';
  return `${first.policy} has the best mean in ${first.best} of ${count} comparisons and is shown to be best in ${first.won}`;
}

function largest(cell: BoardCell): number {
  return Math.max(0, ...cell.state?.judgement?.rows.map(({ mean }) => Math.abs(mean)).filter(Number.isFinite) ?? []);
}

function unitOf(cell: BoardCell, { route }: BoardState): JSX.Element | null {
  const { unit } = metricScale(route.metric, largest(cell));
  return unit === '' ? null : <span class="unit"> {unit}</span>;
}

function Figure({ cell, board: { route }, policy }: { readonly cell: BoardCell; readonly board: BoardState; readonly policy: string }): JSX.Element {
  const { state } = cell, judgement = state?.judgement, row = judgement?.rows.find((one) => one.policy === policy), { scale, digits } = metricScale(route.metric, largest(cell));
  if (state?.error !== undefined) return <span class="worse">failed</span>;
  if (row === undefined || judgement?.metric !== route.metric) return <span class="soft">–</span>;
  const { verdict } = row.pairedDifference, mark = judgement.winner === policy ? '★' : policy === judgement.baseline ? '' : verdict === 'better' ? '▲' : verdict === 'worse' ? '▼' : '';
  const seed = row.failed === 0 ? undefined : judgement.seeds.find((one) => state!.store.failure(policy, one) !== '');
  return (
    <>
      <span class={policy === judgement.baseline ? undefined : verdict} title={policy === judgement.baseline ? 'baseline' : verdict}>{meanText(row.mean / scale, row.halfWidth95 / scale, Math.min(digits, route.metric === 'objective' ? 3 : 1))}{mark !== '' && ` ${mark}`}</span>
      {seed !== undefined && <span class="worse" title={state!.store.failure(policy, seed)}> {row.failed} failed</span>}
    </>
  );
}
