// When a VM is given back, billed by the second and in longer units.
import { expect, test } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { CloudFile } from '../../../engine/model/scenario.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { narrate } from '../../support/narrate.ts';

/** Three tasks of 10 s on a VM, released at 0, 1000 and 9000 s; it spins up in 5 s. Requests and releases of the run. */
function lives(idle: number, billing: CloudFile['billing'], policy = 'fifo'): string[] {
  const jobs = [0, 1000, 9000].map((release, k) => ({ id: `j${k}`, release, tasks: [{ id: `t${k}`, duration: 10, on: ['vm'] }] }));
  const fleet = { cloud: [{ id: 'vm', max: 1, spinUp: 5, onDemand: { price: 1 }, ...(billing === undefined ? {} : { billing }) }] };
  const run = simulate(compileScenario({ twinclock: 'scenario/1', name: 'idle', mode: 'event', jobs, fleet }), { policy: policyNamed(policy), parameters: { idle }, seed: 1 });
  const lines = narrate(run, 'request-vm', 'release-vm').map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(lines.pop()).toBe('9015 release-vm'); // the run is over: not the policy's doing
  return lines;
}

test('billed by the second, a VM goes when it has been idle long enough', () => {
  expect(lives(300, { granularity: 1, minimum: 0 })).toEqual(['0 request-vm', '315 release-vm', '1000 request-vm', '1315 release-vm', '9000 request-vm']);
  expect(lives(2000, { granularity: 1, minimum: 0 })).toEqual(['0 request-vm', '3010 release-vm', '9000 request-vm']);
  expect(lives(0, { granularity: 1, minimum: 0 })).toEqual(['0 request-vm', '15 release-vm', '1000 request-vm', '1015 release-vm', '9000 request-vm']);
});

test('billed by the hour, it stays until just before the next hour begins', () => {
  // Two ticks of 30 s before the end of what is paid for.
  expect(lives(300, { granularity: 3600 })).toEqual(['0 request-vm', '3540 release-vm', '9000 request-vm']);
  expect(lives(300, { granularity: 600, minimum: 1200 })).toEqual(['0 request-vm', '1140 release-vm', '9000 request-vm']);
});

test.each(['heft', 'min-min', 'weighted', 'cheapest'])('%s releases too', (policy) => {
  expect(lives(300, { granularity: 1, minimum: 0 }, policy)).toEqual(['0 request-vm', '315 release-vm', '1000 request-vm', '1315 release-vm', '9000 request-vm']);
});
