// Sweeps through a pool whose workers are the real ones' answers, in this thread: everything missing is made once, nothing
// that is there is made again, and what comes out is what the command line's `compare` gives.
import { describe, expect, it } from 'vitest';
import { compare } from '../../../engine/experiment/compare.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { parsePolicySpec } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { RunStore } from '../../../web/state/run-store.ts';
import { sweep } from '../../../web/state/sweep.ts';
import type { SweepProgress } from '../../../web/state/sweep.ts';
import { WorkerPool } from '../../../web/state/worker-pool.ts';
import { Answers } from '../../../web/worker/answers.ts';
import type { Question, Study } from '../../../web/worker/protocol.ts';
import { unpackRuns } from '../../../web/worker/run-columns.ts';

const study: Study = { scenario: { from: 'catalog', name: 'feature-12' }, weights: DEFAULT_WEIGHTS }, policies = ['weighted', 'fifo', 'cheapest'];

function workers(): { readonly pool: WorkerPool; readonly runs: string[] } {
  const runs: string[] = [];
  const pool = new WorkerPool(() => {
    const answers = new Answers();
    return {
      ask: async (question: Question) => {
        if (question.kind === 'runs') for (const seed of question.seeds) for (const policy of question.policies) runs.push(`${policy} ${seed}`);
        return answers.answer(question);
      },
      close: () => {}, onCrash: () => {},
    };
  }, 2);
  return { pool, runs };
}

const options = (progress: SweepProgress[] = []) => ({ signal: new AbortController().signal, now: () => 0, onProgress: (p: SweepProgress) => { progress.push(p); } });

describe('a sweep', () => {
  it('makes every run once and tells how far it is', async () => {
    const { pool, runs } = workers(), store = new RunStore(), progress: SweepProgress[] = [];
    await sweep(pool, store, { study, policies, seedCount: 20 }, options(progress));
    expect(runs.length).toBe(60);
    expect(new Set(runs).size).toBe(60);
    expect(store.missing(policies, 20)).toBe(0);
    expect(progress[0]).toMatchObject({ done: 0, total: 60 });
    expect(progress.at(-1)).toEqual({ done: 60, total: 60, msLeft: 0 });
  });

  it('adds seeds and policies at the price of those alone', async () => {
    const { pool, runs } = workers(), store = new RunStore();
    await sweep(pool, store, { study, policies: ['weighted', 'fifo'], seedCount: 5 }, options());
    await sweep(pool, store, { study, policies: ['weighted', 'fifo'], seedCount: 7 }, options());
    expect(runs.length).toBe(14);
    await sweep(pool, store, { study, policies, seedCount: 7 }, options());
    expect(runs.slice(14).every((run) => run.startsWith('cheapest'))).toBe(true);
    expect(runs.length).toBe(21);
    await sweep(pool, store, { study, policies, seedCount: 3 }, options());
    expect(runs.length).toBe(21);
  });

  it('gives the runs and verdicts of the command line', async () => {
    const { pool } = workers(), store = new RunStore(), setup = { instance: compileScenario(loadCatalog('feature-12')), policies: policies.map(parsePolicySpec), weights: DEFAULT_WEIGHTS };
    await sweep(pool, store, { study, policies, seedCount: 12 }, options());
    const expected = compare({ ...setup, replications: 12 }), columns = store.pick(policies, store.completeSeeds(policies, 12));
    expect(unpackRuns(columns)).toEqual(expected.runs);
    const judged = await pool.ask({ kind: 'judge', study, columns, metric: 'objective', baseline: 'fifo' });
    expect(judged).toEqual({ metric: 'objective', baseline: 'fifo', seeds: expected.seeds, rows: expected.rows, winner: expected.winner ?? null, statement: expected.statement });
  });

  it('ends with the fault of a policy that does not exist', async () => {
    const { pool } = workers();
    await expect(sweep(pool, new RunStore(), { study, policies: ['fifo', 'wieghted'], seedCount: 50 }, options())).rejects.toMatchObject({ data: { code: 'unknown-policy', faults: [{ hint: 'did you mean "weighted"?' }] } });
  });
});
