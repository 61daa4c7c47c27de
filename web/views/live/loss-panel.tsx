// What if this VM were lost now? The same futures with and without it, and what lies between them.
import type { JSX } from 'preact';
import type { Band, RunForecast } from '../../../engine/experiment/forecast-run.ts';
import { countText, dollarText, durationText, numberText } from '../../../engine/metrics/figure-text.ts';
import type { LiveDesk } from '../../state/live-desk.ts';
import { FaultList } from '../fault-list.tsx';
import { instantText } from '../run/hover-card.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { Unfinished } from './forecast-panel.tsx';
import { futureText } from './live-figures.ts';

export function LossPanel({ desk }: { readonly desk: LiveDesk }): JSX.Element | null {
  const { vm, busy, answer, error } = desk.loss.value;
  if (vm === '') return null;
  return (
    <section class="panel loss" aria-labelledby="loss-title" aria-busy={busy}>
      <div class="row">
        <h2 id="loss-title">If {vm} were killed now <span class="soft">{answer === undefined ? '' : `${countText(answer.futures, 'future')} from ${instantText(answer.at)}, each with and without; nothing is really killed`}</span></h2>
        <span class="push row"><button type="button" disabled={busy} onClick={() => { desk.askLoss(vm); }}>{busy ? 'Simulating …' : 'Again from now'}</button><button type="button" onClick={() => { desk.askLoss(''); }}>Close</button></span>
      </div>
      {error !== undefined && <FaultList title={error.faults.length > 0 ? 'This cannot be asked' : `No answer: ${error.message}`} faults={error.faults} />}
      {answer?.loss !== undefined && <Difference forecast={answer} loss={answer.loss} />}
    </section>
  );
}

function Difference({ forecast, loss }: { readonly forecast: RunForecast; readonly loss: NonNullable<RunForecast['loss']> }): JSX.Element {
  const { pairs, later, dearer } = loss, rows = loss.jobs.flatMap((job, j) => (job.onTime < 0 ? [] : [{ job: job.job, before: forecast.jobs[j]!.onTime, after: job.onTime }]));
  return (
    <>
      <Unfinished outlook={loss} />
      <ScrollBox label="Difference">
        <table id="loss-table">
          <caption class="visually-hidden">Half of the futures with and without the VM, and how they differ, future by future</caption>
          <thead><tr><td /><th scope="col">as it is</th><th scope="col">without {loss.vm}</th><th scope="col">change, 10 %</th><th scope="col">half</th><th scope="col">90 %</th></tr></thead>
          <tbody>
            <tr data-loss="finish"><th scope="row">ends</th><td>{futureText(forecast.finish.p50)}</td><td>{futureText(loss.finish.p50)}</td><Change band={later} text={durationText} /></tr>
            <tr data-loss="cost"><th scope="row">costs</th><td>{dollarText(forecast.cost.p50)}</td><td>{dollarText(loss.cost.p50)}</td><Change band={dearer} text={dollarText} /></tr>
            {rows.map(({ job, before, after }) => <tr key={job}><th scope="row">{job} on time</th><td>{shareText(before)}</td><td>{shareText(after)}</td><td /><td class={after < before ? 'worse' : after > before ? 'better' : ''}>{signed(100 * (after - before), (points) => `${numberText(points, 0)} points`)}</td><td /></tr>)}
          </tbody>
        </table>
      </ScrollBox>
      <p class="soft">Order statistics over the {countText(pairs, 'future')} that end both ways: the same luck on both sides, so a change of zero is no change.</p>
    </>
  );
}

function Change({ band: { p10, p50, p90 }, text }: { readonly band: Band; readonly text: (value: number) => string }): JSX.Element {
  return <>{[p10, p50, p90].map((value, k) => <td key={k} class={value > 0 ? 'worse' : value < 0 ? 'better' : ''}>{signed(value, text)}</td>)}</>;
}

const shareText = (share: number): string => `${numberText(share * 100, 0)} %`;
const signed = (value: number, text: (value: number) => string): string => (value > 0 ? `+${text(value)}` : text(value));
