// Sharing in Chromium: what leaves the page is what the command line says and writes, a link makes the same runs in another
// browser, and what was changed on the way is found.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dollarText } from '../../engine/metrics/figure-text.ts';
import type { Metrics } from '../../engine/metrics/metrics.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { DIST, cliJson, drop, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let workbench: Workbench, home: string;

beforeAll(async () => { workbench = await startWorkbench(); home = mkdtempSync(join(tmpdir(), 'twinclock-share-')); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); removeFolder(home); });

const cli = (...args: readonly string[]) => promisify(execFile)(process.execPath, [`${DIST}twinclock.mjs`, ...args], { maxBuffer: 1 << 26 });
const complete = (page: Page) => page.waitForSelector('[data-status="complete"]', { timeout: 50_000 });
const verdict = async (page: Page): Promise<string> => (await page.waitForSelector('[data-verdict="identical"], [data-verdict="different"]', { timeout: 50_000 })).textContent().then((text) => text ?? '');

/** Saves what the act offers, and gives its path. */
async function saved(page: Page, act: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]), path = join(home, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

async function fromMenu(page: Page, name: string): Promise<string> {
  await page.locator('.menu summary').click();
  return saved(page, () => page.getByRole('button', { name, exact: true }).click());
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe('a comparison', () => {
  it('goes by link into another browser, which finds it identical, and so does the command line', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&policies=weighted,fifo,heft&seeds=12&faults=storm-all-spot&v=1', { permissions: ['clipboard-read', 'clipboard-write'] });
    await complete(page);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.waitForSelector('text=Link copied');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/#\/share\?d=[\w-]+&v=1$/);
    expect(link.length).toBeLessThan(16_000);

    const other = await workbench.open(new URL(link).hash, { colorScheme: 'dark' });
    expect(await verdict(other.page)).toBe('Identical: all 36 runs come out with the published hashes, figures and verdict.');
    expect(await other.page.$$eval('#shared td[data-same]', (cells) => cells.map((cell) => (cell as HTMLElement).dataset['same']))).toEqual(['12', '12', '12']);
    expect(await violations(other.page)).toEqual([]);
    expect((await cli('verify', link)).stdout.split('\n')[0]).toBe('identical: 36 runs of feature-12: weighted, fifo, heft on 12 seeds, faults storm-all-spot');
    await other.page.getByRole('button', { name: 'Compare', exact: true }).click();
    await complete(other.page);
    expect(new URL(other.page.url()).hash).toBe('#/compare?scenario=feature-12&policies=weighted,fifo,heft&seeds=12&faults=storm-all-spot&v=1');
    expect([wrong, other.wrong]).toEqual([[], []]);
  });

  it('is saved as the file that the command line writes, and as the same tables', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&policies=weighted,fifo&seeds=6&v=1');
    await complete(page);
    const file = join(home, 'cli.json'), csv = join(home, 'cli.csv');
    await cli('compare', 'feature-12', '--policies', 'weighted,fifo', '--replications', '6', '--share', file, '--csv', csv);
    const own = await saved(page, () => page.getByRole('button', { name: 'Save share file' }).click());
    expect(JSON.parse(readFileSync(own, 'utf8'))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    // All but the times that decisions took, which only the command line measures.
    const rows = (text: string) => { const [head, ...lines] = text.trim().split('\n').map((line) => line.split(',')), kept = head!.map((name) => !name.startsWith('decisionMs')); return [head!, ...lines].map((cells) => cells.filter((_, k) => kept[k])); };
    const table = rows(readFileSync(await fromMenu(page, 'Runs as CSV'), 'utf8'));
    expect(table).toEqual(rows(readFileSync(csv, 'utf8')));
    const bytes = readFileSync(await fromMenu(page, 'Runs as Parquet'));
    const objects = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    expect(objects.map(({ policy, seed, journalHash }) => [policy, String(seed), journalHash])).toEqual(table.slice(1).map((cells) => [cells[1], cells[2], cells[5]]));
    const shown = await page.$$eval('#comparison tbody tr', (lines) => lines.map((line) => [...(line as HTMLTableRowElement).cells].slice(0, -1).map((cell) => cell.textContent.replaceAll('\u00a0', ' '))));
    const markdown = readFileSync(await fromMenu(page, 'Comparison as Markdown'), 'utf8').trim().split('\n').map((line) => line.slice(2, -2).split(' | '));
    expect(markdown.slice(2)).toEqual(shown);
    expect(readFileSync(await fromMenu(page, 'Comparison as LaTeX'), 'utf8')).toContain('\\begin{tabular}{lrrrr');
    const svg = readFileSync(await fromMenu(page, 'Latency against cost as SVG'), 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg).not.toContain('var(--');
    const png = readFileSync(await fromMenu(page, 'Latency against cost as PNG'));
    expect([png.subarray(1, 4).toString('latin1'), png.readUInt32BE(16) > 400]).toEqual(['PNG', true]);
    expect(wrong).toEqual([]);
  });
});

describe('a run', () => {
  it('is handed out in the bytes of the command line', async () => {
    const { page, wrong } = await workbench.open('#/run?scenario=feature-12&policy=weighted&seed=3&faults=storm-all-spot&v=1'), dir = join(home, 'run');
    await page.waitForSelector('#journal-hash');
    await cli('run', 'feature-12', '--policy', 'weighted', '--seed', '3', '--faults', 'storm-all-spot', '--out', dir);
    expect(readFileSync(await fromMenu(page, 'Journal as JSON Lines'))).toEqual(gunzipSync(readFileSync(join(dir, 'journal.jsonl.gz'))));
    expect(readFileSync(await fromMenu(page, 'Timeline for ui.perfetto.dev as JSON'), 'utf8')).toBe(readFileSync(join(dir, 'timeline.perfetto.json'), 'utf8'));
    for (const table of ['attempts', 'decisions', 'resources', 'vm-lives', 'jobs', 'faults']) {
      expect(readFileSync(await fromMenu(page, `${table} as CSV`), 'utf8')).toBe(readFileSync(join(dir, `${table}.csv`), 'utf8'));
      expect(readFileSync(await fromMenu(page, `${table} as Parquet`)).equals(readFileSync(join(dir, `${table}.parquet`)))).toBe(true);
    }
    const png = readFileSync(await fromMenu(page, 'Timeline as PNG'));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    const share = await saved(page, () => page.getByRole('button', { name: 'Save share file' }).click());
    expect(await cliJson('verify', share)).toMatchObject({ identical: true, runs: 1 });
    expect(wrong).toEqual([]);
  });
});

describe('a share file that is dropped', () => {
  it('is checked, and where it differs is said in the words of the command line', async () => {
    const file = join(home, 'heft.json'), changed = join(home, 'changed.json');
    await cli('run', 'feature-120', '--policy', 'heft', '--seed', '3', '--share', file);
    const document = JSON.parse(readFileSync(file, 'utf8')) as { policies: { policy: string }[]; journals: { policy: string }[] };
    document.policies[0]!.policy = document.journals[0]!.policy = 'fifo';
    writeFileSync(changed, JSON.stringify(document));
    const { page, wrong } = await workbench.open('#/compare?scenario=chain-3&policies=fifo&seeds=1&v=1');
    await complete(page);
    await drop(page, 'heft.json', readFileSync(file, 'utf8'));
    expect(await verdict(page)).toContain('Identical: the run comes out');
    await drop(page, 'changed.json', readFileSync(changed, 'utf8'));
    await page.waitForSelector('[data-verdict="different"]', { timeout: 50_000 });
    const said = await cli('verify', changed).then(() => '', (error: { stdout: string }) => error.stdout), where = said.split('\n').slice(2, -1).filter((line) => line.startsWith('  ')).map((line) => line.slice(2)).join('\n');
    expect(where).toContain('first difference in row');
    expect(await page.textContent('.different pre')).toBe(where);
    expect(await violations(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('is refused with every fault of the command line when it is wrong', async () => {
    const file = join(home, 'wrong.json');
    await cli('compare', 'feature-12', '--policies', 'fifo', '--replications', '2', '--share', file, '--force');
    const document = JSON.parse(readFileSync(file, 'utf8')) as { policies: { policy: string }[]; seeds: number[] };
    document.policies[0]!.policy = 'fofo';
    document.seeds.push(9);
    writeFileSync(file, JSON.stringify(document));
    const { error: { faults } } = JSON.parse(await cli('verify', file, '--json').then(() => '{}', (error: { stderr: string }) => error.stderr)) as { error: { faults: { message: string; path: string }[] } };
    const { page } = await workbench.open('#/share?v=1');
    await page.waitForSelector('text=Results that others can check');
    await drop(page, 'wrong.json', readFileSync(file, 'utf8'));
    await page.waitForSelector('.fault li');
    const shown = await page.locator('.fault li').allTextContents();
    expect(shown).toHaveLength(faults.length);
    faults.forEach(({ path, message }, k) => { expect(shown[k]).toContain(`${path}: ${message}`); });
    await page.goto(`${workbench.url}#/share?d=AAAA&v=1`);
    await page.waitForSelector('text=cannot be unpacked');
  });
});

describe('a journal that is dropped', () => {
  it('is replayed and shown, and where it parts is said in the words of the command line', async () => {
    const dir = join(home, 'journal');
    await cli('run', 'feature-12', '--policy', 'weighted:theta=0.8', '--seed', '5', '--faults', 'storm-all-spot', '--out', dir);
    const lines = gunzipSync(readFileSync(join(dir, 'journal.jsonl.gz'))).toString('utf8').split('\n'), { hash } = JSON.parse(lines.at(-2)!) as { hash: string };
    const { page, wrong } = await workbench.open('#/compare?scenario=chain-3&policies=fifo&seeds=1&v=1');
    await complete(page);
    await drop(page, 'journal.jsonl', lines.join('\n'));
    await page.waitForSelector('[data-replay="identical"]');
    await page.waitForSelector('#journal-hash');
    expect(await page.textContent('#journal-hash')).toBe(hash);
    expect(new URL(page.url()).hash).toContain('policy=weighted:theta%3D0.8&seed=5&faults=mine/storm-all-spot&journal=mine/journal');
    expect(readFileSync(await fromMenu(page, 'attempts as CSV'), 'utf8')).toBe(readFileSync(join(dir, 'attempts.csv'), 'utf8'));
    expect(await violations(page)).toEqual([]);

    // It cannot be edited; what would have been is told in the figures of the command line.
    expect([await page.textContent('.recording'), await page.locator('[aria-label="Which run"]').count()]).toEqual([expect.stringContaining('cannot be edited'), 0]);
    const whatIf = JSON.parse((await cli('whatif', dir, '--policy', 'fifo', '--without-fault', '1', '--json')).stdout) as { readonly changed: { readonly journalHash: string; readonly metrics: Metrics }; readonly faults: readonly unknown[] };
    await page.getByLabel('Policy').selectOption('fifo');
    await page.waitForSelector('[data-what-if="known"]');
    await page.locator('.questions summary').click();
    expect(await page.locator('.questions input[type="checkbox"]').count()).toBe(whatIf.faults.length);
    await page.locator('.questions input[type="checkbox"]').first().click();
    await page.waitForFunction(() => location.hash.includes('without=1')); // apart from the answer, so that a failure tells which of them did not come
    await page.waitForFunction((wanted) => document.querySelector('#journal-hash')?.textContent === wanted, whatIf.changed.journalHash);
    expect(await page.textContent('#what-if-figures [data-figure="costMicroUsd"] td:nth-of-type(3)')).toBe(dollarText(whatIf.changed.metrics.costMicroUsd));
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Back to the record' }).click();
    await page.waitForFunction((wanted) => document.querySelector('#journal-hash')?.textContent === wanted, hash);

    const changed = lines.map((line) => (line.includes('"command":"place"') ? line.replace(/"dataReadyAt":\d+/, '"dataReadyAt":77') : line)), path = join(home, 'changed.jsonl');
    writeFileSync(path, changed.join('\n'));
    const { firstDivergence } = JSON.parse(await cli('replay', path, '--json').then(({ stdout }) => stdout, (error: { stdout: string }) => error.stdout)) as { firstDivergence: { row: number; t: number } };
    await drop(page, 'changed.jsonl', changed.join('\n'));
    await page.waitForSelector('[data-replay="different"]');
    expect(await page.textContent('.recording pre')).toContain(`first difference in row ${firstDivergence.row} at t=${firstDivergence.t}`);
    expect(wrong).toEqual([]);
  });

  it('is refused with its line when it is none', async () => {
    const { page } = await workbench.open('#/share?v=1');
    await page.waitForSelector('text=Results that others can check');
    await drop(page, 'broken.jsonl', '{"twinclock":"journal/1","engine":"0.1.0"}\n');
    await page.waitForSelector('text=broken.jsonl cannot');
    expect(await page.locator('.fault li').first().textContent()).toContain('line 1');
  });
});
