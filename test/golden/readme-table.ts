// The table of results that the front page shows: made by the code that prints it, so that it never tells of another engine.
import { readFileSync } from 'node:fs';
import { COLUMN_LEGEND, comparisonReport } from '../../engine/cli/report/comparison-report.ts';
import { compare } from '../../engine/experiment/compare.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { parsePolicySpec, policies } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';

export const README = new URL('../../README.md', import.meta.url);

/** The first block of code under the heading. */
const SHOWN = /(?<=^## A result\n[^]*?^```\n)[^]*?(?=\n```$)/m;

export function shownTable(): string {
  return SHOWN.exec(readFileSync(README, 'utf8'))?.[0] ?? '';
}

/** What `twinclock demo` prints below its heading, without colour: every policy on the first 20 seeds of feature-120. */
export function makeTable(): string {
  const comparison = compare({
    instance: compileScenario(loadCatalog('feature-120')), policies: policies.map(({ name }) => parsePolicySpec(name)), replications: 20, firstSeed: 1,
  });
  return `${comparisonReport(comparison, false)}\n${COLUMN_LEGEND}`;
}

/** The front page with this table in it. */
export function pageWith(table: string): string {
  return readFileSync(README, 'utf8').replace(SHOWN, () => table);
}
