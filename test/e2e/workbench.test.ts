// The workbench in Debian's Chromium, from the build, through the project's own server: what a person does, and whether
// what then stands on the screen is what the command line says for the same seeds.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dollarText, meanText } from '../../engine/metrics/figure-text.ts';
import { cliJson, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

interface CliRow {
  readonly policy: string; readonly n: number; readonly failed: number; readonly mean: number; readonly halfWidth95: number;
  readonly pairedDifference: { readonly mean: number; readonly halfWidth95: number; readonly verdict: string };
  readonly metrics: Readonly<Record<string, { readonly mean: number; readonly halfWidth95: number }>>;
}
interface CliComparison { readonly statement: string; readonly winner: string | null; readonly rows: readonly CliRow[] }

const POLICIES = 'weighted,critical-path,heft,spot-only,cheapest,fifo';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); });

const complete = (page: Page) => page.waitForSelector('[data-status="complete"]', { timeout: 50_000 });
const compareCli = (...more: readonly string[]) => cliJson('compare', 'feature-120', '--policies', POLICIES, ...more) as Promise<CliComparison>;
const statementOn = async (page: Page): Promise<string> => ((await page.textContent('.verdict')) ?? '').toLowerCase();

/** Rows of the table as texts: policy, runs, metric, difference, verdict. */
function tableOn(page: Page): Promise<string[][]> {
  return page.$$eval('#comparison tbody tr', (rows) => rows.map((row) => [(row as HTMLElement).dataset['policy']!, ...[...row.querySelectorAll('td')].slice(0, 4).map((cell) => cell.textContent.replaceAll('\u00a0', ' '))]));
}

