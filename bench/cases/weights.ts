// The map of weights in a real Chromium, on the wall clock: from an empty tab until the first point of the map has a colour,
// and until all its points have all their seeds, which the page's own web workers simulate. Answer: the mean objective of
// some points, as the page's table shows it, is that of the same seeds in this process.
import { Runner } from '../../engine/experiment/run-once.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { Weights } from '../../engine/model/policy.ts';
import { policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { checkAnswer, type BenchCase, type CellResult, type Setting } from '../case.ts';
import { buildWorkbench, withChromium, type Browser, type Page } from '../chromium.ts';
import { median } from '../statistics.ts';

const ROUNDS = 5;
/** Of the page's grid: a step is a twentieth. */
const POINTS = 231;
const CHECKED: readonly Weights[] = [
  { latency: 0.6, cost: 0.3, fragmentation: 0.1 }, { latency: 1, cost: 0, fragmentation: 0 }, { latency: 0, cost: 1, fragmentation: 0 }, { latency: 0, cost: 0, fragmentation: 1 },
];

export const weightsCase: BenchCase = {
  name: 'weights',
  cells: ({ quick }) => [quick ? 'feature-12/2' : 'feature-120/20'],
  async measure(cell, setting) {
    const [scenario, seeds] = cell.split('/') as [string, string], policy = setting.policies[0]!, wanted = expected(scenario, policy, Number(seeds));
    buildWorkbench(setting);
    const maps = await mapped(setting, `web/#/weights?scenario=${scenario}&policies=${policy}&seeds=${seeds}&v=1`, POINTS * Number(seeds));
    for (const { values } of maps) CHECKED.forEach((weights, k) => { checkAnswer(`the objective at ${pointName(weights)}`, values[k]!, wanted[k]!.toFixed(digitsOf(values[k]!))); });
    const runs = POINTS * Number(seeds), complete = median(maps.map(({ completeMs }) => completeMs)), first = median(maps.map(({ firstMs }) => firstMs));
    const row = (what: string, ms: number, all: readonly number[]): CellResult['rows'][number] => ({ what: `${scenario}, ${policy}, ${POINTS} weights x ${seeds} seeds: ${what}`, value: ms, max: Math.max(...all), unit: 'ms', samples: all.length });
    return {
      rows: [
        row('first picture', first, maps.map(({ firstMs }) => firstMs)),
        { ...row('complete', complete, maps.map(({ completeMs }) => completeMs)), perSecond: runs / complete * 1000 },
      ],
      figures: { firstPictureMs: first, completeMs: complete, runsPerSecond: runs / complete * 1000 },
      answer: wanted.map((value) => value.toFixed(3)).join(' '),
    };
  },
};

/** What one opening of the page took, and the values of the points that are checked as its table shows them. */
interface MapMade {
  readonly firstMs: number;
  readonly completeMs: number;
  readonly values: readonly string[];
}

/** Opens the map in a fresh context each time; the first one, which fills the browser's caches, does not count. */
function mapped(setting: Setting, address: string, runs: number): Promise<MapMade[]> {
  return withChromium(setting, async (browser, origin) => {
    const made: MapMade[] = [];
    for (let round = 0; round <= (setting.quick ? 1 : ROUNDS); round++) made.push(await once(browser, origin + address, runs));
    return made.slice(1);
  });
}

async function once(browser: Browser, address: string, runs: number): Promise<MapMade> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }), page = await context.newPage(), wrong: string[] = [];
  page.on('pageerror', ({ message }) => { wrong.push(message); });
  const from = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForSelector('.weight-map polygon.cell:not(.empty)', { timeout: 120_000 });
  const firstMs = performance.now() - from;
  await page.waitForSelector('.count[data-status="complete"]', { timeout: 300_000 });
  const completeMs = performance.now() - from;
  checkAnswer('runs of the map', (await page.textContent('.count') ?? '').replace(/\D+/g, ' ').trim(), `${runs} ${runs}`);
  const values = await tableValues(page);
  checkAnswer('errors of the page', wrong.join('; '), '');
  await context.close();
  return { firstMs, completeMs, values };
}

/** Opens the page's table and reads the value of each point that is checked. */
async function tableValues(page: Page): Promise<string[]> {
  await page.getByText('The map as a table').click();
  await page.waitForSelector('#map-table');
  const rows = await page.locator('#map-table tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  checkAnswer('points of the table', rows.length, POINTS);
  return CHECKED.map(({ latency, cost, fragmentation }) => rows.find(([a, b, c]) => Number(a) === latency && Number(b) === cost && Number(c) === fragmentation)?.[3] ?? 'missing');
}

/** The mean objective at each point that is checked, over the same seeds. */
function expected(scenario: string, policy: string, seeds: number): number[] {
  const instance = compileScenario(loadCatalog(scenario));
  return CHECKED.map((weights) => {
    const runner = new Runner(instance, { policy: policyNamed(policy), weights });
    let sum = 0;
    for (let seed = 1; seed <= seeds; seed++) sum += runner.run(seed).metrics.objective;
    return sum / seeds;
  });
}

function pointName({ latency, cost, fragmentation }: Weights): string { return `${latency}, ${cost}, ${fragmentation}`; }

function digitsOf(text: string): number { return text.split('.')[1]?.length ?? 0; }
