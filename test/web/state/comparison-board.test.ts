// Several comparisons at once, on workers that are the real thing without the thread: each is what it would be alone, the one
// that is looked at comes first, and what is wrong with one stops none of the others.
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { ComparisonBoard } from '../../../web/state/comparison-board.ts';
import type { BoardState } from '../../../web/state/comparison-board.ts';
import { ComparisonDesk } from '../../../web/state/comparison-desk.ts';
import { MemoryStore } from '../../../web/state/document-store.ts';
import { Library } from '../../../web/state/library.ts';
import { DEFAULT_COMPARE } from '../../../web/state/routes/compare.ts';
import type { CompareRoute } from '../../../web/state/routes/compare.ts';
import { WorkerPool } from '../../../web/state/worker-pool.ts';
import { Answers } from '../../../web/worker/answers.ts';
import type { Question, Reply } from '../../../web/worker/protocol.ts';

const CHEAP = { latency: 0.1, cost: 0.9, fragmentation: 0 };

function bench(): { readonly pool: WorkerPool; readonly library: Library; readonly asked: Question[] } {
  const asked: Question[] = [], spawn = () => {
    const answers = new Answers();
    return { ask: (question: Question): Promise<Reply<unknown>> => { asked.push(question); return Promise.resolve(answers.answer(question)); }, close: () => {}, onCrash: () => {} };
  };
  return { pool: new WorkerPool(spawn, 2), library: new Library(() => Promise.resolve(new MemoryStore())), asked };
}

/** The first state that is not running. */
function settled<T extends { readonly status: string }>(state: { readonly value: T | undefined; subscribe(listener: (value: T | undefined) => void): () => void }): Promise<T> {
  return new Promise((resolve) => { state.subscribe((value) => { if (value !== undefined && value.status !== 'running') resolve(value); }); });
}

const route: CompareRoute = { ...DEFAULT_COMPARE, policies: ['weighted', 'fifo'], seeds: 3, scenario: 'feature-12', scenarios: ['heft-10', 'feature-12'], weights: CHEAP, weightSets: [DEFAULT_WEIGHTS, CHEAP] };

describe('a board of comparisons', () => {
  it('judges each as it is judged alone', async () => {
    const { pool, library } = bench(), board = new ComparisonBoard(pool, library, () => 0);
    board.show(route);
    const state: BoardState = await settled(board.state);
    expect(state.status).toBe('complete');
    expect(state.cells.map(({ scenario, weights }) => [scenario, weights])).toEqual([['heft-10', DEFAULT_WEIGHTS], ['heft-10', CHEAP], ['feature-12', DEFAULT_WEIGHTS], ['feature-12', CHEAP]]);
    expect(state.focus).toBe(3);
    expect(board.progress.value).toMatchObject({ done: 24, total: 24 });
    for (const { scenario, weights, state: cell } of state.cells) {
      const alone = new ComparisonDesk(pool, library, () => 0);
      alone.show({ ...route, scenario, weights });
      expect(cell!.judgement).toEqual((await settled(alone.state)).judgement);
    }
  });

  it('begins with what is looked at', async () => {
    const { pool, library, asked } = bench(), board = new ComparisonBoard(pool, library, () => 0);
    board.show(route);
    await settled(board.state);
    const runs = asked.flatMap((question) => (question.kind === 'runs' ? [question] : []));
    expect(runs[0]).toMatchObject({ study: { scenario: { name: 'feature-12' }, weights: CHEAP } });
    expect(runs.length).toBeGreaterThanOrEqual(4);
  });

  it('makes nothing twice when only the look changes', async () => {
    const { pool, library, asked } = bench(), board = new ComparisonBoard(pool, library, () => 0);
    board.show(route);
    await settled(board.state);
    const before = asked.filter(({ kind }) => kind === 'runs').length;
    board.show({ ...route, scenario: 'heft-10', metric: 'makespanMs' });
    const state = await settled(board.state);
    expect(asked.filter(({ kind }) => kind === 'runs').length).toBe(before);
    expect([state.focus, ...state.cells.map(({ state: cell }) => cell!.judgement!.metric)]).toEqual([1, 'makespanMs', 'makespanMs', 'makespanMs', 'makespanMs']);
  });

  it('goes on when one of them cannot be made', async () => {
    const { pool, library } = bench(), board = new ComparisonBoard(pool, library, () => 0);
    board.show({ ...route, scenarios: ['feature-121', 'mine/none', 'heft-10'], scenario: 'feature-121', weights: DEFAULT_WEIGHTS, weightSets: [DEFAULT_WEIGHTS] });
    const state = await settled(board.state);
    expect(state.status).toBe('complete');
    expect(state.cells.map(({ state: cell }) => [cell!.status, cell!.error?.code])).toEqual([['failed', 'unknown-scenario'], ['failed', 'unknown-document'], ['complete', undefined]]);
  });

  it('has failed when all of them have', async () => {
    const { pool, library } = bench(), board = new ComparisonBoard(pool, library, () => 0);
    board.show({ ...route, scenarios: ['feature-121'], scenario: 'feature-121' });
    expect((await settled(board.state)).status).toBe('failed');
  });
});
