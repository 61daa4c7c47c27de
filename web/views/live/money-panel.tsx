// Money by the hour: what was spent by the end of each, what each cost, beside the budget and what the run will have cost.
import type { JSX } from 'preact';
import type { RunForecast } from '../../../engine/experiment/forecast-run.ts';
import { dollarText } from '../../../engine/metrics/figure-text.ts';
import type { LiveRun } from '../../state/live-desk.ts';
import { bandText } from './live-figures.ts';

const HOUR_MS = 3_600_000, HOURS_SHOWN = 24;

export function MoneyPanel({ live: { run, hourly }, forecast }: { readonly live: LiveRun; readonly forecast: RunForecast | undefined }): JSX.Element {
  const { budget, spent, spentAndCommitted } = run, limited = budget >= 0, expected = run.jobsOpen > 0 ? forecast?.cost : undefined, most = Math.max(1, budget, spentAndCommitted, Number.isFinite(expected?.p90 ?? NaN) ? expected!.p90 : 0), x = (value: number): number => value / most * 100;
  const rows = Array.from(hourly, (until, hour) => ({ hour, until, inHour: until - (hour === 0 ? 0 : hourly[hour - 1]!) })), largest = rows.reduce((max, { inHour }) => Math.max(max, inHour), 1);
  return (
    <section class="panel money" aria-labelledby="money-title">
      <h2 id="money-title">Cost <span class="soft">{dollarText(spent)} spent, {dollarText(spentAndCommitted)} with what is under way{limited && `, of ${dollarText(budget)}`}{expected !== undefined && Number.isFinite(expected.p50) && `; will have cost ${dollarText(expected.p50)} (${bandText(expected, dollarText)})`}</span></h2>
      <svg class="budget" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={`Spent ${dollarText(spent)}${limited ? ` of ${dollarText(budget)}` : ''}`}>
        <rect x="0" y="2" width="100" height="6" class="ground" /><rect x="0" y="2" width={x(spentAndCommitted)} height="6" class="committed" /><rect x="0" y="2" width={x(spent)} height="6" class="spent" />
        {expected !== undefined && Number.isFinite(expected.p50) && <><rect x={x(expected.p10)} y="0" width={Math.max(0.6, x(expected.p90) - x(expected.p10))} height="10" class="expected" /><line x1={x(expected.p50)} x2={x(expected.p50)} y1="0" y2="10" class="half" /></>}
        {limited && <line x1={x(budget)} x2={x(budget)} y1="0" y2="10" class="limit" />}
      </svg>
      <table id="hourly-costs">
        <caption class="visually-hidden">Spent by the end of each hour</caption>
        <thead><tr><th scope="col" class="text">hour</th><th scope="col">in it</th><th scope="col" class="text" aria-hidden="true" /><th scope="col">spent until its end</th></tr></thead>
        <tbody>
          {rows.slice(-HOURS_SHOWN).map(({ hour, until, inHour }) => (
            <tr key={hour}>
              <th scope="row">{hour + 1}{hour === rows.length - 1 && run.now < (hour + 1) * HOUR_MS && <span class="soft"> so far</span>}</th><td>{dollarText(inHour)}</td>
              <td class="text" aria-hidden="true"><i class="bar-of"><i style={{ width: `${inHour / largest * 100}%` }} /></i></td><td data-hour={hour}>{dollarText(until)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > HOURS_SHOWN && <p class="soft">The last {HOURS_SHOWN} of {rows.length} hours; <code>twinclock status --json</code> has them all.</p>}
    </section>
  );
}
