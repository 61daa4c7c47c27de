// A run as short lines for hand-solved tests: `12 task-completed a` with seconds since the epoch, without ticks.
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { recordView } from '../../engine/journal/record-view.ts';

/** Lines of the records with these names (default: all but ticks), as `<seconds> <name> <task or unit or job> [extra]`. */
export function narrate(run: RunRecord, ...names: string[]): string[] {
  const lines: string[] = [];
  for (let n = 0; n < run.log.count; n++) {
    const { t, name, fields } = recordView(run.problem, run.log, n);
    if (names.length > 0 ? !names.includes(name) : name === 'tick') continue;
    const { task, unit, job, attempt, ...rest } = fields;
    const extra = name === 'task-started' || name === 'place' || name === 'offer' ? [unit] : Object.values(rest);
    lines.push([t / 1000, name, task ?? unit ?? job, ...(name === 'task-completed' ? [] : extra)].filter((x) => x !== undefined && x !== '').join(' '));
  }
  return lines;
}

/** `task unit start end` in seconds for each completed attempt, by start then task. */
export function gantt(run: RunRecord): string[] {
  const started = new Map<string, [string, number]>(), bars: [number, string, string, number][] = [];
  for (let n = 0; n < run.log.count; n++) {
    const { t, name, fields } = recordView(run.problem, run.log, n);
    if (name === 'task-started') started.set(String(fields.task), [String(fields.unit), t]);
    if (name === 'task-completed') { const [unit, from] = started.get(String(fields.task))!; bars.push([from / 1000, String(fields.task), unit, t / 1000]); }
  }
  return bars.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)).map(([from, task, unit, to]) => `${task} ${unit} ${from}-${to}`);
}
