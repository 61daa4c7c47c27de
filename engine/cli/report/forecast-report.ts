// Futures of a run for people at a terminal.
import type { RunForecast } from '../../experiment/forecast-run.ts';
import { paint, tableText } from '../output/table-text.ts';
import { clockText, countText, dollarText, futureText, numberText } from './measure.ts';
import { plain, right } from './text-columns.ts';

export function forecastReport({ at, futures, unfinished, finish, cost, jobs }: RunForecast, color: boolean): string {
  const lost = Object.entries(unfinished).map(([cause, count]) => `${count} ended by ${cause}`).join(', ');
  return [
    paint('bold', `${countText(futures, 'future')} from ${futureText(at)}${lost === '' ? '' : `; ${lost}, and are in no band`}`, color),
    `ends at    ${futureText(finish.p50)}  (one in ten before ${futureText(finish.p10)}, one in ten after ${futureText(finish.p90)})`,
    `costs      ${dollarText(cost.p50)}  (one in ten below ${dollarText(cost.p10)}, one in ten above ${dollarText(cost.p90)})`, '',
    tableText([...plain('job'), right('10 %'), right('half'), right('90 %'), right('due'), right('on time', '%')], jobs.map(({ job, finish: end, deadline, onTime }) => [
      job, futureText(end.p10), futureText(end.p50), futureText(end.p90), deadline < 0 ? null : clockText(Math.round(deadline)), onTime < 0 ? null : numberText(onTime * 100, 1),
    ]), { color }),
  ].join('\n');
}
