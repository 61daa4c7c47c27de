// What a worker answers: runs and pictures are the engine's, errors are data, and no question disturbs another.
import { describe, expect, it } from 'vitest';
import { explainTask } from '../../../engine/experiment/explain-task.ts';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import { policies, policyNamed } from '../../../policies/registry.ts';
import { Answers } from '../../../web/worker/answers.ts';
import type { Answer, Question, Study } from '../../../web/worker/protocol.ts';
import { hashText } from '../../../web/worker/run-columns.ts';
import { buffersOf } from '../../../web/worker/transferables.ts';

const study: Study = { scenario: { from: 'catalog', name: 'feature-12' }, weights: DEFAULT_WEIGHTS };

function value<Q extends Question>(answers: Answers, question: Q): Answer<Q['kind']> {
  const reply = answers.answer(question as never);
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value as Answer<Q['kind']>;
}

describe('a worker', () => {
  it('knows what there is', () => {
    const about = value(new Answers(), { kind: 'about' });
    expect(about.scenarios).toEqual(catalogNames());
    expect(about.policies.map(({ name }) => name)).toEqual(policies.map(({ name }) => name));
  });

  it('makes the runs of the engine, whatever it was asked before', () => {
    const answers = new Answers(), instance = compileScenario(loadCatalog('feature-12')), other: Study = { ...study, weights: { latency: 0, cost: 1, fragmentation: 0 } };
    value(answers, { kind: 'runs', study: other, policies: ['weighted'], seeds: [3] });
    value(answers, { kind: 'run', study: { ...study, scenario: { from: 'catalog', name: 'heft-10' } }, policy: 'heft', seed: 1 });
    const columns = value(answers, { kind: 'runs', study, policies: ['weighted', 'fifo'], seeds: [3, 4] });
    const hashes = ['weighted', 'fifo'].flatMap((name) => [3, 4].map((seed) => runOnce(instance, { policy: policyNamed(name), seed }).run.hash));
    expect([0, 1, 2, 3].map((row) => hashText(columns, row))).toEqual(hashes);
  });

  it('shows a run with its own hash, figures and rows', () => {
    const picture = value(new Answers(), { kind: 'run', study, policy: 'weighted', seed: 5 }), { run, metrics, fold } = runOnce(compileScenario(loadCatalog('feature-12')), { policy: policyNamed('weighted'), seed: 5 });
    expect(picture).toMatchObject({ hash: run.hash, cause: 'finished', audit: 'clean', records: run.log.count, endedAt: run.endedAt });
    expect(picture.metrics).toEqual(metrics);
    expect([...picture.attempts.startedAt]).toEqual([...fold.attempts.startedAt.subarray(0, fold.attempts.count)]);
    expect(new Set(buffersOf(picture)).size).toBeGreaterThan(25);
  });

  it('explains a task as the command line does', () => {
    const { run, fold } = runOnce(compileScenario(loadCatalog('feature-12')), { policy: policyNamed('weighted'), seed: 5 }), task = fold.problem.taskIds[4]!;
    expect(value(new Answers(), { kind: 'explain', study, policy: 'weighted', seed: 5, task })).toEqual(explainTask(run, fold, task));
  });

  it('reads a scenario from a file and finds every fault of one', () => {
    const file = loadCatalog('heft-10'), answers = new Answers();
    expect(value(answers, { kind: 'scenario', scenario: { from: 'file', key: '1', file } }).hash).toBe(compileScenario(file).hash);
    const reply = answers.answer({ kind: 'scenario', scenario: { from: 'file', key: '2', file: { ...file, jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 'soon', afer: [] }] }] } as unknown as ScenarioFile } });
    expect(reply).toMatchObject({ ok: false, error: { faults: [expect.anything(), expect.anything()] } });
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
  });

  it.each([
    [{ kind: 'scenario', scenario: { from: 'catalog', name: 'feature-121' } }, 'unknown-scenario'],
    [{ kind: 'runs', study, policies: ['wieghted'], seeds: [1] }, 'unknown-policy'],
    [{ kind: 'explain', study, policy: 'fifo', seed: 1, task: 'nope' }, 'unknown-task'],
  ] as const)('answers %j with the fault', (question, code) => {
    expect(new Answers().answer(question as never)).toMatchObject({ ok: false, error: { code } });
  });
});
