// The feature family: counts, order, stability under the number of features, needs that fit, a load the fleet can carry.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import type { ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { parseMemory } from '../../../engine/model/units.ts';
import { generateFeatures } from '../../../scenarios/generators/feature.ts';

const scenario = generateFeatures({ features: 5, tasksPerFeature: 24, seed: 7 });
const tasksOf = (file: ScenarioFile): TaskFile[] => file.jobs.flatMap((job) => job.tasks);
const parents = (task: TaskFile): string[] => (task.after ?? []).map((p) => (typeof p === 'string' ? p : p.task));

describe('generateFeatures', () => {
  it('gives so many features of so many tasks, numbered in topological order within the whole', () => {
    expect(scenario.jobs.map((job) => [job.id, job.tasks.length])).toEqual([['f1', 24], ['f2', 24], ['f3', 24], ['f4', 24], ['f5', 24]]);
    const seen = new Set<string>();
    for (const [i, task] of tasksOf(scenario).entries()) {
      expect(task.id).toBe(`f${Math.floor(i / 24) + 1}-${task.kind}-${(i % 24) + 1}`);
      for (const parent of parents(task)) expect(seen.has(parent), `${task.id} after ${parent}`).toBe(true);
      seen.add(task.id);
    }
  });

  it('has every step of the template in every feature, and edges across features', () => {
    for (const job of scenario.jobs) {
      const kinds = new Set(job.tasks.map((task) => task.kind));
      for (const kind of ['plan', 'design', 'spec', 'label', 'ingest', 'prepare', 'code', 'build', 'test', 'security-scan', 'docs', 'train', 'tune', 'evaluate', 'stage', 'integrate', 'review', 'approve', 'deploy']) expect(kinds).toContain(kind);
    }
    const across = tasksOf(scenario).flatMap((task) => parents(task).filter((p) => p.split('-')[0] !== task.id.split('-')[0]));
    expect(across.filter((id) => id.includes('build'))).toHaveLength(4);
    expect(across.length).toBeGreaterThan(4);
  });

  it('is the same for the same seed and another for another', () => {
    expect(generateFeatures({ features: 5, tasksPerFeature: 24, seed: 7 })).toEqual(scenario);
    expect(generateFeatures({ features: 5, tasksPerFeature: 24, seed: 8 }).jobs).not.toEqual(scenario.jobs);
  });

  it('keeps the tasks of a feature whatever the number of features', () => {
    const many = generateFeatures({ features: 12, tasksPerFeature: 24, seed: 7 });
    expect(many.jobs.slice(0, 5).map((job) => job.tasks)).toEqual(scenario.jobs.map((job) => job.tasks));
  });

  it('asks for no more than its resources have', () => {
    const { local = [], cloud = [], human = [], api = [] } = scenario.fleet;
    for (const task of tasksOf(scenario)) {
      const classes = typeof task.duration === 'object' && 'by' in task.duration ? Object.keys(task.duration.by) : task.on!;
      for (const name of classes) {
        const machine = [...local, ...cloud].find((m) => m.id === name), service = api.find((a) => a.id === name);
        if (machine !== undefined) {
          expect(parseMemory(task.demand?.['memory'] ?? 0)).toBeLessThanOrEqual(parseMemory(machine.memory!));
          expect(Number(task.demand?.['cores'] ?? 0)).toBeLessThanOrEqual(machine.cores!);
        } else if (service !== undefined) {
          expect(task.tokens ?? 0).toBeLessThanOrEqual(service.tokenBurst ?? Infinity);
          expect(task.requests ?? 1).toBeLessThanOrEqual(service.requestBurst!);
        } else {
          expect(name).toBe('human');
          expect(human.filter((person) => task.skills!.every((skill) => person.skills!.includes(skill))).length).toBeGreaterThanOrEqual(2);
        }
      }
    }
  });

  it('is due after its release, on the hour, and never on a weekend', () => {
    for (const job of scenario.jobs) {
      const due = job.deadline as number;
      expect(due).toBeGreaterThan(job.release as number);
      expect(due % 3600).toBe(0);
      expect(Math.floor(due / 86_400) % 7).toBeLessThan(5);
    }
  });

  it.each([[{ features: 0 }, 'features'], [{ tasksPerFeature: 18 }, 'tasksPerFeature'], [{ tasksPerFeature: 500 }, 'tasksPerFeature'], [{ people: 4 }, 'people']])('refuses %j', (change, path) => {
    expect(() => generateFeatures({ features: 2, tasksPerFeature: 24, seed: 1, ...change })).toThrow(InputError);
    expect(() => generateFeatures({ features: 2, tasksPerFeature: 24, seed: 1, ...change })).toThrow(path);
  });
});
