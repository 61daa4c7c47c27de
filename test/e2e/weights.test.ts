// The map of weights in Chromium: it fills while it is looked at, its figures are the command line's for the same seeds and
// weights, and its point is moved by mouse and by key.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nearestGridPoint, simplexGrid } from '../../engine/experiment/simplex.ts';
import { meanText, numberText } from '../../engine/metrics/figure-text.ts';
import { cliJson, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

interface CliRow { readonly policy: string; readonly mean: number; readonly halfWidth95: number; readonly metrics: Readonly<Record<string, { readonly mean: number; readonly halfWidth95: number }>> }
interface CliComparison { readonly winner: string | null; readonly statement: string; readonly rows: readonly CliRow[] }
interface CliRun { readonly journalHash: string }

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRID = simplexGrid(20);
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); });

const complete = (page: Page) => page.waitForSelector('[data-status="complete"]', { timeout: 50_000 });
const compareCli = (weights: string, ...more: readonly string[]) => cliJson('compare', 'feature-12', '--weights', weights, ...more) as Promise<CliComparison>;

/** The table of the map: latency, cost, fragmentation, value, and more. */
async function valuesOn(page: Page): Promise<string[][]> {
  if (!(await page.locator('#map-table').isVisible())) await page.getByText('The map as a table').click();
  await page.waitForSelector('#map-table tr:nth-child(231)');
  return page.$$eval('#map-table tbody tr', (rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
}

const pointOn = (page: Page): Promise<string[][]> => page.$$eval('#point-table tbody tr', (rows) => rows.map((row) => [(row as HTMLElement).dataset['policy']!, ...[...row.querySelectorAll('td')].map((cell) => cell.textContent.replaceAll('\u00a0', ' '))]));

describe('the map of weights', () => {
  it('says at every point what the command line says with those weights', async () => {
    const { page, wrong } = await workbench.open('#/weights?scenario=feature-12&seeds=6&v=1');
    await complete(page);
    expect(await page.textContent('.count')).toBe('1386 of 1386 runs');
    const values = await valuesOn(page);
    expect(values.map((row) => row.slice(0, 3).map(Number))).toEqual(GRID.map(({ latency, cost, fragmentation }) => [latency, cost, fragmentation]));
    for (const weights of ['0.6,0.3,0.1', '0,1,0', '0.25,0.5,0.25']) {
      const [latency, cost, fragmentation] = weights.split(',').map(Number) as [number, number, number];
      const { rows: [row] } = await compareCli(weights, '--policies', 'weighted', '--replications', '6');
      expect(values[nearestGridPoint(20, { latency, cost, fragmentation })]![3]).toBe(numberText(row!.mean, 3));
    }
    expect(wrong).toEqual([]);
  });

  it('names the parts where a policy leads, and is downloaded as a picture', async () => {
    const { page, wrong } = await workbench.open('#/weights?scenario=feature-12&policies=weighted,cheapest,spot-only&colour=winner&seeds=3&v=1');
    await complete(page);
    const named = await page.locator('.weight-map .region').allTextContents(), leading = new Set((await valuesOn(page)).map((row) => row[4]!.split(',')[0]!));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !leading.has(name))).toEqual([]);
    await page.locator('.picker.menu summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Map of weights as SVG/ }).click()]), svg = readFileSync(await download.path(), 'utf8');
    expect(svg.match(/<polygon/g)?.length).toBe(231);
    expect(svg).not.toContain('var(--');
    expect(wrong).toEqual([]);
  });

  it('is coloured by any figure, and the step is one in the history', async () => {
    const { page, wrong } = await workbench.open('#/weights?scenario=feature-12&seeds=3&v=1');
    await complete(page);
    const colours = (): Promise<string[]> => page.$$eval('.weight-map polygon', (cells) => cells.map((cell) => cell.getAttribute('fill')!));
    const before = await colours();
    expect(before.length).toBe(231);
    await page.getByLabel('Colour').selectOption('costMicroUsd');
    await page.waitForFunction(() => location.hash.includes('colour=costMicroUsd') && document.querySelector('#map-title')?.textContent.includes('Cost'));
    expect(await colours()).not.toEqual(before);
    const { rows: [row] } = await compareCli('0.6,0.3,0.1', '--policies', 'weighted', '--replications', '3', '--metric', 'costMicroUsd');
    expect((await valuesOn(page))[nearestGridPoint(20, { latency: 0.6, cost: 0.3, fragmentation: 0.1 })]![3]).toBe(numberText(row!.mean / 1e6, 2));
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('#map-title')?.textContent.includes('Objective J'));
    expect(await colours()).toEqual(before);
    expect(await page.textContent('.left')).not.toBe('');
    expect(wrong).toEqual([]);
  });

  it('names the policy that is best, as the command line does there', async () => {
    const { page, wrong } = await workbench.open('#/weights?scenario=feature-12&seeds=12&policies=weighted,cheapest,fastest&colour=winner&weights=0.1,0.9,0&v=1');
    await complete(page);
    const values = await valuesOn(page);
    for (const weights of ['0.1,0.9,0', '0.8,0.1,0.1', '0.6,0.3,0.1']) {
      const [latency, cost, fragmentation] = weights.split(',').map(Number) as [number, number, number], expected = await compareCli(weights, '--policies', 'weighted,cheapest,fastest', '--replications', '12');
      const [, , , value, leader] = values[nearestGridPoint(20, { latency, cost, fragmentation })]!;
      expect([value, leader]).toEqual([numberText(expected.rows[0]!.mean, 3), expected.winner === null ? `${expected.rows[0]!.policy}, leads` : `${expected.winner}, best`]);
    }
    const here = await compareCli('0.1,0.9,0', '--policies', 'weighted,cheapest,fastest', '--replications', '12');
    expect((await pointOn(page)).map((row) => row.slice(0, 3))).toEqual(['weighted', 'cheapest', 'fastest'].map((name) => { const row = here.rows.find(({ policy }) => policy === name)!; return [name, '12', meanText(row.mean, row.halfWidth95, 3)]; }));
    expect(await page.textContent('section[aria-labelledby="point-title"]')).toContain(here.statement);
    expect(wrong).toEqual([]);
  });

  it('shows the run at the point, moved by key and by mouse', async () => {
    const { page, wrong } = await workbench.open('#/weights?scenario=feature-12&seeds=2&seed=5&v=1');
    await complete(page);
    const hashAt = async (weights: string): Promise<string> => (await cliJson('run', 'feature-12', '--policy', 'weighted', '--seed', '5', '--weights', weights) as CliRun).journalHash;
    const shows = (hash: string) => page.waitForFunction((wanted) => document.querySelector('#point-hash')?.textContent === wanted, hash);
    await shows(await hashAt('0.6,0.3,0.1'));
    const handle = page.getByRole('slider', { name: /^Weights looked at/ });
    await handle.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => location.hash.includes('weights=0.6,0.25,0.15'));
    expect(await handle.getAttribute('aria-valuetext')).toMatch(/^latency 0.6, cost 0.25, fragmentation 0.15\. Objective J \d/);
    await shows(await hashAt('0.6,0.25,0.15'));
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(() => location.hash.includes('weights=0.65,0.2,0.15'));
    // Dragged from the mission's mark to the corner of cost.
    const [mark, corner] = await page.evaluate(() => {
      const picture = document.querySelector<SVGSVGElement>('.weight-map')!, matrix = picture.getScreenCTM()!, box = (k: number): [number, number] => {
        const { x, y, width, height } = document.querySelector<SVGGraphicsElement>(`.weight-map polygon[data-point="${k}"]`)!.getBBox(), point = new DOMPoint(x + width / 2, y + height / 2).matrixTransform(matrix);
        return [point.x, point.y];
      };
      return [box(38), box(210)] as const;
    });
    await page.mouse.move(...mark);
    await page.mouse.down();
    await page.mouse.move((mark[0] + corner[0]) / 2, (mark[1] + corner[1]) / 2, { steps: 5 });
    await page.mouse.move(...corner, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(() => location.hash.includes('weights=0,1,0'));
    await shows(await hashAt('0,1,0'));
    await page.goBack();
    await page.waitForFunction(() => location.hash.includes('weights=0.65,0.2,0.15'));
    await shows(await hashAt('0.65,0.2,0.15'));
    await page.getByRole('link', { name: 'Open this run' }).click();
    await page.waitForSelector('#journal-hash');
    expect(await page.textContent('#journal-hash')).toBe(await hashAt('0.65,0.2,0.15'));
    expect(wrong).toEqual([]);
  });

  it('is there under a fault plan too, and says what is wrong with one that does not fit', async () => {
    const { page } = await workbench.open('#/weights?scenario=feature-12&seeds=2&faults=spot-price-x3&v=1');
    await complete(page);
    const expected = await compareCli('0.6,0.3,0.1', '--policies', 'weighted', '--replications', '2', '--faults', 'spot-price-x3');
    expect((await valuesOn(page))[nearestGridPoint(20, { latency: 0.6, cost: 0.3, fragmentation: 0.1 })]![3]).toBe(numberText(expected.rows[0]!.mean, 3));
    await page.goto(`${workbench.url}#/weights?scenario=heft-10&seeds=2&faults=capacity-drought&v=1`);
    await page.waitForSelector('[data-status="failed"]');
    expect(await page.textContent('.fault')).toContain('gpu');
  });

  it.each(['light', 'dark'] as const)('is found in order by axe, %s', async (colorScheme) => {
    const { page, wrong } = await workbench.open('#/weights?scenario=feature-12&seeds=2&policies=weighted,cheapest&v=1', { colorScheme });
    await complete(page);
    await valuesOn(page);
    await page.evaluate(AXE);
    expect(await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    })).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it.each([[1280, 800], [3840, 2160]] as const)('fits %d x %d without scrolling sideways', async (width, height) => {
    const { page } = await workbench.open('#/weights?scenario=feature-12&seeds=1&policies=weighted,shortest-processing-time&colour=winner&v=1', { viewport: { width, height } });
    await complete(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.$$eval('.scroll', (boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth))).toEqual([0]);
  });
});
