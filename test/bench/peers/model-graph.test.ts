// Our generator of the graphs of the peers' common case: the same graphs as theirs, by pinned figures.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modelGraph } from '../../../bench/peers/model-graph.ts';
import { checkModelAnswer, ModelRuns, PEERS_ANSWERS } from '../../../bench/peers/model-runs.ts';

const generator = `${process.env.TWINCLOCK_PEERS ?? fileURLToPath(new URL('../../../../shared/peers', import.meta.url))}/common/gen-dag.mjs`;

describe('graphs of the common case', () => {
  it.skipIf(!existsSync(generator))('are the same bytes as the peers\' own (skipped without ../shared/peers)', () => {
    for (const [tasks, seed] of [[120, 1], [120, 64], [1000, 3], [10_000, 1], [1, 1], [25, 9]] as const) {
      const theirs = execFileSync(process.execPath, [generator, String(tasks), String(seed)], { encoding: 'utf8', maxBuffer: 1 << 26 });
      expect(modelGraph(tasks, seed) === theirs, `${tasks} tasks, seed ${seed}`).toBe(true);
    }
  });

  it('have layers of four in features of 24, and lead from earlier to later tasks', () => {
    const lines = modelGraph(240, 5).trimEnd().split('\n').slice(1).map((line) => line.split(' ').map(Number));
    expect(lines).toHaveLength(240);
    lines.forEach(([kind, work, tokens, count, ...above], task) => {
      const layer = Math.floor(task % 24 / 4);
      expect(above).toHaveLength(count!);
      expect(layer === 0 ? count === 0 : count! >= 1 && count! <= 5).toBe(true);
      expect(above.every((p) => p < task && Math.floor(p % 24 / 4) === layer - 1 && [0, 1].includes(Math.floor(task / 24) - Math.floor(p / 24)))).toBe(true);
      expect(kind === 1 ? tokens! >= 1 && tokens! <= 20 : tokens === 0).toBe(true);
      expect(work! > 30 && work! < 601 && work! % 1 > 0).toBe(true);
    });
  });
});

describe('the answer of the common case', () => {
  const graphs = Array.from({ length: 64 }, (_, k) => modelGraph(120, k + 1));

  it('is that of every peer, with and without the journal', () => {
    for (const mode of ['bare', 'audited'] as const) expect(new ModelRuns(graphs, mode).cycle()).toMatchObject(PEERS_ANSWERS[120]!);
  });

  it('is told from another one', () => {
    const other = new ModelRuns(graphs.slice(1), 'bare').cycle();
    expect(() => checkModelAnswer('twinclock', 120, other)).toThrow('wrong answer: makespan of twinclock at 120 tasks');
    expect(() => checkModelAnswer('a mute peer', 120, {})).toThrow('wrong answer');
  });
});
