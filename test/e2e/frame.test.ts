// What all views share: documents kept in the browser, workers that end unnoticed, several comparisons at once, and what the
// page says of the machine it runs on.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { meanText } from '../../engine/metrics/figure-text.ts';
import { cliJson, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

interface CliRow { readonly policy: string; readonly n: number; readonly mean: number; readonly halfWidth95: number; readonly pairedDifference: { readonly verdict: string } }
interface CliComparison { readonly winner: string | null; readonly rows: readonly CliRow[] }

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); });

const complete = (page: Page) => page.waitForSelector('[data-status="complete"]', { timeout: 50_000 });

/** Rows of a table: what the row is of, and its cells. */
const rowsOf = (page: Page, table: string): Promise<string[][]> => page.$$eval(`${table} tbody tr`, (rows) => rows.map((row) => [(row as HTMLElement).dataset['policy']!, ...[...row.querySelectorAll('td')].map((cell) => cell.textContent.replaceAll('\u00a0', ' '))]));

describe('several comparisons at once', () => {
  it('say in every cell what the command line says there, and lead to each', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12,heft-10&weights=0.6,0.3,0.1;0.1,0.9,0&seeds=8&policies=weighted,cheapest,fifo&v=1');
    await complete(page);
    const board = await rowsOf(page, '#board'), cells = ['feature-12', 'heft-10'].flatMap((scenario) => ['0.6,0.3,0.1', '0.1,0.9,0'].map((weights) => ({ scenario, weights })));
    for (const [k, { scenario, weights }] of cells.entries()) {
      const { rows, winner } = await cliJson('compare', scenario, '--weights', weights, '--policies', 'weighted,cheapest,fifo', '--replications', '8') as CliComparison;
      for (const { policy, mean, halfWidth95, pairedDifference: { verdict } } of rows) {
        const mark = winner === policy ? ' ★' : policy === 'fifo' || verdict === 'undecided' ? '' : verdict === 'better' ? ' ▲' : ' ▼';
        expect(board.find(([name]) => name === policy)![4 + k]).toBe(meanText(mean, halfWidth95, 3) + mark);
      }
    }
    await page.locator('#board thead a').nth(3).click();
    await page.waitForFunction(() => location.hash.includes('focus=3') && document.querySelector('#table-title')?.textContent.startsWith('heft-10 at 0.1 / 0.9 / 0'));
    await complete(page);
    const { rows } = await cliJson('compare', 'heft-10', '--weights', '0.1,0.9,0', '--policies', 'weighted,cheapest,fifo', '--replications', '8') as CliComparison;
    expect((await rowsOf(page, '#comparison')).map((row) => row.slice(0, 3))).toEqual(rows.map(({ policy, n, mean, halfWidth95 }) => [policy, String(n), meanText(mean, halfWidth95, 3)]));
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('#table-title')?.textContent.startsWith('feature-12 at 0.6'));
    expect(wrong).toEqual([]);
  });

  it('are chosen by ticking, and one that cannot be made stops no other', async () => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&seeds=3&policies=weighted,fifo&v=1');
    await complete(page);
    await page.locator('summary[aria-label^="Compare by several weights"]').click();
    await page.getByRole('checkbox', { name: '0.8 / 0.1 / 0.1' }).check();
    await page.waitForSelector('#board');
    await complete(page);
    expect(page.url()).toContain('weights=0.6,0.3,0.1;0.8,0.1,0.1');
    expect(await page.locator('#board thead a').allTextContents()).toEqual(['0.6 / 0.3 / 0.1', '0.8 / 0.1 / 0.1']);
    await page.goto(`${workbench.url}#/compare?scenario=feature-12,heft-10&seeds=3&policies=weighted,fifo&faults=capacity-drought&v=1`);
    await page.waitForSelector('ul.worse li');
    await complete(page);
    expect(await page.textContent('ul.worse')).toMatch(/^heft-10 at 0\.6 \/ 0\.3 \/ 0\.1: .*gpu/);
    expect((await rowsOf(page, '#board')).map((row) => row[5])).toEqual(['failed', 'failed']);
    expect(wrong).toEqual([]);
  });
});

