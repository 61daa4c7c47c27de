// A journal with everything that is needed to make its run again: its scenario compiled, its policy found. A journal whose
// rows do not fit its own hash is read all the same and says so, because where it parts from its replay is what one wants to know.
import { checkPolicy, compiled, onlyTotals } from '../../experiment/recording.ts';
import type { RecordedRun } from '../../experiment/recording.ts';
import { decodeJournal } from '../../journal/codec.ts';
import { JournalDecoder } from '../../journal/journal-decoder.ts';
import type { DecodedJournal } from '../../journal/journal-decoder.ts';
import type { JournalHeader } from '../../journal/journal-header.ts';
import { faultLine, inputError, InputError } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import type { Policy } from '../../model/policy.ts';
import type { Instance } from '../../model/problem.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { liveJournalLines } from '../live/live-recording.ts';
import { journalLines, journalPath, readJournal } from '../output/read-journal.ts';
import { policyOfText } from './load-policy.ts';

export interface Recording extends RecordedRun {
  readonly file: string;
}

/** Reads a journal, a run folder or a live run. `partial`: also one that was cut off. Throws `InputError`; see `JournalDecoder`. */
export async function loadRecording(path: string, partial: boolean): Promise<Recording> {
  const live = await liveJournalLines(path);
  if (live !== undefined) return withPolicy(path, decodeJournal(live, compiled), '');
  const file = await journalPath(path);
  try {
    return await withPolicy(file, await readJournal(file, compiled, { allowTruncated: partial }), '');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (!onlyTotals(error)) throw new InputError(error.faults.map(withOption), error.source, { cause: error });
    const decoder = new JournalDecoder(compiled, { allowTruncated: true });
    for await (const line of journalLines(file)) if (!line.startsWith('{"end":')) decoder.push(line);
    return withPolicy(file, decoder.finish(), error.faults.map(faultLine).join('; '));
  }
}

/** The hint of a journal that was cut off, in the words of the command line. */
function withOption(fault: Fault): Fault {
  return fault.code === 'truncated-journal' ? { ...fault, hint: '--partial reads what is there' } : fault;
}

async function withPolicy(file: string, decoded: DecodedJournal<Instance>, tampered: string): Promise<Recording> {
  const policy = await policyIn(file, decoded.header, 'line 1.policy'), revisedPolicies: Policy[] = [];
  for (const { header, change } of decoded.revisions) revisedPolicies.push(change.policy === undefined ? revisedPolicies.at(-1) ?? policy : await policyIn(file, header, 'change.policy'));
  return { ...decoded, file, policy, revisedPolicies, tampered };
}

/** The policy a header names, with the parameters it has in this version. */
async function policyIn(file: string, { policy: { name, parameters, text } }: JournalHeader, path: string): Promise<Policy> {
  const policy = text === undefined ? policyNamed(name) : await ownPolicy(file, name, text);
  try {
    checkPolicy(policy, parameters, path);
  } catch (error) {
    throw error instanceof InputError ? error.from(file) : error;
  }
  return policy;
}

/** The policy of the text that stands in the journal. */
async function ownPolicy(file: string, name: string, text: string): Promise<Policy> {
  const policy = await policyOfText(text, `${name.replace(/@.*$/, '')}.ts`);
  if (policy.name !== name) throw inputError('other-policy', 'line 1.policy.text', `the text is that of ${policy.name}`, { value: name, hint: 'it was changed after the run' }).from(file);
  return policy;
}
