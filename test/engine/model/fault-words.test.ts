// Faults in words: times as people wrote them; those that the program worked out, to the hundredth of a second.
import { describe, expect, it } from 'vitest';
import { faultWords, faultsToCome, leftWords } from '../../../engine/model/fault-words.ts';

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

describe('what is left of faults', () => {
  it('has still to come when its time has not, or when it strikes again and again', () => {
    expect(faultsToCome([{ kind: 'away', state: 'waiting' }, { kind: 'away', state: 'on' }, { kind: 'storm', state: 'on' }, { kind: 'terminate-working', state: 'on' }, { kind: 'storm', state: 'over' }])).toBe(3);
  });

  it('is told by fault, with VMs by their names', () => {
    expect(leftWords(['0 run-1.2/gpu/0/3.1', '0 run-1.2/gpu/1/1.14', '2 ada'], 1)).toBe('still injected, as the drivers say: fault 0 on gpu/0, gpu/1; fault 2 on ada');
    expect([leftWords([], 2), leftWords([], 0)]).toEqual(['2 faults still to come; nothing is injected now: every driver was asked', 'nothing is left injected: every driver was asked']);
  });
});