describe('workers', () => {
  it('that end without a word are replaced, and their work is done again', async () => {
    const { page } = await workbench.open('#/compare?seeds=30&policies=weighted,fifo&v=1');
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0);
    await Promise.all(page.workers().map((worker) => worker.evaluate(() => { self.close(); }).catch(() => { /* it is gone */ })));
    await complete(page);
    const { rows } = await cliJson('compare', 'feature-120', '--policies', 'weighted,fifo', '--replications', '30') as CliComparison;
    expect((await rowsOf(page, '#comparison')).map((row) => row.slice(0, 3))).toEqual(rows.map(({ policy, n, mean, halfWidth95 }) => [policy, String(n), meanText(mean, halfWidth95, 3)]));
    expect(await page.textContent('.machine dl')).toContain('replaced');
  });
});

describe('documents of the user', () => {
  it('outlive a reload, and are named when they are not there', async () => {
    const { page } = await workbench.open('#/compare?scenario=mine/pair&seeds=4&policies=weighted,fifo&v=1');
    await page.waitForSelector('[data-status="failed"]');
    expect(await page.textContent('.fault')).toContain('this browser keeps no scenario of this name');
    // As the Scenario view saves it.
    const scenario = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').match(/This is `pair\.json`:\n```json\n(\{[\s\S]*?\n\})\n```/)![1]!;
    await page.evaluate(async (text) => {
      const opening = indexedDB.open('twinclock'), database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => { resolve(opening.result); }; });
      const change = database.transaction(['entries', 'texts'], 'readwrite');
      change.objectStore('entries').put({ kind: 'scenario', name: 'pair', hash: 'x', length: text.length });
      change.objectStore('texts').put(text, ['scenario', 'pair']);
      await new Promise((resolve) => { change.oncomplete = resolve; });
      database.close();
    }, scenario);
    await page.reload();
    await complete(page);
    expect(await page.getByRole('combobox', { name: 'Scenario' }).inputValue()).toBe('mine/pair');
    expect((await rowsOf(page, '#comparison')).map((row) => row[1])).toEqual(['4', '4']);
    await page.locator('#comparison a').first().click();
    await page.waitForSelector('#journal-hash');
    expect(page.url()).toContain('scenario=mine/pair');
  });
});

describe('about this machine', () => {
  it.each(['light', 'dark'] as const)('says what was measured, and no more, %s', async (colorScheme) => {
    const { page, wrong } = await workbench.open('#/compare?scenario=feature-12&seeds=5&v=1', { colorScheme });
    await complete(page);
    await page.locator('.machine > summary').click();
    const fact = (name: string): Promise<string | null> => page.textContent(`[data-fact="${name}"]`);
    expect(await fact('first')).toContain('6 policies x 5 seeds on feature-12, 30 runs');
    expect(await fact('last')).toMatch(/^\d+ runs\/s/);
    expect([await fact('map'), await fact('frame')]).toEqual(['not measured yet', 'not measured yet']);
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.waitForFunction(() => document.querySelector('[data-fact="decisions"]')?.textContent.includes('p99'));
    expect(await fact('decisions')).toMatch(/^p50 \d+\.\d{3} ms, p99 \d+\.\d{3} ms, longest \d+\.\d{3} ms/);
    await page.evaluate(AXE);
    expect(await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    })).toEqual([]);
    // A map of weights, and a timeline dragged about.
    await page.goto(`${workbench.url}#/weights?scenario=feature-12&seeds=1&v=1`);
    await page.waitForSelector('.weight-map');
    await complete(page);
    expect(await fact('map')).toContain('231 weight settings x 1 seed of weighted on feature-12');
    await page.goto(`${workbench.url}#/run?scenario=feature-12&policy=weighted&seed=1&v=1`);
    const canvas = page.locator('.timeline canvas').first(), box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.mouse.down();
    for (let k = 0; k < 10; k++) await page.mouse.move(box.x + box.width / 2 - 10 * k, box.y + 60);
    await page.mouse.up();
    await page.waitForFunction(() => document.querySelector('[data-fact="frame"]')?.textContent.endsWith(' ms'));
    expect(wrong).toEqual([]);
  });
});
