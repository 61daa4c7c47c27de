// Answers about what leaves the page and comes back to it: share documents made, opened and judged; journals, tables and
// timelines in the bytes in which the command line writes them.
import { comparisonOf } from '../../engine/experiment/compare.ts';
import { asTextPolicy } from '../../engine/experiment/policy-trial.ts';
import type { CompletedRun } from '../../engine/experiment/run-once.ts';
import { validateRehearsal } from '../../engine/experiment/rehearsal/rehearsal-file.ts';
import { makeShare, sharedFigures, sharedJournal } from '../../engine/experiment/share/make-share.ts';
import { openShare } from '../../engine/experiment/share/open-share.ts';
import type { OpenedShare } from '../../engine/experiment/share/open-share.ts';
import { judgeShare } from '../../engine/experiment/share/verify-share.ts';
import { aboutRun, runTables } from '../../engine/export/run-tables.ts';
import { runTimeline } from '../../engine/export/run-timeline.ts';
import { runsTable } from '../../engine/export/runs-table.ts';
import { encodeJournal } from '../../engine/journal/codec.ts';
import { divergenceText } from '../../engine/journal/divergence.ts';
import { journalHeader } from '../../engine/journal/journal-header.ts';
import type { JournalHeader } from '../../engine/journal/journal-header.ts';
import { perfettoTrace } from '../../engine/journal/perfetto.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import { InputError } from '../../engine/model/errors.ts';
import { parseJsonText } from '../../engine/model/file-text.ts';
import { validateFaultPlan } from '../../engine/model/validate.ts';
import type { PolicyChoice } from '../../policies/registry.ts';
import { VERSION } from '../../engine/version.ts';
import { Kept } from './kept.ts';
import type { PolicyTexts } from './policy-texts.ts';
import type { RunRequest, Study } from './protocol.ts';
import { unpackRuns } from './run-columns.ts';
import type { SharedStudy, ShareFindings, ShareQuestions, TableSet } from './share-protocol.ts';
import type { LoadedScenario, Sources } from './sources.ts';

/** What the worker has besides. */
export interface ShareTools {
  readonly sources: Sources;
  readonly policyTexts: () => PolicyTexts;
  /** The run, made if it is not at hand, with the reasons of its decisions. */
  readonly look: (request: RunRequest) => CompletedRun;
}

type ShareHandlers = { readonly [K in keyof ShareQuestions]: (ask: ShareQuestions[K]['ask']) => ShareQuestions[K]['answer'] };

export function shareHandlers(tools: ShareTools): ShareHandlers {
  const { sources, policyTexts, look } = tools, opened = new Kept<OpenedShare>(2);
  const open = (text: string): OpenedShare => opened.of(hashText128(text), () => openShare(parseJsonText(text), (name, source) => policyTexts().choice(name, [{ from: 'text', name, hash: hashText128(source), text: source }]).policy));
  const headerOf = (request: RunRequest): JournalHeader => headerFor(tools, request, look(request));
  return {
    share: ({ study, columns, metric, baseline, view, journal }) => {
      const scenario = sources.scenario(study.scenario), setup = { instance: scenario.instance, policies: namedChoices(policyTexts(), columns.policies, study), weights: study.weights, metric, baseline };
      const request: RunRequest = { study, policy: columns.policies[0]!, seed: columns.seeds[0]! };
      return makeShare(comparisonOf(setup, columns.seeds, unpackRuns(columns)), {
        engine: VERSION, scenario: scenario.file, plan: sources.faults(study.faults, scenario).plan, texts: new Map((study.texts ?? []).map(({ name, text }) => [name, text])), view,
        ...(journal ? { journals: [sharedJournal(request.policy, headerOf(request), look(request).run)] } : {}),
      });
    },
    'open-share': ({ text }) => sharedStudy(open(text)),
    validate: ({ sort, text, fileName }) => {
      try {
        return sort === 'faults' ? validateFaultPlan(parseJsonText(text)) : validateRehearsal(parseJsonText(text));
      } catch (error) {
        throw error instanceof InputError ? error.from(fileName) : error;
      }
    },
    verify: ({ text, columns }) => findings(open(text), columns),
    journal: (request) => textBytes(lines(encodeJournal(headerOf(request), look(request).run))),
    timeline: (request) => { const { run, fold } = look(request); return textBytes(perfettoTrace(run, runTimeline(fold))); },
    tables: (request): TableSet => { const { run, fold } = look(request); return { about: aboutRun(headerOf(request), run), tables: [...runTables(run, fold)] }; },
    'runs-table': ({ study, columns }): TableSet => {
      const { file, instance } = sources.scenario(study.scenario);
      return { about: { engine: VERSION, scenario: instance.hash }, tables: [runsTable([{ scenario: file.name, policies: columns.policies, runs: unpackRuns(columns) }])] };
    },
  };
}

/** Under the names that the page knows the policies by: two texts may give themselves the same one. */
function namedChoices(policyTexts: PolicyTexts, specs: readonly string[], { texts }: Study): PolicyChoice[] {
  return specs.map((spec) => {
    const { policy, parameters } = policyTexts.choice(spec, texts);
    return { policy: { ...policy, name: spec.split(':')[0]! }, parameters };
  });
}

function headerFor({ sources, policyTexts }: ShareTools, { study, policy }: RunRequest, { run }: CompletedRun): JournalHeader {
  const scenario: LoadedScenario = sources.scenario(study.scenario), { plan } = sources.faults(study.faults, scenario), text = asTextPolicy(policyTexts().choice(policy, study.texts).policy)?.text;
  return journalHeader(run, { engine: VERSION, scenario: scenario.file, scenarioHash: scenario.instance.hash, ...(text === undefined ? {} : { policyText: text }), ...(plan === undefined ? {} : { faults: plan }) });
}

function sharedStudy({ file: { journals = [], ...file }, instance }: OpenedShare): SharedStudy {
  const text = (name: string, content: string) => ({ from: 'text', name, hash: hashText128(content), text: content }) as const;
  const texts = file.policies.flatMap(({ policy, text: source }) => (source === undefined ? [] : [text(policy.split(':')[0]!, source)]));
  const faults = file.faults === undefined ? undefined : file.faults.plan === undefined ? { from: 'catalog', name: file.faults.name } as const : text(file.faults.name, `${JSON.stringify(file.faults.plan, null, 2)}\n`);
  return {
    file, journals: journals.length, tasks: instance.problem.taskCount, engine: VERSION,
    study: {
      scenario: file.scenario.file === undefined ? { from: 'catalog', name: file.scenario.name } : text(file.scenario.name, `${JSON.stringify(file.scenario.file, null, 2)}\n`), weights: file.weights,
      ...(faults === undefined ? {} : { faults }), ...(texts.length === 0 ? {} : { texts }),
    },
  };
}

function findings(share: OpenedShare, columns: ShareQuestions['verify']['ask']['columns']): ShareFindings {
  const { identical, runs, different, figures, statement, comparison } = judgeShare(share, unpackRuns(columns));
  return {
    identical, runs, statement, figures: figures.map(({ policy, figure }) => ({ policy, figure })),
    different: different.map(({ divergence, ...run }) => ({ ...run, where: divergence === undefined ? '' : divergenceText(divergence) })),
    made: comparison.policies.map((policy) => sharedFigures(comparison.rows.find((row) => row.policy === policy)!)),
  };
}

function textBytes(pieces: Iterable<string>): Uint8Array {
  return new TextEncoder().encode([...pieces].join(''));
}

function* lines(texts: Iterable<string>): Generator<string, void, void> {
  for (const text of texts) yield `${text}\n`;
}
