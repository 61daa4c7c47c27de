// This tree against an earlier revision: the same cells of both, alternately, so that a ratio is taken between neighbours
// in time; the median of the rounds is shown. The revision is checked out into a temporary worktree and measured by the
// bench of this tree, so that both are measured alike.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { colorWanted, tableText, type TextCell } from '../engine/cli/output/table-text.ts';
import { buildCommandLine, buildPrograms } from './build.ts';
import type { CellResult, Row, Setting } from './case.ts';
import { runCell, type Chosen } from './run-cells.ts';
import { median } from './statistics.ts';
import { figure } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Prints how many times as fast the present tree is. Exit code 1 when a cell fails on either side. */
export async function compareWith(revision: string, chosen: readonly Chosen[], setting: Setting, rounds: number): Promise<number> {
  const commit = git(setting.root, 'rev-parse', '--verify', '--short=12', `${revision}^{commit}`);
  const folder: string = temporaryFolder('twinclock-then-', () => {
    if (existsSync(earlier.root)) git(setting.root, 'worktree', 'remove', '--force', earlier.root);
  });
  const earlier: Setting = { ...setting, root: join(folder, 'tree'), bundle: folder };
  git(setting.root, 'worktree', 'add', '--detach', '--quiet', earlier.root, commit);
  symlinkSync(join(setting.root, 'node_modules'), join(earlier.root, 'node_modules'));
  await buildPrograms(setting.root, setting.bundle);
  await buildEarlier(setting.root, earlier, commit);
  if (chosen.some(({ of }) => of.name === 'startup')) for (const { root, bundle } of [setting, earlier]) await buildCommandLine(root, bundle);
  return compare(chosen, setting, earlier, rounds, commit);
}

/** With the bench of this tree; with its own when the engine of that time does not know what this bench asks for. */
async function buildEarlier(root: string, earlier: Setting, commit: string): Promise<void> {
  const bench = join(earlier.root, 'bench'), clear = () => rmSync(bench, { recursive: true, force: true });
  clear();
  cpSync(join(root, 'bench'), bench, { recursive: true });
  try { await buildPrograms(earlier.root, earlier.bundle); }
  catch {
    clear();
    git(earlier.root, 'checkout', '--quiet', commit, '--', 'bench');
    process.stderr.write(`${commit} cannot be built with the bench of this tree and is measured by its own\n`);
    await buildPrograms(earlier.root, earlier.bundle);
  }
}

async function compare(chosen: readonly Chosen[], now: Setting, then: Setting, rounds: number, commit: string): Promise<number> {
  const table: TextCell[][] = [], failures: string[] = [];
  for (const one of chosen) {
    const pairs: [CellResult, CellResult][] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await runCell(one, then), after = await runCell(one, now);
      for (const [side, { failure }] of [[commit, before], ['this tree', after]] as const) {
        if (failure !== '') failures.push(`${one.of.name}:${one.cell} of ${side} failed: ${failure}`);
      }
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
    const times = (side: 0 | 1) => pairs.map((pair) => (pair[side].rows[k] as Row | undefined)?.[key] ?? NaN), before = times(0), after = times(1);
    const ratios = before.map((time, round) => time / after[round]!);
    return [[
      of.name, key === 'p99' ? `${what}, p99` : what, figure(median(before)), figure(median(after)), unit,
      figure(median(ratios)), figure(Math.min(...ratios)), figure(Math.max(...ratios)), answers,
    ]];
  }));
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
