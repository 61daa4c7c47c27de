// What came of a run: who is better and by how much, seed by seed; and what is wrong with the text, each with the way there.
import type { JSX } from 'preact';
import { countText, meanText, numberText, timeUnit } from '../../../engine/metrics/figure-text.ts';
import { hashText128 } from '../../../engine/model/hash.ts';
import type { TextProblem } from '../../language/text-problems.ts';
import { MINE } from '../../state/library.ts';
import type { PolicyDesk } from '../../state/policy-desk.ts';
import { enterView, writeRoute } from '../../state/route.ts';
import type { PolicyRoute } from '../../state/routes/policy.ts';
import { ErrorBox } from '../fault-list.tsx';
import { ScrollBox } from '../scroll-box.tsx';

export function PolicyResult({ desk }: { readonly desk: PolicyDesk }): JSX.Element {
  const run = desk.run.value, written = desk.written.value, state = desk.comparison.state.value, progress = desk.comparison.progress.value;
  const changed = run === undefined || written === undefined ? '' : run.textHash !== hashText128(written.text) ? 'as the text was before the last changes'
    : sameSettings(run.on, desk.route.value!) ? '' : 'on other settings than those chosen now';
  return (
    <section class="panel" aria-labelledby="result-title">
      <h2 id="result-title">Against others {changed !== '' && <span class="soft">{changed}</span>}</h2>
      {run === undefined && <p class="soft">Run simulates the policy and the others on the same seeds, here in this tab, and shows what differs and how sure that is.</p>}
      {run?.status === 'trying' && <p role="status">Trying it on seed 1 …</p>}
      {run?.error !== undefined && <ErrorBox error={run.error} />}
      {run?.status === 'tried' && state?.error !== undefined && <ErrorBox error={state.error} />}
      {run?.status === 'tried' && state !== undefined && (
        <>
          <p role="status" class="verdict">{state.status === 'running' ? `${progress.done} of ${countText(progress.total, 'run')}` : sentence(state.judgement?.statement ?? '')}</p>
          {state.judgement !== undefined && <ResultTable desk={desk} />}
        </>
      )}
    </section>
  );
}

function ResultTable({ desk }: { readonly desk: PolicyDesk }): JSX.Element {
  const { judgement, route, store, status } = desk.comparison.state.value!, { rows, baseline, seeds, winner } = judgement!, written = desk.run.value!.on;
  const money = rows.some(({ metrics }) => (metrics.costMicroUsd?.mean ?? 0) >= 1e9) ? 0 : 2, time = timeUnit(Math.max(...rows.map((row) => row.metrics.makespanMs?.mean ?? 0))), mine = MINE + desk.written.value!.name;
  const runOf = (policy: string): string => writeRoute(enterView('run', { ...written, policy, seed: seeds[0]! }));
  return (
    <>
      <ScrollBox label="Results">
        <table class="policy-result" data-status={status}>
          <caption class="visually-hidden">{`Means over ${seeds.length} seeds with 95 % half-widths; differences from ${baseline}, seed by seed`}</caption>
          <thead>
            <tr>
              <th scope="col" class="text">policy</th><th scope="col">objective J</th><th scope="col">{`Δ to ${short(baseline)}`}</th><th scope="col">verdict</th>
              <th scope="col">makespan <span class="unit">{time.name}</span></th><th scope="col">cost <span class="unit">$</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ policy, failed, mean, halfWidth95, pairedDifference: { mean: difference, halfWidth95: half, verdict }, metrics }) => (
              <tr key={policy} data-policy={policy} class={`${policy === winner ? 'winner' : ''} ${policy === mine ? 'chosen' : ''}`}>
                <th scope="row">
                  <a href={runOf(policy)} title={`open its run of seed ${seeds[0]}`}>{short(policy)}</a>
                  {failed > 0 && <span class="worse" title={store.failure(policy, seeds.find((seed) => store.failure(policy, seed) !== '') ?? 1)}> {failed} failed</span>}
                </th>
                <td>{meanText(mean, halfWidth95, 3)}</td>
                <td>{policy === baseline ? 'baseline' : meanText(difference, half, 3, true)}</td>
                <td>{policy === baseline ? '' : <span class={verdict}>{verdict}</span>}</td>
                <td>{numberText((metrics.makespanMs?.mean ?? NaN) / time.ms, 1)}</td>
                <td>{numberText((metrics.costMicroUsd?.mean ?? NaN) / 1e6, money)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p class="soft">
        {`Means over ${countText(seeds.length, 'seed')} ± 95 %; Δ seed by seed. `}
        <a href={writeRoute({ ...enterView('compare', { ...written, policies: route.policies }), seeds: route.seeds })}>More in Compare</a>
      </p>
    </>
  );
}

/** The problems of the text as a list, each a button that goes there. */
export function ProblemList({ desk, onJump }: { readonly desk: PolicyDesk; readonly onJump: (to: number) => void }): JSX.Element {
  const problems = desk.problems.value, written = desk.written.value, policy = desk.checked.value?.policy, error = desk.error.value, checking = problems.length === 0 && desk.checked.value === undefined && error === undefined;
  return (
    <section class="panel problems" aria-labelledby="problems-title">
      <h2 id="problems-title">{problems.length > 0 ? countText(problems.length, 'problem') : checking ? 'Problems' : 'No problems'} <span class="soft">{policy === undefined ? '' : policy.name}</span></h2>
      {error !== undefined && <ErrorBox error={error} />}
      {checking && <p class="soft" role="status">The compiler is being loaded …</p>}
      {policy !== undefined && problems.length === 0 && (
        <>
          <p class="soft">{policy.summary}</p>
          <dl class="pairs parameters">
            {Object.entries(policy.parameters).map(([name, { default: usual, min, max, description }]) => <><dt>{name}</dt><dd>{`${usual}, ${min} to ${max}`}</dd><dd class="soft">{description}</dd></>)}
          </dl>
        </>
      )}
      <ul>{problems.map((problem, k) => <li key={k}><ProblemButton problem={problem} text={written?.text ?? ''} onJump={onJump} /></li>)}</ul>
    </section>
  );
}

function ProblemButton({ problem: { from, severity, code, message }, text, onJump }: { readonly problem: TextProblem; readonly text: string; readonly onJump: (to: number) => void }): JSX.Element {
  const before = text.slice(0, from), line = before.split('\n').length, column = from - before.lastIndexOf('\n'), [first, ...more] = message.split('\n');
  return (
    <button type="button" class="plain problem" onClick={() => { onJump(from); }}>
      <span class="place">{line}:{column}</span>
      {' '}<span>
        <span class={severity === 'error' ? 'worse' : 'undecided'}>{severity === 'error' ? '✖' : '▲'} {first}</span>{' '}
        {more.length > 0 && <span class="soft">{more.join(' ')} </span>}<span class="soft">[{code}]</span>
      </span>
    </button>
  );
}

/** Whether two routes ask for the same runs. */
function sameSettings(a: PolicyRoute, b: PolicyRoute): boolean {
  return writeRoute({ ...a, policy: '' }) === writeRoute({ ...b, policy: '' });
}

const short = (policy: string): string => (policy.startsWith(MINE) ? policy.slice(MINE.length) : policy);
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
