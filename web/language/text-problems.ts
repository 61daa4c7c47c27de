// What is wrong with a text, as an editor marks it.
import type { Fault } from '../../engine/model/errors.ts';

/** Something wrong at a range of the text, in characters from 0. */
export interface TextProblem {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
}

/** Faults with a path such as `my-policy.ts:12:5` as problems of the text; those without stand at its beginning. */
export function problemsOf({ faults }: { readonly faults: readonly Fault[] }, text: string): TextProblem[] {
  const lines = text.split('\n');
  return faults.map(({ path, code, message, value, hint }) => {
    const [, line = '1', column = '1'] = /:(\d+):(\d+)$/.exec(path) ?? [], before = lines.slice(0, Number(line) - 1).reduce((sum, passed) => sum + passed.length + 1, 0);
    const from = Math.min(before + Number(column) - 1, text.length), word = /^(?:[\w$.]+|'[^'\n]*'|"[^"\n]*"|\S)?/.exec(text.slice(from))![0];
    return { from, to: from + word.length, severity: 'error', code, message: `${message}${value === undefined ? '' : ` (${value})`}${hint === undefined ? '' : `\n${hint}`}` };
  });
}
