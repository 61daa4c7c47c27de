// Programs that answer one question, run in turn: a ratio is taken between neighbours in time and the median of the rounds
// is quoted, which on a noisy machine is steadier than two separate measurements. Each program measures itself, in CPU
// seconds of its process, and prints a line of JSON.
import { spawnSync } from 'node:child_process';
import { median } from '../statistics.ts';

export interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** The line a contestant prints: `median` in its `unit`, and what it computed. */
export interface Line {
  readonly median: number;
  readonly unit: string;
  readonly makespan?: number;
  readonly ticks?: number;
  readonly vmStarts?: number;
}

/** Rates, a list over the rounds for each contestant. */
export type Rates = ReadonlyMap<string, readonly number[]>;

/** Every contestant once a round. `check` throws on a wrong answer. */
export function compete(contestants: readonly Contestant[], rounds: number, check: (line: Line, name: string) => void): Rates {
  const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const line = run(contestant);
      check(line, contestant.name);
      rates.get(contestant.name)!.push(line.unit === 'ms/run' ? 1000 / line.median : line.median);
    }
  }
  return rates;
}

/** How many times faster `name` is than `other`: the median over rounds. */
export function ratio(rates: Rates, name: string, other: string): number {
  const theirs = rates.get(other)!;
  return median(rates.get(name)!.map((rate, round) => rate / theirs[round]!));
}

function run({ name, command, args }: Contestant): Line {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const line = stdout?.split('\n').find((text) => text.startsWith('{'));
  if (status !== 0 || line === undefined) throw new Error(`${name} failed: ${error?.message ?? (stderr.trim().split('\n').at(-1) || `exit code ${status}`)}`);
  return JSON.parse(line) as Line;
}
