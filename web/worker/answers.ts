// Every question a worker can be asked, answered with the engine. Keeps the last scenario compiled and one runner a policy,
// so that a batch of seeds costs nothing but its runs. Pure but for those caches: the same question has the same answer in
// any worker, whatever was asked before.
import { comparedRun, comparisonOf } from '../../engine/experiment/compare.ts';
import { explainTask } from '../../engine/experiment/explain-task.ts';
import { RunWorkspace, Runner } from '../../engine/experiment/run-once.ts';
import type { CompletedRun } from '../../engine/experiment/run-once.ts';
import { seedBounds } from '../../engine/experiment/seed-bounds.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { validateScenario } from '../../engine/model/validate.ts';
import { parsePolicySpec, policies } from '../../policies/registry.ts';
import { catalogNames, loadCatalog } from '../../scenarios/catalog/index.ts';
import { resolveCalendars } from '../../scenarios/formats/calendars.ts';
import { errorData } from './error-data.ts';
import type { About, Answer, Judgement, JudgeRequest, Question, QuestionKind, Reply, RunColumns, RunRequest, ScenarioFacts, ScenarioSource, Study } from './protocol.ts';
import { packRuns, unpackRuns } from './run-columns.ts';
import { runPicture } from './run-picture.ts';

interface LoadedScenario {
  readonly key: string;
  readonly file: ScenarioFile;
  readonly instance: Instance;
  /** Shared by the runners of a comparison, one run at a time. */
  readonly workspace: RunWorkspace;
}

type Handlers = { readonly [K in QuestionKind]: (question: Question<K>) => Answer<K> };

/** What one worker knows. */
export class Answers {
  private scenario: LoadedScenario | undefined;
  /** Of `runnersOf`: a scenario with weights. */
  private readonly runners = new Map<string, Runner>();
  private runnersOf = '';
  /** The last run that was looked at; its tables are its own runner's. */
  private shown: { readonly key: string; readonly done: CompletedRun } | undefined;

  private readonly handlers: Handlers = {
    about: () => about(),
    scenario: ({ scenario }) => facts(this.load(scenario)),
    runs: ({ study, policies: specs, seeds }) => this.runs(study, specs, seeds),
    judge: (request) => this.judge(request),
    run: (request) => runPicture(this.look(request), this.load(request.study.scenario).instance, request.policy),
    explain: ({ task, ...request }) => { const { run, fold } = this.look(request); return explainTask(run, fold, task); },
  };

  /** Never throws: what went wrong is in the reply. */
  answer<K extends QuestionKind>(question: Question<K>): Reply<Answer<K>> {
    try {
      return { ok: true, value: (this.handlers[question.kind] as (q: Question<K>) => Answer<K>)(question) };
    } catch (error) {
      return { ok: false, error: errorData(error) };
    }
  }

  private load(source: ScenarioSource): LoadedScenario {
    const key = scenarioKey(source);
    if (this.scenario?.key === key) return this.scenario;
    const file = source.from === 'catalog' ? loadCatalog(source.name) : validateScenario(resolveCalendars(validateScenario(source.file)));
    const instance = compileScenario(file);
    return this.scenario = { key, file, instance, workspace: new RunWorkspace(instance) };
  }

  private runs(study: Study, specs: readonly string[], seeds: readonly number[]): RunColumns {
    const { instance } = this.load(study.scenario), runners = specs.map((spec) => this.runner(study, spec));
    const bySeed = seeds.map((seed) => {
      const bounds = seedBounds(instance, seed);
      return runners.map((runner) => comparedRun(runner.run(seed, bounds)));
    });
    return packRuns(specs, seeds, specs.map((_, p) => bySeed.map((runs) => runs[p]!)));
  }

  private runner(study: Study, spec: string): Runner {
    const { instance, workspace, key } = this.load(study.scenario), of = JSON.stringify([key, study.weights]);
    if (this.runnersOf !== of) { this.runners.clear(); this.runnersOf = of; }
    let runner = this.runners.get(spec);
    if (runner === undefined) {
      runner = new Runner(instance, { ...parsePolicySpec(spec), weights: study.weights, reasons: false }, workspace);
      this.runners.set(spec, runner);
    }
    return runner;
  }

  private judge({ study, columns, metric, baseline }: JudgeRequest): Judgement {
    const setup = { instance: this.load(study.scenario).instance, policies: columns.policies.map(parsePolicySpec), weights: study.weights, metric, baseline };
    const { rows, winner, statement, seeds } = comparisonOf(setup, columns.seeds, unpackRuns(columns));
    return { metric, baseline, seeds, rows, winner: winner ?? null, statement };
  }

  private look({ study, policy, seed }: RunRequest): CompletedRun {
    const { instance, key: scenario } = this.load(study.scenario), key = JSON.stringify([scenario, study.weights, policy, seed]);
    if (this.shown?.key === key) return this.shown.done;
    const done = new Runner(instance, { ...parsePolicySpec(policy), weights: study.weights }).run(seed);
    this.shown = { key, done };
    return done;
  }
}

function scenarioKey(source: ScenarioSource): string {
  return source.from === 'catalog' ? `catalog ${source.name}` : `file ${source.key}`;
}

function about(): About {
  return { scenarios: catalogNames(), policies: policies.map(({ name, summary, parameters }) => ({ name, summary, parameters })) };
}

function facts({ file, instance: { problem, hash } }: LoadedScenario): ScenarioFacts {
  return {
    name: file.name, description: file.description ?? '', hash, tasks: problem.taskCount, jobs: problem.jobCount, units: problem.unitCount, assumptions: file.assumptions ?? [],
  };
}
