// Our driver of the hold model, called as the peers' are and printing a line as theirs do:
//   node hold-driver.mjs calendar|heap PENDING [STEPS] [REPETITIONS]
// A first repetition warms up and is not counted.
import '../../engine/cli/inlining.ts';
import { cpuMs } from '../cpu-time.ts';
import { median } from '../statistics.ts';
import { Hold, type HoldQueue } from './hold-model.ts';

const [queue = 'calendar', pending = '10000', steps = '1000000', repetitions = '3'] = process.argv.slice(2);
const rates: number[] = [];
for (let k = 0; k <= Number(repetitions); k++) {
  const hold = new Hold(queue as HoldQueue, Number(pending));
  hold.run(Math.floor(Number(steps) / 4));
  const from = cpuMs();
  hold.run(Number(steps));
  if (k > 0) rates.push(Number(steps) / (cpuMs() - from) * 1000);
}
process.stdout.write(`${JSON.stringify({
  peer: 'twinclock', case: 'hold', path: queue, pending: Number(pending), ops: Number(steps), unit: 'events/s',
  median: median(rates), min: Math.min(...rates), max: Math.max(...rates), reps: rates.length,
})}\n`);
