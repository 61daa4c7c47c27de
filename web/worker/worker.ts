// The worker's entry: one comlink endpoint, one method. No top-level await here or in anything it imports: messages that
// arrive before it settles would be lost.
import { expose, transfer } from 'comlink';
import { Answers } from './answers.ts';
import type { Question } from './protocol.ts';
import { buffersOf } from './transferables.ts';

const answers = new Answers();

expose({
  answer(question: Question) {
    const reply = answers.answer(question);
    return transfer(reply, buffersOf(reply));
  },
});
