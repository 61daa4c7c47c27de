// What the threads of the command line make when nobody else does. Whoever starts them makes what they leave undone, so that
// one of them that is broken shows only when they are by themselves.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { toldTo } from '../../engine/cli/threads/seed-threads.ts';
import type { SeedMade } from '../../engine/cli/threads/take-seeds.ts';
import { builtCli } from './built-cli.ts';

/** The bundle of a thread: `twinclock-storm-thread`. */
export function threadBundle(name: string): URL {
  return pathToFileURL(join(builtCli(), `../${name}.mjs`));
}

/** What `count` threads send of the seeds, at work on one counter, in the order in which it comes. `told`: beside the seeds. Rejects when one breaks. */
export async function madeByThreads<Made>(thread: URL, count: number, told: object, firstSeed: number, seeds: number): Promise<SeedMade<Made>[]> {
  const workerData = toldTo({ told, firstSeed, seeds }, new Int32Array(new SharedArrayBuffer(4))), made: SeedMade<Made>[] = [];
  await Promise.all(Array.from({ length: count }, () => new Promise<void>((resolve, reject) => {
    new Worker(thread, { workerData }).on('message', (one: SeedMade<Made>) => { made.push(one); }).once('error', reject).once('exit', () => { resolve(); });
  })));
  return made;
}
