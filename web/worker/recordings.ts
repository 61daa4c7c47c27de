// Recorded runs: a journal that was dropped on the page, read, replayed and reviewed like a run that was made here. What it
// says of itself (scenario, policy, weights, seed, faults) is the study that the page shows it with.
import { lowerBounds } from '../../engine/bounds/bounds.ts';
import { checkPolicy, compiled, historyOf, onlyTotals, recordOf, replayRecording } from '../../engine/experiment/recording.ts';
import type { RecordedRun } from '../../engine/experiment/recording.ts';
import { recordedWorld } from '../../engine/experiment/recorded-world.ts';
import { whatIf } from '../../engine/experiment/what-if.ts';
import type { WhatIf } from '../../engine/experiment/what-if.ts';
import { reviewRun } from '../../engine/experiment/run-once.ts';
import type { CompletedRun } from '../../engine/experiment/run-once.ts';
import { seedBounds } from '../../engine/experiment/seed-bounds.ts';
import { divergenceText, firstDivergence } from '../../engine/journal/divergence.ts';
import { JournalDecoder } from '../../engine/journal/journal-decoder.ts';
import type { DecodedJournal } from '../../engine/journal/journal-decoder.ts';
import type { JournalHeader } from '../../engine/journal/journal-header.ts';
import { RunFold } from '../../engine/metrics/attempts.ts';
import { faultWords } from '../../engine/model/fault-words.ts';
import { InputError, RunError, faultLine, inputError } from '../../engine/model/errors.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import type { Policy } from '../../engine/model/policy.ts';
import type { Instance } from '../../engine/model/problem.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import { formatPolicySpec } from '../../policies/registry.ts';
import { Kept } from './kept.ts';
import { policyVersion } from './policy-texts.ts';
import type { PolicyTexts } from './policy-texts.ts';
import type { RecordingFacts, Study, TextSource, WhatIfChange } from './protocol.ts';

interface Recording {
  readonly facts: RecordingFacts;
  readonly done: CompletedRun;
  /** The scenario with everything that its rows speak of. */
  readonly instance: Instance;
  /** Under which it ended. */
  readonly policy: Policy;
}

export class Recordings {
  private readonly kept = new Kept<Recording>(2);
  private readonly changed = new Kept<WhatIf>(4);

  /** The journal of this text. Throws `InputError` with the lines that are wrong. */
  of(text: string, policyTexts: PolicyTexts): Recording {
    return this.kept.of(hashText128(text), () => recordingOf(text, policyTexts));
  }

  /** Its run again with something changed. `texts`: of policies. Throws `RunError` `diverged` where the replay is another run, `InputError` for a change that cannot be. */
  whatIf(text: string, { policy, weights, without }: WhatIfChange, policyTexts: PolicyTexts, texts: Study['texts']): WhatIf {
    const { facts: { identical }, done: { run, fold, metrics }, instance, policy: own } = this.of(text, policyTexts);
    if (!identical) throw new RunError('diverged', 'this version would not have made the run');
    return this.changed.of(JSON.stringify([hashText128(text), policy, policyVersion(policy, texts), weights, without]), () => whatIf(instance, { run, fold, metrics }, own, {
      without, ...(weights === undefined ? {} : { weights }), ...(policy === '' ? {} : { policy: policyTexts.choice(policy, texts) }),
    }));
  }
}

