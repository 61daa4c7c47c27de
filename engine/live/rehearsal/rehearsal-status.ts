// Rehearsals as people look at them.
import type { RehearsalStatus } from '../operations.ts';
import { faultWords } from '../../model/fault-words.ts';
import { isOver, type FaultState, type InjectedFault, type Rehearsal } from './injected-plan.ts';

export function rehearsalStatus(rehearsals: readonly Rehearsal[], faults: readonly InjectedFault[]): RehearsalStatus[] {
  return rehearsals.map((rehearsal) => ({
    id: rehearsal.id, name: rehearsal.plan.name, phase: rehearsal.phase, reason: rehearsal.reason, from: rehearsal.from, by: rehearsal.by ?? '', stop: rehearsal.stop.map(({ text }) => text),
    faults: faults.filter((fault) => fault.rehearsal === rehearsal).map((fault) => ({ number: fault.number, kind: fault.file.kind, words: faultWords(fault.file), vms: fault.struck.map(({ unit }) => unit), injections: fault.injections, ...conditionOf(fault) })),
  }));
}

/** `failing`: it is on, and there is something that a driver could not do so far and goes on trying. */
function conditionOf({ state, failures, leaving, asked }: InjectedFault): { readonly state: FaultState | 'failing'; readonly reason: string } {
  const lingering = [...leaving].filter(([, reason]) => reason !== '').map(([id, reason]) => `${thingOf(id)} is not taken back yet: ${reason}`);
  if (lingering.length > 0 && !isOver(state)) return { state, reason: lingering.join('; ') };
  return { state: state === 'on' && [...failures.keys()].some((id) => asked.has(id)) ? 'failing' : state, reason: failureText([...failures]) };
}

/** What was not done and why, by the ids that drivers were asked by. */
export function failureText(failures: readonly (readonly [id: string, failure: { readonly reason: string }])[]): string {
  return failures.map(([id, { reason }]) => (id.startsWith('row ') ? reason : `${thingOf(id)}: ${reason}`)).join('; ');
}

/** An id is the number of the fault and what it is done to. */
const thingOf = (id: string): string => id.slice(id.indexOf(' ') + 1);
