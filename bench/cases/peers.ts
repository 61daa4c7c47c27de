// The same questions to us and to the peers, in one run: the common case (random graphs on a small project, see
// peers/model-case.ts) through the full kernel, and the hold model. CPU seconds, in rounds. Answer: what every peer answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAnswer, figureName, type BenchCase, type CellResult, type Setting } from '../case.ts';
import { compete, ratio, type Rates } from '../peers/contest.ts';
import { dagField, holdField } from '../peers/drivers.ts';
import { HOLD_STEPS, QUICK_HOLD_STEPS } from '../peers/hold-model.ts';
import { modelGraphs } from '../peers/model-graph.ts';
import { PEERS_ANSWERS } from '../peers/model-runs.ts';
import { median } from '../statistics.ts';

const ROUNDS = 5;

export const peersCase: BenchCase = {
  name: 'peers',
  cells: ({ quick }) => (quick ? ['120', 'hold-100'] : [...Object.keys(PEERS_ANSWERS), 'hold-100', 'hold-10000', 'hold-1000000']),
  measure: (cell, setting) => (cell.startsWith('hold-') ? hold(Number(cell.slice('hold-'.length)), setting) : dag(cell, setting)),
};

function dag(tasks: string, setting: Setting): CellResult {
  const files = modelGraphs(Number(tasks)).map((text, k) => {
    const file = join(setting.bundle, `dag-${tasks}-${k + 1}.txt`);
    writeFileSync(file, text);
    return file;
  });
  const { contestants, notes } = dagField(setting, files.join(',')), wanted = PEERS_ANSWERS[tasks]!;
  const rates = compete(contestants, setting.quick ? 1 : ROUNDS, (line, name) => {
    for (const key of ['makespan', 'ticks', 'vmStarts'] as const) checkAnswer(`${key} of ${name} at ${tasks} tasks`, line[key]!, wanted[key]);
  });
  return {
    ...report(tasks, `${tasks} tasks`, rates, ['twinclock bare', 'twinclock audited']), notes,
    growth: ['bare', 'audited'].map((mode) => ({ series: `peers: common case, ${mode}, over tasks`, size: Number(tasks), ms: 1000 / median(rates.get(`twinclock ${mode}`)!) })),
    answer: `${wanted.makespan}, ${wanted.ticks}, ${wanted.vmStarts}`,
  };
}

/** The order of events is checked by the calendar case; here every contestant counts for itself. */
function hold(pending: number, setting: Setting): CellResult {
  const { contestants, notes } = holdField(setting, pending, setting.quick ? QUICK_HOLD_STEPS : HOLD_STEPS);
  const rates = compete(contestants, setting.quick ? 1 : ROUNDS, (line, name) => checkAnswer(`a rate of ${name}`, line.median > 0, true));
  return { ...report(`hold-${pending}`, `hold, ${pending} pending`, rates, ['twinclock calendar', 'twinclock heap']), notes, answer: '' };
}

/** Rates of all, and how many times faster than each peer we are: first by our first driver, then by our second. */
function report(key: string, what: string, rates: Rates, [first, second]: readonly [string, string]): Omit<CellResult, 'answer'> {
  const peers = [...rates.keys()].filter((name) => !name.startsWith('twinclock')), suffix = (name: string) => (name === first ? '' : name.split(' ')[1]!);
  const figures: Record<string, number> = { rounds: rates.get(first)!.length };
  const rows = [...rates].map(([name, list]) => ({ what: `${what}: ${name}`, value: 1000 / median(list), max: 1000 / Math.min(...list), unit: 'ms', perSecond: median(list), samples: list.length }));
  for (const ours of [first, second]) {
    figures[figureName('runs-per-second', suffix(ours))] = median(rates.get(ours)!);
    for (const peer of peers) figures[figureName(peer.replace('c++', 'cpp').replace(' ', '-'), 'ratio', suffix(ours))] = ratio(rates, ours, peer)!;
  }
  const ratios = [first, second].flatMap((ours) => peers.map((peer) => ({ what: `${what}: ${ours} / ${peer}`, value: ratio(rates, ours, peer)!, unit: 'x', samples: figures.rounds! })));
  return { rows: [...rows, ...ratios], figures: { [key]: figures } };
}
