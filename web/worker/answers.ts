// Every question a worker can be asked, answered with the engine. Keeps what it compiled and one runner a policy, so that a
// batch of seeds costs nothing but its runs. Pure but for those caches: the same question has the same answer in any worker,
// whatever was asked before.
import type { Bounds } from '../../engine/bounds/bounds.ts';
import { comparedRun, comparisonOf } from '../../engine/experiment/compare.ts';
import { explainTask } from '../../engine/experiment/explain-task.ts';
import type { RehearsalSetup } from '../../engine/experiment/rehearsal/rehearse.ts';
import { RunWorkspace, Runner } from '../../engine/experiment/run-once.ts';
import type { CompletedRun } from '../../engine/experiment/run-once.ts';
import { scheduleHash } from '../../engine/journal/journal-hash.ts';
import type { Weights } from '../../engine/model/policy.ts';
import { policies } from '../../policies/registry.ts';
import { catalogNames } from '../../scenarios/catalog/index.ts';
import { faultNames, loadFaults } from '../../scenarios/faults/index.ts';
import { decisionTiming } from './decision-timing.ts';
import { errorData } from './error-data.ts';
import { Kept } from './kept.ts';
import { PolicyTexts, policyVersion, refuseTexts } from './policy-texts.ts';
import type { CompilePolicy } from './policy-texts.ts';
import type { About, Answer, Judgement, JudgeRequest, Question, QuestionKind, Reply, RunColumns, RunRequest, ScenarioFacts, Study } from './protocol.ts';
import { Rehearsals, rehearsalSetup } from './rehearse.ts';
import { policyTrial } from './policy-trial.ts';
import { packHashes, packRuns, unpackRuns } from './run-columns.ts';
import { Recordings } from './recordings.ts';
import { runPicture } from './run-picture.ts';
import { SCENARIO_HANDLERS } from './scenario-answers.ts';
import { shareHandlers } from './share-answers.ts';
import { Sources, sourceKey } from './sources.ts';
import type { LoadedScenario } from './sources.ts';

type Handlers = { readonly [K in QuestionKind]: (question: Question<K>) => Answer<K> };

/** What one worker knows. */
export class Answers {
  private readonly sources = new Sources();
  private readonly policyTexts: PolicyTexts;
  private readonly runners = new Kept<Runner>(64);
  /** Of a map's seeds, which every batch asks for again. */
  private readonly mapBounds = new Kept<Map<number, Bounds>>(4);
  private readonly rehearsals = new Rehearsals();
  private readonly recordings = new Recordings();
  /** The last run that was looked at; its tables are its own runner's. */
  private shown: { readonly key: string; readonly done: CompletedRun } | undefined;

  private readonly handlers: Handlers = {
    about: () => about(),
    scenario: ({ scenario }) => facts(this.sources.scenario(scenario)),
    runs: ({ study, policies: specs, seeds }) => this.runs(study, specs, seeds),
    map: ({ study, weights, policies: specs, seeds }) => this.map(study, weights, specs, seeds),
    recording: ({ text }) => this.recordings.of(text, this.policyTexts).facts,
    judge: (request) => this.judge(request),
    'what-if': ({ study, journal, whatIf }) => {
      const { recorded, modelled, changed, provenance } = this.recordings.whatIf(journal!.text, whatIf!, this.policyTexts, study.texts);
      return { recorded, modelled: modelled.metrics, changed: changed.metrics, provenance };
    },
    run: (request) => {
      const scenario = this.sources.scenario(request.study.scenario), { journal } = request, instance = journal === undefined ? scenario.instance : this.recordings.of(journal.text, this.policyTexts).instance;
      return runPicture(this.look(request), instance, request.policy, this.sources.faults(request.study.faults, scenario).plan);
    },
    rehearse: ({ study, policy, seed }) => this.rehearsals.rehearse(this.rehearsal(study, policy), policy, seed),
    alone: ({ study, policy, seed }) => this.rehearsals.alone(this.rehearsal(study, policy), seed),
    storms: ({ study, policy, seeds }) => this.rehearsals.storms(this.rehearsal(study, policy), runnerKey(study, policy), seeds),
    card: ({ expect, storms }) => this.rehearsals.card(expect, storms),
    timing: ({ study, policy, seed }) => {
      const scenario = this.sources.scenario(study.scenario), { compiled } = this.sources.faults(study.faults, scenario);
      return decisionTiming(scenario.instance, { ...this.policyTexts.choice(policy, study.texts), weights: study.weights, faults: compiled }, seed);
    },
    explain: ({ task, ...request }) => { const { run, fold } = this.look(request); return explainTask(run, fold, task); },
    trial: (request) => {
      const scenario = this.sources.scenario(request.study.scenario);
      return policyTrial(request, scenario, this.sources.faults(request.study.faults, scenario), this.policyTexts.choice(request.policy, request.study.texts));
    },
    ...SCENARIO_HANDLERS,
    ...shareHandlers({ sources: this.sources, policyTexts: () => this.policyTexts, look: (request) => this.look(request) }),
  };

