// The random layered graphs of the peers' common case, the same bytes as theirs for the same arguments: features of 24
// tasks in 6 layers of 4, one to three predecessors wanted in the layer above, a tenth with one more in the feature before.
// A first line `TASKS EDGES`, then a line a task: `kind work tokens count p1 p2 ...`; kind 0 computes, 1 calls the API, 2 is
// a person's; work in seconds with three decimals, so that no completion falls on a tick.
import { mulberry32 } from './mulberry32.ts';

const FEATURE = 24, LAYER = 4;

/** Graphs of each size that the peers run in turn, numbered from 1: one small graph alone would be learnt by heart. */
export const GRAPHS_OF_SIZE: Readonly<Record<string, number>> = { 120: 64, 1000: 16, 10000: 4, 100000: 1 };

/** The text of one graph. */
export function modelGraph(tasks: number, seed: number): string {
  const unit = mulberry32(seed), below = (n: number) => Math.floor(unit() * n), lines: string[] = [];
  let edges = 0;
  for (let task = 0; task < tasks; task++) {
    const share = unit(), kind = share < 0.7 ? 0 : share < 0.85 ? 1 : 2;
    const work = Math.floor(30 + unit() * 570) + 0.001 + below(998) / 1000;
    const tokens = kind === 1 ? 1 + below(20) : 0;
    const above = predecessors(task, unit, below);
    edges += above.length;
    lines.push([kind, work.toFixed(3), tokens, above.length, ...above].join(' '));
  }
  return `${tasks} ${edges}\n${lines.join('\n')}\n`;
}

/** All graphs of a size, in order. */
export function modelGraphs(tasks: number): string[] {
  return Array.from({ length: GRAPHS_OF_SIZE[tasks] ?? 1 }, (_, k) => modelGraph(tasks, k + 1));
}

function predecessors(task: number, unit: () => number, below: (n: number) => number): number[] {
  const place = task % FEATURE, feature = task - place, layer = Math.floor(place / LAYER);
  if (layer === 0) return [];
  const first = feature + (layer - 1) * LAYER, chance = (1 + below(3)) / LAYER, found: number[] = [];
  for (let k = 0; k < LAYER; k++) if (unit() < chance) found.push(first + k);
  if (found.length === 0) found.push(first + below(LAYER));
  if (feature > 0 && unit() < 0.1) found.push(first - FEATURE + below(LAYER));
  return found;
}
