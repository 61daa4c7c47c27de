// What is asked of Slurm's commands, asked of a command of our own in their place: thousands of attempts that are looked for
// put few questions, and nobody has an answer that is older than their question.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jobsByComment, jobsOf, SlurmClient, type SlurmJob } from '../../../../../engine/live/drivers/slurm/slurm-client.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';
import { until } from '../../../../support/live/slurm-bench.ts';

const folders: string[] = [];
afterAll(() => { folders.forEach(removeFolder); });

/** A queue whose answer is what it holds when it is asked, and given when its gate is opened. */
class Queue {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinclock-squeue-'));
  readonly client = new SlurmClient('run', this.folder);

  constructor() {
    folders.push(this.folder);
    const path = (name: string): string => join(this.folder, name);
    execFileSync('mkfifo', [path('gate')]);
    writeFileSync(path('calls'), '');
    writeFileSync(path('squeue'), `#!/bin/sh\nheld=$(cat '${path('held')}')\necho call >> '${path('calls')}'\ncat '${path('gate')}' > /dev/null\n[ "$held" != broken ] || exit 1\necho "$held"\n`, { mode: 0o755 });
  }

  hold(...lines: readonly string[]): void { writeFileSync(join(this.folder, 'held'), lines.join('\n')); }
  get calls(): number { return readFileSync(join(this.folder, 'calls'), 'utf8').split('call').length - 1; }
  /** The next one who asks, or waits for an answer, has it. */
  openGate(): Promise<void> { return writeFile(join(this.folder, 'gate'), ''); }
}

const line = (id: number, comment: string): string => `${id};RUNNING;None;0;1700000000;${comment};`;
const ids = (jobs: readonly SlurmJob[]): number[] => jobs.map(({ id }) => id);

it('puts one question for all who ask at once, and one more for those who ask while it is under way', async () => {
  const queue = new Queue();
  queue.hold(line(1, 'a'));
  const first = Array.from({ length: 50 }, () => queue.client.jobs());
  await until(() => queue.calls === 1);
  queue.hold(line(1, 'a'), line(2, 'b'));
  const second = Array.from({ length: 50 }, () => queue.client.jobs());
  await queue.openGate();
  expect(new Set((await Promise.all(first)).map((jobs) => ids(jobs).join()))).toEqual(new Set(['1']));
  await queue.openGate();
  expect(new Set((await Promise.all(second)).map((jobs) => ids(jobs).join()))).toEqual(new Set(['1,2']));
  expect(queue.calls).toBe(2);
});

it('tells all who asked when there is no answer, and asks again for the next', async () => {
  const queue = new Queue();
  queue.hold('broken');
  const refused = Promise.allSettled([queue.client.jobs(), queue.client.jobs()]);
  await queue.openGate();
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  queue.hold(line(7, 'c'));
  const next = queue.client.jobs();
  await queue.openGate();
  expect([ids(await next), queue.calls]).toEqual([[7], 2]);
});

it('knows the jobs of a comment as those of all comments are known', () => {
  const jobs = [3, 1, 2, 5].map((id): SlurmJob => ({ id, state: 'RUNNING', reason: 'None', restarts: 0, submittedAt: 0, comment: id % 2 === 0 ? 'even' : 'odd' })), all = jobsByComment(jobs);
  expect(['odd', 'even'].map((comment) => ids(jobsOf(jobs, comment)))).toEqual(['odd', 'even'].map((comment) => ids(all.get(comment)!)));
  expect([jobsOf(jobs, 'odd').length, jobsOf(jobs, 'none')]).toEqual([3, []]);
});
