// A forecast against what then happened, for people at a terminal.
import type { Fidelity, Outcome } from '../../experiment/fidelity.ts';
import { paint, tableText } from '../output/table-text.ts';
import { countText, dollarText, durationText, futureText, numberText } from './measure.ts';
import { plain, right } from './text-columns.ts';

const TASKS_SHOWN = 10;

export function fidelityReport({ forecast, finish, cost, jobs, coverage, parts, tasks }: Fidelity, color: boolean): string {
  const time = futureText, worst = [...tasks].sort((a, b) => Math.abs(b.actualMs - b.expectedMs) - Math.abs(a.actualMs - a.expectedMs)).slice(0, TASKS_SHOWN);
  const row = ({ name, band: { p10, p50, p90 }, actual, covered }: Outcome, text: (value: number) => string) => [name, text(p10), text(p50), text(p90), text(actual), covered ? 'yes' : actual < p10 ? 'earlier' : 'later'];
  return [
    paint('bold', `${countText(forecast.futures, 'future')} from ${time(forecast.at)}, when the last job was in`, color), '',
    tableText([...plain(''), right('10 %'), right('half'), right('90 %'), right('what happened'), { title: 'in the band' }], [row(finish, time), [...row(cost, dollarText).slice(0, 5), cost.covered ? 'yes' : cost.actual < cost.band.p10 ? 'cheaper' : 'dearer'], ...jobs.map((job) => row(job, time))], { color }),
    jobs.some(({ covered, band: { p10, p90 } }) => covered || p10 < p90) ? `the bands cover the end of ${numberText(coverage * 100, 0)} % of the jobs; 80 % is what they are made for`
      : 'durations without spread make bands of one instant, which no real end meets to the millisecond: that none is covered says nothing, the ratios below do', '',
    tableText([...plain('part of the model'), right('cases'), right('expected'), right('what was'), right('ratio')], parts.map(({ part, count, expected, actual, unit, ratio }) => [
      part, count, unit === 'ms' ? durationText(expected) : numberText(expected, 1), unit === 'ms' ? durationText(actual) : String(actual), numberText(ratio, 2),
    ]), { color }), '',
    tableText([...plain('task', 'on'), right('expected'), right('worked'), right('ratio')], worst.map(({ task, unit, expectedMs, actualMs }) => [task, unit, durationText(expectedMs), durationText(actualMs), numberText(actualMs / expectedMs, 2)]), { color }),
    ...(tasks.length > worst.length ? [`the ${worst.length} of ${countText(tasks.length, 'task')} that were furthest from what was expected; --json has all`] : []),
  ].join('\n');
}
