// Handles are told for the attempt and the life they belong to, and of each task and VM only the last is kept.
import { expect, it } from 'vitest';
import { Handles } from '../../../engine/live/handles.ts';

it('handles are those of their attempt and life, and the next takes the place of the one before', () => {
  const handles = new Handles(), attempt = (n: number) => ({ run: 'r', task: 't', epoch: 1, attempt: n }), life = (n: number) => ({ run: 'r', unit: 'u', epoch: 1, life: n });
  handles.keepAttempt(attempt(1), 'a');
  handles.keepVm(life(1), 'x');
  expect([handles.ofAttempt(attempt(1)), handles.ofAttempt(attempt(2)), handles.ofVm(life(1)), handles.ofVm(life(2))]).toEqual(['a', undefined, 'x', undefined]);
  handles.keepAttempt(attempt(2), 'b');
  handles.keepVm(life(2), 'y');
  expect([handles.ofAttempt(attempt(1)), handles.ofAttempt(attempt(2)), handles.ofVm(life(1)), handles.ofVm(life(2))]).toEqual([undefined, 'b', undefined, 'y']);
  handles.forget('t');
  expect(handles.ofAttempt(attempt(2))).toBeUndefined();
});
