// The same questions to us and to the peers, in one run: the common case (random graphs on a small project, see
// peers/model-case.ts) through the full kernel, and the hold model. CPU seconds, in rounds. Answer: what every peer answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAnswer, figureName, type BenchCase, type CellResult, type Row, type Setting } from '../case.ts';
import { compete, ratio, type Rates } from '../peers/contest.ts';
import { dagField, holdField } from '../peers/drivers.ts';
import { HOLD_STEPS, QUICK_HOLD_STEPS } from '../peers/hold-model.ts';
import { modelGraphs } from '../peers/model-graph.ts';
import { checkModelAnswer, PEERS_ANSWERS } from '../peers/model-runs.ts';
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
  const rates = compete(contestants, setting.quick ? 1 : ROUNDS, (line, name) => checkModelAnswer(name, tasks, line));
  return {
    ...report(tasks, `${tasks} tasks`, rates, ['twinclock bare', 'twinclock audited'], RUNS), notes,
    growth: ['bare', 'audited'].map((mode) => (
      { series: `peers: common case, ${mode}, over tasks`, size: Number(tasks), ms: 1000 / median(rates.get(`twinclock ${mode}`)!) })),
    answer: `${wanted.makespan}, ${wanted.ticks}, ${wanted.vmStarts}`,
  };
}

/** The order of events is checked by the calendar case; here every contestant counts for itself. */
function hold(pending: number, setting: Setting): CellResult {
  const { contestants, notes } = holdField(setting, pending, setting.quick ? QUICK_HOLD_STEPS : HOLD_STEPS);
  const rates = compete(contestants, setting.quick ? 1 : ROUNDS, (line, name) => checkAnswer(`a rate of ${name}`, line.median > 0, true));
  return { ...report(`hold-${pending}`, `hold, ${pending} pending`, rates, ['twinclock calendar', 'twinclock heap'], EVENTS), notes, answer: '' };
}

/** What is counted: a run of the common case, an event of the hold model. */
interface Counted {
  readonly figure: string;
  readonly unit: string;
  readonly unitsPerSecond: number;
}
const RUNS: Counted = { figure: 'runs-per-second', unit: 'ms', unitsPerSecond: 1e3 };
const EVENTS: Counted = { figure: 'events-per-second', unit: 'ns', unitsPerSecond: 1e9 };

/** Rates of all, and how many times faster than each peer we are: first by our first driver, then by our second. */
function report(key: string, what: string, rates: Rates, ours: readonly string[], { figure, unit, unitsPerSecond }: Counted): Omit<CellResult, 'answer'> {
  const peers = [...rates.keys()].filter((name) => !ours.includes(name)), rounds = rates.get(ours[0]!)!.length;
  const figures: Record<string, number> = { rounds };
  const rows: Row[] = [...rates].map(([name, list]) => (
    { what: `${what}: ${name}`, value: unitsPerSecond / median(list), max: unitsPerSecond / Math.min(...list), unit, perSecond: median(list), samples: rounds }));
  ours.forEach((name, k) => {
    const suffix = k === 0 ? '' : name.split(' ')[1]!;
    figures[figureName(figure, suffix)] = median(rates.get(name)!);
    for (const peer of peers) {
      const times = ratio(rates, name, peer);
      figures[figureName(peer.replace('c++', 'cpp').replace(' ', '-'), 'ratio', suffix)] = times;
      rows.push({ what: `${what}: ${name} / ${peer}`, value: times, unit: 'x', samples: rounds });
    }
  });
  return { rows, figures: { [key]: figures } };
}
