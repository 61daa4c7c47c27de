// The random scenarios of the law tests are valid, and do reach every feature of the model.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../engine/model/compile.ts';
import { validateScenario } from '../../engine/model/validate.ts';
import { arbitraryScenario } from './random-scenario.ts';

describe('arbitraryScenario', () => {
  it('gives scenarios that validate and compile', () => {
    fc.assert(fc.property(arbitraryScenario(), (file) => {
      const { problem } = compileScenario(validateScenario(file));
      expect(problem.taskCount).toBeGreaterThan(0);
      expect(problem.taskCount).toBeLessThanOrEqual(12);
    }), { seed: 3, numRuns: 200 });
  });
  it('draws no deadline on the release itself', () => {
    const jobs = fc.sample(arbitraryScenario({ tasks: 1 }), { numRuns: 150, seed: 57 }).flatMap((file) => file.jobs);
    expect(jobs.filter(({ release = 0, deadline = Infinity }) => deadline <= release)).toEqual([]);
  });
  it('reaches every key of the scenario file', () => {
    const text = JSON.stringify(fc.sample(arbitraryScenario(), { numRuns: 200, seed: 4 }));
    const missing = ['local', 'cloud', 'api', 'human', 'network', 'slots', 'speed', 'count', 'energyPrice', 'spot', 'steps', 'hazardPerHour', 'times', 'refusal', 'availability', 'estimatedHazardPerHour',
      'billing', 'requestsPerMinute', 'tokensPerMinute', 'concurrency', 'pricePerToken', 'latency', 'errorRate', 'actualShare', 'outages', 'skills', 'intervals', 'always', 'responseDelay', 'decline',
      'demand', 'batchKey', 'checkpoint', 'failureRate', 'interruptible', 'estimate', 'priority', 'tokens', 'data', 'release', 'deadline', 'weight', 'by', 'fixed', 'uniform', 'triangular', 'lognormal',
      'gamma', 'exponential', 'empirical'].filter((key) => !text.includes(`"${key}":`));
    expect(missing).toEqual([]);
  });
  it('leaves out failures and interruptions when asked', () => {
    const text = JSON.stringify(fc.sample(arbitraryScenario({ failures: false, interruptions: false, tasks: 4 }), { numRuns: 100, seed: 5 }));
    expect(['failureRate', 'errorRate', 'decline', 'interruptions', 'refusal', 'availability'].filter((key) => text.includes(`"${key}":`))).toEqual([]);
  });
});
