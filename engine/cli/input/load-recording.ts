// A journal with everything that is needed to make its run again: its scenario compiled, its policy found. A journal whose
// rows do not fit its own hash is read all the same and says so, because where it parts from its replay is what one wants to know.
import { JournalDecoder } from '../../journal/journal-decoder.ts';
import type { DecodedJournal } from '../../journal/journal-decoder.ts';
import type { JournalHeader } from '../../journal/journal-header.ts';
import { renumbered } from '../../journal/revisions.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import { compileScenario } from '../../model/compile.ts';
import { faultLine, inputError, InputError } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import type { Policy } from '../../model/policy.ts';
import type { Instance } from '../../model/problem.ts';
import { validateScenario } from '../../model/validate.ts';
import { replay } from '../../sim/replay.ts';
import type { Replay } from '../../sim/replay.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { resolveCalendars } from '../../../scenarios/formats/calendars.ts';
import { journalLines, journalPath, readJournal } from '../output/read-journal.ts';
import { policyOfText } from './load-policy.ts';

export interface Recording extends DecodedJournal<Instance> {
  readonly file: string;
  readonly policy: Policy;
  /** The policy in force after each revision. */
  readonly revisedPolicies: readonly Policy[];
  /** What is wrong with its totals; empty when nothing is. */
  readonly tampered: string;
}

export interface ReplayedRecording {
  readonly recording: Recording;
  readonly replay: Replay;
  /** Whether every row came out the same; of a journal cut off, every row that is there. */
  readonly identical: boolean;
}

const TOTALS = new Set(['hash-mismatch', 'count-mismatch']);

/** Reads a journal or run folder. `partial`: also one that was cut off. Throws `InputError`; see `JournalDecoder`. */
export async function loadRecording(path: string, partial: boolean): Promise<Recording> {
  const file = await journalPath(path);
  try {
    return await withPolicy(file, await readJournal(file, compiled, { allowTruncated: partial }), '');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (!error.faults.every((f) => TOTALS.has(f.code))) throw new InputError(error.faults.map(withOption), error.source, { cause: error });
    const decoder = new JournalDecoder(compiled, { allowTruncated: true });
    for await (const line of journalLines(file)) if (!line.startsWith('{"end":')) decoder.push(line);
    return withPolicy(file, decoder.finish(), error.faults.map(faultLine).join('; '));
  }
}

/** The hint of a journal that was cut off, in the words of the command line. */
function withOption(fault: Fault): Fault {
  return fault.code === 'truncated-journal' ? { ...fault, hint: '--partial reads what is there' } : fault;
}

/** The scenario of a journal, which must be as valid as any other. */
export function compiled(header: JournalHeader): Instance {
  return compileScenario(resolveCalendars(validateScenario(header.scenario, { jobless: true })));
}

async function withPolicy(file: string, decoded: DecodedJournal<Instance>, tampered: string): Promise<Recording> {
  const policy = await policyIn(file, decoded.header, 'line 1.policy'), revisedPolicies: Policy[] = [];
  for (const { header, change } of decoded.revisions) revisedPolicies.push(change.policy === undefined ? revisedPolicies.at(-1) ?? policy : await policyIn(file, header, 'change.policy'));
  return { ...decoded, file, policy, revisedPolicies, tampered };
}

/** The policy a header names, with the parameters it has in this version. */
async function policyIn(file: string, { policy: { name, parameters, text } }: JournalHeader, path: string): Promise<Policy> {
  const policy = text === undefined ? policyNamed(name) : await ownPolicy(file, name, text), known = Object.keys(policy.parameters), given = Object.keys(parameters);
  if (known.length !== given.length || given.some((key) => !known.includes(key))) {
    const hint = `now they are ${known.join(', ') || 'none'}; use the engine version that wrote it`;
    throw inputError('other-parameters', `${path}.parameters`, `${name} has other parameters in this version`, { value: given.join(', '), hint }).from(file);
  }
  return policy;
}

/** The policy of the text that stands in the journal. */
async function ownPolicy(file: string, name: string, text: string): Promise<Policy> {
  const policy = await policyOfText(text, `${name.replace(/@.*$/, '')}.ts`);
  if (policy.name !== name) throw inputError('other-policy', 'line 1.policy.text', `the text is that of ${policy.name}`, { value: name, hint: 'it was changed after the run' }).from(file);
  return policy;
}

/** Feeds the recording's events to a fresh kernel. */
export function replayRecording(recording: Recording): ReplayedRecording {
  const { header: { policy: { parameters }, weights, seed }, instance, rows, policy, footer } = recording;
  const revisions = recording.revisions.map(({ header, instance: revised }, k) => ({ instance: revised, policy: recording.revisedPolicies[k]!, parameters: header.policy.parameters }));
  const result = replay(instance, rows, { policy, parameters, weights, seed, revisions });
  const ranOut = footer === undefined && recording.tampered === '' && result.divergesAt === rows.count;
  return { recording, replay: result, identical: result.identical || ranOut };
}

/** The replayed run as a record, with the reasons of its decisions; in the numbers of the scenario as it was revised last. */
export function recordOf({ recording: { header, instance, footer, rows, revisions }, replay: { kernel, hash } }: ReplayedRecording): RunRecord {
  const { weights, seed } = header, { policy: { name, parameters } } = revisions.at(-1)?.header ?? header, { problem } = revisions.at(-1)?.instance ?? instance;
  const log = revisions.length === 0 ? rows : renumbered(rows, instance.problem, revisions.map(({ row, change, instance: { problem: names } }) => ({ row, change, problem: names })), problem);
  return {
    problem, policy: name, parameters, weights, seed, log, decisions: kernel.decisions, cause: footer?.end ?? 'stuck', explanation: footer?.explanation ?? '',
    endedAt: footer?.endedAt ?? kernel.now, hash: footer?.hash ?? hash, decisionMs: new Float64Array(0),
  };
}
