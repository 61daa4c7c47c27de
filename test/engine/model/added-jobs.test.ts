// Scenarios that grow: what is known of the jobs before makes checking and compiling faster, and nothing else. Laws on random
// scenarios, whose jobs come in two parts.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { CompileMemo } from '../../../engine/model/compile-memo.ts';
import type { InputError } from '../../../engine/model/errors.ts';
import { Hash128, wordsOfText } from '../../../engine/model/hash.ts';
import type { JobFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';

const SEED = Number(process.env['TWINCLOCK_LAW_SEED'] ?? 20261123), RUNS = Number(process.env['TWINCLOCK_LAW_RUNS'] ?? 60), SETTING = { seed: SEED, numRuns: RUNS };

/** The jobs of a random scenario, and those of it once more under other names, in a place of the canonical order of their own. */
const grown = fc.tuple(arbitraryScenario(), fc.constantFrom('a', 'job', 'z')).map(([file, prefix]) => ({ file, added: file.jobs.map((job): JobFile => {
  const renamed = (id: string): string => `${prefix}+${id}`;
  return { ...job, id: renamed(job.id), tasks: job.tasks.map((task) => ({ ...task, id: renamed(task.id), ...(task.after === undefined ? {} : { after: task.after.map((edge) => (typeof edge === 'string' ? renamed(edge) : { ...edge, task: renamed(edge.task) })) }) })) };
}) }));
const together = (file: ScenarioFile, added: readonly JobFile[]): ScenarioFile => ({ ...file, jobs: [...file.jobs, ...added] });
const faultsOf = (file: ScenarioFile, soundJobs: number): unknown => { try { return validateScenario(file, { soundJobs }) === file; } catch (error) { return (error as InputError).faults; } };

it('compile with a memo to the same arrays and the same hash', () => {
  fc.assert(fc.property(grown, ({ file, added }) => {
    const memo = new CompileMemo(), whole = together(file, added);
    expect(compileScenario(file, memo)).toEqual(compileScenario(file));
    expect(compileScenario(whole, memo)).toEqual(compileScenario(whole));
    expect(compileScenario({ ...whole, jobs: [...whole.jobs].reverse() }, memo).hash).toBe(compileScenario(whole).hash);
  }), SETTING);
});

it('are accepted and refused as a whole is, with the same words', () => {
  const breaks: readonly ((task: TaskFile, file: ScenarioFile) => TaskFile)[] = [
    (task) => task, (task, file) => ({ ...task, after: [file.jobs[0]!.tasks[0]!.id] }), (task) => ({ ...task, after: ['nobody'] }), (task) => ({ ...task, after: [task.id] }), (task) => ({ ...task, on: ['nowhere'] }),
    (task, file) => ({ ...task, id: file.jobs[0]!.tasks[0]!.id }), (task) => ({ ...task, duration: 'soon' }), (task) => ({ ...task, durration: 1 } as unknown as TaskFile), (task) => ({ ...task, demand: { cores: 1e6 } }), (task) => ({ ...task, batchKey: 'none' }),
  ];
  const seen = { accepted: 0, refused: 0 };
  fc.assert(fc.property(grown, fc.constantFrom(...breaks), ({ file, added }, broken) => {
    const [first, ...others] = added, jobs = [{ ...first!, tasks: first!.tasks.map((task, k) => (k === 0 ? broken(task, file) : task)) }, ...others];
    const whole = together(file, jobs), found = faultsOf(whole, file.jobs.length);
    expect(found).toEqual(faultsOf(whole, 0));
    seen[found === true ? 'accepted' : 'refused']++;
    const twice = together(file, [...added, file.jobs[0]!]);
    expect(faultsOf(twice, file.jobs.length)).toEqual(faultsOf(twice, 0));
  }), SETTING);
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(0);
});

it('hash words as they hash texts, from any place on', () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 900 }), { maxLength: 5 }), (texts) => {
    const one = new Hash128(), other = new Hash128();
    for (const text of texts) { one.addText(text); other.addWords(wordsOfText(text)); }
    expect(other.digest()).toBe(one.digest());
  }), SETTING);
});
