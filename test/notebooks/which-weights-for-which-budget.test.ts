// The study as a reader gets it: built, served, opened in Chromium without any other address, changed by its inputs, and its
// table compared, figure by figure, with the same computation in Node.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../engine/cli/commands/serve.ts';
import { compare } from '../../engine/experiment/compare.ts';
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { holm, pairedComparison } from '../../engine/experiment/paired-comparison.ts';
import { simplexGrid } from '../../engine/experiment/simplex.ts';
import { summarize, wilson } from '../../engine/experiment/statistics.ts';
import { meanText } from '../../engine/metrics/figure-text.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import type { Weights } from '../../engine/model/policy.ts';
import { Surveyor } from '../../notebooks/sweep/surveyor.ts';
import { parsePolicySpec } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { launchChromium } from '../support/browser.ts';
import { removeFolder } from '../support/remove-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)), AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SURVEY = 5, FRESH = 10, LONG = 240_000;
const folder = mkdtempSync(join(tmpdir(), 'twinclock-notebooks-')), wrong: string[] = [];
let server: Server, browser: Browser, page: Page;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', 'notebooks', '--outDir', folder, '--logLevel', 'error'], { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } });
  [server, browser] = await Promise.all([startServer(folder, 0), launchChromium()]);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => { wrong.push(`error: ${error.message}`); });
  page.on('request', (request) => { if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) wrong.push(`request: ${request.url()}`); });
  await page.goto(origin);
  await page.getByRole('link', { name: 'Which weights for which budget?' }).click();
  // The survey has begun with the seeds it starts with; changing them gives it up.
  await page.getByLabel('Seeds to choose on').selectOption(String(SURVEY));
  await page.getByLabel('Fresh seeds to measure on').selectOption(String(FRESH));
  await page.waitForFunction(([survey, fresh]) => document.querySelector('#budgets caption')?.textContent.includes(`on ${survey} seeds, measured on ${fresh} others`), [SURVEY, FRESH], { timeout: LONG });
}, LONG + 60_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
  removeFolder(folder);
});

const instance = compileScenario(loadCatalog('feature-120')), surveyor = new Surveyor('feature-120'), surveySeeds = Array.from({ length: SURVEY }, (_, k) => k + 1);
const freshRuns = (weights: Weights): readonly ComparedRun[] => compare({ instance, policies: [parsePolicySpec('weighted')], weights, firstSeed: SURVEY + 1, replications: FRESH }).runs[0]!;
const values = (runs: readonly ComparedRun[], key: MetricKey): number[] => runs.map(({ metrics }) => metrics[key]);

/** What the table must say for a budget in dollars: chosen on the first seeds, measured on the next. */
function rowsFor(budgets: readonly number[]): string[][] {
  const surveyed = simplexGrid(20).map((weights) => {
    const runs = surveyor.runs({ policy: 'weighted', weights }, surveySeeds), makespans = values(runs, 'makespanMs');
    return { weights, makespans, makespan: summarize(makespans).mean, cost: summarize(values(runs, 'costMicroUsd')).mean };
  });
  const standard = freshRuns(DEFAULT_WEIGHTS);
  return budgets.map((budget) => {
    const within = surveyed.filter(({ cost }) => cost <= budget * 1e6), best = within.reduce((a, b) => (b.makespan < a.makespan || (b.makespan === a.makespan && b.cost < a.cost) ? b : a));
    const pValues = holm(within.filter((other) => other !== best).map(({ makespans }) => pairedComparison(makespans, best.makespans).pValue));
    const fresh = freshRuns(best.weights), columns = ([['makespanMs', 3.6e6, 1], ['costMicroUsd', 1e6, 0]] as const).flatMap(([key, scale, digits]) => {
      const own = summarize(values(fresh, key)), gain = pairedComparison(values(fresh, key), values(standard, key));
      return [meanText(own.mean / scale, own.halfWidth95 / scale, digits), meanText(gain.meanDifference / scale, gain.halfWidth95 / scale, digits, true)];
    });
    const { share, low, high } = wilson(values(fresh, 'costMicroUsd').filter((cost) => cost > budget * 1e6).length, FRESH), percent = (x: number): string => (100 * x).toFixed(0);
    const { latency, cost, fragmentation } = best.weights;
    return [
      `$${budget}`, ...[latency, cost, fragmentation].map((x) => x.toFixed(2)), ...columns, `${percent(share)} (${percent(low)} to ${percent(high)})`,
      String(pValues.filter((p) => p >= 0.05).length),
    ];
  });
}

async function violations(): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe('which weights for which budget', () => {
  it('says what the engine says in Node', async () => {
    const shown = await page.$$eval('#budgets tbody tr', (rows) => rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent)));
    expect(shown.length).toBeGreaterThan(3);
    expect(shown).toEqual(rowsFor(shown.map(([budget]) => Number(budget!.slice(1)))));
  }, LONG);

  it('draws its maps and the picture of time against money, and says how far it is', async () => {
    expect(await page.$$eval('figure[role="img"]', (figures) => figures.map((figure) => [figure.querySelectorAll('svg path').length > 30, figure.getAttribute('aria-label')!.split(/[,:]/)[0]]))).toEqual([
      [true, 'Map of the weights'], [true, 'Map of the weights'], [true, 'Makespan against cost'], [true, 'Map of the weights'],
    ]);
    expect(await page.$$eval('.status', (lines) => lines.map((line) => (line as HTMLElement).dataset['status']))).toEqual(['complete', 'complete', 'complete']);
  });

  it('answers for the budget of the slider', async () => {
    const answer = page.locator('.observablehq--cell', { has: page.getByRole('heading', { name: 'The answer' }) });
    await page.getByLabel('Budget, $', { exact: true }).fill('10');
    await answer.getByText('No setting keeps within $10').waitFor();
    await page.getByLabel('Budget, $', { exact: true }).fill('3000');
    await answer.getByText('For a budget of $3000').waitFor();
    expect(await answer.textContent()).toContain(await page.$eval('#budgets tbody tr:last-child td:nth-of-type(4)', (cell) => cell.textContent.split(' ')[0]!));
  });

  it.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((scheme) => getComputedStyle(document.body).colorScheme === scheme, colorScheme);
    expect(await violations()).toEqual([]);
  });

  it.each([1280, 3840])('fits %i pixels without scrolling sideways', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  it('asked nothing of any other address, and complained of nothing', () => { expect(wrong).toEqual([]); });
});
