// Options that several commands share, so that they are spelt and explained in one way.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { collect, parseWeights, parseWhole } from '../input/option-values.ts';

/** What a scenario argument may be, for help texts. */
export const SCENARIO_HELP = 'name from the catalogue, a file in any readable format (.gz too), or - for standard input';

/** What a scenario runs on and by which clock. */
export function addScenarioOptions(command: Command): Command {
  return command
    .option('--fleet <file>', 'run on this fleet (JSON) instead of its own')
    .option('--processors <n>', 'for bare task graphs (STG, DOT): run on n identical processors', parseWhole('--processors', 1, 100_000))
    .option('--event', 'decide at every change')
    .option('--tick <duration>', 'decide on a grid, such as 30s')
    .option('--spot-prices <pool=file[:zone]>', 'recorded spot prices of a pool (AWS history, or a price table with :size); repeatable', collect)
    .option('--spot-trace <pool=file[:unit]>', 'recorded spot availability or losses of a pool; repeatable', collect);
}

/** What a run is made with. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--weights <l,c,f>', 'weights of latency, cost and fragmentation, summing to 1 (default: 0.6,0.3,0.1)', parseWeights)
    .option('--faults <name|file>', 'fault plan to apply');
}

/** How many threads share the seeds. `same`: what does not depend on it. */
export function addThreadsOption(command: Command, same: string): Command {
  return command.option('--threads <n>', `threads that make runs; ${same} the same with any number`, parseWhole('--threads', 1, 256), availableParallelism());
}