/** What the table must say of a comparison by the objective. */
function expectedTable({ rows }: CliComparison, baseline: string): string[][] {
  return rows.map(({ policy, n, failed, mean, halfWidth95, pairedDifference: d }) => [
    policy, failed === 0 ? String(n) : `${n}/${n + failed}`, meanText(mean, halfWidth95, 3), policy === baseline ? 'baseline' : meanText(d.mean, d.halfWidth95, 3, true), policy === baseline ? '' : d.verdict,
  ]);
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe('compare', () => {
  it('opens with feature-120 running and says what the command line says', async () => {
    const { page, wrong } = await workbench.open();
    await complete(page);
    const expected = await compareCli('--replications', '50');
    expect(await tableOn(page)).toEqual(expectedTable(expected, 'fifo'));
    expect(await statementOn(page)).toBe(expected.statement.toLowerCase());
    expect(await page.$$eval('tr.winner', (rows) => rows.map((row) => (row as HTMLElement).dataset['policy']!))).toEqual(expected.winner === null ? [] : [expected.winner]);
    expect(await page.$$eval('figure svg', (pictures) => pictures.length)).toBe(5);
    expect(wrong).toEqual([]);
  });

  it('changes the baseline, and goes back and forward', async () => {
    const { page, wrong } = await workbench.open('#/compare?seeds=10&v=1');
    await complete(page);
    const first = await tableOn(page);
    await page.getByLabel('Baseline').selectOption('heft');
    await page.waitForFunction(() => document.querySelector('tr[data-policy="heft"]')?.textContent.includes('baseline'));
    expect(new URL(page.url()).hash).toBe('#/compare?baseline=heft&seeds=10&v=1');
    expect(await tableOn(page)).toEqual(expectedTable(await compareCli('--replications', '10', '--baseline', 'heft'), 'heft'));
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('tr[data-policy="fifo"]')?.textContent.includes('baseline'));
    expect(await tableOn(page)).toEqual(first);
    await page.goForward();
    await page.waitForFunction(() => document.querySelector('tr[data-policy="heft"]')?.textContent.includes('baseline'));
    expect(await page.getByLabel('Baseline').inputValue()).toBe('heft');
    expect(wrong).toEqual([]);
  });

  it('takes every one of several choices, though nothing has been drawn in between', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&seeds=5&policies=weighted,fifo,heft,peft&v=1');
    await complete(page);
    await page.evaluate(() => {
      for (const name of ['heft', 'peft']) [...document.querySelectorAll('label')].find((label) => label.querySelector('span')?.textContent === name)!.querySelector('input')!.click();
    });
    expect(new URL(page.url()).hash).toContain('policies=weighted,fifo&');
    expect(wrong).toEqual([]);
  });

  it('adds seeds to those it has, and another policy to those', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&seeds=20&policies=weighted,fifo&v=1');
    await complete(page);
    await page.getByRole('button', { name: '+50 seeds' }).click();
    await page.waitForSelector('text=140 of 140 runs');
    await complete(page);
    expect(page.url()).toContain('seeds=70');
    await page.locator('summary', { hasText: / of / }).click();
    await page.getByRole('checkbox', { name: /^cheapest/ }).check();
    await page.waitForSelector('text=210 of 210 runs');
    await complete(page);
    const expected = await cliJson('compare', 'feature-12', '--policies', 'weighted,fifo,cheapest', '--replications', '70') as CliComparison;
    expect(await tableOn(page)).toEqual(expectedTable(expected, 'fifo'));
    expect(wrong).toEqual([]);
  });

  it('compares by another metric and with other weights', async () => {
    const { page, wrong } = await workbench.open('#/compare?seeds=10&policies=weighted,fifo&v=1');
    await complete(page);
    const inputs = page.locator('fieldset input');
    await inputs.nth(0).fill('0.2');
    expect(await page.locator('fieldset [role="alert"]').textContent()).toBe('add 0.4');
    expect(page.url()).not.toContain('weights');
    await inputs.nth(1).fill('0.7');
    await inputs.nth(1).press('Enter');
    await page.waitForFunction(() => location.hash.includes('weights=0.2,0.7,0.1'));
    await page.getByLabel('Metric').selectOption('costMicroUsd');
    await page.waitForFunction(() => document.querySelector('#comparison thead')?.textContent.includes('cost $'));
    await complete(page);
    const { rows } = await cliJson('compare', 'feature-120', '--policies', 'weighted,fifo', '--replications', '10', '--weights', '0.2,0.7,0.1', '--metric', 'costMicroUsd') as CliComparison;
    expect((await tableOn(page)).map((row) => row.slice(0, 3))).toEqual(rows.map(({ policy, n, mean, halfWidth95 }) => [policy, String(n), meanText(mean / 1e6, halfWidth95 / 1e6, 2)]));
    expect(wrong).toEqual([]);
  });

  it('takes a policy with parameters, closes its sheet on Escape, and says in the title where it is', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&seeds=3&policies=weighted,fifo&v=1');
    await complete(page);
    expect(await page.title()).toBe('Compare: feature-12 · Twinclock');
    await page.locator('summary', { hasText: / of / }).click();
    await page.getByLabel('A policy with parameters').fill('weighted:theta=0.5');
    await page.keyboard.press('Enter');
    await page.waitForSelector('tr[data-policy="weighted:theta=0.5"] a');
    await page.keyboard.press('Escape');
    expect(await page.locator('details.picker[open]').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
    await page.locator('summary', { hasText: / of / }).click();
    await page.mouse.click(640, 790);
    expect(await page.locator('details.picker[open]').count()).toBe(0);
    expect(await tableOn(page)).toEqual(expectedTable(await cliJson('compare', 'feature-12', '--policies', 'weighted,fifo,weighted:theta=0.5', '--replications', '3') as CliComparison, 'fifo'));
    expect(wrong).toEqual([]);
  });

  it('stops when told to, keeps what it has, and goes on', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-1000&seeds=40&policies=weighted,fifo&v=1');
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0, undefined, { timeout: 30_000 });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForSelector('[data-status="stopped"]');
    const kept = await page.$eval('progress', (bar) => bar.value);
    expect(kept).toBeLessThan(80);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForFunction((before) => Number(document.querySelector('progress')?.value) > before, kept, { timeout: 30_000 });
    expect(wrong).toEqual([]);
  });

  it('replaces a worker that crashes and comes to the same figures', async () => {
    const { page } = await workbench.open('#/compare?seeds=40&policies=weighted,fifo&v=1');
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0);
    await Promise.all(page.workers().map((worker) => worker.evaluate(() => { setTimeout(() => { throw new Error('brought down'); }, 0); }).catch(() => {})));
    await complete(page);
    const { rows } = await cliJson('compare', 'feature-120', '--policies', 'weighted,fifo', '--replications', '40') as CliComparison;
    expect((await tableOn(page)).map((row) => row.slice(0, 3))).toEqual(rows.map(({ policy, n, mean, halfWidth95 }) => [policy, String(n), meanText(mean, halfWidth95, 3)]));
  });

  it('needs no network once it is there', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&seeds=5&v=1');
    await complete(page);
    await page.context().setOffline(true);
    await page.getByLabel('Scenario').selectOption('heft-10');
    await page.waitForFunction(() => location.hash.includes('heft-10'));
    await complete(page);
    expect(await page.locator('#comparison tbody tr').count()).toBe(6);
    expect(wrong).toEqual([]);
  });

  it('names every fault of an address, and of a name that does not exist', async () => {
    const { page } = await workbench.open('#/compare?metrik=x&weights=1,1,1&seeds=2&v=1');
    await page.waitForSelector('.fault li');
    expect(await page.locator('.fault li').allTextContents()).toEqual([expect.stringContaining('did you mean "metric"'), expect.stringContaining('weights sum to 1')]);
    await page.goto(`${workbench.url}#/compare?scenario=feature-121&v=1`);
    await page.waitForSelector('[data-status="failed"]');
    expect(await page.locator('.fault').textContent()).toContain('unknown-scenario');
  });
});