function recordingOf(text: string, policyTexts: PolicyTexts): Recording {
  const recording = readRecording(text.split('\n'), policyTexts), replayed = replayRecording(recording), { header, rows, footer, instance, tampered, policy, revisions } = recording, { replay, identical } = replayed;
  const parted = identical ? undefined : firstDivergence(instance.problem, rows, replay.kernel.log), where = [tampered, parted === undefined ? '' : divergenceText(parted), replay.objection === '' ? '' : `the kernel objects: ${replay.objection}`];
  const history = historyOf(recording), ended = recording.revisedPolicies.at(-1) ?? policy, run = recordOf(replayed, history), { seed } = header, faults = header.faults === undefined ? [] : compileFaults(header.faults, instance.problem);
  const done = reviewRun(run, new RunFold(run.problem), seedBounds(history, seed, faults), lowerBounds(history)), wrong = recordedWorld(history, run, done.fold, seed).faults.faults;
  return {
    facts: {
      live: header.options.live === true, faults: wrong.map(faultWords), study: studyOf(askedAbout(recording)), policies: policiesOf(recording), seed, engine: header.engine, identical: identical && tampered === '', records: rows.count, hash: footer?.hash ?? replay.hash,
      cutOff: footer === undefined && tampered === '', revisions: revisions.length, where: where.filter((line) => line !== '').join('\n'),
    },
    done, instance: history, policy: ended,
  };
}

/** In force one after the other, with their parameters. */
function policiesOf({ header, policy, revisions, revisedPolicies }: RecordedRun): string[] {
  const all = [{ policy, header }, ...revisions.map((revision, k) => ({ policy: revisedPolicies[k]!, header: revision.header }))].map((one) => formatPolicySpec({ policy: one.policy, parameters: one.header.policy.parameters }));
  return all.filter((spec, k) => spec !== all[k - 1]);
}

/** Also of a journal that was cut off, or whose totals are wrong: where it parts from its replay is what one wants to know. */
function readRecording(lines: readonly string[], policyTexts: PolicyTexts): RecordedRun {
  const decode = (kept: readonly string[]): DecodedJournal<Instance> => {
    const decoder = new JournalDecoder(compiled, { allowTruncated: true });
    for (const line of kept) decoder.push(line);
    return decoder.finish();
  };
  try {
    return withPolicies(decode(lines.at(-1) === '' ? lines.slice(0, -1) : lines), '', policyTexts);
  } catch (error) {
    if (!(error instanceof InputError) || !onlyTotals(error)) throw error;
    return withPolicies(decode(lines.filter((line) => line !== '' && !line.startsWith('{"end":'))), error.faults.map(faultLine).join('; '), policyTexts);
  }
}

function withPolicies(decoded: DecodedJournal<Instance>, tampered: string, policyTexts: PolicyTexts): RecordedRun {
  const policy = policyOf(decoded.header, 'line 1.policy', policyTexts), revisedPolicies: Policy[] = [];
  for (const { header, change } of decoded.revisions) revisedPolicies.push(change.policy === undefined ? revisedPolicies.at(-1) ?? policy : policyOf(header, 'change.policy', policyTexts));
  return { ...decoded, policy, revisedPolicies, tampered };
}

function policyOf({ policy: { name, parameters, text } }: JournalHeader, path: string, policyTexts: PolicyTexts): Policy {
  const { policy } = policyTexts.choice(name, text === undefined ? [] : [textSource(name, text)]);
  if (policy.name !== name) throw inputError('other-policy', `${path}.text`, `the text is that of ${policy.name}`, { value: name, hint: 'it was changed after the run' });
  checkPolicy(policy, parameters, path);
  return policy;
}

/** What other views are asked about: as the run began; where that was without any work, with all that came to it. */
const askedAbout = ({ header, revisions }: RecordedRun): JournalHeader => (header.scenario.jobs.length > 0 ? header : { ...header, scenario: revisions.at(-1)?.header.scenario ?? header.scenario });

function studyOf({ scenario, weights, faults, policy: { name, text } }: JournalHeader): Study {
  return {
    scenario: textSource(scenario.name, `${JSON.stringify(scenario, null, 2)}\n`), weights, ...(faults === undefined ? {} : { faults: textSource(faults.name, `${JSON.stringify(faults, null, 2)}\n`) }),
    ...(text === undefined ? {} : { texts: [textSource(name, text)] }),
  };
}

const textSource = (name: string, text: string): TextSource => ({ from: 'text', name, hash: hashText128(text), text });
