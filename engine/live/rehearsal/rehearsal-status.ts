// Rehearsals as people look at them.
import type { RehearsalStatus } from '../operations.ts';
import { faultWords } from '../../model/fault-words.ts';
import type { InjectedFault, Rehearsal } from './injected-plan.ts';

export function rehearsalStatus(rehearsals: readonly Rehearsal[], faults: readonly InjectedFault[]): RehearsalStatus[] {
  return rehearsals.map((rehearsal) => ({
    id: rehearsal.id, name: rehearsal.plan.name, phase: rehearsal.phase, reason: rehearsal.reason, from: rehearsal.from, stop: rehearsal.stop.map(({ text }) => text),
    faults: faults.filter((fault) => fault.rehearsal === rehearsal).map(({ number, file, state, struck, injections }) => ({ number, kind: file.kind, words: faultWords(file), state, vms: struck.map(({ unit }) => unit), injections })),
  }));
}
