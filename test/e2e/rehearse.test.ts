// Rehearsals in Chromium: faults put on the timeline by hand and in the list, and whether what then stands on the screen is
// what the command line says for the same plan and seeds.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { REHEARSAL_FIGURES } from '../../engine/experiment/rehearsal/figure-registry.ts';
import { gained } from '../../engine/experiment/rehearsal/rehearsal-text.ts';
import { clockText, dollarText, durationText, metricText } from '../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { DIST, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

/** What is compared of `rehearse --json`. */
interface CliRehearsal {
  readonly faults: FaultPlanFile;
  readonly baseline: { readonly hash: string; readonly metrics: Readonly<Record<MetricKey, number>> };
  readonly faulted: { readonly hash: string; readonly metrics: Readonly<Record<MetricKey, number>> };
  readonly parting: { readonly row: number; readonly event: { readonly words: string } | null; readonly decision: { readonly faulted: { readonly words: string } | null } | null };
  readonly figures: Readonly<Record<string, number | null>>;
  readonly cutOffs: readonly { readonly task: string; readonly at: number; readonly lostMs: number; readonly lostMicroUsd: number; readonly redoneAt: number }[];
  readonly hits: readonly { readonly words: string }[];
  readonly card: { readonly hypotheses: readonly { readonly held: number; readonly storms: number; readonly low: number; readonly high: number; readonly pass: boolean; readonly worst: { readonly seed: number } }[] };
  readonly alone?: readonly { readonly figures: Readonly<Record<string, number>> }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'twinclock-rehearse-'));
let workbench: Workbench;

beforeAll(async () => { workbench = await startWorkbench(); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); removeFolder(folder); });

/** What the command prints, whether the hypotheses pass or not. */
function cli(...args: readonly string[]): Promise<CliRehearsal> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [`${DIST}twinclock.mjs`, 'rehearse', ...args, '--json'], { maxBuffer: 1 << 26 }, (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('nothing printed')); else resolve(JSON.parse(stdout) as CliRehearsal);
    });
  });
}

const complete = (page: Page) => page.waitForSelector('#storm-status[data-status="complete"]', { timeout: 50_000 });
/** The plan on the screen has been run, and all its storms. */
const settled = async (page: Page, faults: number): Promise<void> => { await page.waitForFunction((count) => document.querySelectorAll('#hits tbody tr:not(.sum)').length === count, faults); await complete(page); };
const planOf = (page: Page): FaultPlanFile => JSON.parse(new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('faults')!) as FaultPlanFile;
const rowsOf = (table: Locator): Promise<string[][]> => table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())));
const painted = (page: Page) => page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
const instant = (ms: number): string => clockText(Math.round(ms / 1000) * 1000);

/** All figures on the page against those of the command. */
async function expectSame(page: Page, printed: CliRehearsal): Promise<void> {
  expect([await page.getAttribute('#hash-without', 'title'), await page.getAttribute('#hash-with', 'title')]).toEqual([printed.baseline.hash, printed.faulted.hash]);
  for (const row of await page.$$eval('#sides tr[data-metric]', (found) => found.map((tr) => [(tr as HTMLElement).dataset['metric']!, ...[...tr.querySelectorAll('td')].map((cell) => cell.textContent)]))) {
    const spec = METRIC_BY_KEY[row[0] as MetricKey], before = printed.baseline.metrics[spec.key], after = printed.faulted.metrics[spec.key];
    expect(row.slice(1), spec.key).toEqual([metricText(spec, before), metricText(spec, after), gained(spec, after - before)]);
  }
  const shown = await page.$$eval('#differences dd', (cells) => cells.map((cell) => [(cell as HTMLElement).dataset['figure']!, cell.textContent]));
  expect(shown).toEqual(REHEARSAL_FIGURES.map((spec) => { const value = printed.figures[spec.key] ?? NaN; return [spec.key, spec.key.startsWith('extra') ? gained(spec, value) : metricText(spec, value)]; }));
  expect(Number(await page.getAttribute('#parting', 'data-row'))).toBe(printed.parting.row);
  expect(await page.textContent('#parting')).toContain(printed.parting.event!.words);
  expect(await page.textContent('#parting')).toContain(printed.parting.decision!.faulted!.words);
  expect((await rowsOf(page.locator('#hits'))).slice(0, printed.hits.length).map((row) => row[1])).toEqual(printed.hits.map(({ words }) => words));
  expect((await rowsOf(page.locator('#cut-offs'))).map((row) => [row[1], row[4], row[5], row[6], row[8]]))
    .toEqual(printed.cutOffs.map(({ task, at, lostMs, lostMicroUsd, redoneAt }) => [task, instant(at), durationText(lostMs), dollarText(lostMicroUsd), durationText(redoneAt - at)]));
  const percent = (share: number): string => `${+(share * 100).toFixed(1)}`;
  expect((await rowsOf(page.locator('#card'))).map((row) => [row[1], row[2], row[4], row[5]!.split(' ')[0]])).toEqual(printed.card.hypotheses.map(({ held, storms, low, high, pass, worst }) =>
    [`${held} of ${storms}`, `${percent(low)}–${percent(high)} %`, pass ? '✓ pass' : '✕ fail', String(worst.seed)]));
}

