// In a real Chromium, on the wall clock: the start of the workbench from an empty tab to a whole comparison on the page, in a
// fresh context each time, and sweeps in web workers as the workbench makes them. Answers: the comparison is complete and the
// page says nothing is wrong; the hash of a sweep is that of the same seeds in this process.
import { availableParallelism } from 'node:os';
import type { SweepPage } from '../browser/sweep-page.ts';
import { checkAnswer, type BenchCase, type CellResult, type Setting } from '../case.ts';
import { buildWorkbench, withChromium } from '../chromium.ts';
import { median } from '../statistics.ts';
import { hashOf, SweepRuns } from './sweep-runs.ts';

const START_ROUNDS = 11, SWEEP_ROUNDS = 5, ROUND_MS = 1_500, SEEDS_CHECKED = 32;
const COMPARISON = 'web/#/compare?scenario=feature-12&seeds=8&policies=weighted,fifo&v=1';

export const browserCase: BenchCase = {
  name: 'browser',
  cells: ({ quick }) => ['start', ...[...new Set(quick ? [2] : [1, 2, availableParallelism()])].sort((a, b) => a - b).map((workers) => `${workers}-workers`)],
  measure: (cell, setting) => (cell === 'start' ? start(setting) : sweeps(Number.parseInt(cell, 10), setting)),
};

async function start(setting: Setting): Promise<CellResult> {
  buildWorkbench(setting);
  const shown: number[] = [], compared: number[] = [];
  await withChromium(setting, async (browser, origin) => {
    for (let round = 0; round <= (setting.quick ? 1 : START_ROUNDS); round++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }), page = await context.newPage(), wrong: string[] = [];
      page.on('pageerror', ({ message }) => { wrong.push(message); });
      const from = performance.now();
      await page.goto(origin + COMPARISON, { waitUntil: 'commit' });
      await page.waitForSelector('main', { timeout: 60_000 });
      const first = performance.now() - from;
      await page.waitForSelector('[data-status="complete"]', { timeout: 60_000 });
      if (round > 0) { shown.push(first); compared.push(performance.now() - from); }
      checkAnswer('errors of the page', wrong.join('; '), '');
      await context.close();
    }
  });
  const row = (what: string, ms: readonly number[]) => ({ what, value: median(ms), max: Math.max(...ms), unit: 'ms', samples: ms.length });
  return {
    rows: [row('page shown', shown), row('feature-12, 8 seeds, 2 policies compared', compared)],
    figures: { pageShownMs: median(shown), firstComparisonMs: median(compared) }, answer: 'complete',
  };
}

async function sweeps(workers: number, setting: Setting): Promise<CellResult> {
  const { quick, policies } = setting, sweepSetting = { scenario: quick ? 'feature-12' : 'feature-120', policy: policies[0]! };
  return withChromium(setting, async (browser, origin) => {
    const page = await browser.newPage();
    await page.goto(`${origin}browser/`);
    await page.waitForFunction(() => 'sweepPage' in globalThis);
    await page.evaluate(([count, given]) => { (globalThis as unknown as { sweepPage: SweepPage }).sweepPage.begin(count, given); }, [workers, sweepSetting] as const);
    const sweep = (seeds: number) => page.evaluate((n) => (globalThis as unknown as { sweepPage: SweepPage }).sweepPage.sweep(n), seeds);
    const { hash } = await sweep(SEEDS_CHECKED), rate: number[] = [];
    checkAnswer('hash of a sweep in web workers', hash, hashOf([new SweepRuns(sweepSetting).run(0, SEEDS_CHECKED)]));
    let seeds = SEEDS_CHECKED; // finding out how many keep the workers busy for a round warms them up
    if (!quick) while ((await sweep(seeds)).ms < ROUND_MS / 2) seeds *= 2;
    for (let round = 0; round < (quick ? 1 : SWEEP_ROUNDS); round++) rate.push(seeds / (await sweep(seeds)).ms * 1000);
    const perSecond = median(rate), what = `${sweepSetting.scenario}, ${sweepSetting.policy}, ${workers} web worker${workers > 1 ? 's' : ''}`;
    return {
      rows: [{ what, value: 1000 / perSecond, max: 1000 / Math.min(...rate), unit: 'ms', perSecond, samples: rate.length }],
      figures: { runsPerSecond: { [String(workers)]: perSecond } }, answer: hash,
    };
  });
}
