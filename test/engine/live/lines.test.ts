// Calls of one name follow each other, whatever becomes of them; calls of another name wait for none of them.
import { expect, it } from 'vitest';
import { Lines } from '../../../engine/live/lines.ts';

it('a call begins when the one before of its name has ended, well or not', async () => {
  const lines = new Lines(), said: string[] = [];
  let fail = (): void => {};
  const first = lines.add('a', () => new Promise<void>((_, failed) => { said.push('first'); fail = () => { failed(new Error('no')); }; }));
  const second = lines.add('a', async () => { said.push('second'); return 2; }), other = lines.add('b', async () => { said.push('other'); });
  await other;
  expect(said).toEqual(['first', 'other']);
  fail();
  await expect(first).rejects.toThrow('no');
  expect([await second, said]).toEqual([2, ['first', 'other', 'second']]);
});
