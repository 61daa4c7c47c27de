// The front page shows what the engine does today.
import { expect, it } from 'vitest';
import { makeTable, shownTable } from './readme-table.ts';

it('the table in README.md is what `twinclock demo` prints (if not: `npx tsx test/golden/update.ts`)', () => {
  expect(shownTable()).toBe(makeTable());
});
