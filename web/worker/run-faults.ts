// What went wrong from outside while a run went on, as marks on its timeline: the faults of the plan, from when each was
// injected as long as it lasted, and the times in which an API or a person took nothing.
import { FAULT_ENDED, FAULT_INJECTED, STRIDE } from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import type { RunFold } from '../../engine/metrics/attempts.ts';
import { closedTimes } from '../../engine/metrics/closed-times.ts';
import type { RehearsalsJson } from '../../engine/live/api/answers.ts';
import type { FaultFile, FaultPlanFile } from '../../engine/model/fault-plan.ts';
import { parseDuration } from '../../engine/model/units.ts';
import type { ClosedTable, FaultMark } from './protocol.ts';

/** In the order of the journal; those of one fault that overlap are one mark. */
export function faultMarks({ log: { rows, length }, endedAt }: RunRecord, plan: FaultPlanFile | undefined): FaultMark[] {
  const marks: FaultMark[] = [], last = new Map<number, number>();
  for (let r = 0; r < length; r += STRIDE) {
    if (rows[r] !== FAULT_INJECTED) continue;
    const index = rows[r + 2]!, fault = plan?.faults[index], from = rows[r + 1]!;
    if (fault === undefined || from < (last.get(index) ?? -Infinity)) continue;
    const until = Math.min(endedAt, from + lastingMs(fault));
    last.set(index, Math.max(until, from + 1));
    marks.push({ from, to: until, fault: index, kind: fault.kind, text: faultText(fault) });
  }
  return marks;
}

/** Of a live run: from when a fault was injected until it had been taken back, or until now. In the order of the journal. */
export function injectedMarks({ log: { rows, length }, endedAt }: RunRecord, { rehearsals }: RehearsalsJson): FaultMark[] {
  const known = new Map(rehearsals.flatMap(({ faults }) => faults.map((fault) => [fault.number, fault]))), marks: FaultMark[] = [], open = new Map<number, number>();
  for (let r = 0; r < length; r += STRIDE) {
    const at = rows[r + 1]!, number = rows[r + 2]!, fault = known.get(number), begun = open.get(number);
    if (rows[r] === FAULT_INJECTED && fault !== undefined && begun === undefined) {
      open.set(number, marks.length);
      marks.push({ from: at, to: endedAt, fault: number, kind: fault.kind as FaultFile['kind'], text: fault.words });
    } else if (rows[r] === FAULT_ENDED && begun !== undefined) {
      marks[begun] = { ...marks[begun]!, to: at };
      open.delete(number);
    }
  }
  return marks;
}

function lastingMs(fault: FaultFile): number {
  if (fault.kind === 'budget' || (fault.kind === 'price' && fault.for === undefined)) return Infinity;
  return 'for' in fault && fault.for !== undefined ? parseDuration(fault.for) : 0;
}

/** `no-capacity gpu`, `price gpu x3`. */
export function faultText(fault: FaultFile): string {
  const named = fault.name === undefined ? fault.kind : `${fault.kind} ${fault.name}`;
  switch (fault.kind) {
    case 'terminate': return `${named} ${'vm' in fault ? fault.vm : 'pool' in fault ? `${fault.count ?? 1} of ${fault.pool}` : `the VM of ${fault.runningTask}`}`;
    case 'terminate-working': return `${named} ${fault.pool ?? 'every pool'}`;
    case 'storm': return `${named} ${fault.killsPerHour}/h ${fault.pool ?? 'every pool'}`;
    case 'no-capacity': return `${named} ${fault.pool ?? 'every pool'}`;
    case 'price': return `${named} ${fault.pool ?? 'every pool'} ×${fault.factor}`;
    case 'away': return `${named} ${fault.human}`;
    case 'outage': return `${named} ${fault.api}`;
    case 'slow-down': return `${named} ${fault.resource} ×${fault.factor}`;
    case 'budget': return `${named} $${fault.budget}`;
  }
}

/** By unit, then by time. */
export function closedTable(run: RunRecord, fold: RunFold): ClosedTable {
  const times = [...closedTimes(run, fold)].sort(([a], [b]) => a - b).flatMap(([unit, list]) => list.map(({ from, to }) => ({ unit, from, to })));
  return { unit: Int32Array.from(times, ({ unit }) => unit), from: Float64Array.from(times, ({ from }) => from), to: Float64Array.from(times, ({ to }) => to) };
}
