// A rehearsal as the one object that `rehearse --json` prints, and its storms as a table. Durations in ms, money in
// micro-dollars; what does not exist or never came is null.
import type { RehearsalCard } from '../../experiment/rehearsal/card.ts';
import type { StormFigures } from '../../experiment/rehearsal/figures.ts';
import { FIGURES, REHEARSAL_KEYS } from '../../experiment/rehearsal/figure-registry.ts';
import type { FigureKey } from '../../experiment/rehearsal/figure-registry.ts';
import type { FaultAlone, Rehearsal } from '../../experiment/rehearsal/rehearse.ts';
import { buildTable, number, text } from '../../journal/tables.ts';
import type { ColumnTable, TableDictionary } from '../../journal/tables.ts';
import { DEFAULT_WEIGHTS } from '../../model/policy.ts';
import { REHEARSAL_VERSION } from '../../model/rehearsal.ts';
import type { RehearsalFile } from '../../model/rehearsal.ts';
import { formatPolicySpec } from '../../../policies/registry.ts';
import type { LoadedRehearsal } from '../input/load-rehearsal.ts';

export interface RehearsalResult {
  /** Of the first seed. */
  readonly rehearsal: Rehearsal;
  /** Each fault by itself under the first seed; empty for a plan of one. */
  readonly alone: readonly FaultAlone[];
  readonly storms: readonly StormFigures[];
  readonly card: RehearsalCard;
}

/** What of a storm is told besides the figures of the difference. */
const STORM_METRICS: readonly FigureKey[] = ['makespanMs', 'costMicroUsd', 'deadlineMisses', 'lostWorkMs', 'interruptions'];

/** `out`: the folder that was written, if any. */
export function rehearsalJson(loaded: LoadedRehearsal, { rehearsal, alone, storms, card }: RehearsalResult, out?: string): object {
  const { scenario, choice, weights = DEFAULT_WEIGHTS, plan } = loaded, { figures, ...pair } = rehearsal, keys = [...REHEARSAL_KEYS, ...STORM_METRICS];
  const told = new Set<FigureKey>([...keys, ...card.hypotheses.map(({ figure }) => figure)]);
  const chosen = ({ values }: StormFigures): object => Object.fromEntries([...told].map((key) => [key, values[key]]));
  return {
    scenario: scenario.file.name, scenarioHash: scenario.instance.hash, policy: formatPolicySpec(choice), weights, faults: plan,
    ...pair, figures: Object.fromEntries(REHEARSAL_KEYS.map((key) => [key, figures.values[key]])),
    ...(alone.length === 0 ? {} : { alone: alone.map(({ fault, figures: f }) => ({ fault, cause: f.cause, figures: chosen(f) })) }),
    storms: storms.map((storm) => ({ seed: storm.seed, cause: storm.cause, baselineCause: storm.baselineCause, figures: chosen(storm) })), card,
    ...(out === undefined ? {} : { out }),
  };
}

/** The rehearsal as a file: scenario and plan lie in it, a policy of one's own is named by the file that holds it. */
export function rehearsalFile({ name, scenario, choice, weights, plan, storms, firstSeed, hypotheses }: LoadedRehearsal, policyFile?: string): RehearsalFile {
  const spec = formatPolicySpec(choice), policy = policyFile === undefined ? spec : policyFile + spec.slice(choice.policy.name.length);
  return {
    twinclock: REHEARSAL_VERSION, name, scenario: scenario.file, policy, ...(weights === undefined ? {} : { weights }), faults: plan, storms, firstSeed,
    hypotheses: hypotheses.map(({ text: expect }) => expect),
  };
}

const STORM_COLUMNS = {
  seed: number('1', 'the seed'),
  cause: text('how the run with faults ended'),
  baselineCause: text('how the run without faults ended'),
  audit: text('clean, or the law that was broken'),
  ...Object.fromEntries(FIGURES.map(({ key, unit, definition }) => [key, number(unit, definition)])),
} as const satisfies TableDictionary;

/** One row a storm, all figures. */
export function stormsTable(storms: readonly StormFigures[]): ColumnTable {
  return buildTable<TableDictionary>('storms', STORM_COLUMNS, (add) => {
    for (const { seed, cause, baselineCause, audit, values } of storms) add({ seed, cause, baselineCause, audit, ...values });
  });
}
