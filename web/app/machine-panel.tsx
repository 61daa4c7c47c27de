// What this machine is and how fast it simulated in this visit, opened from the header. Figures are measured or not there.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { countText, durationText } from '../../engine/metrics/figure-text.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import { machine, noteMachine } from '../state/machine.ts';
import type { WorkDone } from '../state/machine.ts';
import type { WorkerPool } from '../state/worker-pool.ts';

const UNKNOWN = <span class="soft">not measured yet</span>;
/** What decisions are timed on. */
const TIMED = { scenario: 'feature-120', policy: 'weighted', seed: 1 } as const;

export function MachinePanel({ pool }: { readonly pool: WorkerPool }): JSX.Element {
  const { first, last, map, decisions, worstFrameMs } = machine.value, busy = useSignal(false), wrong = useSignal('');
  const time = (): void => {
    busy.value = true;
    wrong.value = '';
    pool.ask({ kind: 'timing', study: { scenario: { from: 'catalog', name: TIMED.scenario }, weights: DEFAULT_WEIGHTS }, policy: TIMED.policy, seed: TIMED.seed }, { urgent: true })
      .then((found) => { noteMachine({ decisions: found }); }, (error: unknown) => { wrong.value = String(error); }).finally(() => { busy.value = false; });
  };
  return (
    <details class="picker machine">
      <summary>About this machine · {countText(pool.size, 'worker')}</summary>
      <section class="sheet" aria-label="About this machine">
        <h2>About this machine</h2>
        <dl class="pairs">
          <dt>Cores</dt><dd>{navigator.hardwareConcurrency}</dd>
          <dt>Workers</dt><dd>{pool.size}{pool.replaced > 0 && `, ${pool.replaced} replaced`}</dd>
          <dt>First comparison, from opening</dt><dd data-fact="first">{first === undefined ? UNKNOWN : <>{durationText(first.ms)} <Detail of={first} /></>}</dd>
          <dt>Speed of the last work</dt><dd data-fact="last">{last === undefined ? UNKNOWN : <>{Math.round(last.runs / last.ms * 1000)} runs/s <Detail of={last} /></>}</dd>
          <dt>Map of weights</dt><dd data-fact="map">{map === undefined ? UNKNOWN : <>{durationText(map.ms)} <Detail of={map} /></>}</dd>
          <dt>Decisions of {TIMED.policy} on {TIMED.scenario}</dt>
          <dd data-fact="decisions">{decisions === undefined ? UNKNOWN : <>p50 {decisions.p50.toFixed(3)} ms, p99 {decisions.p99.toFixed(3)} ms, longest {decisions.max.toFixed(3)} ms <span class="soft">({countText(decisions.decisions, 'decision')} of one run, after {countText(decisions.runs - 1, 'run')} to warm up{crossOriginIsolated ? '' : "; this page's clock goes in steps of 0.1 ms"})</span></>}
            {' '}<button type="button" disabled={busy.value} onClick={time}>{busy.value ? 'Measuring …' : 'Measure'}</button>{wrong.value !== '' && <span class="worse" role="alert"> {wrong.value}</span>}</dd>
          <dt>Longest frame, last drag of a timeline</dt><dd data-fact="frame">{worstFrameMs === undefined ? UNKNOWN : `${worstFrameMs.toFixed(1)} ms`}</dd>
          <dt>Browser</dt><dd class="agent">{navigator.userAgent}</dd>
        </dl>
      </section>
    </details>
  );
}

function Detail({ of: { what, runs } }: { readonly of: WorkDone }): JSX.Element {
  return <span class="soft">({what}, {countText(runs, 'run')})</span>;
}
