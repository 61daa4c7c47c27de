// Many settings on the same seeds, run in as many web workers as there are cores. The result grows while it is made, a few
// seeds of every setting first, so that pictures of it can be drawn at once; what it holds in the end depends on the request
// alone. A cell that runs again gives up the sweep that it began: its workers are stopped.
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import type { Setting } from './surveyor.ts';
import type { SweepWorker } from './worker.ts';

export interface SweepRequest {
  /** A name of the catalogue. */
  readonly scenario: string;
  readonly settings: readonly Setting[];
  readonly seeds: readonly number[];
  /** Which settings to run first, as places in `settings`. Default: as given. */
  readonly order?: readonly number[];
}

export interface Sweep {
  readonly scenario: string;
  readonly settings: readonly Setting[];
  readonly seeds: readonly number[];
  /** `runs[s]`: of setting s, by seed. While it grows, of some of the seeds. */
  readonly runs: readonly (readonly ComparedRun[])[];
  /** Runs made, and to be made. */
  readonly done: number;
  readonly total: number;
  readonly complete: boolean;
}

/** Seeds of one setting that a worker runs at a time. */
const BLOCK = 5;
const SHOW_EVERY_MS = 250;

/** A sweep under way, for two sorts of cells. Both reject when a worker fails. */
export interface Sweeping {
  /** For those that show progress: the sweep as far as it is, a few times a second, and last the whole. */
  readonly growing: AsyncGenerator<Sweep, void>;
  /** For those that need all of it. Given up, it is settled with what there was: a cell does not run again before what it waits for is settled. */
  readonly whole: Promise<Sweep>;
}

/** Begins a sweep. `invalidation` is that of the cell, a name every cell knows: the sweep is given up when it is settled. */
export function sweep({ scenario, settings, seeds, order = [...settings.keys()] }: SweepRequest, invalidation: Promise<unknown>): Sweeping {
  const blocks = Array.from({ length: Math.ceil(seeds.length / BLOCK) }, (_, b) => seeds.slice(b * BLOCK, (b + 1) * BLOCK));
  const tasks = blocks.flatMap((_, block) => order.map((setting) => ({ setting, block }))), total = settings.length * seeds.length;
  const made: ComparedRun[][][] = settings.map(() => []);
  let next = 0, done = 0;
  const look = (): Sweep => ({ scenario, settings, seeds, runs: made.map((list) => list.flat()), done, total, complete: done === total });
  const crew = Array.from({ length: Math.min(navigator.hardwareConcurrency, tasks.length) }, startWorker);
  const work = async ({ remote }: Hand): Promise<void> => {
    while (next < tasks.length) {
      const { setting, block } = tasks[next++]!;
      made[setting]![block] = await remote.runs(scenario, settings[setting]!, blocks[block]!);
      done += blocks[block]!.length;
    }
  };
  const whole = Promise.race([Promise.all(crew.map(work)), invalidation, ...crew.map(({ failed }) => failed)])
    .finally(() => { for (const { stop } of crew) stop(); }).then(look);
  whole.catch(() => {}); // whoever looks at either of the two is told
  return { growing: grow(whole, look), whole };
}

async function* grow(whole: Promise<Sweep>, look: () => Sweep): AsyncGenerator<Sweep, void> {
  const ended = whole.then(() => true);
  while (!await Promise.race([ended, after(SHOW_EVERY_MS)])) yield look();
  yield look();
}

interface Hand {
  readonly remote: Remote<SweepWorker>;
  /** Rejects when the worker could not be loaded, or crashed. */
  readonly failed: Promise<never>;
  readonly stop: () => void;
}

function startWorker(): Hand {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => { reject(new Error(`a worker failed: ${message === '' ? 'it could not be loaded' : message}`)); }, { once: true });
  });
  return { remote: wrap<SweepWorker>(worker), failed, stop: () => { worker.terminate(); } };
}

const after = (ms: number): Promise<false> => new Promise((resolve) => { setTimeout(() => { resolve(false); }, ms); });
