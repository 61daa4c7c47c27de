// What a worker answers: runs and pictures are the engine's, errors are data, and no question disturbs another.
import { describe, expect, it } from 'vitest';
import { explainTask } from '../../../engine/experiment/explain-task.ts';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import { scheduleHash } from '../../../engine/journal/journal-hash.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
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

  it('makes the runs of a map at its own weights, and tells schedules apart', () => {
    const answers = new Answers(), weights = [DEFAULT_WEIGHTS, { latency: 0, cost: 1, fragmentation: 0 }], columns = value(answers, { kind: 'map', study, weights, policies: ['weighted', 'fifo'], seeds: [3, 4] });
    const instance = compileScenario(loadCatalog('feature-12')), runs = weights.map((at) => ['weighted', 'fifo'].flatMap((name) => [3, 4].map((seed) => runOnce(instance, { policy: policyNamed(name), seed, weights: at }).run)));
    columns.forEach((own, w) => { expect([0, 1, 2, 3].map((row) => hashText(own, row))).toEqual(runs[w]!.map(({ hash }) => hash)); });
    const schedules = columns.map((own) => [0, 1, 2, 3].map((row) => hashText({ hash: own.schedule! }, row)));
    expect(schedules).toEqual(runs.map((own) => own.map(({ log }) => scheduleHash(log))));
    // fifo does not look at weights: the same schedules, though not the same journals.
    expect(schedules[0]!.slice(2)).toEqual(schedules[1]!.slice(2));
    expect(schedules[0]!.slice(0, 2)).not.toEqual(schedules[1]!.slice(0, 2));
    expect(hashText(columns[0]!, 2)).not.toBe(hashText(columns[1]!, 2));
  });

  it('makes runs under a plan of faults, by name or as text, and shows it', () => {
    const answers = new Answers(), instance = compileScenario(loadCatalog('feature-12')), plan = loadFaults('spot-price-x3'), text = JSON.stringify(plan);
    const hash = runOnce(instance, { policy: policyNamed('weighted'), seed: 3, faults: compileFaults(plan, instance.problem) }).run.hash;
    const named: Study = { ...study, faults: { from: 'catalog', name: 'spot-price-x3' } }, inText: Study = { ...study, faults: { from: 'text', name: 'mine/x3', hash: 'x3', text } };
    for (const under of [named, inText]) {
      expect(hashText(value(answers, { kind: 'runs', study: under, policies: ['weighted'], seeds: [3] }), 0)).toBe(hash);
      expect(value(answers, { kind: 'run', study: under, policy: 'weighted', seed: 3 })).toMatchObject({ hash, faults: plan });
    }
    expect(value(answers, { kind: 'run', study, policy: 'weighted', seed: 3 }).faults).toBeUndefined();
    const wrong = answers.answer({ kind: 'runs', study: { ...study, faults: { from: 'text', name: 'mine/bad', hash: 'bad', text: '{"twinclock":"faults/1","name":"bad","faults":[{"kind":"price","at":0,"factor":2,"pool":"gpuu"}]}' } }, policies: ['fifo'], seeds: [1] });
    expect(wrong).toMatchObject({ ok: false, error: { source: 'mine/bad', faults: [{ hint: expect.stringContaining('gpu') }] } });
  });

  it('reads a scenario from text, once for one hash', () => {
    const answers = new Answers(), file = loadCatalog('heft-10'), text = JSON.stringify(file), source = { from: 'text', name: 'mine/h', hash: 'h', text } as const;
    expect(value(answers, { kind: 'scenario', scenario: source }).hash).toBe(compileScenario(file).hash);
    expect(value(answers, { kind: 'scenario', scenario: { ...source, text: 'not read again' } }).hash).toBe(compileScenario(file).hash);
    expect(answers.answer({ kind: 'scenario', scenario: { ...source, hash: 'i', text: '{' } })).toMatchObject({ ok: false, error: { code: 'bad-json', source: 'mine/h' } });
  });

  it('times decisions on a real clock', () => {
    const timing = value(new Answers(), { kind: 'timing', study, policy: 'weighted', seed: 1 });
    expect(timing.decisions).toBeGreaterThan(10);
    expect(timing.p50).toBeGreaterThanOrEqual(0);
    expect(timing.p50).toBeLessThanOrEqual(timing.p99);
    expect(timing.p99).toBeLessThanOrEqual(timing.max);
  });
});