describe('a plan of the catalogue', () => {
  it('gives the figures, the parting, the hits and the card of the command line', async () => {
    const { page, wrong } = await workbench.open('#/rehearse?policy=weighted&faults=storm-evening&storms=20&expect=tasks+=+all;+extraCost+<=+5%25;+recovery+p95+<=+1h+in+50%25&v=1');
    await complete(page);
    await expectSame(page, await cli('feature-120', '--faults', 'storm-evening', '--storms', '20', '--expect', 'tasks = all', '--expect', 'extraCost <= 5%', '--expect', 'recovery p95 <= 1h in 50%'));
    expect(wrong).toEqual([]);
  });

  it('opens the worst seed from the card, and the runs of it in the Run view', async () => {
    const { page, wrong } = await workbench.open('#/rehearse?faults=storm-all-spot&storms=6&expect=extraCost+<=+1%25&v=1');
    await complete(page);
    const worst = (await rowsOf(page.locator('#card')))[0]![5]!.split(' ')[0]!;
    await page.locator('#card button.link').first().click();
    await page.waitForFunction((seed) => document.querySelector('#sides-title')?.textContent === `Side by side seed ${seed}`, worst);
    await complete(page);
    const hash = await page.getAttribute('#hash-with', 'title');
    await page.getByRole('link', { name: 'the run with', exact: true }).click();
    await page.waitForSelector('#journal-hash');
    expect([await page.textContent('#journal-hash'), new URL(page.url()).hash.includes('faults=storm-all-spot')]).toEqual([hash, true]);
    expect(wrong).toEqual([]);
  });
});

