// What a plan of faults may reach, and what is injected, for people at a terminal.
import type { BlastJson, ReachedJson, RehearsalsJson } from '../../live/api/answers.ts';
import { faultsToCome, leftWords } from '../../model/fault-words.ts';
import { paint, tableText } from '../output/table-text.ts';
import { bandText, clockText, countText, dollarText, durationText, numberText } from './measure.ts';
import { plain, right } from './text-columns.ts';

export type { BlastJson, RehearsalsJson };

const NAMES_MAX = 12;
const percent = (share: number): string => `${numberText(share * 100, 0)} %`;
const signed = (value: number, text: (value: number) => string): string => (Number.isNaN(value) ? '–' : value === 0 ? 'same' : `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`);
const changeText = (band: BlastJson['extraTime'], text: (value: number) => string): string => bandText(band, (value) => signed(value, text), { none: 'not known: no future ends both ways' });

export function blastReport(name: string, blast: BlastJson, color: boolean): string {
  const { futures, finishedWithout, finishedWith, extraTime, extraCost, jobs, faults } = blast;
  const reached = (what: string, list: readonly ReachedJson[]): string[] =>
    (list.length === 0 ? [] : [`${what.padEnd(8)} ${list.slice(0, NAMES_MAX).map((one) => `${one.name} ${percent(one.share)}`).join(', ')}${list.length > NAMES_MAX ? `, and ${list.length - NAMES_MAX} more` : ''}`]);
  const late = jobs.filter(({ deadline }) => deadline >= 0);
  return [
    paint('bold', `what ${name} may reach, by ${countText(futures, 'future')} with it and without`, color),
    `later    ${changeText(extraTime, durationText)}`, `dearer   ${changeText(extraCost, dollarText)}`,
    ...(finishedWith < finishedWithout ? [paint('red', `${finishedWithout - finishedWith} of ${finishedWithout} futures that would end do not end with it`, color)] : []), '',
    ...reached('tasks', blast.tasks), ...reached('VMs', blast.vms), ...reached('people', blast.people), ...reached('APIs', blast.apis), '',
    tableText([...plain('Fault'), right('strikes in')], faults.map((one) => [one.name, percent(one.share)]), { color }),
    ...(late.length === 0 ? [] : ['', tableText([...plain('Job'), right('due'), right('on time without'), right('with')], late.map(({ job, deadline, onTimeWithout, onTimeWith }) => [job, clockText(deadline), percent(onTimeWithout), percent(onTimeWith)]), { color })]),
  ].join('\n');
}

export function injectedReport({ rehearsals, held }: RehearsalsJson, color: boolean): string {
  if (rehearsals.length === 0) return 'nothing was ever injected into this run';
  return [
    ...rehearsals.flatMap(({ id, name, phase, reason, from, stop, by, faults }) => [
      `${paint('bold', `rehearsal ${id}: ${name}`, color)}, since ${clockText(Math.round(from))}${by === '' ? '' : ` by ${by}`}, ${paint(phase === 'running' ? 'yellow' : 'green', phase, color)}${reason === '' ? '' : `: ${reason}`}${stop.length === 0 ? '' : `; stops when ${stop.join(', or ')}`}`,
      tableText([...plain('No', 'fault', 'state'), right('times'), ...plain('took')], faults.map((fault) => [String(fault.number), fault.words, fault.state, String(fault.injections), fault.vms.join(', ')]), { color }),
      ...faults.filter((fault) => fault.reason !== '').map((fault) => paint('red', `fault ${fault.number}: ${fault.reason}`, color)), '',
    ]),
    leftWords(held, faultsToCome(rehearsals.flatMap(({ faults }) => faults))),
  ].join('\n');
}
