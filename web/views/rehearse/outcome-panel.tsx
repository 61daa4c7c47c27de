// What came of the faults in the two runs that are shown: figures side by side, where the runs part, what each fault hit,
// how the attempts it cut off recovered, the jobs.
import type { JSX } from 'preact';
import { clockText, dollarText, durationText, metricText } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { FIGURE_BY_KEY, REHEARSAL_FIGURES } from '../../../engine/experiment/rehearsal/figure-registry.ts';
import type { FigureKey } from '../../../engine/experiment/rehearsal/figure-registry.ts';
import { difference, felt, gained, recoveryText } from '../../../engine/experiment/rehearsal/rehearsal-text.ts';
import type { FaultAlone, Rehearsal } from '../../../engine/experiment/rehearsal/rehearse.ts';
import { ScrollBox } from '../scroll-box.tsx';

const SIDES: readonly MetricKey[] = [
  'makespanMs', 'costMicroUsd', 'objective', 'deadlineMisses', 'weightedTardinessMs', 'interruptions', 'lostWorkMs', 'attempts', 'vmLives', 'costIdleMicroUsd',
  'queueWaitMeanMs', 'tasksCompleted',
];
const ROWS_MAX = 100;

/** To the second. */
const instant = (ms: number): string => clockText(Math.round(ms / 1000) * 1000);

