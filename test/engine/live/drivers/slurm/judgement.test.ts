// What becomes of an attempt by the word of its folder and of Slurm, case by case, over real folders; and names as comments.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptName, vmName, type AttemptKey } from '../../../../../engine/live/driver-events.ts';
import { AttemptFolder } from '../../../../../engine/live/drivers/process/attempt-folder.ts';
import { commentOf, keyOfComment, vmKeyOfComment } from '../../../../../engine/live/drivers/slurm/comment.ts';
import { judge } from '../../../../../engine/live/drivers/slurm/judgement.ts';
import type { SlurmJob } from '../../../../../engine/live/drivers/slurm/slurm-client.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

const KEY: AttemptKey = { run: 'r', task: 't', epoch: 1, attempt: 1 };
const job = (state: string, more: Partial<SlurmJob> = {}): SlurmJob => ({ id: 7, state, reason: 'None', restarts: 0, submittedAt: 0, comment: 'r/t/1.1', ...more });

describe('judge', () => {
  let root: string, folder: AttemptFolder;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'twinclock-judge-')); folder = new AttemptFolder(root, KEY); mkdirSync(folder.path, { recursive: true }); });
  afterEach(() => { removeFolder(root); });
  const write = (files: Readonly<Record<string, string>>): void => { for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text); };

  const BEGUN = { pid: '42\n' }, DONE = { ...BEGUN, exit: '0\n' }, BROKEN = { ...BEGUN, exit: '3\n' }, CUT = { ...BEGUN, exit: '143\n' };
  it.each<[string, Readonly<Record<string, string>>, SlurmJob | undefined, object]>([
    ['never submitted', {}, undefined, { state: 'absent' }],
    ['taken back before it began', { pid: '-1\n' }, undefined, { state: 'absent' }],
    ['in the queue', {}, job('PENDING'), { state: 'waits' }],
    ['about to begin', {}, job('CONFIGURING'), { state: 'runs' }],
    ['running', BEGUN, job('RUNNING'), { state: 'runs' }],
    ['running, for a controller that has forgotten it had begun', BEGUN, job('PENDING'), { state: 'runs' }],
    ['stopped by Slurm for a while', BEGUN, job('SUSPENDED'), { state: 'runs' }],
    ['in a state of a later Slurm', BEGUN, job('SOMETHING_NEW'), { state: 'runs' }],
    ['done, for all its files tell', DONE, job('COMPLETING'), { state: 'runs' }],
    ['done', DONE, job('COMPLETED'), { state: 'over', end: { outcome: 'completed' }, settleMs: 0 }],
    ['done, and forgotten by Slurm', DONE, undefined, { state: 'over', end: { outcome: 'completed' }, settleMs: 0 }],
    ['failed by itself', BROKEN, job('FAILED'), { state: 'over', end: { outcome: 'task-error', reason: 'exit code 3' }, settleMs: 0 }],
    ['done, its exit status not to be seen yet', BEGUN, job('COMPLETED'), { state: 'over', end: { outcome: 'lost' }, settleMs: 60_000 }],
    ['forgotten by Slurm as it ran', BEGUN, undefined, { state: 'over', end: { outcome: 'lost' }, settleMs: 60_000 }],
    ['preempted', CUT, job('PREEMPTED'), { state: 'over', end: { outcome: 'lost', reason: 'preempted by Slurm' }, settleMs: 0 }],
    ['preempted, and its shell took that for success', DONE, job('PREEMPTED'), { state: 'over', end: { outcome: 'lost', reason: 'preempted by Slurm' }, settleMs: 0 }],
    ['done before its preemption', { ...DONE, noticed: '' }, job('COMPLETED'), { state: 'over', end: { outcome: 'completed' }, settleMs: 0 }],
    ['announced to end, then forgotten', { ...CUT, noticed: '' }, undefined, { state: 'over', end: { outcome: 'lost', reason: 'preempted by Slurm' }, settleMs: 0 }],
    ['cancelled by somebody', CUT, job('CANCELLED'), { state: 'over', end: { outcome: 'lost', reason: 'cancelled in Slurm by somebody else' }, settleMs: 0 }],
    ['cancelled by us', { ...CUT, 'ended-by': 'stop' }, job('CANCELLED'), { state: 'over', end: { outcome: 'cancelled', reason: 'stopped' }, settleMs: 0 }],
    ['cancelled by us, and its shell took that for success', { ...DONE, 'ended-by': 'stop' }, job('CANCELLED'), { state: 'over', end: { outcome: 'cancelled' }, settleMs: 0 }],
    ['cancelled by us in the queue', { pid: '-1\n', 'ended-by': 'stop' }, job('CANCELLED'), { state: 'over', end: { outcome: 'cancelled', busyMs: 0 }, settleMs: 2000 }],
    ['cancelled by somebody in the queue', {}, job('CANCELLED'), { state: 'over', end: { outcome: 'refused', busyMs: 0 }, settleMs: 2000 }],
    ['late for its job', CUT, job('TIMEOUT'), { state: 'over', end: { outcome: 'timeout' }, settleMs: 0 }],
    ['too large', BEGUN, job('OUT_OF_MEMORY'), { state: 'over', end: { outcome: 'task-error', reason: 'took more memory than its job was given' }, settleMs: 0 }],
    ['on a node that failed', BEGUN, job('NODE_FAIL'), { state: 'over', end: { outcome: 'lost', reason: 'its node failed' }, settleMs: 0 }],
    ['put into the queue again', CUT, job('PENDING', { restarts: 1 }), { state: 'over', end: { outcome: 'lost', reason: 'requeued in Slurm' }, settleMs: 0 }],
    ['put into the queue again before it began', {}, job('PENDING', { restarts: 1 }), { state: 'waits' }],
  ])('%s', async (_, files, told, expected) => {
    write(files);
    expect(judge(folder, await folder.look(), told)).toMatchObject(expected);
  });
});

describe('names as comments', () => {
  const id = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), count = fc.nat(1_000_000), run = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
  it('are one line, and read back as what they were', () => {
    fc.assert(fc.property(run, id, count, count, (of, task, epoch, attempt) => {
      const key = { run: of, task, epoch, attempt }, comment = commentOf(attemptName(key));
      expect(comment).not.toMatch(/[\n\r"]/);
      if (comment.length < 1000) expect(keyOfComment(comment)).toEqual(key);
      expect(vmKeyOfComment(commentOf(vmName({ run: of, unit: 'nodes/0', epoch, life: attempt })))).toEqual({ run: of, unit: 'nodes/0', epoch, life: attempt });
    }), { seed: 1, numRuns: 200 });
  });
  it('that are too long are cut, and stay different', () => {
    const [a, b] = ['a', 'b'].map((end) => commentOf(attemptName({ ...KEY, task: `${'x'.repeat(2000)}${end}` })));
    expect([a!.length, b!.length, a === b, keyOfComment(a!)]).toEqual([1000, 1000, false, undefined]);
  });
  it('of others are none of ours', () => {
    for (const comment of ['', 'a nice job', 'a/b', '(null)', 'a/%zz/1.2']) expect(keyOfComment(comment)).toBeUndefined();
  });
});
