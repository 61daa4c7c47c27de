// Generators by name: what they are given as texts, and everything that is wrong with it.
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { resolveCalendars } from '../../../scenarios/formats/calendars.ts';
import { GENERATORS, generateScenario } from '../../../scenarios/generators/index.ts';

function faultsOf(make: () => unknown): string[] {
  try { make(); } catch (error) { if (error instanceof InputError) return error.faults.map(({ code, path }) => `${code} ${path}`); throw error; }
  return [];
}

describe('generators by name', () => {
  it.each(GENERATORS.map(({ name }) => name))('%s makes a sound scenario of its usual values', (name) => {
    expect(compileScenario(resolveCalendars(validateScenario(generateScenario(name, {})))).problem.taskCount).toBeGreaterThan(0);
  });

  it('make the scenario of the catalogue from its parameters', () => {
    const made = resolveCalendars(generateScenario('features', { features: '5', tasksPerFeature: '24', seed: '7' }));
    expect(compileScenario(made).hash).toBe(compileScenario(loadCatalog('feature-120')).hash);
  });

  it('take what is left empty as usual', () => {
    expect(generateScenario('chain', { tasks: '', duration: ' 5m ' }).jobs[0]!.tasks).toHaveLength(10);
    expect(generateScenario('chain', { duration: ' 5m ' }).jobs[0]!.tasks[0]!.duration).toBe('5m');
  });

  it('refuse everything that is wrong at once', () => {
    expect(faultsOf(() => generateScenario('fork-join', { width: '0', branch: 'soon', machine: '4' }))).toEqual(['unknown-key machine', 'out-of-range width', 'bad-duration branch']);
    expect(faultsOf(() => generateScenario('fork-jion', {}))).toEqual(['unknown-generator generator']);
  });
});
