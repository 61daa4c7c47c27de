// Faults in words: times as people wrote them; those that the program worked out, to the hundredth of a second.
import { describe, expect, it } from 'vitest';
import { faultWords } from '../../../engine/model/fault-words.ts';

describe('the words of a fault', () => {
  it('keep the times of the file', () => {
    expect(faultWords({ kind: 'terminate', at: '3d16h', vm: 'gpu/2', notice: '30s' })).toBe('kill gpu/2 at 3d16h, notice 30s');
    expect(faultWords({ kind: 'away', at: 90, for: '1h30m', human: 'ann', name: 'lunch' })).toBe('lunch: ann away from 90s for 1h30m');
    expect(faultWords({ kind: 'outage', at: '250ms', api: 'llm', for: '2s' })).toBe('llm down from 250ms for 2s');
  });

  it('round what is written in seconds and milliseconds', () => {
    expect(faultWords({ kind: 'outage', at: '18s26ms', api: 'llm', for: '2s' })).toBe('llm down from 18.03s for 2s');
    expect(faultWords({ kind: 'terminate', at: '1h2m5s700ms', vm: 'gpu/2' })).toBe('kill gpu/2 at 1h2m5.7s');
  });
});
