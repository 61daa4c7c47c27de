// Which known name is meant by one that is not known: a slip of the pen, never a guess among short words.
import { expect, it } from 'vitest';
import { nearestName } from '../../../engine/model/errors.ts';

it.each([
  ['strom', ['storm', 'price'], 'storm'], ['gpo', ['gpu', 'api'], 'gpu'], ['lm', ['llm'], 'llm'], ['clod', ['cloud'], 'cloud'], ['workstatoin', ['workstation'], 'workstation'], ['Evening', ['evenings'], 'evenings'],
  ['vm', ['at', 'for', 'pool'], undefined], ['ann', ['ben', 'eve'], undefined], ['api', ['gpu'], undefined], ['kill', ['away', 'price'], undefined], ['anything', [], undefined],
])('of %s among %j: %s', (name, known, meant) => { expect(nearestName(name, known)).toBe(meant); });
