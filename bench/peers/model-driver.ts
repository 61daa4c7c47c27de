// Our driver of the peers' common case, called as theirs are and printing a line as theirs do:
//   node model-driver.mjs FILE[,FILE...] [bare|audited] [MIN_SECONDS]
// It measures whole cycles over the graphs, in CPU time, until MIN_SECONDS have passed and at least three were made.
import '../../engine/cli/inlining.ts';
import { readFileSync } from 'node:fs';
import { cpuMs } from '../cpu-time.ts';
import { median } from '../statistics.ts';
import { ModelRuns, type ModelMode } from './model-runs.ts';

const [files = '', mode = 'bare', minSeconds = '2'] = process.argv.slice(2);
const runs = new ModelRuns(files.split(',').map((file) => readFileSync(file, 'utf8')), mode as ModelMode);
let answer = runs.cycle();
for (let k = 0; k < 2; k++) answer = runs.cycle();
const ms: number[] = [], until = cpuMs() + Number(minSeconds) * 1000;
do {
  const from = cpuMs();
  answer = runs.cycle();
  ms.push((cpuMs() - from) / runs.graphs);
} while (cpuMs() < until || ms.length < 3);
const middle = median(ms);
process.stdout.write(`${JSON.stringify({
  peer: 'twinclock', case: 'dag', path: mode, dags: runs.graphs, ...answer, runs_per_s: 1000 / middle, events_per_s: answer.events / middle * 1000,
  unit: 'ms/run', median: middle, min: Math.min(...ms), max: Math.max(...ms), reps: ms.length,
})}\n`);
