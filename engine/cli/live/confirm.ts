// A question before something that cannot be undone.
import { createInterface } from 'node:readline/promises';
import { inputError } from '../../model/errors.ts';

/** Asks at the terminal. Throws `InputError` `not-confirmed`, with the question, where nobody can be asked. */
export async function confirmed(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) throw inputError('not-confirmed', '--yes', `is needed where nobody can be asked: ${question}`, { hint: 'if so, add --yes; nothing was done' });
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const said = await prompt.question(`${question} [yes/no] `);
  prompt.close();
  return said.trim() === 'yes';
}
