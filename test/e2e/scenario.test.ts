// The scenario view in Chromium: files of any format are read as the command line reads them, faults are those of the command
// line, at their fields too, and what is saved is what runs.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultLine } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { catalogEntry } from '../../scenarios/catalog/index.ts';
import { DOT, FAJSP, PSPLIB, RCP, STG, wfFormat } from '../scenarios/formats/samples.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { DIST, cliJson, startWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let workbench: Workbench, home: string;

beforeAll(async () => { workbench = await startWorkbench(); home = mkdtempSync(join(tmpdir(), 'twinclock-scenario-')); });
afterEach(async () => { await workbench.clear(); });
afterAll(async () => { await workbench.close(); removeFolder(home); });

interface Validated { readonly hash: string; readonly name: string; readonly format: string; readonly counts: Readonly<Record<string, number>>; readonly assumptions: readonly string[] }

const status = (page: Page, wanted: string) => page.waitForSelector(`[data-status="${wanted}"]`, { timeout: 30_000 });
const hashOn = (page: Page) => page.textContent('#scenario-hash');
/** The faults that the command line finds. */
const cliFaults = (...args: readonly string[]): Promise<Fault[]> => promisify(execFile)(process.execPath, [`${DIST}twinclock.mjs`, 'validate', ...args, '--json'])
  .then(() => [], (error: { stderr: string }) => (JSON.parse(error.stderr) as { error: { faults: Fault[] } }).error.faults);
const shownFaults = (page: Page) => page.locator('.fault li').allTextContents();

async function drop(page: Page, name: string, content: string | Uint8Array): Promise<void> {
  const transfer = await page.evaluateHandle(([fileName, bytes]) => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(bytes as number[])], fileName as string)); return data; }, [name, [...Buffer.from(content)]] as const);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

function written(name: string, content: string | Uint8Array): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

/** Types into the field of a path and leaves it. */
async function set(page: Page, path: string, text: string): Promise<void> {
  const field = page.locator(`[data-path="${path}"]`);
  await field.fill(text);
  await field.blur();
}

