// What is to be expected: many simulated futures from an instant of the run, as bands of its end and its cost and the chance
// of each deadline. Made again from time to time, or when somebody asks.
import type { JSX } from 'preact';
import type { JobForecast, Outlook, RunForecast } from '../../../engine/experiment/forecast-run.ts';
import { countText, dollarText, numberText } from '../../../engine/metrics/figure-text.ts';
import type { LiveDesk, LiveRun } from '../../state/live-desk.ts';
import { FaultList } from '../fault-list.tsx';
import { instantText } from '../run/hover-card.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { bandHint, bandText, futureText, supposition } from './live-figures.ts';

export function ForecastPanel({ desk, live: { run } }: { readonly desk: LiveDesk; readonly live: LiveRun }): JSX.Element {
  const { busy, answer, error } = desk.forecast.value, isOpen = run.jobsOpen > 0;
  return (
    <section class="panel forecast" aria-labelledby="forecast-title" aria-busy={busy}>
      <div class="row">
        <h2 id="forecast-title">Forecast <span class="soft">{answer === undefined ? '' : `${countText(answer.futures, 'future')} from ${instantText(answer.at)}${isOpen && supposition(run) !== '' ? `, ${supposition(run)}` : ''}`}</span></h2>
        <label class="push"><input type="checkbox" checked={desk.keepsForecasting.value} onChange={(event) => { desk.keepsForecasting.value = event.currentTarget.checked; }} /> every minute</label>
        <button type="button" disabled={busy || !isOpen} onClick={() => { desk.askForecast(); }}>{busy ? 'Simulating …' : 'Forecast now'}</button>
      </div>
      {error !== undefined && <FaultList title={`No forecast: ${error.message}`} faults={error.faults} />}
      {answer !== undefined && <Bands forecast={answer} />}
      {!isOpen && <p class="soft">Every job has ended: there is nothing to come.</p>}
    </section>
  );
}

function Bands({ forecast }: { readonly forecast: RunForecast }): JSX.Element {
  const { finish, cost, jobs } = forecast, from = forecast.at, to = Math.max(from + 1, ...jobs.flatMap(({ finish: { p90 }, deadline }) => [p90, Math.min(deadline, from + 4 * (finish.p90 - from))]).filter(Number.isFinite));
  return (
    <>
      <dl class="pairs">
        <dt>ends</dt><dd><strong data-forecast="finish">{futureText(finish.p50)}</strong> <span class="soft" title={bandHint(finish)}>{bandText(finish, futureText)}</span></dd>
        <dt>costs</dt><dd><strong data-forecast="cost">{dollarText(cost.p50)}</strong> <span class="soft" title={bandHint(cost)}>{bandText(cost, dollarText)}</span></dd>
      </dl>
      <Unfinished outlook={forecast} />
      <ScrollBox label="Forecast by job">
        <table id="forecast-jobs">
          <caption class="visually-hidden">Each job: when it ends in one of ten futures, half of them, nine of ten; its deadline and how likely it is met</caption>
          <thead><tr><th scope="col" class="text">job</th><th scope="col">10 %</th><th scope="col">half</th><th scope="col">90 %</th><th scope="col" class="text" aria-hidden="true" /><th scope="col">due</th><th scope="col">on time</th></tr></thead>
          <tbody>{jobs.map((job) => <JobLine key={job.job} job={job} from={from} to={to} />)}</tbody>
        </table>
      </ScrollBox>
    </>
  );
}

function JobLine({ job: { job, finish: { p10, p50, p90 }, deadline, onTime }, from, to }: { readonly job: JobForecast; readonly from: number; readonly to: number }): JSX.Element {
  const x = (at: number): number => Math.min(99, Math.max(1, (at - from) / (to - from) * 98 + 1)), known = Number.isFinite(p50), ended = p90 <= from;
  return (
    <tr>
      <th scope="row">{job}</th><td>{futureText(p10)}</td><td>{futureText(p50)}</td><td>{futureText(p90)}</td>
      <td class="text" aria-hidden="true">
        <svg class="band" viewBox="0 0 100 12" preserveAspectRatio="none">
          <line x1="1" x2="99" y1="6" y2="6" class="scale" />
          {known && !ended && <><rect x={x(p10)} width={Math.max(1.5, x(p90) - x(p10))} y="3" height="6" class="range" /><line x1={x(p50)} x2={x(p50)} y1="1" y2="11" class="half" /></>}
          {deadline >= 0 && deadline <= to && <line x1={x(deadline)} x2={x(deadline)} y1="0" y2="12" class="due" />}
        </svg>
      </td>
      <td>{deadline < 0 ? '–' : instantText(deadline)}</td>
      <td class={onTime < 0 ? '' : onTime >= 0.9 ? 'better' : onTime < 0.5 ? 'worse' : ''}>{onTime < 0 ? '–' : `${numberText(onTime * 100, 0)} %`}</td>
    </tr>
  );
}

/** Futures that are in no band, by cause. */
export function Unfinished({ outlook: { unfinished } }: { readonly outlook: Outlook }): JSX.Element | null {
  const causes = Object.entries(unfinished);
  return causes.length === 0 ? null : <p class="worse">{causes.map(([cause, count]) => `${count} of them ended by ${cause}`).join(', ')}; they are in no band.</p>;
}
