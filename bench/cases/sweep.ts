// Sweeps: many seeds of one scenario over long-lived workers, each with a simulation of its own. Wall time, since the
// point of workers is to save it, and CPU time of all threads, which tells what working beside each other costs. Answer:
// the hash over all seeds in order, the same with any number of workers and without any.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { checkAnswer, type BenchCase } from '../case.ts';
import { cpuMs } from '../cpu-time.ts';
import { median } from '../statistics.ts';
import { hashOf, sweep, SweepRuns, type SweepPart, type SweepSetting, type SweepWorker } from './sweep-runs.ts';

const ROUNDS = 5, ROUND_MS = 1_500;
/** Seeds of the sweep that is also made without workers. */
const SEEDS_CHECKED = 32;

export const sweepCase: BenchCase = {
  name: 'sweep',
  cells: ({ quick }) => [...new Set(quick ? [1, 2] : [1, 2, availableParallelism()])].sort((a, b) => a - b).map((workers) => `${workers}-workers`),
  async measure(cell, { quick, policies, bundle }) {
    const count = Number.parseInt(cell, 10), setting = { scenario: quick ? 'feature-12' : 'feature-120', policy: policies[0]! };
    const pool = Array.from({ length: count }, () => new PoolWorker(join(bundle, 'sweep-worker.mjs'), setting));
    try {
      const rate: number[] = [], cpuRate: number[] = [];
      const answer = hashOf(await sweep(pool, SEEDS_CHECKED)), seeds = quick ? SEEDS_CHECKED : await seedsFor(pool);
      checkAnswer('hash of a sweep', answer, hashOf([new SweepRuns(setting).run(0, SEEDS_CHECKED)]));
      let hash = '';
      for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
        const from = performance.now(), cpuFrom = cpuMs(), again = hashOf(await sweep(pool, seeds));
        rate.push(seeds / (performance.now() - from) * 1000);
        cpuRate.push(seeds / (cpuMs() - cpuFrom) * 1000);
        if (round > 0) checkAnswer('hash of a repeated sweep', again, hash);
        hash = again;
      }
      const what = `${setting.scenario}, ${setting.policy}, ${count} worker${count > 1 ? 's' : ''}`, perSecond = median(rate), perCpuSecond = median(cpuRate);
      return {
        rows: [
          { what, value: 1000 / perSecond, max: 1000 / Math.min(...rate), unit: 'ms', perSecond, samples: rate.length },
          { what: `${what}, CPU`, value: 1000 / perCpuSecond, max: 1000 / Math.min(...cpuRate), unit: 'ms', perSecond: perCpuSecond, samples: rate.length },
        ],
        figures: { runsPerSecond: { [String(count)]: perSecond }, runsPerCpuSecond: { [String(count)]: perCpuSecond } },
        answer,
      };
    } finally { for (const worker of pool) await worker.end(); }
  },
  summary({ runsPerSecond }) {
    const rates = runsPerSecond as Record<string, number>, one = rates['1'];
    return one === undefined ? {} : { speedup: Object.fromEntries(Object.entries(rates).map(([workers, rate]) => [workers, rate / one])) };
  },
};

/** Seeds that keep the pool busy for a round; finding out warms the workers up. */
async function seedsFor(pool: readonly PoolWorker[]): Promise<number> {
  for (let seeds = SEEDS_CHECKED; ; seeds *= 2) {
    const from = performance.now();
    await sweep(pool, seeds);
    if (performance.now() - from > ROUND_MS / 2) return seeds;
  }
}

/** One worker thread; one part of a sweep at a time. */
class PoolWorker implements SweepWorker {
  private readonly worker: Worker;

  constructor(file: string, setting: SweepSetting) {
    this.worker = new Worker(file, { workerData: setting });
  }

  run(first: number, count: number): Promise<SweepPart> {
    return new Promise((resolve, reject) => {
      const done = (part: SweepPart) => { this.worker.off('error', failed); resolve(part); };
      const failed = (error: Error) => { this.worker.off('message', done); reject(error); };
      this.worker.once('message', done);
      this.worker.once('error', failed);
      this.worker.postMessage({ first, count });
    });
  }

  async end(): Promise<void> { await this.worker.terminate(); }
}
