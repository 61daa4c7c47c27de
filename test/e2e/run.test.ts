// One run in Debian's Chromium: its figures, its critical path and its tables against the command line; window, time cursor and
// playback by pointer and by key, and in the address; the graph; 10,000 tasks; and nothing for axe to object to.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { durationText } from '../../engine/metrics/figure-text.ts';
import { cliJson, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

interface CliChain { readonly byCause: Readonly<Record<string, number>>; readonly steps: readonly { readonly task: string; readonly releasedBy: string | null; readonly from: number; readonly to: number }[]; readonly planned: { readonly lengthMs: number } }
interface CliRun { readonly journalHash: string; readonly makespanMs: number; readonly criticalChain: CliChain }

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN = '#/run?policy=weighted&seed=7&v=1';
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); });

const timelineOf = (page: Page): Locator => page.locator('.timeline canvas.main');
const painted = (page: Page) => page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
const pictureOf = (canvas: Locator) => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
const settings = (page: Page): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.split('?')[1]);
const windowIn = (page: Page): number[] => (settings(page).get('window') ?? '').split(',').map(Number);
const told = (page: Page, key: string) => page.waitForFunction((name) => location.hash.includes(`${name}=`), key);

async function openRun(fragment = RUN, options = {}): Promise<{ page: Page; wrong: string[]; canvas: Locator; box: { x: number; y: number; width: number; height: number } }> {
  const { page, wrong } = await workbench.open(fragment, options), canvas = timelineOf(page);
  await canvas.waitFor({ timeout: 50_000 });
  await painted(page);
  return { page, wrong, canvas, box: (await canvas.boundingBox())! };
}

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 5 });
  await page.mouse.up();
}

describe('what determined the makespan', () => {
  it('is what the command line says, step by step and cause by cause', async () => {
    const { page, wrong } = await openRun(), { criticalChain: { byCause, steps, planned }, makespanMs, journalHash } = await cliJson('run', 'feature-120', '--policy', 'weighted', '--seed', '7') as CliRun;
    expect(await page.textContent('#journal-hash')).toBe(journalHash);
    expect(await page.textContent('#chain-title .soft')).toBe(`${durationText(makespanMs)}, ${steps.length} steps`);
    const shown = await page.$$eval('.chain [data-cause]', (all) => all.map((one) => [(one as HTMLElement).dataset['cause']!, one.textContent]));
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(Object.entries(byCause).map(([cause, ms]) => [cause, durationText(ms)])));
    expect(await page.$$eval('[aria-labelledby="steps-title"] tbody th', (cells) => cells.map((cell) => cell.textContent))).toEqual(steps.map(({ task }) => task));
    expect(await page.textContent('.chain p.soft')).toContain(`the longest path takes ${durationText(planned.lengthMs)}`);
    expect(wrong).toEqual([]);
  });

  it('opens the decision of a step, and says how far it is at an instant', async () => {
    const { page } = await openRun(), step = page.locator('[aria-labelledby="steps-title"] tbody button').nth(3), task = (await step.textContent())!;
    await step.click();
    await page.waitForSelector('.why table');
    expect(await page.textContent('#why-title')).toBe(`Why ${task}`);
    expect(settings(page).get('task')).toBe(task);
    expect(await page.textContent('.chain .progress')).toContain('100 %');
    await page.getByLabel('Time', { exact: true }).fill('500');
    await page.waitForFunction(() => /\d+ % at step/.test(document.querySelector('.chain .progress')?.textContent ?? ''));
  });
});

describe('the window', () => {
  it('is selected in the header, moved in the strip, zoomed by wheel and key, and kept in the address', async () => {
    const { page, wrong, canvas, box } = await openRun(), middle = box.x + box.width / 2;
    await drag(page, [box.x + 300, box.y + 10], [box.x + 420, box.y + 10]);
    await told(page, 'window');
    const [from, to] = windowIn(page);
    expect(to! - from!).toBeGreaterThan(0);
    const strip = (await page.locator('.overview').boundingBox())!;
    await drag(page, [box.x + 360, strip.y + strip.height / 2], [box.x + 460, strip.y + strip.height / 2]);
    await page.waitForFunction((before) => !location.hash.includes(`window=${before}`), `${from},`);
    const [movedFrom, movedTo] = windowIn(page);
    expect(Math.abs((movedTo! - movedFrom!) - (to! - from!))).toBeLessThanOrEqual(2);
    expect(movedFrom!).toBeGreaterThan(from!);
    await page.mouse.move(middle, box.y + 150);
    await page.mouse.wheel(0, -300);
    await page.waitForFunction((before) => !location.hash.includes(before), `window=${movedFrom},${movedTo}`);
    const near = windowIn(page);
    expect(near[1]! - near[0]!).toBeLessThan(movedTo! - movedFrom!);
    await page.mouse.move(2, 2);
    await painted(page);
    const before = await pictureOf(canvas);
    await page.reload();
    await canvas.waitFor();
    await painted(page);
    expect(windowIn(page)).toEqual(near);
    expect(await pictureOf(canvas)).toBe(before);
    await canvas.focus();
    await canvas.press('0');
    await page.waitForFunction(() => !location.hash.includes('window='));
    await canvas.press('+');
    await told(page, 'window');
    await canvas.dblclick({ position: { x: box.width / 2, y: 8 } });
    await page.waitForFunction(() => !location.hash.includes('window='));
    expect(wrong).toEqual([]);
  });

  it('makes no steps of the history', async () => {
    const { page } = await openRun(), steps = await page.evaluate(() => history.length);
    await timelineOf(page).press('+');
    await told(page, 'window');
    expect(await page.evaluate(() => history.length)).toBe(steps);
  });

  it('takes back no step that is taken before it has settled in the address', async () => {
    const { page, canvas } = await openRun();
    // What waits for a while runs at the worst instant there is: the address has changed, nothing has been drawn for it yet.
    await page.evaluate(() => {
      const late: (() => void)[] = [], usual = setTimeout;
      globalThis.setTimeout = ((act: () => void, ms = 0) => (ms < 300 ? usual(act, ms) : late.push(act))) as typeof setTimeout;
      addEventListener('hashchange', () => { for (const act of late.splice(0)) act(); });
    });
    await canvas.press('+');
    await page.evaluate(() => { location.hash = location.hash.replace('seed=7', 'seed=8'); });
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[aria-labelledby="seed-name"]')?.value === '8');
    await painted(page);
    expect([settings(page).get('seed'), settings(page).get('window')]).toEqual(['8', null]);
  });
});

