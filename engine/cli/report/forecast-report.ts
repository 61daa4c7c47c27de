// Futures of a run for people at a terminal, and what the loss of a VM would change in them.
import type { Band, LossForecast, Outlook, RunForecast } from '../../experiment/forecast-run.ts';
import { paint, tableText } from '../output/table-text.ts';
import { bandText, clockText, countText, dollarText, durationText, futureText, numberText } from './measure.ts';
import { plain, right } from './text-columns.ts';

export function forecastReport({ at, futures, loss, ...outlook }: RunForecast, color: boolean): string {
  const { finish, cost, jobs } = outlook;
  return [
    paint('bold', `${countText(futures, 'future')} from ${futureText(at)}${unfinishedText(outlook)}${finish.p90 <= at ? ': every job has ended, there is nothing to come' : ''}`, color),
    `ends at    ${bandText(finish, futureText, { less: 'before', more: 'after' })}`, `costs      ${bandText(cost, dollarText)}`, '',
    tableText([...plain('job'), right('10 %'), right('half'), right('90 %'), right('due'), right('on time', '%')], jobs.map(({ job, finish: end, deadline, onTime }) => [
      job, futureText(end.p10), futureText(end.p50), futureText(end.p90), deadline < 0 ? null : clockText(Math.round(deadline)), shareText(onTime),
    ]), { color }),
    ...(loss === undefined ? [] : lossLines(loss, outlook, color)),
  ].join('\n');
}

/** What would follow, beside what would have been. */
function lossLines({ vm, pairs, later, dearer, ...lost }: LossForecast, { finish, cost, jobs }: Outlook, color: boolean): string[] {
  const change = (band: Band, text: (value: number) => string): string => [band.p10, band.p50, band.p90].map((value) => signed(value, text)).join('  ');
  const dated = lost.jobs.flatMap((job, j) => (job.onTime < 0 ? [] : [{ job, before: jobs[j]! }]));
  return [
    '', paint('bold', `if ${vm} were killed now (${countText(pairs, 'future')} that end both ways${unfinishedText(lost)})`, color),
    tableText([...plain(''), right('half'), right('instead of'), right('change 10 %    half    90 %')], [
      ['ends at', futureText(lost.finish.p50), futureText(finish.p50), change(later, durationText)], ['costs', dollarText(lost.cost.p50), dollarText(cost.p50), change(dearer, dollarText)],
    ], { color }),
    ...(dated.length === 0 ? [] : ['', tableText([...plain('job'), right('on time', '%'), right('instead of', '%')], dated.map(({ job, before }) => [job.job, shareText(job.onTime), shareText(before.onTime)]), { color })]),
  ];
}

function unfinishedText({ unfinished }: Outlook): string {
  const lost = Object.entries(unfinished).map(([cause, count]) => `${count} ended by ${cause}`).join(', ');
  return lost === '' ? '' : `; ${lost}, and are in no band`;
}

const shareText = (share: number): string | null => (share < 0 ? null : numberText(share * 100, 1));
const signed = (value: number, text: (value: number) => string): string => (value > 0 ? `+${text(value)}` : text(value));
