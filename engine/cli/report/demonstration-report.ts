// What a demonstration came to, for people at a terminal.
import type { RunStatus } from '../../live/operations.ts';
import type { Demonstration } from '../live/demonstration/live-demonstration.ts';
import { paint } from '../output/table-text.ts';
import { countText, dollarText, durationText } from './measure.ts';

/** How it stands, in as many characters as a line of 80 has left beside a bar. */
export function demonstrationProgress({ tasks, vms, spent, now }: Pick<RunStatus, 'tasks' | 'vms' | 'spent' | 'now'>): string {
  return `${tasks.running} running, ${countText(vms, 'VM')}, ${dollarText(spent)}, ${durationText(now)}`;
}

export function demonstrationReport({ run, status: { tasks, now, spent, refusedReports }, rehearsals, held, counts, calls, doneBy, rows, hash, replayed, identical, audit }: Demonstration, color: boolean): string {
  const all = Object.values(tasks).reduce((sum, count) => sum + count, 0);
  return [
    paint('bold', `${tasks.archived} of ${countText(all, 'task')} archived in ${durationText(now)}, ${dollarText(spent)} spent${tasks.failed > 0 ? `, ${tasks.failed} failed` : ''}`, color),
    `done by ${Object.entries(doneBy).map(([driver, count]) => `${driver} ${count}`).join(', ')}`,
    `${countText(counts.kills, 'spot VM')} taken, ${countText(counts.limited, 'time')} an API asked to wait, ${countText(counts.lost, 'call')} lost and ${counts.refused} refused, ${countText(counts.absences, 'absence')}`,
    `${countText(counts.resumed, 'attempt')} after the first; ${countText(calls.answered, 'call')} answered, ${calls.brokenOff} broken off; ${countText(refusedReports, 'late report')} refused by their token`, '',
    ...rehearsals.flatMap(({ faults }) => faults.map(({ words, injections, vms }) => `  ${words}: ${injections === 0 ? 'never' : countText(injections, 'time')}${vms.length === 0 ? '' : ` (${vms.join(', ')})`}`)),
    held.length === 0 ? paint('green', 'nothing is left injected', color) : paint('red', `still injected: ${held.join(', ')}`, color), '',
    `journal  ${countText(rows, 'row')}, ${hash}`, `replay   ${identical ? paint('green', 'identical', color) : paint('red', 'differs', color)}, ${replayed}`,
    `audit    ${paint(audit === 'clean' ? 'green' : 'red', audit, color)}`,
    `look further: twinclock rehearsal ${run}; twinclock replay ${run}; twinclock fidelity ${run}`,
  ].join('\n');
}