describe('run', () => {
  it('opens from the table, with the hash and figures of the command line', async () => {
    const { page, wrong } = await workbench.open('#/compare?seeds=5&v=1');
    await complete(page);
    await page.locator('tr[data-policy="weighted"] a').click();
    await page.waitForSelector('canvas');
    const seed = /seed=(\d+)/.exec(page.url())![1]!, run = await cliJson('run', 'feature-120', '--policy', 'weighted', '--seed', seed) as { readonly journalHash: string; readonly metrics: Readonly<Record<string, number>> };
    expect(await page.textContent('#journal-hash')).toBe(run.journalHash);
    expect(await page.textContent('[data-metric="costMicroUsd"]')).toBe(dollarText(run.metrics['costMicroUsd']!));
    expect(await page.locator('.tables tbody tr').count()).toBeGreaterThan(10);
    await page.getByRole('link', { name: 'Compare' }).click();
    await complete(page);
    expect(page.url()).toContain('seeds=5');
    expect(wrong).toEqual([]);
  });

  it('says why a task went where it went, by key and by click', async () => {
    const { page, wrong } = await workbench.open('#/run?policy=weighted&seed=7&v=1');
    const canvas = page.locator('.timeline canvas.main');
    await canvas.focus();
    await canvas.press('ArrowRight');
    await canvas.press('ArrowRight');
    const said = await page.locator('.timeline [aria-live]').textContent();
    await canvas.press('Enter');
    await page.waitForSelector('.why table');
    const task = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('task')!;
    expect(said).toContain(task);
    expect(await page.locator('#why-title').textContent()).toBe(`Why ${task}`);
    expect(await page.locator('.why tr.chosen').count()).toBe(1);
    await canvas.press('Escape');
    await page.waitForSelector('#figures-title');
    await page.getByRole('combobox', { name: 'Task' }).selectOption('f1-train-14');
    await page.waitForSelector('.why .attempts a');
    expect(await page.locator('.why .attempts a').count()).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('zooms, pans and shows what is under the pointer', async () => {
    const { page, wrong } = await workbench.open('#/run?policy=weighted&seed=7&v=1');
    const canvas = page.locator('.timeline canvas.main'), picture = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL()), painted = () => page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
    await canvas.waitFor();
    await painted();
    const box = (await canvas.boundingBox())!, whole = await picture();
    await page.mouse.move(box.x + box.width / 2, box.y + 100);
    await page.mouse.wheel(0, -600);
    await painted();
    const zoomed = await picture();
    expect(zoomed).not.toBe(whole);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 200, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await painted();
    expect(await picture()).not.toBe(zoomed);
    await page.getByRole('button', { name: 'Fit', exact: true }).click();
    await page.mouse.move(0, 0);
    await painted();
    expect(await picture()).toBe(whole);
    let seen = '';
    for (let y = box.y + 30; y < box.y + box.height - 160 && seen === ''; y += 4) {
      await page.mouse.move(box.x + 330, y);
      seen = await page.locator('.card').first().textContent({ timeout: 50 }).catch(() => '') ?? '';
    }
    expect(seen).toMatch(/outcome|market/);
    expect(wrong).toEqual([]);
  });
});

describe('for everyone', () => {
  it.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    const { page, wrong } = await workbench.open('#/compare?seeds=5&v=1', { colorScheme });
    await complete(page);
    expect(await violations(page)).toEqual([]);
    await page.locator('summary', { hasText: / of / }).click();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${workbench.url}#/run?policy=weighted&seed=7&v=1`);
    await page.waitForSelector('canvas');
    expect(await violations(page)).toEqual([]);
    await page.goto(`${workbench.url}#/run?policy=weighted&seed=7&task=f1-train-14&v=1`);
    await page.waitForSelector('.why table');
    expect(await violations(page)).toEqual([]);
    await page.goto(`${workbench.url}#/compare?seeds=x&scenario=nothing&v=1`);
    await page.waitForSelector('[data-status="failed"]');
    expect(await violations(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('turns dark, and stays so', async () => {
    const { page } = await workbench.open('#/compare?scenario=feature-12&seeds=2&v=1'), ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Dark' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await ground()).toBe(light);
  });

  it('reaches everything with the Tab key, and shows where it is', async () => {
    const { page } = await workbench.open('#/compare?scenario=feature-12&seeds=2&v=1');
    await complete(page);
    const seen: string[] = [];
    for (let k = 0; k < 25; k++) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate(() => {
        const element = document.activeElement!, style = getComputedStyle(element);
        return element === document.body ? '' : `${element.tagName} ${style.outlineStyle} ${style.outlineWidth}`;
      }));
    }
    const focused = seen.filter((text) => text !== '');
    expect(new Set(focused.map((text) => text.split(' ')[0]))).toEqual(new Set(['A', 'BUTTON', 'SELECT', 'SUMMARY', 'INPUT']));
    expect(focused.filter((text) => !/ (solid|auto) [2-9]/.test(text))).toEqual([]);
  });

  it('lays itself out without a shift while figures come in', async () => {
    const { page } = await workbench.open('#/compare?scenario=chain-3&seeds=1&v=1');
    await page.addInitScript(() => {
      (globalThis as { shifts?: number }).shifts = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) (globalThis as { shifts?: number }).shifts! += (entry as unknown as { value: number }).value; }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${workbench.url}?fresh#/compare?seeds=30&v=1`);
    await complete(page);
    expect(await page.evaluate(() => (globalThis as { shifts?: number }).shifts)).toBeLessThan(0.05);
  });

  it.each([[1280, 800], [3840, 2160]])('fits %i x %i without scrolling sideways', async (width, height) => {
    const { page } = await workbench.open('#/compare?seeds=3&v=1', { viewport: { width, height } }), overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await complete(page);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.goto(`${workbench.url}#/run?policy=weighted&seed=7&task=f1-train-14&v=1`);
    await page.waitForSelector('.why table');
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
});
