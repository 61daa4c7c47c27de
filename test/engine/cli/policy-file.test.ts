// A policy of one's own on the command line: the bundled command, from the example to a replay, and every way in which a
// text can be wrong, at its line.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hashText128 } from '../../../engine/model/hash.ts';
import { onlyJson, shell, twinclock, workFolder } from '../../support/built-cli.ts';
import { builtInText, smallPolicy } from '../../support/policy-text.ts';

const home = workFolder(), here = { cwd: home };
const file = (name: string, text: string): string => { writeFileSync(join(home, name), text); return `./${name}`; };

describe('a policy in a file', () => {
  it('begins with the example, runs, is kept with the run, replayed and explained', async () => {
    expect(await shell('$TWINCLOCK policies --example > my-policy.ts', home)).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(join(home, 'my-policy.ts'), 'utf8'), name = `my-policy@${hashText128(text).slice(0, 8)}`;
    const made = await twinclock(['run', 'feature-12', '--policy', './my-policy.ts:hour=50', '--seed', '3', '--out', 'mine', '--json'], here), result = onlyJson(made.stdout);
    expect([made.code, made.stderr, result.policy, result.parameters, result.audit]).toEqual([0, '', name, { hour: 50, idle: 300 }, 'clean']);
    expect(readFileSync(join(home, 'mine/policy.ts'), 'utf8')).toBe(text);
    expect(onlyJson(readFileSync(join(home, 'mine/manifest.json'), 'utf8')).policy).toEqual({ name, parameters: { hour: 50, idle: 300 }, textHash: hashText128(text) });
    writeFileSync(join(home, 'my-policy.ts'), smallPolicy());
    expect(onlyJson((await twinclock(['replay', 'mine', '--json'], here)).stdout)).toMatchObject({ identical: true, policy: name, journalHash: result.journalHash });
    const explained = await twinclock(['explain', 'mine', '--task', onlyJson((await twinclock(['scenarios', 'feature-12'])).stdout).jobs[0].tasks[0].id], here);
    expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining(`feature-12 under ${name}, seed 3`)]);
  });

  it('refuses a journal whose policy was changed', async () => {
    const path = file('small.ts', smallPolicy());
    await twinclock(['run', 'chain-3', '--policy', path, '--out', 'small'], here);
    const journal = join(home, 'small/journal.jsonl.gz'), text = gunzipSync(readFileSync(journal)).toString('utf8');
    writeFileSync(join(home, 'changed.jsonl.gz'), gzipSync(text.replace('First open row.', 'Last open row.')));
    expect(await twinclock(['replay', 'changed.jsonl.gz'], here)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error \[other-policy\] changed\.jsonl\.gz: line 1\.policy\.text: the text is that of small@/) });
  });

  it('is compared like any other, and a copy of one ties with it at every seed', async () => {
    const path = file('copy.ts', builtInText('fifo')), { code, stdout } = await twinclock(['compare', 'feature-12', '--policies', `fifo,${path},${path}:idle=60`, '--baseline', path, '--replications', '6', '--json'], here);
    const { rows, baseline } = onlyJson(stdout), name = `fifo@${hashText128(builtInText('fifo')).slice(0, 8)}`;
    expect([code, baseline]).toEqual([0, name]);
    expect(rows.find((row: { policy: string }) => row.policy === 'fifo').pairedDifference).toMatchObject({ mean: 0, winTieLoss: [0, 6, 0] });
    expect(rows.map((row: { policy: string }) => row.policy).sort()).toEqual(['fifo', name, `${name}:idle=60`]);
  });

  it('is shown with its parameters, and validated', async () => {
    const path = file('copy.ts', builtInText('fifo'));
    expect((await twinclock(['policies', path], here)).stdout).toMatch(/^fifo@[0-9a-f]{8}: .*\nparameter +default +min +max +meaning\n.*\nidle +300 /);
    expect((await twinclock(['validate', path], here)).stdout).toMatch(/^ok: policy fifo@[0-9a-f]{8} \(policy\/1\), 1 parameter\n/);
  });

  it('tells at which lines its acts were refused', async () => {
    const path = file('wrong-act.ts', smallPolicy({ row: 'view.placeOn(task, view.problem.unitCount - 1, 0);' })), { code, stdout } = await twinclock(['run', 'feature-12', '--policy', path], here);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nrefused by the kernel:\n {2}wrong-act\.ts:14:8: view\.placeOn: wrong-class, \d+ times\n/);
  });
});

describe('a text that is wrong', () => {
  it.each([
    ['no-clock', smallPolicy({ decide: 'Date.now();' }), 'wrong.ts:8:7: Date is not there in a policy; the time is view.now, ms since the epoch; it stands still during a decision'],
    ['syntax', 'export const', 'wrong.ts:1:13: Variable declaration list cannot be empty'],
    ['policy-loop', smallPolicy({ decide: 'for (;;) view.next();' }), 'wrong.ts:8:7: the loop does not end; one decision may take 20.024 million steps'],
    ['policy-error', smallPolicy({ decide: '(null as any).x;' }), "wrong.ts:8:21: Cannot read properties of null (reading 'x')"],
    ['bad-argument', smallPolicy({ decide: 'view.candidates(12);' }), 'wrong.ts:8:12: view.candidates: no task 12 (they are 0 to 11)'],
    ['policy-state', smallPolicy({ prepare: 'let turn = 0;', decide: 'if (turn++ % 2 === 1 && view.eligibleCount() > 1) { view.wakeAt(view.now + 60_000); return; }' }), 'wrong.ts:5:3: its decisions depend on variables that it changed in earlier ones; what must outlive'],
    ['no-policy', 'export const x = 1;', 'wrong.ts:1:1: the text exports no policy; export const myPolicy'],
  ])('%s', async (code, text, line) => {
    const path = file('wrong.ts', text);
    for (const command of [['run', 'feature-12', '--policy', path], ['compare', 'feature-12', '--policies', `fifo,${path}`, '--replications', '2']]) {
      const result = await twinclock(command, here);
      expect([result.code, result.stdout, result.stderr]).toEqual([2, '', expect.stringContaining(`error [${code}] ${line}`)]);
    }
    const { error } = onlyJson((await twinclock(['run', 'feature-12', '--policy', path, '--json'], here)).stderr);
    expect(error.faults[0]).toMatchObject({ code, path: expect.stringMatching(/^wrong\.ts:\d+:\d+$/) });
  });

  it('is not there at all', async () => {
    expect(await twinclock(['run', 'feature-12', '--policy', './none.ts'], here)).toEqual({ code: 2, stdout: '', stderr: 'error [no-such-file] there is no file ./none.ts; a policy is a name, or a file that ends in .ts\n' });
  });
});
