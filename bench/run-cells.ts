// Runs cells one after another, each in a process of its own, and gathers what they say. A cell that fails is told with its
// error and does not stop the others.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { BenchCase, CellResult, Figures, GrowthPoint, Setting } from './case.ts';

export interface Measured {
  readonly name: string;
  readonly cell: string;
  readonly result: CellResult | undefined;
  /** Why there is no result. */
  readonly failure: string;
}

/** A cell and the case it belongs to. */
export interface Chosen {
  readonly of: BenchCase;
  readonly cell: string;
}

const MINUTES_MAX = 20;

/**
 * The cells that `only` asks for: entries `case`, or `case:text` for the cells of the case whose names contain the text.
 * All when it is empty. Throws when an entry fits nothing.
 */
export function chooseCells(cases: readonly BenchCase[], only: readonly string[], setting: Setting): Chosen[] {
  const all = cases.flatMap((of) => of.cells(setting).map((cell) => ({ of, cell })));
  if (only.length === 0) return all;
  const chosen = new Set<Chosen>();
  for (const entry of only) {
    const [name, text = ''] = entry.split(':'), fitting = all.filter(({ of, cell }) => of.name === name && cell.includes(text));
    if (fitting.length === 0) throw new Error(`--only ${entry}: no such cell; the cases are ${cases.map((one) => one.name).join(', ')}`);
    for (const one of fitting) chosen.add(one);
  }
  return all.filter((one) => chosen.has(one));
}

/** Runs one cell in a process of its own. Never throws. */
export function runCell({ of, cell }: Chosen, setting: Setting): Promise<Measured> {
  const request = JSON.stringify({ case: of.name, cell, setting });
  return new Promise((resolve) => {
    const args = [...of.nodeOptions ?? [], join(setting.bundle, 'cell.mjs'), request];
    const child = spawn(process.execPath, args, { cwd: setting.root, stdio: ['ignore', 'pipe', 'pipe'], timeout: MINUTES_MAX * 60_000 });
    let printed = '', complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { printed += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint += text; });
    const done = (result: CellResult | undefined, failure: string) => resolve({ name: of.name, cell, result, failure });
    child.on('error', (error) => done(undefined, error.message));
    child.on('close', (code, signal) => {
      if (code === 0) done(JSON.parse(printed.trimEnd().split('\n').at(-1)!) as CellResult, '');
      else done(undefined, signal === null ? errorLine(complaint) || `exit code ${code}` : `stopped by ${signal} (the limit is ${MINUTES_MAX} minutes)`);
    });
  });
}

/** The line of an uncaught error that says what was wrong. */
function errorLine(complaint: string): string {
  const lines = complaint.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.find((line) => /^(?:\w*Error|wrong answer)\b.*:/.test(line)) ?? lines.at(-1) ?? '';
}

/** The figures of all cells, by case, with each case's headline figures in front. */
export function figuresOf(cases: readonly BenchCase[], measured: readonly Measured[]): Figures {
  const all: Figures = {};
  for (const { name, summary } of cases) {
    const figures: Figures = {}, results = measured.filter((one) => one.name === name && one.result !== undefined);
    if (results.length === 0) continue;
    for (const { result } of results) merge(figures, result!.figures);
    all[name] = { ...summary?.(figures), ...figures };
  }
  return all;
}

/** Points of growth by series, each series in ascending size. */
export function growthOf(measured: readonly Measured[]): Map<string, GrowthPoint[]> {
  const series = new Map<string, GrowthPoint[]>();
  for (const point of measured.flatMap(({ result }) => result?.growth ?? [])) {
    series.set(point.series, [...series.get(point.series) ?? [], point].sort((a, b) => a.size - b.size));
  }
  return series;
}

function merge(into: Figures, from: Figures): void {
  for (const [key, value] of Object.entries(from)) {
    const old = into[key];
    if (typeof old === 'object' && typeof value === 'object') merge(old, value);
    else into[key] = value;
  }
}
