// Tiny instances that each show one thing and can be solved on paper.
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { generateChain } from '../generators/chain.ts';
import { generateForkJoin } from '../generators/fork-join.ts';

/** Three tasks of 10 minutes, one after the other: makespan 30 min. */
export const CHAIN_3: ScenarioFile = {
  ...generateChain({ tasks: 3, duration: '10m' }),
  description: 'Three tasks of 10 minutes in a row: makespan 30 min.',
};

/** 5 min, then eight tasks of 10 min on four machines, then 5 min: makespan 5 + 2 x 10 + 5 = 30 min. */
export const FORK_JOIN_8: ScenarioFile = {
  ...generateForkJoin({ width: 8, ends: '5m', branch: '10m', machines: 4 }),
  description: 'A fork of eight 10-minute tasks on four machines between two of 5 minutes: makespan 30 min.',
};

/**
 * Six independent builds on one slot, three each of two images; a set-up of 10 min whenever the image changes.
 * Grouped: 2 x 10 + 6 x 5 = 50 min. In the order of the file, alternating: 6 x 10 + 6 x 5 = 90 min.
 */
export const BATCH_6: ScenarioFile = {
  twinclock: 'scenario/1',
  name: 'batch-6',
  description: 'Six 5-minute builds of two images with a set-up of 10 min each: 50 min when grouped, 90 min when alternating.',
  mode: 'event',
  batches: { red: { setup: '10m' }, blue: { setup: '10m' } },
  jobs: [{ id: 'builds', tasks: [1, 2, 3, 4, 5, 6].map((i) => ({ id: `b${i}`, kind: 'build', duration: '5m', batchKey: i % 2 === 1 ? 'red' : 'blue' })) }],
  fleet: { local: [{ id: 'builder', slots: 1 }] },
};

/**
 * One task of 60 min on one spot VM that the market takes back 45 min into the run, 2 min after the notice. Boot takes
 * 5 min, checkpoints fall every 20 min of work and cost nothing; the last one is written on the notice. Undisturbed
 * the run takes 65 min.
 */
export const SPOT_1: ScenarioFile = {
  twinclock: 'scenario/1',
  name: 'spot-1',
  description: 'One 60-minute task with checkpoints on a spot VM that is taken back at 45 min.',
  mode: 'event',
  jobs: [{
    id: 'training',
    tasks: [{ id: 'train', kind: 'train', duration: { by: { gpu: '60m' } }, demand: { gpu: 1 }, checkpoint: { interval: '20m', cost: 0 } }],
  }],
  fleet: {
    cloud: [{
      id: 'gpu', gpu: 1, max: 1, spinUp: '5m',
      spot: { price: 0.9, notice: '2m', interruptions: { times: [[2_700_000]] }, estimatedHazardPerHour: 0.5 },
    }],
  },
};
