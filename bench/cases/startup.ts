// Start-up: a whole process of the command line, from spawn to exit, beside Node doing nothing. Wall time, in turn, so that
// all three meet the same machine. Answer: exit code 0, and the run is a clean one with the same journal every time.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkAnswer, type BenchCase } from '../case.ts';
import { median } from '../statistics.ts';

const ROUNDS = 15;

interface Command {
  readonly what: string;
  readonly figure: string;
  readonly argumentsOf: (program: string) => readonly string[];
  /** What its output says, in short. */
  readonly answerOf: (output: string) => string;
}

const COMMANDS: readonly Command[] = [
  { what: 'node -e 0', figure: 'nodeMs', argumentsOf: () => ['-e', '0'], answerOf: (output) => output },
  { what: 'twinclock --help', figure: 'helpMs', argumentsOf: (program) => [program, '--help'], answerOf: (output) => String(output.includes('Usage: twinclock')) },
  { what: 'twinclock run feature-12 --json', figure: 'runFeature12Ms', argumentsOf: (program) => [program, 'run', 'feature-12', '--json'], answerOf: runAnswer },
];
const ANSWERS = ['', 'true'];

export const startupCase: BenchCase = {
  name: 'startup',
  cells: () => ['command-line'],
  measure(_cell, { quick, bundle }) {
    const program = join(bundle, 'twinclock.mjs'), ms = COMMANDS.map(() => [] as number[]);
    let journal = '';
    for (let round = 0; round <= (quick ? 1 : ROUNDS); round++) {
      COMMANDS.forEach(({ what, argumentsOf, answerOf }, k) => {
        const from = performance.now();
        const { status, stdout, stderr } = spawnSync(process.execPath, argumentsOf(program), { encoding: 'utf8' }), took = performance.now() - from;
        checkAnswer(`exit code of ${what} (${stderr.trim()})`, status ?? -1, 0);
        checkAnswer(`output of ${what}`, answerOf(stdout), ANSWERS[k] ?? (round === 0 ? journal = answerOf(stdout) : journal));
        if (round > 0) ms[k]!.push(took);
      });
    }
    return {
      rows: COMMANDS.map(({ what }, k) => ({ what, value: median(ms[k]!), max: Math.max(...ms[k]!), unit: 'ms', samples: ms[k]!.length })),
      figures: Object.fromEntries(COMMANDS.map(({ figure }, k) => [figure, median(ms[k]!)])),
      answer: journal,
    };
  },
};

function runAnswer(output: string): string {
  const { journalHash, cause, audit } = JSON.parse(output) as { journalHash: string; cause: string; audit: string };
  checkAnswer('end of the run', cause, 'finished');
  checkAnswer('audit of the run', audit, 'clean');
  return journalHash;
}
