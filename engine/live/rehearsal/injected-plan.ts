// Plans that were injected into a run, and how far each of their faults has come: documents say what is to happen and when, rows of
// the journal what did. From both, and nothing else, a later daemon knows what must be taken back.
import type { Driver } from '../driver.ts';
import type { LiveFault } from '../driver-faults.ts';
import type { VmKey } from '../driver-events.ts';
import type { LiveRun } from '../live-run.ts';
import type { Json } from '../json.ts';
import { FAULT_ENDED, FAULT_INJECTED, FAULT_STRUCK, STRIDE } from '../../journal/records.ts';
import type { FaultFile, FaultPlanFile } from '../../model/fault-plan.ts';
import { durationInFile, parseDuration } from '../../model/units.ts';
import { parseStopConditions, type StopCondition } from './stop-conditions.ts';

/** `running` until everything of it is over, then `ended`; `withdrawn` when it was broken off, by a person or a stop condition. */
export type RehearsalPhase = 'running' | 'ended' | 'withdrawn';

/** What is kept of it. Times of the plan are since the epoch of the run. */
export interface RehearsalDocument {
  readonly id: number;
  readonly plan: FaultPlanFile;
  /** Number, in the run, of the first of its faults. */
  readonly first: number;
  /** Run ms of the injection. */
  readonly from: number;
  readonly stop: readonly string[];
  readonly phase: RehearsalPhase;
  readonly reason: string;
  /** Micro-dollars, by number of the fault that changed it. */
  readonly budgetBefore: Readonly<Record<string, number>>;
  /** It came with the start of the daemon, which may come again. */
  readonly atStart: boolean;
  /** Who asked for it. */
  readonly by?: string;
}

export interface Rehearsal extends Omit<RehearsalDocument, 'stop'> {
  readonly stop: readonly StopCondition[];
  phase: RehearsalPhase;
  reason: string;
  budgetBefore: Record<string, number>;
}

/** `waiting`: its time has not come. `on`. `ending`: no more of it is begun; what is on is taken back or runs out. `over`.
 *  `missed`: its time came while no daemon was there. `failed`: it is over, and a driver could not make all of it happen. */
export type FaultState = 'waiting' | 'on' | 'ending' | 'over' | 'missed' | 'failed';

/** Nothing more comes of it. */
export const isOver = (state: FaultState): boolean => state === 'over' || state === 'missed' || state === 'failed';

export interface Struck { readonly unit: string; readonly life: number; readonly key: VmKey }

export interface InjectedFault {
  /** In the run. */
  readonly number: number;
  readonly file: FaultFile;
  readonly rehearsal: Rehearsal;
  state: FaultState;
  /** VM lives it takes or took, in order. */
  readonly struck: Struck[];
  /** How often it was said to be injected, and the row that said so last. */
  injections: number;
  row: number;
  /** What drivers were asked for and could not do, by id: why, and the row that said it would be. */
  readonly failures: Map<string, { readonly reason: string; readonly row: number }>;
  /** What drivers were asked and have not been asked to take back, by id. */
  readonly asked: Map<string, { readonly driver: Driver; readonly fault: LiveFault; readonly row: number }>;
  /** What is being taken back, by id: why the last try failed, empty for none. */
  readonly leaving: Map<string, string>;
  /** A storm: run ms of the next kill, and how many were drawn before it. */
  nextKill: number;
  kills: number;
}

/** The plan with its times counted from the epoch; `from`: the run ms from which they count now. */
export function sinceEpoch(plan: FaultPlanFile, from: number): FaultPlanFile {
  return { ...plan, faults: plan.faults.map((file) => ('at' in file ? { ...file, at: durationInFile(from + parseDuration(file.at)) } : file)) };
}

export function rehearsalOf({ stop, budgetBefore, ...rest }: RehearsalDocument): Rehearsal {
  return { ...rest, stop: parseStopConditions(stop, 'stop'), budgetBefore: { ...budgetBefore } };
}

export function documentOf({ stop, budgetBefore, ...rest }: Rehearsal): Json {
  return { ...rest, stop: stop.map(({ text }) => text), budgetBefore: { ...budgetBefore } } satisfies RehearsalDocument as unknown as Json;
}

export function faultsOf(rehearsal: Rehearsal): InjectedFault[] {
  return rehearsal.plan.faults.map((file, k) => ({ number: rehearsal.first + k, file, rehearsal, state: 'waiting', struck: [], injections: 0, row: -1, failures: new Map(), asked: new Map(), leaving: new Map(), nextKill: NaN, kills: 0 }));
}

/** Reads from the rows of the run what has become of the faults. */
export function readStates(run: LiveRun, faults: readonly InjectedFault[]): void {
  const { rows, count } = run.log;
  for (let n = 0; n < count; n++) {
    const at = n * STRIDE, code = rows[at], fault = faults[rows[at + 2]!];
    if (fault === undefined) continue;
    if (code === FAULT_INJECTED) {
      const reason = run.notes.get(n)?.reason;
      fault.state = 'on';
      fault.injections++;
      fault.row = n;
      if (reason !== undefined) fault.failures.set(`row ${n}`, { reason, row: n });
    } else if (code === FAULT_ENDED) fault.state = fault.failures.size > 0 ? 'failed' : 'over';
    else if (code === FAULT_STRUCK) {
      const unit = run.namesAt(n).unitIds[rows[at + 3]!]!, life = rows[at + 4]!;
      fault.struck.push({ unit, life, key: { run: run.header.run, unit, epoch: run.lifeEpoch.get(unit) ?? 0, life } });
    }
  }
}

/** Every fault that was ever injected into the run, as one plan: its numbers are those of the journal. */
export function wholePlan(run: string, rehearsals: readonly Pick<RehearsalDocument, 'plan'>[]): FaultPlanFile | undefined {
  if (rehearsals.length === 0) return undefined;
  return { twinclock: 'faults/1', name: rehearsals.map(({ plan }) => plan.name).join(', ') || run, faults: rehearsals.flatMap(({ plan }) => plan.faults) };
}
