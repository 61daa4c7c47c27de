// `twinclock verify`: makes the runs of a share file again and says whether they come out as it says, or where not: for
// readers of published figures, and for those who publish them.
import type { Command } from 'commander';
import { verifyShare } from '../../experiment/share/verify-share.ts';
import type { DifferentFigure, DifferentRun, ShareVerdict } from '../../experiment/share/verify-share.ts';
import type { OpenedShare } from '../../experiment/share/open-share.ts';
import { divergenceText } from '../../journal/divergence.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import { RunError } from '../../model/errors.ts';
import type { SharedMean } from '../../model/share.ts';
import { loadShare } from '../input/load-share.ts';
import { ProgressLine } from '../output/progress.ts';
import { countText, shortText } from '../report/measure.ts';
import { print, printJson, progressStream } from '../terminal.ts';
import { VERSION } from '../../version.ts';

const EXAMPLES = `
Exit code 0: identical. 1: something differs. 2: the file cannot be read.

Examples:
  twinclock compare feature-120 --replications 50 --share result.json
  twinclock verify result.json
  twinclock verify 'https://example.org/workbench/#/share?d=...'`;

/** Adds the command. */
export function addVerifyCommand(program: Command): void {
  program.command('verify').summary('make shared runs again and check what was published')
    .description('Makes every run of a share file or share link again and compares hashes, figures and verdict with what it says.')
    .argument('<share>', 'a file of `compare --share` or `run --share` or of the workbench, a link of the workbench, or - for standard input')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(verify);
}

async function verify(source: string, options: { readonly json?: boolean }): Promise<void> {
  const share = await loadShare(source), { file } = share, progress = new ProgressLine(progressStream(), file.scenario.name, file.seeds.length * file.policies.length);
  let verdict: ShareVerdict;
  try {
    verdict = verifyShare(share, ({ done, policy }) => { progress.update(done, policy); });
  } finally {
    progress.finish();
  }
  if (options.json === true) printJson(verdictJson(share, verdict)); else print(verdictLines(share, verdict).join('\n'));
  if (!verdict.identical) throw new RunError('diverged', shortVerdict(verdict));
}

function verdictJson({ file }: OpenedShare, { identical, runs, different, figures, statement }: ShareVerdict): object {
  return {
    identical, runs, scenario: file.scenario.name, scenarioHash: file.scenario.hash, policies: file.policies.map(({ policy }) => policy), seeds: file.seeds.length,
    engine: { published: file.engine, here: VERSION }, different: different.map(({ divergence, ...run }) => ({ ...run, firstDivergence: divergence ?? null })), figures, statement: statement ?? null,
  };
}

/** Runs and figures listed at most. */
const LISTED = 10;

function verdictLines({ file }: OpenedShare, { identical, runs, different, figures, statement }: ShareVerdict): string[] {
  const about = `${countText(runs, 'run')} of ${file.scenario.name}: ${file.policies.map(({ policy }) => policy).join(', ')} on ${countText(file.seeds.length, 'seed')}${file.faults === undefined ? '' : `, faults ${file.faults.name}`}`;
  if (identical) return [`identical: ${shortText(about, 160)}`, ...(file.statement === undefined ? [] : [file.statement])];
  return [
    `not identical: ${shortText(about, 160)}`,
    ...(file.engine === VERSION ? [] : [`published with engine ${file.engine}, this is ${VERSION}`]),
    ...listed(different, runLines, 'runs'), ...listed(figures, (one) => [figureLine(one)], 'figures'),
    ...(statement === undefined ? [] : [`verdict: published "${statement.published}"`, `         here      "${statement.made}"`]),
  ];
}

function listed<T>(entries: readonly T[], lines: (entry: T) => readonly string[], what: string): string[] {
  return [...entries.slice(0, LISTED).flatMap(lines), ...(entries.length > LISTED ? [`and ${entries.length - LISTED} more ${what}`] : [])];
}

function runLines({ policy, seed, published, made, divergence }: DifferentRun): string[] {
  return [`${policy}, seed ${seed}: published ${published}, here ${made}`, ...(divergence === undefined ? [] : divergenceText(divergence).split('\n').map((line) => `  ${line}`))];
}

function figureLine({ policy, figure, published, made }: DifferentFigure): string {
  return `${policy}, ${METRIC_BY_KEY[figure].title}: published ${meanOrNone(published)}, here ${meanOrNone(made)}`;
}

const meanOrNone = (figure: SharedMean | null): string => (figure === null ? 'none' : `${figure.mean}${figure.halfWidth95 === null ? '' : ` ±${figure.halfWidth95}`}`);

function shortVerdict({ different, figures, runs }: ShareVerdict): string {
  if (different.length > 0) return `${different.length} of ${countText(runs, 'run')} ${different.length === 1 ? 'differs' : 'differ'}, first ${different[0]!.policy} at seed ${different[0]!.seed}`;
  return figures.length > 0 ? `the runs are the published ones, but ${countText(figures.length, 'figure')} of them ${figures.length === 1 ? 'is' : 'are'} not` : 'runs and figures are the published ones, but the verdict is not';
}