describe('faults put by hand', () => {
  it('a click and a drag make faults, the file of which gives the same figures on the command line', async () => {
    const { page, wrong } = await workbench.open(`#/rehearse?storms=8&faults=${encodeURIComponent(JSON.stringify({ twinclock: 'faults/1', name: 'faults', faults: [] }))}&v=1`, { viewport: { width: 1280, height: 1000 }, acceptDownloads: true });
    await complete(page);
    expect(await page.textContent('#parting')).toBe('The two runs are the same to the byte: the faults struck nothing.');
    const box = (await page.locator('.rehearsal canvas').boundingBox())!, price = box.y + box.height - 8; // the last track: the spot price of gpu
    await page.mouse.move(box.x + 380, price);
    await page.mouse.down();
    await page.mouse.move(box.x + 420, price, { steps: 4 });
    await page.mouse.move(box.x + 700, price, { steps: 4 });
    await page.mouse.up();
    await settled(page, 1);
    expect(planOf(page).faults).toMatchObject([{ kind: 'price', pool: 'gpu', factor: 3 }]);
    // From the top down: which lane is whose is the layout's business, so click until a VM is met.
    let y = box.y + 174;
    while (planOf(page).faults.every(({ kind }) => kind !== 'terminate') && y < price) {
      await page.mouse.click(box.x + 450, y);
      await painted(page);
      y += 14;
    }
    const kill = planOf(page).faults.findIndex(({ kind }) => kind === 'terminate');
    expect(kill).toBeGreaterThan(0);
    await settled(page, planOf(page).faults.length);
    const plan = planOf(page), [download] = await Promise.all([page.waitForEvent('download'), page.click('#download-plan')]), file = join(folder, 'by-hand.json');
    await download.saveAs(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(plan);
    const printed = await cli('feature-120', '--faults', file, '--storms', '8', ...(await page.$$eval('#card input', (inputs) => inputs.map((input) => (input as HTMLInputElement).value))).flatMap((text) => ['--expect', text]));
    await expectSame(page, printed);
    expect((await rowsOf(page.locator('#hits'))).slice(0, plan.faults.length).map((row) => row[8])).toEqual(printed.alone!.map(({ figures }) => gained({ unit: 'micro-dollars' }, figures['extraCostMicroUsd']!)));
    expect(wrong).toEqual([]);
  });

  it('a rehearsal is downloaded, judged by the command line as on the page, and opened again', async () => {
    const { page, wrong } = await workbench.open('#/rehearse?policy=spot-only&seed=1&faults=storm-evening&storms=5&weights=0.5,0.5,0&expect=late+<=+9;+cutOff+<=+40&v=1', { acceptDownloads: true });
    await complete(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download-rehearsal')]), file = join(folder, 'rehearsal.json'), before = new URL(page.url()).hash;
    await download.saveAs(file);
    await expectSame(page, await cli(file));
    await page.goto(`${workbench.url}#/rehearse?storms=2&v=1`);
    await complete(page);
    await page.setInputFiles('.plan-files input[type=file]', file);
    await page.waitForFunction(() => document.querySelectorAll('#card tbody tr').length === 2);
    await settled(page, 1);
    expect(planOf(page).faults).toEqual([{ kind: 'storm', at: '3d16h', for: '6h', killsPerHour: 3, notice: '30s' }]);
    const settings = (hash: string) => { const given = new URLSearchParams(hash.split('?')[1]); given.delete('faults'); return [...given].sort(); };
    expect(settings(new URL(page.url()).hash)).toEqual(settings(before));
    expect(wrong).toEqual([]);
  });

  it('the list adds, changes and takes away by keyboard; each step can be taken back', async () => {
    const { page, wrong } = await workbench.open(`#/rehearse?storms=2&faults=${encodeURIComponent('{"twinclock":"faults/1","name":"faults","faults":[]}')}&v=1`);
    await complete(page);
    await page.getByLabel('add').selectOption('away');
    await settled(page, 1);
    await page.getByLabel('fault 1 on').selectOption('dana');
    const at = page.getByLabel('fault 1 begins at');
    await at.fill('3d8h');
    await at.press('Enter');
    await page.getByLabel('fault 1 lasts').fill('9h');
    await page.getByLabel('fault 1 lasts').press('Enter');
    await page.waitForFunction(() => location.hash.includes('3d8h') && location.hash.includes('9h'));
    await settled(page, 1);
    expect(planOf(page).faults).toEqual([{ kind: 'away', at: '3d8h', for: '9h', human: 'dana' }]);
    expect((await rowsOf(page.locator('#hits')))[0]![3]).toContain('dana away for');
    await page.getByLabel('fault 1 lasts').fill('soon');
    await page.getByLabel('fault 1 lasts').press('Enter');
    expect(await page.getByLabel('fault 1 lasts').getAttribute('aria-invalid')).toBe('true');
    expect(planOf(page).faults).toHaveLength(1);
    await page.getByLabel('Remove fault 1').click();
    await page.waitForFunction(() => document.querySelector('.fault-table') === null);
    await page.goBack();
    await settled(page, 1);
    expect(planOf(page).faults).toHaveLength(1);
    expect(wrong).toEqual([]);
  });

  const away = (at: string, human: string) => ({ kind: 'away', at, for: '9h', human }) as const;
  const atPlan = (faults: FaultPlanFile['faults']): string => `#/rehearse?storms=2&faults=${encodeURIComponent(JSON.stringify({ twinclock: 'faults/1', name: 'faults', faults }))}&v=1`;

  it('edits in quick succession all hold, though the page has not been drawn again in between, and each can be taken back', async () => {
    const { page, wrong } = await workbench.open(atPlan([away('1d', 'dana'), away('2d', 'eli'), away('3d', 'dana')]));
    await complete(page);
    await page.evaluate(() => {
      const labelled = <E extends HTMLElement>(label: string): E => document.querySelector<E>(`[aria-label="${label}"]`)!, add = document.querySelector<HTMLSelectElement>('.faults-head select')!;
      const choose = (select: HTMLSelectElement, value: string): void => { select.value = value; select.dispatchEvent(new Event('change', { bubbles: true })); };
      choose(add, 'outage');
      choose(labelled('fault 3 on'), 'eli');
      labelled('Remove fault 1').click();
      labelled('Remove fault 1').click();
      choose(labelled('fault 2 on'), 'dana');
    });
    await settled(page, 3);
    expect(planOf(page).faults).toMatchObject([away('2d', 'dana'), away('3d', 'eli'), { kind: 'outage', api: 'llm' }]);
    await page.goBack();
    await settled(page, 3);
    expect(planOf(page).faults).toMatchObject([away('2d', 'eli'), away('3d', 'eli'), { kind: 'outage', api: 'llm' }]);
    expect(wrong).toEqual([]);
  });

  it('nor is one lost of a plan so long that it is packed into the address', async () => {
    const many = Array.from({ length: 40 }, (_, k) => away(`${k}h`, 'dana')), { page, wrong } = await workbench.open(atPlan(many), { acceptDownloads: true });
    await complete(page);
    await page.evaluate(() => { for (const k of [1, 1, 7, 40]) document.querySelector<HTMLElement>(`[aria-label="Remove fault ${k}"]`)!.click(); });
    await settled(page, 37);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download-plan')]), file = join(folder, 'long.json');
    await download.saveAs(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ faults: many.filter((_, k) => ![0, 6, 39].includes(k)) });
    expect(new URL(page.url()).hash).toContain('faults=packed:');
    expect(wrong).toEqual([]);
  });

  it('what is saved and downloaded is what has been typed, though it has not been drawn yet', async () => {
    const { page, wrong } = await workbench.open(atPlan([away('1d', 'dana')]), { acceptDownloads: true });
    await complete(page);
    const typed = (label: string, text: string) => page.evaluate(([name, value]) => {
      const field = document.querySelector<HTMLInputElement>(`[aria-label="${name}"]`)!;
      field.value = value!;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }, [label, text] as const);
    await typed('fault 1 lasts', '3h');
    await typed('hypothesis 1', 'tasks = all in 90%');
    const [download] = await Promise.all([page.waitForEvent('download'), page.evaluate(() => {
      for (const label of ['fault 1 lasts', 'hypothesis 1']) document.querySelector(`[aria-label="${label}"]`)!.dispatchEvent(new FocusEvent('blur'));
      document.querySelector<HTMLElement>('#download-rehearsal')!.click();
    })]), file = join(folder, 'typed.json');
    await download.saveAs(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ faults: { faults: [{ for: '3h' }] }, hypotheses: expect.arrayContaining(['tasks = all in 90%']) });
    await typed('fault 1 lasts', '4h');
    await page.evaluate(() => {
      document.querySelector('[aria-label="fault 1 lasts"]')!.dispatchEvent(new FocusEvent('blur'));
      document.querySelector<HTMLElement>('.plan-files button[type="submit"]')!.click();
    });
    await page.waitForFunction(() => location.hash.includes('mine/faults') && document.querySelector<HTMLInputElement>('[aria-label="fault 1 lasts"]')?.value === '4h');
    expect(wrong).toEqual([]);
  });

  it('a plan is saved under a name, kept over a reload, and read from a file; a broken file is refused in the words of the command line', async () => {
    const { page } = await workbench.open('#/rehearse?faults=storm-evening&storms=2&v=1');
    await complete(page);
    await page.getByLabel('Name to save the plan under').fill('thursday');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForFunction(() => location.hash.includes('mine/thursday'));
    await page.reload();
    await complete(page);
    expect((await rowsOf(page.locator('#hits')))[0]![1]).toBe('storm, 3 kills an hour from 3d16h for 6h, notice 30s');
    await page.setInputFiles('.plan-files input[type=file]', { name: 'own.json', mimeType: 'application/json', buffer: Buffer.from('{"twinclock":"faults/1","name":"own","faults":[{"kind":"outage","at":"2d","for":"3h","api":"llm"}]}') });
    await page.waitForFunction(() => location.hash.includes('mine/own'));
    await settled(page, 1);
    expect((await rowsOf(page.locator('#hits')))[0]![1]).toBe('llm down from 2d for 3h');
    await page.setInputFiles('.plan-files input[type=file]', { name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{"twinclock":"faults/1","name":"x","faults":[{"kind":"strom"}]}') });
    await page.waitForSelector('.plan-files [role=alert]');
    expect(await page.textContent('.plan-files [role=alert]')).toContain('did you mean "storm"?');
  });
});

describe('numbers', () => {
  it('stand as they are typed while storms come in, take effect when they are left, and are refused as a whole', async () => {
    const { page, wrong } = await workbench.open('#/rehearse?storms=40&faults=storm-evening&v=1');
    await page.waitForSelector('#storm-status');
    const storms = page.getByLabel('storms, seeds from 1');
    await storms.fill('4');
    await complete(page);
    expect([await storms.inputValue(), new URL(page.url()).hash.includes('storms=40'), await page.textContent('#storm-status')]).toEqual(['4', true, '40 of 40']);
    await storms.press('End');
    await page.keyboard.type('2');
    await storms.press('Enter');
    await page.waitForFunction(() => document.querySelector('#storm-status')?.textContent === '42 of 42');
    await complete(page);
    await storms.fill('-7');
    await storms.press('Enter');
    await painted(page);
    expect([await storms.inputValue(), new URL(page.url()).hash.includes('storms=42'), wrong]).toEqual(['42', true, []]);
    await storms.evaluate((field: HTMLInputElement) => {
      for (const value of ['43', '42']) { field.value = value; for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true })); }
    });
    await painted(page);
    expect([await storms.inputValue(), new URL(page.url()).hash.includes('storms=42'), wrong]).toEqual(['42', true, []]);
  });

  it('go to the fault that they were typed for or to none, when another one comes to stand in its row', async () => {
    const price = (at: string) => ({ kind: 'price', at, for: '1d', pool: 'cpu', factor: 3 }) as const, plan = { twinclock: 'faults/1', name: 'faults', faults: [price('1d'), price('2d'), price('3d')] };
    const { page, wrong } = await workbench.open(`#/rehearse?storms=1&faults=${encodeURIComponent(JSON.stringify(plan))}&v=1`), factor = page.getByLabel('fault 1: ×');
    await settled(page, 3);
    await page.getByLabel('Remove fault 1').click();
    await settled(page, 2);
    await factor.press('End');
    await page.keyboard.type('7');
    expect(await factor.inputValue()).toBe('37');
    await page.goBack();
    await settled(page, 3);
    expect(await factor.inputValue()).toBe('3');
    await factor.blur();
    await painted(page);
    expect([planOf(page).faults, wrong]).toEqual([plan.faults, []]);
  });
});

