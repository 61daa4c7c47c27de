// Journals of live runs in the workbench: dropped on the page, each is replayed there to the identical commands and shown under its own
// hash. One was lived through just now, with VMs taken and an API down; the others are those kept from earlier, revised on the way.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Demonstration } from '../../engine/cli/live/demonstration/live-demonstration.ts';
import { liveJournalLines } from '../../engine/cli/live/live-recording.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { DIST, drop, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const KEPT = new URL('../golden/live/', import.meta.url);
let workbench: Workbench, home: string;
beforeAll(async () => { workbench = await startWorkbench(); home = mkdtempSync(join(tmpdir(), 'twinclock-live-journal-')); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); removeFolder(home); });

/** What the page makes of a journal: its verdict and the hash of the run it shows. */
async function dropped(lines: readonly string[]): Promise<{ readonly verdict: string | null; readonly hash: string | null; readonly wrong: readonly string[] }> {
  const { page, wrong } = await workbench.open('#/share?v=1');
  await page.waitForSelector('text=Results that others can check');
  await drop(page, 'live.jsonl', `${lines.join('\n')}\n`);
  const verdict = await (await page.waitForSelector('[data-replay]')).getAttribute('data-replay');
  await page.waitForSelector('#journal-hash');
  return { verdict, hash: await page.textContent('#journal-hash'), wrong };
}

describe.skipIf(process.platform !== 'linux')('the journal of a live run, dropped on the page', () => {
  it('is replayed to the same hash', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [`${DIST}twinclock.mjs`, 'live-demo', 'feature-12', '--faster', '6000', '--json'], { cwd: home, maxBuffer: 1 << 26 });
    const { run, hash, status } = JSON.parse(stdout) as Demonstration;
    expect(status.tasks.archived).toBe(12);
    const lines = [...(await liveJournalLines(join(home, 'twinclock-live', run)))!];
    expect(await dropped(lines)).toEqual({ verdict: 'identical', hash, wrong: [] });
  }, 200_000);
});

it.each(readdirSync(KEPT).sort())('%s, kept from earlier, is replayed to the same hash', async (name) => {
  const lines = readFileSync(new URL(name, KEPT), 'utf8').trimEnd().split('\n'), { hash } = JSON.parse(lines.at(-1)!) as { readonly hash: string };
  expect(await dropped(lines)).toEqual({ verdict: 'identical', hash, wrong: [] });
});