export function FiguresTable({ rehearsal }: { readonly rehearsal: Rehearsal }): JSX.Element {
  const { baseline, faulted, figures } = rehearsal;
  return (
    <section class="panel" aria-labelledby="sides-title">
      <h2 id="sides-title">Side by side <span class="soft">seed {figures.seed}</span></h2>
      <ScrollBox label="Figures of both runs">
        <table id="sides">
          <thead><tr><th scope="col" class="text">figure</th><th scope="col">without faults</th><th scope="col">with faults</th><th scope="col">difference</th></tr></thead>
          <tbody>
            <tr><th scope="row">Outcome</th><td>{baseline.cause}</td><td class={faulted.cause === 'finished' ? '' : 'worse'}>{faulted.cause}</td><td /></tr>
            {SIDES.map((key) => {
              const spec = METRIC_BY_KEY[key], more = difference(key, rehearsal);
              return (
                <tr key={key} data-metric={key}>
                  <th scope="row" title={spec.definition}>{spec.title}</th><td>{metricText(spec, baseline.metrics[key])}</td><td>{metricText(spec, faulted.metrics[key])}</td>
                  <td class={tone(key, more)}>{gained(spec, more)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      {[baseline, faulted].map(({ explanation }, k) => explanation !== '' && <p key={k} class="worse">{explanation}</p>)}
    </section>
  );
}

function tone(key: FigureKey, more: number): string {
  const { better } = FIGURE_BY_KEY[key];
  return /same$/.test(gained(FIGURE_BY_KEY[key], more)) || Number.isNaN(more) || better === 'none' ? '' : (more < 0) === (better === 'lower') ? 'better' : 'worse';
}

/** Figures of the difference, with what the runs do otherwise first. */
export function PartingPanel({ rehearsal: { parting, figures } }: { readonly rehearsal: Rehearsal }): JSX.Element {
  const decision = parting?.decision;
  return (
    <section class="panel" aria-labelledby="parting-title">
      <h2 id="parting-title">Where they part, and what it comes to</h2>
      {parting === null ? <p id="parting">The two runs are the same to the byte: the faults struck nothing.</p> : (
        <dl class="parting" id="parting" data-row={parting.row}>
          <dt>first difference</dt><dd>{parting.event === null ? 'nothing: the faults struck nothing' : <><span class="mono">{instant(parting.event.t)}</span> {parting.event.words}</>}</dd>
          <dt>first decision</dt><dd>{decision === undefined || decision === null ? 'none differs' : `differs after ${decision.same} alike`}</dd>
          {decision !== undefined && decision !== null && <>
            <dt class="soft">without</dt><dd>{decision.baseline === null ? 'no more decisions' : <><span class="mono">{instant(decision.baseline.t)}</span> {decision.baseline.words}</>}</dd>
            <dt class="soft">with</dt><dd>{decision.faulted === null ? 'no more decisions' : <><span class="mono">{instant(decision.faulted.t)}</span> {decision.faulted.words}</>}</dd>
          </>}
        </dl>
      )}
      <dl class="figures" id="differences">
        {REHEARSAL_FIGURES.map((spec) => {
          const value = figures.values[spec.key], text = value === Infinity ? 'never' : spec.key.startsWith('extra') ? gained(spec, value) : metricText(spec, value);
          return <><dt key={spec.key} title={spec.definition}>{spec.title}</dt><dd data-figure={spec.key}>{text}</dd></>;
        })}
      </dl>
    </section>
  );
}

export function HitsPanel({ rehearsal: { hits, cutOffs, figures }, alone }: { readonly rehearsal: Rehearsal; readonly alone: readonly FaultAlone[] }): JSX.Element {
  const both = (values: typeof figures.values): JSX.Element => <><td>{gained(FIGURE_BY_KEY.extraMakespanMs, values.extraMakespanMs)}</td><td>{gained(FIGURE_BY_KEY.extraCostMicroUsd, values.extraCostMicroUsd)}</td></>, isMany = hits.length > 1;
  return (
    <section class="panel" aria-labelledby="hits-title">
      <h2 id="hits-title">What was hit</h2>
      <ScrollBox label="What each fault hit">
        <table id="hits">
          <thead>
            <tr>
              <th scope="col">#</th><th scope="col" class="text">fault</th><th scope="col" class="text">from</th><th scope="col" class="text">hit</th><th scope="col">work lost</th><th scope="col">worth</th>
              <th scope="col">recovery <span class="unit">p50 / p95</span></th>{isMany && <><th scope="col">alone: makespan</th><th scope="col">alone: cost</th></>}
            </tr>
          </thead>
          <tbody>
            {hits.map((hit, k) => (
              <tr key={k}>
                <td>{k + 1}</td><th scope="row">{hit.words}</th><td class="text">{Number.isNaN(hit.from) ? 'never' : instant(hit.from)}</td><td class="text">{felt(hit)}</td>
                <td>{hit.lostMs === 0 ? '–' : durationText(hit.lostMs)}</td><td>{hit.lostMicroUsd === 0 ? '–' : dollarText(hit.lostMicroUsd)}</td><td>{recoveryText(hit.recovery) || '–'}</td>
                {isMany && (alone[k] === undefined ? <><td>…</td><td>…</td></> : both(alone[k].figures.values))}
              </tr>
            ))}
            {isMany && (
              <tr class="sum">
                <td /><th scope="row">together</th><td /><td /><td>{durationText(figures.values.lostToFaultsMs)}</td><td>{dollarText(figures.values.lostToFaultsMicroUsd)}</td><td />{both(figures.values)}
              </tr>
            )}
          </tbody>
        </table>
      </ScrollBox>
      {cutOffs.length > 0 && (
        <ScrollBox label="Attempts that were cut off">
          <table id="cut-offs">
            <thead>
              <tr>
                <th scope="col">#</th><th scope="col" class="text">cut off</th><th scope="col">attempt</th><th scope="col" class="text">on</th><th scope="col">stopped</th><th scope="col">lost</th>
                <th scope="col">worth</th><th scope="col">works again after</th><th scope="col">recovered after</th>
              </tr>
            </thead>
            <tbody>
              {cutOffs.slice(0, ROWS_MAX).map((c, k) => (
                <tr key={k}>
                  <td>{c.fault + 1}</td><th scope="row">{c.task}</th><td>{c.attempt}</td><td class="text">{c.unit}</td><td>{instant(c.at)}</td><td>{durationText(c.lostMs)}</td>
                  <td>{dollarText(c.lostMicroUsd)}</td><td>{after(c.againAt, c.at)}</td><td>{after(c.redoneAt, c.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {cutOffs.length > ROWS_MAX && <p class="soft">The first {ROWS_MAX} of {cutOffs.length}.</p>}
      <p class="soft">Recovered: what was lost is done again. {isMany && 'Alone: the fault without the others; faults meet on the same tasks, so the parts do not add up to the whole.'}</p>
    </section>
  );
}

function after(at: number, stopped: number): string {
  return Number.isNaN(at) ? 'never' : durationText(at - stopped);
}

export function JobsPanel({ rehearsal: { jobs } }: { readonly rehearsal: Rehearsal }): JSX.Element {
  const end = (row: { readonly outcome: string; readonly completedAt: number }): string => (row.outcome === 'completed' ? instant(row.completedAt) : row.outcome), shown = jobs.slice(0, ROWS_MAX);
  return (
    <section class="panel" aria-labelledby="rehearsed-jobs-title">
      <h2 id="rehearsed-jobs-title">Jobs</h2>
      <ScrollBox label="Jobs in both runs">
        <table id="rehearsed-jobs">
          <thead>
            <tr>
              <th scope="col" class="text">job</th><th scope="col">deadline</th><th scope="col">without faults</th><th scope="col">with faults</th><th scope="col">later by</th>
              <th scope="col">extra cost</th><th scope="col" class="text">deadline</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((job) => (
              <tr key={job.job}>
                <th scope="row">{job.job}</th><td>{Number.isFinite(job.deadline) ? instant(job.deadline) : '–'}</td><td>{end(job.baseline)}</td><td>{end(job.faulted)}</td>
                <td>{gained(METRIC_BY_KEY.makespanMs, job.delayMs)}</td><td>{gained(METRIC_BY_KEY.costMicroUsd, job.extraCostMicroUsd)}</td>
                <td class="text">{job.newlyLate ? <span class="worse">missed in addition</span> : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {jobs.length > ROWS_MAX && <p class="soft">The first {ROWS_MAX} of {jobs.length}.</p>}
    </section>
  );
}
