// Writing a policy in Debian's Chromium: typed, marked, run, cut off, kept, exported; and what stands on the screen is what the
// command line says of the exported file.
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { meanText } from '../../engine/metrics/figure-text.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import { builtInText, smallPolicy } from '../support/policy-text.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { cliJson, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

interface CliRow { readonly policy: string; readonly mean: number; readonly halfWidth95: number; readonly pairedDifference: { readonly mean: number; readonly halfWidth95: number; readonly verdict: string } }

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const home = mkdtempSync(join(tmpdir(), 'twinclock-policy-'));
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); removeFolder(home); });

const checked = (page: Page) => page.waitForFunction(() => /@[0-9a-f]{8}/.test(document.querySelector('#problems-title')?.textContent ?? ''));
const run = (page: Page) => page.click('button:text-is("Run")');
const complete = (page: Page) => page.waitForSelector('table.policy-result[data-status="complete"]', { timeout: 50_000 });
const problems = (page: Page): Promise<string[]> => page.$$eval('.problem', (buttons) => buttons.map((button) => button.textContent));
/** Opens a text as a file of that name, as a person would choose it. */
async function openText(page: Page, name: string, text: string): Promise<void> {
  await page.setInputFiles('input[type="file"]', { name: `${name}.ts`, mimeType: 'text/typescript', buffer: Buffer.from(text) });
  await page.waitForFunction((wanted) => (document.querySelector('.cm-content')?.getAttribute('aria-label') ?? '').endsWith(` ${wanted}`), name);
}
async function exported(page: Page): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('button:text-is("Export .ts")')]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}
function resultOn(page: Page): Promise<string[][]> {
  return page.$$eval('table.policy-result tbody tr', (rows) => rows.map((row) => [(row as HTMLElement).dataset['policy']!, ...[...row.querySelectorAll('td')].slice(0, 3).map((cell) => cell.textContent)]));
}
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe('writing a policy', () => {
  it('begins with an explained example, which runs and is worth what the command line says of the exported file', async () => {
    const { page, wrong } = await workbench.open('#/policy?scenario=feature-12&seeds=12&v=1');
    await checked(page);
    expect(await problems(page)).toEqual([]);
    await run(page);
    await complete(page);
    expect(page.url()).toContain('policy=mine/my-policy');
    const file = await exported(page), path = join(home, file.name);
    expect(file.name).toBe('my-policy.ts');
    writeFileSync(path, file.text);
    const { rows } = await cliJson('compare', 'feature-12', '--policies', `${path},weighted,fifo`, '--baseline', 'fifo', '--replications', '12') as { readonly rows: readonly CliRow[] };
    expect(await resultOn(page)).toEqual(rows.map(({ policy, mean, halfWidth95, pairedDifference: d }) => [
      policy.startsWith('my-policy@') ? 'mine/my-policy' : policy, meanText(mean, halfWidth95, 3), policy === 'fifo' ? 'baseline' : meanText(d.mean, d.halfWidth95, 3, true), policy === 'fifo' ? '' : d.verdict,
    ]));
    expect(await page.textContent('#problems-title')).toContain(`my-policy@${hashText128(file.text).slice(0, 8)}`);
    await page.click('table.policy-result tr.chosen a');
    await page.waitForSelector('#journal-hash');
    const { journalHash } = await cliJson('run', 'feature-12', '--policy', path, '--seed', '1') as { readonly journalHash: string };
    expect(await page.textContent('#journal-hash')).toBe(journalHash);
    expect(wrong).toEqual([]);
  });

  it('is not paid for by those who do not write: the landing loads neither editor nor compiler', async () => {
    const { page } = await workbench.open(), loaded: string[] = [];
    page.on('request', (request) => { loaded.push(request.url()); });
    await page.reload();
    await page.waitForSelector('[data-status="complete"]', { timeout: 50_000 });
    expect(loaded.some((name) => name.includes('worker'))).toBe(true);
    expect(loaded.filter((name) => /typescript|open-policy/.test(name))).toEqual([]);
  });

  it('keeps what is typed, also over a reload, and runs it after that', async () => {
    const { page } = await workbench.open('#/policy?scenario=feature-12&seeds=5&v=1');
    await checked(page);
    await page.click('.cm-content');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('// Typed here.\n');
    await page.waitForFunction(() => document.querySelector('.saved')?.textContent === 'saved in this browser');
    await page.reload();
    await checked(page);
    expect((await exported(page)).text).toMatch(/^\/\/ Typed here\.\n\/\/ A policy to start from/);
    await page.click('.cm-content');
    await page.keyboard.press('Control+Enter');
    await complete(page);
    expect((await resultOn(page)).map(([name]) => name).sort()).toEqual(['fifo', 'mine/my-policy', 'weighted']);
  });

  it('is shown at an address with faults too', async () => {
    const { page } = await workbench.open('#/policy?v=1');
    await checked(page);
    await openText(page, 'kept', smallPolicy());
    await page.goto(`${workbench.url}#/policy?oops=1&v=1`);
    await page.waitForFunction(() => location.hash.includes('policy=mine/kept'));
    expect(await page.getAttribute('.cm-content', 'aria-label')).toContain('kept');
  });

  it('marks what is refused, and what the compiler says, at its line; a click goes there', async () => {
    const { page } = await workbench.open('#/policy?v=1');
    await checked(page);
    await openText(page, 'wrong', smallPolicy({ decide: 'const t = Date.now(); view.candidats(t);' }));
    await page.waitForSelector('.problem');
    expect(await problems(page)).toEqual([expect.stringMatching(/^8:17.*Date is not there in a policy.*view\.now.*\[no-clock\]$/), expect.stringMatching(/^8:34.*candidats.*Did you mean 'candidates'.*\[ts2551\]$/)]);
    expect(await page.$$eval('.cm-lintRange-error', (marks) => marks.map((mark) => mark.textContent))).toEqual(['Date.now', 'candidats']);
    await page.click('.problem >> nth=1');
    await page.waitForFunction(() => document.activeElement?.className.includes('cm-content'));
    await page.keyboard.type('X');
    await page.waitForFunction(() => document.querySelector('.cm-content')?.textContent.includes('Xcandidats'));
    await run(page);
    await page.waitForSelector('.fault');
    expect(await page.textContent('.fault')).toContain('wrong.ts:8:17: Date is not there in a policy [no-clock]');
  });

  it('cuts an endless loop off at its line, and an error in the run stands at its line', async () => {
    const { page, wrong } = await workbench.open('#/policy?scenario=feature-12&seeds=5&v=1');
    await checked(page);
    await openText(page, 'endless', smallPolicy({ row: 'while (view.now >= 0) view.eligibleCount();' }));
    await checked(page);
    await run(page);
    await page.waitForSelector('.problem');
    expect(await problems(page)).toEqual([expect.stringMatching(/^14:3.*the loop does not end.*20\.024 million steps.*\[policy-loop\]$/)]);
    await openText(page, 'failing', smallPolicy({ row: 'if (task > 3) (view as any).candidats(task);' }));
    await checked(page);
    await run(page);
    await page.waitForSelector('.problem');
    expect(await problems(page)).toEqual([expect.stringMatching(/^14:31.*view\.candidats is not a function.*\[policy-error\]$/)]);
    await openText(page, 'refused', smallPolicy({ row: 'view.placeOn(task, view.problem.unitCount - 1, 0);' }));
    await checked(page);
    await run(page);
    await page.waitForSelector('.problem');
    expect((await problems(page)).join('\n')).toMatch(/^14:8.*view\.placeOn is refused: wrong-class.*times in the run of seed 1/m);
    await complete(page);
    expect(wrong).toEqual([]);
  });

  it('keeps several, named, renamed, deleted, dropped as a file; a copy of fifo is worth what fifo is', async () => {
    const { page } = await workbench.open('#/policy?scenario=feature-12&seeds=8&policies=fifo&v=1');
    await checked(page);
    await page.selectOption('label:has-text("New, from") select', 'fifo');
    await page.waitForFunction(() => document.querySelector('.cm-content')?.getAttribute('aria-label')?.endsWith(' fifo'));
    await checked(page);
    await run(page);
    await complete(page);
    expect((await resultOn(page)).map((cells) => cells[1])).toEqual([expect.any(String), (await resultOn(page))[0]![1]]);
    await page.fill('label:has-text("Name") input', 'first come');
    await page.keyboard.press('Enter');
    await page.waitForURL(/policy=mine\/first\+come/);
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'dropped.ts', { type: 'text/typescript' }));
      document.querySelector('.cm-content')!.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, builtInText('random'));
    await page.waitForURL(/policy=mine\/dropped/);
    expect(await page.locator('label:has(> .name:text-is("Policy")) option').allTextContents()).toEqual(['dropped', 'first come']);
    page.once('dialog', (dialog) => { void dialog.accept(); });
    await page.click('button:text-is("Delete")');
    await page.waitForURL(/policy=mine\/first\+come/);
    await page.waitForFunction(() => [...document.querySelectorAll('label')].find((label) => label.querySelector(':scope > .name')?.textContent === 'Policy')?.querySelectorAll('option').length === 1);
    expect(await page.locator('label:has(> .name:text-is("Policy")) option').allTextContents()).toEqual(['first come']);
  });

  it('completes the members of the port, and lets the keyboard out: Escape, then Tab', async () => {
    const { page } = await workbench.open('#/policy?v=1');
    await checked(page);
    await page.click('.cm-content');
    await page.keyboard.press('Control+End');
    await page.keyboard.type("function f(view: PolicyView) { view.remain");
    await page.waitForSelector('.cm-tooltip-autocomplete');
    expect(await page.$$eval('.cm-completionLabel', (labels) => labels.map((label) => label.textContent))).toEqual(['remainingPath']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('cm-content');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.cm-editor') === null)).toBe(true);
  });

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    const { page, wrong } = await workbench.open('#/policy?scenario=feature-12&seeds=5&v=1', { colorScheme });
    await checked(page);
    await openText(page, 'wrong', smallPolicy({ row: 'view.placeOn(task, view.problem.unitCount - 1, 0);' }));
    await checked(page);
    await run(page);
    await complete(page);
    await page.waitForSelector('.problem');
    expect(await violations(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });
});