  /** `compile`: makes a policy of a text; without it policies with a text are refused. */
  constructor(compile: CompilePolicy = refuseTexts) {
    this.policyTexts = new PolicyTexts(compile);
  }

  /** Never throws: what went wrong is in the reply. */
  answer<K extends QuestionKind>(question: Question<K>): Reply<Answer<K>> {
    try {
      return { ok: true, value: (this.handlers[question.kind] as (q: Question<K>) => Answer<K>)(question) };
    } catch (error) {
      return { ok: false, error: errorData(error) };
    }
  }

  private runs(study: Study, specs: readonly string[], seeds: readonly number[]): RunColumns {
    const runners = specs.map((spec) => this.runners.of(runnerKey(study, spec), () => this.runner(study, spec)));
    const bySeed = this.bounds(study, seeds).map((bounds, k) => runners.map((runner) => comparedRun(runner.run(seeds[k]!, bounds))));
    return packRuns(specs, seeds, specs.map((_, p) => bySeed.map((runs) => runs[p]!)));
  }

  /** The same at each of many weights. Runners of a map are not kept: each is used for one batch. */
  private map(study: Study, weights: readonly Weights[], specs: readonly string[], seeds: readonly number[]): RunColumns[] {
    const known = this.mapBounds.of(JSON.stringify([sourceKey(study.scenario), sourceKey(study.faults)]), () => new Map<number, Bounds>()), unknown = seeds.filter((seed) => !known.has(seed));
    this.bounds(study, unknown).forEach((bounds, k) => { known.set(unknown[k]!, bounds); });
    return weights.map((at) => {
      const schedules: string[] = [];
      const runs = specs.map((spec) => {
        const runner = this.runner({ ...study, weights: at }, spec);
        return seeds.map((seed) => { const done = runner.run(seed, known.get(seed)); schedules.push(scheduleHash(done.run.log)); return comparedRun(done); });
      });
      return { ...packRuns(specs, seeds, runs), schedule: packHashes(schedules) };
    });
  }

  private bounds({ scenario, faults }: Study, seeds: readonly number[]): Bounds[] {
    const loaded = this.sources.scenario(scenario), { compiled } = this.sources.faults(faults, loaded);
    return seeds.map((seed) => loaded.workspace.seedBounds.of(seed, compiled));
  }

  private runner(study: Study, spec: string): Runner {
    const scenario = this.sources.scenario(study.scenario), { compiled } = this.sources.faults(study.faults, scenario);
    return new Runner(scenario.instance, { ...this.policyTexts.choice(spec, study.texts), weights: study.weights, faults: compiled, reasons: false }, scenario.workspace);
  }

  private rehearsal(study: Study, policy: string): RehearsalSetup {
    const scenario = this.sources.scenario(study.scenario);
    return rehearsalSetup(scenario, this.policyTexts.choice(policy, study.texts), study, this.sources.faults(study.faults, scenario).plan);
  }

  private judge({ study, columns, metric, baseline }: JudgeRequest): Judgement {
    // Under the name that the page knows each by: two texts may give themselves the same one.
    const choices = columns.policies.map((spec) => {
      const { policy, parameters } = this.policyTexts.choice(spec, study.texts);
      return { policy: { ...policy, name: spec.split(':')[0]! }, parameters };
    });
    const setup = { instance: this.sources.scenario(study.scenario).instance, policies: choices, weights: study.weights, metric, baseline };
    const { rows, winner, statement, seeds } = comparisonOf(setup, columns.seeds, unpackRuns(columns));
    return { metric, baseline, seeds, rows, winner: winner ?? null, statement };
  }

  private look({ study, policy, seed, journal, whatIf }: RunRequest): CompletedRun {
    if (journal !== undefined && whatIf !== undefined) return this.recordings.whatIf(journal.text, whatIf, this.policyTexts, study.texts).changed;
    if (journal !== undefined) return this.recordings.of(journal.text, this.policyTexts).done;
    const key = JSON.stringify([runnerKey(study, policy), seed]);
    if (this.shown?.key === key) return this.shown.done;
    const scenario = this.sources.scenario(study.scenario), { compiled } = this.sources.faults(study.faults, scenario);
    const done = new Runner(scenario.instance, { ...this.policyTexts.choice(policy, study.texts), weights: study.weights, faults: compiled }, new RunWorkspace(scenario.instance, scenario.workspace)).run(seed);
    this.shown = { key, done };
    return done;
  }
}

/** Two questions of one key make their runs alike. */
function runnerKey({ scenario, weights, faults, texts }: Study, spec: string): string {
  return JSON.stringify([sourceKey(scenario), weights, sourceKey(faults), spec, policyVersion(spec, texts)]);
}

function about(): About {
  return {
    scenarios: catalogNames(), faults: faultNames().map((name) => ({ name, description: loadFaults(name).description ?? '' })),
    policies: policies.map(({ name, summary, parameters }) => ({ name, summary, parameters })),
  };
}

function facts({ file, instance: { problem, hash } }: LoadedScenario): ScenarioFacts {
  return {
    name: file.name, description: file.description ?? '', hash, tasks: problem.taskCount, jobs: problem.jobCount, units: problem.unitCount, assumptions: file.assumptions ?? [],
  };
}
