// What moves the hash of a run, and what does not.
import { describe, expect, it } from 'vitest';
import { journalHash } from '../../../engine/journal/journal-hash.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import { TICK } from '../../../engine/journal/records.ts';
import { handWrittenLog } from '../../support/hand-written-run.ts';

const weights = { latency: 0.6, cost: 0.3, fragmentation: 0.1 };
const base = () => ({ scenario: 'a'.repeat(32), policy: 'heft', parameters: { a: 1, b: 2 } as Record<string, number>, weights, seed: 7, log: handWrittenLog() });
const hashOf = (x: ReturnType<typeof base>) => journalHash(x.scenario, x.policy, x.parameters, x.weights, x.seed, x.log);

describe('journalHash', () => {
  it('is 32 hexadecimal digits, the same each time', () => {
    expect(hashOf(base())).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(base())).toBe(hashOf(base()));
  });

  it('does not depend on the order of parameters, the size of the array or the sign of a zero weight', () => {
    expect(hashOf({ ...base(), parameters: { b: 2, a: 1 } })).toBe(hashOf(base()));
    const roomy = new RecordLog(1000), plain = handWrittenLog();
    for (let at = 0; at < plain.length; at += 6) roomy.append(plain.rows[at], plain.rows[at + 1], plain.rows[at + 2], plain.rows[at + 3], plain.rows[at + 4], plain.rows[at + 5]);
    expect(hashOf({ ...base(), log: roomy })).toBe(hashOf(base()));
    expect(hashOf({ ...base(), weights: { latency: 1, cost: -0, fragmentation: 0 } })).toBe(hashOf({ ...base(), weights: { latency: 1, cost: 0, fragmentation: 0 } }));
  });

  it('changes with each thing that goes in, and with each number of each row', () => {
    const hashes = new Set([
      hashOf(base()), hashOf({ ...base(), scenario: 'b'.repeat(32) }), hashOf({ ...base(), policy: 'hefT' }), hashOf({ ...base(), parameters: { a: 1 } }),
      hashOf({ ...base(), parameters: { a: 2, b: 1 } }), hashOf({ ...base(), weights: { latency: 0.3, cost: 0.6, fragmentation: 0.1 } }), hashOf({ ...base(), seed: 8 }),
    ]);
    const length = base().log.length;
    for (let k = 0; k < length; k++) {
      const changed = base();
      changed.log.rows[k] = changed.log.rows[k] === Infinity ? 0 : changed.log.rows[k] + 1;
      hashes.add(hashOf(changed));
    }
    const longer = base();
    longer.log.append(TICK, 0, 0, 0, 0, 0);
    hashes.add(hashOf(longer));
    expect(hashes.size).toBe(7 + length + 1);
  });
});
