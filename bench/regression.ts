// This tree against an earlier revision: the same cells of both, alternately, so that a ratio is taken between neighbours
// in time; the median of the rounds is shown. The revision is checked out into a temporary worktree and measured by the
// bench of this tree, so that both are measured alike.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colorWanted, tableText, type TextCell } from '../engine/cli/output/table-text.ts';
import { buildCommandLine, buildPrograms } from './build.ts';
import type { CellResult, Row, Setting } from './case.ts';
import { runCell, type Chosen } from './run-cells.ts';
import { median } from './statistics.ts';
import { figure } from './table.ts';

/** Prints how many times as fast the present tree is. Exit code 1 when a cell fails on either side. */
export async function compareWith(revision: string, chosen: readonly Chosen[], setting: Setting, rounds: number): Promise<number> {
  const then = mkdtempSync(join(tmpdir(), 'twinclock-then-')), tree = join(then, 'tree');
  git(setting.root, 'worktree', 'add', '--detach', '--quiet', tree, revision);
  try {
    const earlier: Setting = { ...setting, root: tree, bundle: then };
    symlinkSync(join(setting.root, 'node_modules'), join(tree, 'node_modules'));
    rmSync(join(tree, 'bench'), { recursive: true, force: true });
    cpSync(join(setting.root, 'bench'), join(tree, 'bench'), { recursive: true });
    for (const { root, bundle } of [setting, earlier]) {
      await buildPrograms(root, bundle);
      if (chosen.some(({ of }) => of.name === 'startup')) await buildCommandLine(root, bundle);
    }
    return await compare(chosen, setting, earlier, rounds, git(setting.root, 'rev-parse', '--short=12', revision));
  } finally {
    git(setting.root, 'worktree', 'remove', '--force', tree);
    rmSync(then, { recursive: true, force: true });
  }
}

async function compare(chosen: readonly Chosen[], now: Setting, then: Setting, rounds: number, commit: string): Promise<number> {
  const table: TextCell[][] = [], failures: string[] = [];
  for (const one of chosen) {
    const pairs: [CellResult, CellResult][] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await runCell(one, then), after = await runCell(one, now);
      for (const [side, { failure }] of [[commit, before], ['this tree', after]] as const) if (failure !== '') failures.push(`${one.of.name}:${one.cell} of ${side} failed: ${failure}`);
      if (before.result === undefined || after.result === undefined) break;
      pairs.push([before.result, after.result]);
    }
    if (pairs.length > 0) table.push(...ratioRows(one, pairs));
  }
  process.stdout.write(`${tableText([
    { title: 'case' }, { title: 'what' }, { title: commit, align: 'right' }, { title: 'this tree', align: 'right' }, { title: 'unit' },
    { title: 'times as fast', align: 'right' }, { title: 'least', align: 'right' }, { title: 'most', align: 'right' }, { title: 'answers' },
  ], table, { color: colorWanted(process.stdout, process.env) })}\n`);
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  return failures.length > 0 ? 1 : 0;
}

/** Median, and p99 where there is one, of each row that both sides have. Rows are times or bytes: less is faster. */
function ratioRows({ of }: Chosen, pairs: readonly (readonly [CellResult, CellResult])[]): TextCell[][] {
  const answers = pairs.every(([before, after]) => before.answer === after.answer) ? 'same' : 'differ';
  return pairs[0]![0].rows.flatMap(({ what, unit, p99 }, k) => (['value', 'p99'] as const).flatMap((key): TextCell[][] => {
    if (key === 'p99' && p99 === undefined) return [];
    const of2 = (side: 0 | 1) => pairs.map((pair) => (pair[side].rows[k] as Row | undefined)?.[key] ?? NaN), before = of2(0), after = of2(1), ratios = before.map((time, round) => time / after[round]!);
    return [[of.name, key === 'p99' ? `${what}, p99` : what, figure(median(before)), figure(median(after)), unit, figure(median(ratios)), figure(Math.min(...ratios)), figure(Math.max(...ratios)), answers]];
  }));
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
