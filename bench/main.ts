// `npm run bench`: builds the measuring programs, runs the chosen cells, prints one table and writes one JSON file. Exit
// code 1 when a cell fails or its answer is wrong.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { colorWanted } from '../engine/cli/output/table-text.ts';
import { buildCommandLine, buildPrograms } from './build.ts';
import type { Setting } from './case.ts';
import { CASES } from './cases/index.ts';
import { machine, versions } from './machine.ts';
import { compareWith } from './regression.ts';
import { chooseCells, figuresOf, growthOf, runCell, type Chosen, type Measured } from './run-cells.ts';
import { benchTable, growthSlopes } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url)), DEFAULT_POLICIES = 'weighted,critical-path,heft', AGAINST_ONLY = 'run:feature-120/,decision:/1000x128';

const HELP = `npm run bench -- [options]
  --only <case[:text],...>   cells of these cases, those whose names contain the text: --only decision:weighted,run
  --policies <name,...>      policies to measure (default ${DEFAULT_POLICIES})
  --json <file>              write machine, versions and figures
  --quick                    small sizes and few samples: checks answers, the figures mean nothing
  --list                     print the cells, measure nothing
  --against <revision>       compare with a git revision: ratios, taken alternately in one run (default --only ${AGAINST_ONLY})
  --rounds <n>               rounds of --against (default 5)`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: {
    only: { type: 'string' }, policies: { type: 'string', default: DEFAULT_POLICIES }, json: { type: 'string' }, quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false }, against: { type: 'string' }, rounds: { type: 'string', default: '5' }, help: { type: 'boolean', default: false },
  } });
  if (values.help) { print(HELP); return 0; }
  const setting: Setting = { quick: values.quick, policies: values.policies.split(','), root: ROOT, bundle: temporaryFolder('twinclock-bench-') };
  const only = values.only ?? (values.against === undefined ? '' : AGAINST_ONLY), chosen = chooseCells(CASES, only === '' ? [] : only.split(','), setting);
  if (values.list) { for (const { of, cell } of chosen) print(`${of.name}:${cell}`); return 0; }
  if (values.against !== undefined) return compareWith(values.against, chosen, setting, Number(values.rounds));
  return measure(chosen, setting, values.json);
}

async function measure(chosen: readonly Chosen[], setting: Setting, json: string | undefined): Promise<number> {
  const on = machine(), measured: Measured[] = [];
  await buildPrograms(ROOT, setting.bundle);
  if (chosen.some(({ of }) => of.name === 'startup')) await buildCommandLine(ROOT, setting.bundle);
  for (const [k, one] of chosen.entries()) {
    progress(`${k + 1} of ${chosen.length}: ${one.of.name} ${one.cell}`);
    measured.push(await runCell(one, setting));
  }
  progress('');
  const growth = growthOf(measured), failed = measured.filter(({ result }) => result === undefined);
  print(benchTable(measured, growth, colorWanted(process.stdout, process.env)));
  for (const note of new Set(measured.flatMap(({ result }) => result?.notes ?? []))) print(note);
  if (json !== undefined) {
    const slopes = Object.fromEntries(growthSlopes(growth).map(([series, slope]) => [series, slope]));
    writeFileSync(json, `${JSON.stringify({
      machine: on, versions: versions(ROOT), quick: setting.quick, figures: { ...figuresOf(CASES, measured), growth: { slopes } },
      answers: Object.fromEntries(measured.map(({ name, cell, result }) => [`${name}:${cell}`, result?.answer ?? null])),
    }, null, 2)}\n`);
  }
  for (const { name, cell, failure } of failed) process.stderr.write(`${name}:${cell} failed: ${failure}\n`);
  return failed.length > 0 ? 1 : 0;
}

function print(text: string): void { process.stdout.write(`${text}\n`); }

/** One line on a terminal's standard error, written over by the next. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try { process.exitCode = await main(); }
catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