describe('hypotheses', () => {
  it('are stated, judged and refused on the page', async () => {
    const { page, wrong } = await workbench.open('#/rehearse?faults=storm-all-spot&storms=3&expect=&v=1');
    await complete(page);
    expect(await page.textContent('#card-verdict')).toBe('no hypotheses');
    const input = page.locator('.add-hypothesis input');
    await input.fill('makspan <= 4h');
    expect(await page.textContent('.add-hypothesis [role=alert]')).toContain('did you mean "makespan"?');
    await input.fill('interruptions = 0');
    await input.press('Enter');
    await page.waitForFunction(() => document.querySelector('#card-verdict')?.textContent.includes('1 of 1 not borne out'));
    expect((await rowsOf(page.locator('#card')))[0]!.slice(1, 5)).toEqual(['0 of 3', '0–56.1 %', '100 %', '✕ fail']);
    expect(wrong).toEqual([]);
  });
});

describe('for everybody', () => {
  it.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    const { page } = await workbench.open('#/rehearse?faults=storm-evening&storms=4&v=1', { colorScheme });
    await complete(page);
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(found).toEqual([]);
  });

  it('says what is wrong with a plan in the address, and lets another be picked', async () => {
    const { page } = await workbench.open(`#/rehearse?storms=2&faults=${encodeURIComponent('{"twinclock":"faults/1","name":"x","faults":[{"kind":"away","at":"3d","for":"1d","human":"dan"}]}')}&v=1`);
    await page.waitForSelector('.fault[role=alert]');
    expect(await page.textContent('.fault[role=alert]')).toContain('did you mean "dana"?');
    await page.locator('section[aria-label="What is rehearsed"] label', { hasText: 'Faults' }).locator('select').selectOption('storm-evening');
    await settled(page, 1);
    expect(await page.$('.fault[role=alert]')).toBe(null);
  });
});
