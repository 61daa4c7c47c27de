// A journal that was read, with everything that is needed to make its run again, and the replay of it: the events into a fresh
// kernel, whose commands must come out the same. The command line and the workbench replay here.
import type { DecodedJournal } from '../journal/journal-decoder.ts';
import type { JournalHeader } from '../journal/journal-header.ts';
import type { RecordLog } from '../journal/log.ts';
import { renumbered, renumberedDecisions } from '../journal/revisions.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { compileScenario } from '../model/compile.ts';
import { inputError } from '../model/errors.ts';
import type { InputError } from '../model/errors.ts';
import { historyInstance } from '../model/fleet-history.ts';
import type { ParameterValues, Policy } from '../model/policy.ts';
import type { Instance } from '../model/problem.ts';
import type { FleetFile } from '../model/scenario.ts';
import { validateScenario } from '../model/validate.ts';
import { replay } from '../sim/replay.ts';
import type { Replay } from '../sim/replay.ts';
import { resolveCalendars } from '../../scenarios/formats/calendars.ts';

export interface RecordedRun extends DecodedJournal<Instance> {
  readonly policy: Policy;
  /** The policy in force after each revision. */
  readonly revisedPolicies: readonly Policy[];
  /** What is wrong with its totals; empty when nothing is. */
  readonly tampered: string;
}

export interface ReplayedRecording {
  readonly recording: RecordedRun;
  readonly replay: Replay;
  /** Whether every row came out the same; of a journal cut off, every row that is there. */
  readonly identical: boolean;
}

const TOTALS = new Set(['hash-mismatch', 'count-mismatch']);

/** Whether nothing but the totals of a journal are wrong: its rows can still be replayed. */
export function onlyTotals({ faults }: InputError): boolean {
  return faults.every((f) => TOTALS.has(f.code));
}

/** The scenario of a journal, which must be as valid as any other. */
export function compiled(header: JournalHeader): Instance {
  return compiledScenario(header.scenario);
}

/** A scenario as runs carry it, compiled. It may have no jobs yet. `fleet`: taken instead of its own, with what has gone in it. Throws `InputError`. */
export function compiledScenario(scenario: unknown, fleet?: FleetFile): Instance {
  const file = validateScenario(scenario, { jobless: true });
  return compileScenario(resolveCalendars(fleet === undefined ? file : { ...file, fleet }));
}

/** Throws `InputError` `other-parameters` when the policy does not have the parameters that were recorded. */
export function checkPolicy(policy: Policy, parameters: ParameterValues, path: string): void {
  const known = Object.keys(policy.parameters), given = Object.keys(parameters);
  if (known.length === given.length && given.every((key) => known.includes(key))) return;
  const hint = `now they are ${known.join(', ') || 'none'}; use the engine version that wrote it`;
  throw inputError('other-parameters', `${path}.parameters`, `${policy.name} has other parameters in this version`, { value: given.join(', '), hint });
}

/** Feeds the recording's events to a fresh kernel. */
export function replayRecording(recording: RecordedRun): ReplayedRecording {
  const { header: { policy: { parameters }, weights, seed }, instance, rows, policy, footer } = recording;
  const revisions = recording.revisions.map(({ header, instance: revised }, k) => ({ instance: revised, policy: recording.revisedPolicies[k]!, parameters: header.policy.parameters }));
  const result = replay(instance, rows, { policy, parameters, weights, seed, revisions });
  const ranOut = footer === undefined && recording.tampered === '' && result.divergesAt === rows.count;
  return { recording, replay: result, identical: result.identical || ranOut };
}

/** The scenario as it was revised last, and with it all resources that have gone since: its names are all that the journal knows. */
export function historyOf({ header, instance, revisions }: RecordedRun): Instance {
  const last = revisions.at(-1);
  if (last === undefined) return instance;
  const stretch = (scenario: JournalHeader['scenario'], { problem: { unitIds } }: Instance) => ({ fleet: resolveCalendars(scenario).fleet, unitIds });
  return historyInstance(resolveCalendars(last.header.scenario), last.instance, [stretch(header.scenario, instance), ...revisions.slice(0, -1).map((one) => stretch(one.header.scenario, one.instance))]);
}

/** The rows in the numbers of `to`: where it does not have a resource they name, they say -1. */
export function rowsIn({ rows, instance, revisions }: RecordedRun, to: Instance): RecordLog {
  if (instance.problem === to.problem) return rows;
  return renumbered(rows, instance.problem, revisions.map(({ row, change, instance: { problem } }) => ({ row, change, problem })), to.problem);
}

/** The replayed run as a record, with the reasons of its decisions; in the numbers of `history`. */
export function recordOf({ recording, replay: { kernel, hash } }: ReplayedRecording, history = historyOf(recording)): RunRecord {
  const { header, footer, revisions } = recording, { weights, seed } = header, { policy: { name, parameters } } = revisions.at(-1)?.header ?? header, { problem } = history;
  return {
    problem, policy: name, parameters, weights, seed, log: rowsIn(recording, history), decisions: renumberedDecisions(kernel.decisions, kernel.problem, problem), cause: footer?.end ?? 'stuck', explanation: footer?.explanation ?? '',
    endedAt: footer?.endedAt ?? kernel.now, hash: footer?.hash ?? hash, decisionMs: new Float64Array(0),
    ...(header.options.live === true ? { measured: true } : {}),
  };
}
