// A worker thread of the sweep case: takes `{ first, count }`, answers with the hashes of those seeds.
import { parentPort, workerData } from 'node:worker_threads';
import { SweepRuns, type SweepSetting } from './sweep-runs.ts';

const runs = new SweepRuns(workerData as SweepSetting);
parentPort!.on('message', ({ first, count }: { first: number; count: number }) => parentPort!.postMessage(runs.run(first, count)));
