// Texts of policies for tests, compiled as the command line and the page compile them.
import { readFileSync } from 'node:fs';
import { InputError } from '../../engine/model/errors.ts';
import { textPolicy } from '../../policies/text/run-program.ts';
import type { TextPolicy, TextPolicyOptions } from '../../policies/text/run-program.ts';
import { translatePolicy } from '../../policies/text/translate.ts';
import { ts } from './source-tree.ts';

export const compileText = (text: string, fileName = 'mine.ts', options: TextPolicyOptions = {}): TextPolicy => textPolicy(translatePolicy(ts, text, fileName), options);

/** The source of a built-in policy. */
export const builtInText = (name: string): string => readFileSync(new URL(`../../policies/${name}.ts`, import.meta.url), 'utf8');

/** A policy that places each task on its first open row, with lines put into it. `decide` stands at line 8, `row` at line 14. */
export const smallPolicy = ({ top = '', decide = '', row = '', prepare = '' }: { readonly top?: string; readonly decide?: string; readonly row?: string; readonly prepare?: string } = {}): string => `\
import type { Policy, PolicyView } from 'twinclock/engine/model/policy.ts';
${top}
export const small: Policy = {
  name: 'small', summary: 'First open row.', parameters: {},
  prepare(problem) {
    ${prepare}
    return { order: (_, task) => task, decide(view) {
      ${decide}
      for (let task = view.next(); task >= 0; task = view.next()) if (!placeFirst(view, task)) view.closeGroup(task);
    } };
  },
};
function placeFirst(view: PolicyView, task: number): boolean {
  ${row}
  for (let k = 0, rows = view.candidates(task); k < rows; k++) if (view.candidate.filter[k] === 0) return view.place(task, k) === 0;
  return false;
}
`;

/** `code path` of each fault, or what was thrown instead. */
export function faultsOf(act: () => unknown): readonly string[] {
  try {
    act();
    return ['nothing'];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.faults.map(({ code, path }) => `${code} ${path}`);
  }
}