describe('the scenario view', () => {
  it('shows a scenario of the catalogue with its hash, in both themes without violations', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, wrong } = await workbench.open('#/scenario?v=1', { colorScheme });
      await status(page, 'sound');
      const expected = await cliJson('validate', 'feature-120') as Validated;
      expect(await hashOn(page)).toBe(expected.hash);
      expect(await page.textContent('[data-status="sound"]')).toContain('120 tasks, 191 edges, 5 jobs, 15 units, 11 pools');
      expect(await page.locator('#assumptions li').allTextContents()).toEqual(expected.assumptions);
      await page.locator('summary', { hasText: 'The file as text' }).click();
      expect(await violations(page)).toEqual([]);
      expect(wrong).toEqual([]);
    }
  });

  const SAMPLES = [['diamond.sm', PSPLIB], ['diamond.rcp', RCP], ['four.stg', STG], ['schedule.dot', DOT], ['shop.fajsp', FAJSP], ['workflow.json', wfFormat('1.5')]] as const;
  it.each(SAMPLES)('reads %s as the command line does, dropped on any view', async (name, content) => {
    const { page, wrong } = await workbench.open('#/compare?scenario=chain-3&policies=fifo&seeds=1&v=1');
    await page.waitForSelector('[data-status="complete"]');
    const expected = await cliJson('validate', written(name, content)) as Validated;
    await drop(page, name, content);
    await page.waitForSelector(`text=read from ${name}`);
    await status(page, 'sound');
    expect(await hashOn(page)).toBe(expected.hash);
    expect(await page.textContent('#assumed-title')).toContain(`read as ${expected.format}`);
    expect(await page.locator('#assumptions li').allTextContents()).toEqual(expected.assumptions);
    expect(wrong).toEqual([]);
  });

  it('puts a bare graph, packed, on the processors asked for', async () => {
    const graph = 'digraph { a [weight=60]; b [weight=30]; c [weight=30]; a -> b; a -> c }', path = written('graph.dot.gz', gzipSync(graph));
    const { page, wrong } = await workbench.open('#/scenario?scenario=chain-3&v=1');
    await status(page, 'sound');
    await page.locator('summary', { hasText: /^On$/ }).click();
    await page.getByLabel(/^Processors/).fill('3');
    await page.getByLabel('Open a scenario file').setInputFiles(path);
    await page.waitForSelector('text=read from graph.dot.gz');
    await status(page, 'sound');
    expect(await hashOn(page)).toBe((await cliJson('validate', path, '--processors', '3') as Validated).hash);
    expect(wrong).toEqual([]);
  });

  it('says what is wrong with a file in the words of the command line, and keeps what it had', async () => {
    const { page } = await workbench.open('#/scenario?scenario=chain-3&v=1');
    await status(page, 'sound');
    const before = await hashOn(page), broken = { ...catalogEntry('feature-12'), budgett: 3, tick: 'soon' }, files: readonly (readonly [string, string])[] = [
      ['broken.json', JSON.stringify(broken)], ['half.json', '{"twinclock":"scenario/1", "name":'], ['notes.txt', 'buy milk'], ['bad.stg', '2\n0 1 0\n1 x 1 0\n'],
    ];
    for (const [name, content] of files) {
      const faults = await cliFaults(written(name, content));
      expect(faults.length).toBeGreaterThan(0);
      await drop(page, name, content);
      await page.waitForSelector(`text=${name} cannot`);
      expect(await shownFaults(page)).toEqual(faults.map(faultLine));
      expect(await hashOn(page)).toBe(before);
    }
    await drop(page, 'packed.json.gz', gzipSync('{}').subarray(0, 12));
    await page.waitForSelector('text=the file cannot be unpacked');
  });

  it('changes the fleet, shows faults at the field as the command line names them, and saves what runs', async () => {
    const { page, wrong } = await workbench.open('#/scenario?v=1');
    await status(page, 'sound');
    await set(page, 'fleet.cloud[1].spot.price', '1.25');
    await set(page, 'fleet.cloud[0].max', '2');
    await set(page, 'fleet.cloud[0].spinUp', 'uniform min=60s max=120s');
    await set(page, 'fleet.cloud[0].memory', '32 gigs');
    await status(page, 'faulty');
    const entry = catalogEntry('feature-120'), [cpu, gpu] = entry.fleet.cloud!;
    const changed = { ...entry, fleet: { ...entry.fleet, cloud: [{ ...cpu!, max: 2, spinUp: { uniform: { min: '60s', max: '120s' } }, memory: '32 gigs' }, { ...gpu!, spot: { ...gpu!.spot!, price: 1.25 } }] } };
    const faults = await cliFaults(written('changed.json', JSON.stringify(changed)));
    expect(await shownFaults(page)).toEqual(faults.map(faultLine));
    expect(await page.$$eval('input[aria-invalid="true"]', (fields) => fields.map((field) => (field as HTMLElement).dataset['path']))).toEqual(['fleet.cloud[0].memory']);
    expect(await page.getByRole('button', { name: 'Compare with it' }).isDisabled()).toBe(true);

    await set(page, 'fleet.cloud[0].memory', '24GB');
    await status(page, 'sound');
    const path = written('changed.json', JSON.stringify({ ...changed, fleet: { ...changed.fleet, cloud: [{ ...changed.fleet.cloud[0], memory: '24GB' }, changed.fleet.cloud[1]] } }));
    const expected = await cliJson('validate', path) as Validated;
    expect(await hashOn(page)).toBe(expected.hash);
    await page.getByLabel('Save as').fill('tight fleet');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download', exact: true }).click()]);
    await download.saveAs(join(home, 'downloaded.json'));
    expect((await cliJson('validate', join(home, 'downloaded.json')) as Validated).hash).toBe(expected.hash);
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.waitForSelector('#journal-hash');
    expect(new URL(page.url()).hash).toContain('scenario=mine/tight+fleet');
    expect(await page.textContent('#journal-hash')).toBe((await cliJson('run', path, '--policy', 'weighted') as { journalHash: string }).journalHash);
    expect(wrong).toEqual([]);
  });

  it('changes in quick succession all hold, though the page has not been drawn again in between', async () => {
    const { page, wrong } = await workbench.open('#/scenario?v=1');
    await status(page, 'sound');
    await page.evaluate(() => {
      const press = (label: string): void => { document.querySelector<HTMLElement>(`[aria-label="${label}"]`)!.click(); };
      const max = document.querySelector<HTMLInputElement>('[data-path="fleet.cloud[0].max"]')!;
      max.value = '2';
      max.dispatchEvent(new Event('change', { bubbles: true }));
      for (const label of ['Double cpu', 'Double cpu', 'Double gpu', 'Double dana', 'Remove amara', 'Remove amara', 'Remove bruno', 'Double eli']) press(label);
    });
    await status(page, 'sound');
    const entry = catalogEntry('feature-120'), [cpu, gpu] = entry.fleet.cloud!, [, , chen, dana, eli] = entry.fleet.human!, more = { ...cpu!, max: 2 };
    const changed = { ...entry, fleet: { ...entry.fleet, cloud: [more, gpu!, { ...more, id: 'cpu2' }, { ...more, id: 'cpu3' }, { ...gpu!, id: 'gpu2' }], human: [chen!, dana!, eli!, { ...dana!, id: 'dana2' }, { ...eli!, id: 'eli2' }] } };
    expect(await hashOn(page)).toBe((await cliJson('validate', written('doubled.json', JSON.stringify(changed))) as Validated).hash);
    expect(wrong).toEqual([]);
  });

  it('leaves alone what is being typed when the check of another change comes in', async () => {
    const { page, wrong } = await workbench.open('#/scenario?scenario=chain-3&v=1');
    await status(page, 'sound');
    await page.evaluate(() => {
      const typed = (path: string, text: string): HTMLInputElement => {
        const field = document.querySelector<HTMLInputElement>(`[data-path="${path}"]`)!;
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        return field;
      };
      typed('name', 'three').dispatchEvent(new Event('change', { bubbles: true }));
      typed('tick', '1');
    });
    await page.waitForFunction(() => /, not saved/.test(document.querySelector('.status')?.textContent ?? ''));
    await status(page, 'sound');
    const tick = page.locator('[data-path="tick"]');
    expect(await tick.inputValue()).toBe('1');
    await tick.press('End');
    await page.keyboard.type('5s');
    await tick.blur();
    await page.waitForSelector('[data-status="checking"]');
    await status(page, 'sound');
    expect([await tick.inputValue(), wrong]).toEqual(['15s', []]);
  });

  it('forgets what is being typed for a scenario when another one is opened', async () => {
    const { page, wrong } = await workbench.open('#/scenario?scenario=chain-3&v=1');
    await status(page, 'sound');
    await page.evaluate(() => { location.hash = '#/scenario?scenario=feature-12&v=1'; });
    const name = page.locator('[data-path="name"]');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-path="name"]')?.value === 'feature-12');
    await status(page, 'sound');
    await name.press('End');
    await page.keyboard.type('XYZ');
    await page.goBack();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-path="name"]')?.value === 'chain-3');
    await status(page, 'sound');
    await name.blur();
    expect([await name.inputValue(), /not saved/.test(await page.textContent('.status') ?? ''), wrong]).toEqual(['chain-3', false, []]);
  });

  it('saves what has just been typed before it goes on to a run', async () => {
    const { page, wrong } = await workbench.open('#/scenario?scenario=chain-3&v=1');
    await status(page, 'sound');
    await page.evaluate(() => {
      const name = document.querySelector<HTMLInputElement>('[data-path="name"]')!;
      name.value = 'three in a row';
      name.dispatchEvent(new Event('change', { bubbles: true }));
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Run it')!.click();
    });
    await page.waitForSelector('#journal-hash');
    expect(new URL(page.url()).hash).toContain('scenario=mine/chain-3');
    expect(wrong).toEqual([]);
  });

  it('changes working hours, and gives a dropped calendar to a person', async () => {
    const { page, wrong } = await workbench.open('#/scenario?v=1');
    await status(page, 'sound');
    const hours = page.getByLabel('amara: hours');
    await hours.fill('MO-TH 08:00-12:00');
    await hours.blur();
    await page.waitForFunction(() => document.querySelector('#hours-title')?.parentElement?.querySelector('tbody tr td:last-child')?.textContent === '15.5');
    await hours.fill('whenever');
    expect(await hours.getAttribute('aria-invalid')).toBe('true');
    const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', 'BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260301T000000Z', 'DTSTART:20260302T090000Z', 'DTEND:20260302T130000Z', 'RRULE:FREQ=DAILY', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
    await drop(page, 'eli.ics', ics);
    await page.getByLabel(/working time of/).selectOption({ label: 'eli' });
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.waitForSelector('text=iCalendar, zone UTC');
    await status(page, 'sound');
    const entry = catalogEntry('feature-120'), human = entry.fleet.human!.map((person) => (person.id === 'eli' ? { ...person, calendar: { ics } } : person.id === 'amara' && 'weekly' in person.calendar! ? { ...person, calendar: { ...person.calendar, weekly: [{ days: ['MO', 'TU', 'WE', 'TH'], from: '08:00', to: '12:00' }] } } : person));
    expect(await hashOn(page)).toBe((await cliJson('validate', written('hours.json', JSON.stringify({ ...entry, fleet: { ...entry.fleet, human } }))) as Validated).hash);
    expect(wrong).toEqual([]);
  });

  it('generates, edits as text, and goes on to a comparison', async () => {
    const { page, wrong } = await workbench.open('#/scenario?scenario=chain-3&v=1');
    await status(page, 'sound');
    await page.locator('summary', { hasText: 'Generate' }).click();
    await page.getByLabel(/^Kind/).selectOption('fork-join');
    await page.getByLabel(/^Width/).fill('0');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.waitForSelector('text=is not a whole number from 1 to 100000');
    await page.getByLabel(/^Width/).fill('6');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.waitForSelector('text=generated (fork-join)');
    await status(page, 'sound');
    await page.locator('summary', { hasText: 'Generate' }).click();
    await page.locator('summary', { hasText: 'The file as text' }).click();
    const text = page.getByLabel('Scenario as JSON'), json = await text.inputValue();
    await text.fill(json.replace('"10m"', '"10 minuets"'));
    await status(page, 'faulty');
    expect(await shownFaults(page)).toEqual([expect.stringContaining('10 minuets')]);
    await text.fill(json.replaceAll('"10m"', '"20m"'));
    await status(page, 'sound');
    await page.getByRole('button', { name: 'Compare with it' }).click();
    await page.waitForSelector('[data-status="complete"]', { timeout: 30_000 });
    expect(new URL(page.url()).hash).toContain('scenario=mine/fork-join-6');
    expect(wrong).toEqual([]);
  });
});

describe('other files', () => {
  it('go to their views: a fault plan to the rehearsal, with the faults of the command line when it is wrong', async () => {
    const { page } = await workbench.open('#/scenario?scenario=feature-12&v=1');
    await status(page, 'sound');
    const wrong = JSON.stringify({ twinclock: 'faults/1', name: 'x', faults: [{ kind: 'stromm', at: '1h' }] }), right = JSON.stringify({ twinclock: 'faults/1', name: 'dear', faults: [{ kind: 'price', at: '1h', factor: 3 }] });
    await drop(page, 'wrong.json', wrong);
    await page.waitForSelector('text=wrong.json cannot');
    expect(await shownFaults(page)).toEqual((await cliFaults(written('wrong.json', wrong))).map(faultLine));
    await drop(page, 'dear prices.json', right);
    await page.waitForFunction(() => location.hash.startsWith('#/rehearse?') && location.hash.includes('faults=mine/dear+prices'));
  });
});
