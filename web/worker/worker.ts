// The worker's entry: one comlink endpoint. No top-level await here or in anything it imports: messages that arrive before
// it settles would be lost. The compiler of policies' texts is loaded with the first question that brings one.
import { expose, transfer } from 'comlink';
import { textPolicy } from '../../policies/text/run-program.ts';
import { translatePolicy } from '../../policies/text/translate.ts';
import { Answers } from './answers.ts';
import { holdLock } from './life-lock.ts';
import type { Question } from './protocol.ts';
import { buffersOf } from './transferables.ts';

type TypeScript = Parameters<typeof translatePolicy>[0];
let compiler: TypeScript | undefined;

const answers = new Answers((text, fileName) => textPolicy(translatePolicy(compiler!, text, fileName))), held = holdLock();

/** Share files and journals may hold the text of a policy. */
function bringsPolicy(question: Question): boolean {
  if ('journal' in question && typeof question.journal === 'object') return /"text"\s*:/.test(question.journal.text);
  if ('study' in question) return question.study.texts !== undefined;
  return (question.kind === 'open-share' || question.kind === 'verify' || question.kind === 'recording') && /"text"\s*:/.test(question.text);
}

expose({
  /** Name of the lock that this worker holds as long as it lives; undefined where the browser has no locks. */
  held: () => held,
  async answer(question: Question) {
    await held;
    if (compiler === undefined && bringsPolicy(question)) compiler = (await import('typescript')).default;
    const reply = answers.answer(question);
    return transfer(reply, buffersOf(reply));
  },
});
