// The front page keeps its word: every file that its commands take stands on it, is made by a command before, or is named in the
// catalogue, and every command that needs no daemon runs as it is written.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCli } from '../../support/built-cli.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const README = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
/** Of each code block its language, its text, and the last file that was named before it. */
const BLOCKS = [...README.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(({ index, 1: language = '', 2: text = '' }) => ({ language, text, file: [...README.slice(0, index).matchAll(/`([\w-]+\.json)`/g)].at(-1)?.[1] }));
const COMMANDS = BLOCKS.filter(({ language }) => language === '').flatMap(({ text }) => text.split('\n')).filter((line) => /^(npx twinclock |echo )/.test(line)).map((line) => line.replace(/\s+#.*$/, ''));
/** They start a daemon, or speak to one. */
const LIVE = /^npx twinclock (live|live-demo|status|inject|injected|withdraw|rehearsal|demo)\b|^npx twinclock (replay|whatif|fidelity) minute/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  for (const { language, text, file } of BLOCKS) if (language === 'json') writeFileSync(join(folder, file!), text);
});
afterAll(() => { removeFolder(folder); });

/** As a shell does it; more runs than show that it works are not made. */
const shell = (line: string): Promise<{ readonly code: number; readonly said: string }> => new Promise((resolve) => {
  const command = line.replace('npx twinclock', `"${process.execPath}" "${builtCli()}"`).replace(/--replications \d+/, '--replications 2').replace(/^(.* rehearse .*)$/, '$1 --storms 2');
  execFile('/bin/sh', ['-c', command], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => { resolve({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr }); });
});

describe('the front page', () => {
  it('has a plan, a live configuration and a scenario', () => {
    expect(BLOCKS.filter(({ language }) => language === 'json').map(({ file, text }) => [file, (JSON.parse(text) as { twinclock: string }).twinclock])).toEqual([['plan.json', 'faults/1'], ['mine.json', 'live/1'], ['pair.json', 'scenario/1']]);
  });

  it('has commands that do as they are written, in their order', { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    for (const line of COMMANDS.filter((one) => !LIVE.test(one))) {
      const { code, said } = await shell(line);
      // Two storms prove no hypothesis: that it does not pass is no fault of the line.
      if (code !== 0 && !(line.includes('--expect') && code === 1)) wrong.push(`${line}: ${code}: ${said.slice(-400)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('has live files that are taken', async () => {
    for (const line of ['npx twinclock live mine.json --dry-run', 'npx twinclock validate plan.json', 'npx twinclock live --example team > team.json', 'npx twinclock live team.json --faults plan.json --dry-run']) expect([line, (await shell(line)).code]).toEqual([line, 0]);
  });
});