describe('choices in quick succession', () => {
  it('all hold, though the page has not been drawn again in between', async () => {
    const { page, wrong } = await openRun();
    await page.evaluate(() => {
      const next = document.querySelector<HTMLElement>('[aria-label="Next seed"]')!, policy = [...document.querySelectorAll('select')].find((select) => select.value === 'weighted')!;
      next.click();
      next.click();
      policy.value = 'fifo';
      policy.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect([settings(page).get('seed'), settings(page).get('policy')]).toEqual(['9', 'fifo']);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[aria-labelledby="seed-name"]')?.value === '9');
    expect(wrong).toEqual([]);
  });
});

describe('the time cursor', () => {
  it('is set in the header, by key and by slider, and tells every picture', async () => {
    const { page, wrong, canvas, box } = await openRun(), graph = page.locator('.graph canvas');
    await page.mouse.click(box.x + 330, box.y + 10);
    await told(page, 'at');
    const first = Number(settings(page).get('at'));
    await page.mouse.move(2, 2);
    await painted(page);
    const early = [await pictureOf(canvas), await pictureOf(graph)];
    await canvas.focus();
    for (let k = 0; k < 20; k++) await canvas.press(']');
    await page.waitForFunction((before) => !location.hash.includes(before), `at=${first}`);
    expect(Number(settings(page).get('at'))).toBeGreaterThan(first);
    await painted(page);
    expect(await pictureOf(canvas)).not.toBe(early[0]);
    expect(await pictureOf(graph)).not.toBe(early[1]);
    await page.getByRole('button', { name: 'End' }).click();
    await page.waitForFunction(() => !location.hash.includes('at='));
    expect(wrong).toEqual([]);
  });

  it('plays the run and stops', async () => {
    const { page } = await openRun();
    await page.getByLabel('Speed').selectOption('10');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(() => Number((document.querySelector('.transport input') as HTMLInputElement).value) > 30);
    await page.getByRole('button', { name: 'Pause' }).click();
    await told(page, 'at');
    const value = await page.getByLabel('Time', { exact: true }).inputValue();
    await painted(page);
    expect(await page.getByLabel('Time', { exact: true }).inputValue()).toBe(value);
  });
});

describe('the graph', () => {
  it('opens a decision by key and by click, and zooms', async () => {
    const { page, wrong } = await openRun(), graph = page.locator('.graph canvas');
    await graph.focus();
    await graph.press('ArrowRight');
    await graph.press('ArrowRight');
    const said = (await page.locator('.graph [aria-live]').textContent())!;
    await graph.press('Enter');
    await page.waitForSelector('.why table');
    expect(said.startsWith(`${settings(page).get('task')}:`)).toBe(true);
    await graph.press('Escape');
    await page.waitForSelector('#figures-title');
    const whole = await pictureOf(graph);
    await graph.press('+');
    await painted(page);
    expect(await pictureOf(graph)).not.toBe(whole);
    expect(wrong).toEqual([]);
  });
});

describe('tables', () => {
  it('are sorted by any column', async () => {
    const { page } = await openRun(), table = page.locator('table[aria-label="Resources"]'), column = () => table.locator('tbody tr td:nth-child(8)').allTextContents();
    await table.getByRole('button', { name: /^cost/ }).click();
    const sorted = (await column()).map(Number);
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
    expect(await table.locator('th[aria-sort="descending"]').textContent()).toContain('cost');
  });
});

describe('10,000 tasks', () => {
  it('open, pan, and keep only what is seen of their tables in the page', async () => {
    const { page, wrong, canvas, box } = await openRun('#/run?scenario=feature-10000&policy=fifo&seed=1&v=1');
    expect(await page.locator('table[aria-label="Jobs"] tbody tr').count()).toBeLessThan(60);
    expect(await page.locator('table[aria-label="Jobs"]').getAttribute('aria-rowcount')).toBe('401');
    await page.mouse.move(box.x + 300, box.y + 150);
    await page.mouse.wheel(0, -900);
    await painted(page);
    const before = await pictureOf(canvas);
    await drag(page, [box.x + 400, box.y + 150], [box.x + 300, box.y + 130]);
    await painted(page);
    expect(await pictureOf(canvas)).not.toBe(before);
    await page.locator('.scroll.long[aria-label="Jobs"]').evaluate((element) => { element.scrollTop = element.scrollHeight; });
    await page.waitForFunction(() => document.querySelector('table[aria-label="Jobs"] tbody')?.textContent.includes('f400'));
    expect(wrong).toEqual([]);
  });
});

describe('for everyone', () => {
  it.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    const { page, wrong } = await openRun('#/run?policy=weighted&seed=7&faults=storm-all-spot&task=f1-train-14&at=300000000&window=100000000,500000000&v=1', { colorScheme });
    await page.waitForSelector('.why table');
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(violations).toEqual([]);
    expect(wrong).toEqual([]);
  });
});
