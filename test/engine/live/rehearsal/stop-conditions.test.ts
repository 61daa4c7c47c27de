// Stop conditions as people write them, and when they hold.
import { describe, expect, it } from 'vitest';
import { holds, parseStopConditions } from '../../../../engine/live/rehearsal/stop-conditions.ts';
import type { InputError } from '../../../../engine/model/errors.ts';

describe('stop conditions', () => {
  it.each([
    ['cost > 5usd', 'cost', 5_000_000, [5_000_001], [5_000_000]], ['cost>=$2.50', 'cost', 2_500_000, [2_500_000], [2_499_999]],
    ['failed > 0', 'failed', 0, [1], [0]], ['on-time < 80%', 'on-time', 0.8, [0.79], [0.8]], [' on-time  <=  50 % ', 'on-time', 0.5, [0.5], [0.51]],
  ] as const)('%s', (text, figure, value, yes, no) => {
    const [condition] = parseStopConditions([text], 'stop');
    expect(condition).toMatchObject({ figure });
    expect(condition!.value).toBeCloseTo(value, 12);
    expect([...yes.map((x) => holds(condition!, x)), ...no.map((x) => holds(condition!, x))]).toEqual([...yes.map(() => true), ...no.map(() => false)]);
  });

  it('refuses all that is wrong at once, with what was meant', () => {
    try { parseStopConditions(['cost > 5', 'costs > 5usd', 'makespan', 'failed > -1', 'on-time < 0.8'], 'stop'); expect.unreachable(); } catch (error) {
      expect((error as InputError).faults.map(({ code, path, hint }) => `${code} ${path}: ${hint}`)).toEqual([
        'bad-value stop[0]: dollars, like 5usd', 'unknown-figure stop[1]: did you mean "cost"?', expect.stringContaining('bad-stop-condition stop[2]: like "cost > 5usd"'),
        'bad-value stop[3]: a number of tasks, like 0', 'bad-value stop[4]: a share in per cent, like 80%',
      ]);
    }
  });
});
