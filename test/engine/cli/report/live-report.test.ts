// What a person is told of a live run: what goes on without its daemon.
import { expect, it } from 'vitest';
import { goodbyeText } from '../../../../engine/cli/report/live-report.ts';

const TASKS = { queued: 1, eligible: 0, scheduled: 0, running: 0, completed: 0, archived: 2, failed: 0, cancelled: 0 };
const VM = { kind: 'cloud', state: 'READY', price: 920_000 }, OFF = { kind: 'cloud', state: 'OFF', price: 920_000 }, LOCAL = { kind: 'local', state: 'up' };

it.each([
  [0, 0, [OFF, LOCAL], undefined],
  [2, 3, [VM, VM, OFF, LOCAL], 'team: without its daemon there stay 2 VMs up ($1.84 an hour) and 3 tasks running; started again it takes them up, and kill-switch ends them'],
  [0, 1, [LOCAL], 'team: without its daemon there stays 1 task running; started again it takes them up, and kill-switch ends them'],
])('a daemon that ends with %i VMs and %i tasks says what stays', (vms, running, resources, said) => {
  expect(goodbyeText({ run: 'team', vms, tasks: { ...TASKS, running } }, resources)).toBe(said);
});
