// The live run in Debian's Chromium, before a real daemon with real commands: its figures are those of the command line; people
// answer from the page; the loss of a VM is forecast; the switches do what they say; a daemon that is killed and started again
// is followed on, without a row lost or doubled.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeJournal } from '../../engine/journal/codec.ts';
import { compiled, recordOf, replayRecording } from '../../engine/experiment/recording.ts';
import { RunFold } from '../../engine/metrics/attempts.ts';
import { dollarText, numberText } from '../../engine/metrics/figure-text.ts';
import { resourceRows } from '../../engine/metrics/resources.ts';
import { policyNamed } from '../../policies/registry.ts';
import { launchChromium } from '../support/browser.ts';
import { startPageDaemon, untilAllowed } from '../support/live/page-daemon.ts';
import type { PageDaemon } from '../support/live/page-daemon.ts';
import { startWorkbench } from '../support/workbench.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A part that is made and checked by somebody; a command and a VM that go on until the test lets them. */
const desk = (more: object = {}) => (folder: string) => ({
  twinclock: 'live/1', name: 'desk', mode: 'event', budget: 50, pools: { ws: { driver: 'process' }, gpu: { driver: 'cloud', provider: 'stand-in', spinUp: '200ms' }, ann: { driver: 'people' }, ben: { driver: 'people' } }, ...more,
  scenario: {
    twinclock: 'scenario/1', name: 'desk',
    fleet: {
      local: [{ id: 'ws', cores: 4, memory: '1 GB', energyPrice: 36 }], human: [{ id: 'ann' }, { id: 'ben' }],
      cloud: [{ id: 'gpu', cores: 2, max: 2, spinUp: '1s', onDemand: { price: 36 }, billing: { minimum: '1s' } }],
    },
    jobs: [
      { id: 'part', deadline: '20m', tasks: [
        { id: 'make', duration: '1s', on: ['ws'], demand: { cores: 1 }, run: { command: ['sh', '-c', 'echo made; echo \'{"parts":3}\' > "$TWINCLOCK_OUTPUT"'] } },
        { id: 'check', duration: '5m', after: ['make'], on: ['human'], run: { prompt: { text: 'Is it good?', fields: { good: { label: 'Is it?', choices: ['yes', 'no'] }, note: { label: 'Note', optional: true } } } } },
        { id: 'ship', duration: '1s', after: ['check'], on: ['ws'], demand: { cores: 1 }, run: { command: ['true'] } },
      ] },
      { id: 'rest', tasks: [
        { id: 'hold', duration: '10m', on: ['ws'], demand: { cores: 1 }, run: untilAllowed(folder, 'end') },
        { id: 'train', duration: '10m', on: ['gpu'], demand: { cores: 2 }, attempts: 5, run: untilAllowed(folder, 'end') },
      ] },
    ],
  },
});

let browser: Browser, daemon: PageDaemon | undefined;
beforeAll(async () => { browser = await launchChromium(); });
afterEach(async () => { await Promise.all(browser.contexts().map((context) => context.close())); await daemon?.close(); daemon = undefined; });
afterAll(async () => { await browser.close(); });

/** The page at the daemon's own address, and what went wrong in it. */
async function openPage(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<{ readonly page: Page; readonly wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', ...options }), page = await context.newPage(), wrong: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => { wrong.push(`error: ${error.message}`); });
  await page.goto(url);
  return { page, wrong };
}

const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`).textContent();
const heads = (page: Page, count: number) => page.waitForFunction((wanted) => document.querySelector('.figure strong')?.textContent.startsWith(`${wanted} of `), count);
const inPhase = (page: Page, phase: string) => page.waitForSelector(`[data-phase="${phase}"]`);

/** Presses a switch, and the button of its dialog. */
async function press(page: Page, which: string, button: RegExp): Promise<string> {
  await page.locator(`[data-switch="${which}"]`).click();
  const dialog = page.locator('dialog.confirm'), said = (await dialog.textContent())!;
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'detached' });
  return said;
}

/** Resources as the journal of the daemon folds to, by the code of the engine. */
async function folded(url: string): Promise<ReturnType<typeof resourceRows>> {
  const text = await (await fetch(new URL('/v1/journal', url))).text(), decoded = decodeJournal(text.trimEnd().split('\n'), compiled);
  const record = recordOf(replayRecording({ ...decoded, policy: policyNamed(decoded.header.policy.name), revisedPolicies: [], tampered: '' }));
  return resourceRows(new RunFold(record.problem).fold(record));
}

describe('the page of a daemon', () => {
  it('shows its run by itself, takes the answers of people, and ends with the figures of the command line', async () => {
    daemon = await startPageDaemon(desk());
    const { page, wrong } = await openPage(daemon.url.replace('web/', '')), { until, ask, allow } = daemon;
    await page.waitForSelector('.inbox .item');
    expect(page.url()).toContain('#/live');
    expect(await page.locator('nav [aria-current="page"]').textContent()).toBe('Live');
    expect(await page.textContent('.inbox .item p')).toBe('Is it good?');

    const complete = page.getByRole('button', { name: 'Complete', exact: true });
    expect(await complete.isDisabled()).toBe(true);
    await page.getByLabel('Acting as').fill('Zoe');
    await page.getByRole('button', { name: 'Claim', exact: true }).click();
    await page.waitForFunction(() => /ann has it, as Zoe .*said/.test(document.querySelector('.inbox .item')?.textContent ?? ''));
    await page.evaluate(() => { // as a browser fills in what it remembers: all at once
      for (const [selector, value] of [['select', 'yes'], ['input', 'well made']] as const) {
        const field = document.querySelector<HTMLInputElement | HTMLSelectElement>(`.inbox .answers ${selector}`)!;
        field.value = value;
        field.dispatchEvent(new Event(selector === 'select' ? 'change' : 'input', { bubbles: true }));
      }
    });
    await complete.click();
    const { attempts } = await until('tasks/check/attempts', ({ attempts: [first] }) => first.endedAt >= 0);
    expect(attempts).toMatchObject([{ outcome: 'completed', output: { by: 'ann', result: { good: 'yes', note: 'well made' } } }]);
    await page.waitForFunction(() => document.querySelector('#inbox-title')?.textContent.includes('nobody is asked'));

    allow('end');
    await until('run', ({ jobsOpen, vms }) => jobsOpen === 0 && vms === 0);
    await heads(page, 5);
    const run = await ask('status'), resources = await folded(daemon.url);
    await page.waitForFunction((rows) => document.querySelector('.live-head')?.textContent.includes(`${rows} rows`), run.rows);
    expect(await figure(page, 'spent')).toBe(dollarText(run.spent));
    expect(run.spent).toBeGreaterThan(0);
    expect(await page.$$eval('#hourly-costs [data-hour]', (cells) => cells.map((cell) => cell.textContent))).toEqual(run.hourlyCosts.map(({ microDollars }: { microDollars: number }) => dollarText(microDollars)));
    const shown = await page.$$eval('table[aria-label="Resources"] tbody tr', (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    for (const [unit, , , , , utilisation] of shown) expect([unit, utilisation]).toEqual([unit, numberText(100 * resources.find((row) => row.unit === unit)!.utilisation, 1)]);
    expect(shown.map(([unit]) => unit)).toEqual(['ws', 'gpu/0', 'ann', 'ben']);
    await page.goto(`${daemon.url}#/live?task=check&v=1`);
    expect(await page.textContent('[data-answered-by]')).toMatch(/^Answered by Zoe .*: completed\.$/);
    expect(wrong).toEqual([]);
  });

  it('explains a bar by the decision behind it, and shows what it wrote', async () => {
    daemon = await startPageDaemon(desk());
    const { page, wrong } = await openPage(`${daemon.url}#/live?task=make&v=1`);
    await page.waitForSelector('.why tr.chosen');
    expect(await page.textContent('#why-title')).toBe('Why make');
    expect(await page.textContent('.why tr.chosen th')).toContain('ws');
    await page.waitForFunction(() => document.querySelector('.output pre')?.textContent.includes('made'));
    expect(await page.textContent('.output code')).toBe('{"parts":3}');
    await page.goto(`${daemon.url}#/live?task=ship&v=1`);
    await page.waitForFunction(() => document.querySelector('.why')?.textContent.includes('Waits for check'));
    expect(wrong).toEqual([]);
  });

  it('forecasts, and says what the loss of a VM would do, as the command line does', async () => {
    daemon = await startPageDaemon(desk());
    const { page, wrong } = await openPage(daemon.url);
    await page.waitForSelector('#forecast-jobs td.better');
    await page.getByRole('button', { name: 'Lose gpu/0 now?' }).click();
    await page.waitForSelector('#loss-table');
    const { loss } = await daemon.ask('forecast', '--lose', 'gpu/0', '--futures', '20'), [, , , , half] = await page.$$eval('[data-loss="cost"] > *', (cells) => cells.map((cell) => cell.textContent));
    expect(loss).toMatchObject({ vm: 'gpu/0', pairs: 20, unfinished: {} });
    // What it has worked is done again: the longer it has run, the dearer; the page asked a little earlier.
    expect(loss.dearer.p50).toBeGreaterThan(0);
    expect(half).toMatch(/^\+\$/);
    expect(Number(half!.slice(2))).toBeLessThanOrEqual(loss.dearer.p50 / 1e6);
    expect((await daemon.until('run', () => true)).vms).toBe(1);
    expect(wrong).toEqual([]);
  });

  it('pauses, and ends everything by the kill switch, when it has been confirmed', async () => {
    daemon = await startPageDaemon(desk());
    const { page, wrong } = await openPage(daemon.url), { until, running } = daemon;
    await until('run', ({ tasks }) => tasks.running === 2);
    await page.getByLabel('Acting as').fill('Ann');
    expect(await press(page, 'pause', /^Pause$/)).toContain(`Ann acts on the run ${daemon.run}`);
    await inPhase(page, 'paused');
    expect((await until('run', () => true)).tasks.running).toBe(2);
    await page.waitForFunction(() => document.querySelector('[data-figure="states"]')?.textContent.includes('2 running'));
    expect(await press(page, 'kill', /Leave it/)).toMatch(/2 tasks on ws, gpu\/0 are ended by force.*1 task that is placed or offered.*1 VM \(gpu\/0\) is ended at once/);
    expect((await until('run', () => true)).phase).toBe('paused');
    expect(running().length).toBeGreaterThan(0);
    await press(page, 'kill', /End 3 attempts and 1 VM/);
    await inPhase(page, 'stopped');
    await until('run', ({ tasks, vms }) => tasks.running === 0 && vms === 0);
    await until('run', () => running().length === 0);
    await press(page, 'resume', /Decide again/);
    await inPhase(page, 'running');
    await until('run', ({ tasks }) => tasks.running === 2);
    expect(wrong).toEqual([]);
  });

  it('injects faults once their reach has been told, shows what is on, and takes them back', async () => {
    daemon = await startPageDaemon(desk());
    const { page, wrong } = await openPage(daemon.url), { until } = daemon, add = page.locator('.injected .faults-head select'), inject = page.getByRole('button', { name: 'Inject …', exact: true }), dialog = page.locator('dialog.confirm');
    await until('run', ({ tasks }) => tasks.running === 2);
    await page.locator('[data-act="begin-faults"]').click();
    await add.selectOption('away');
    expect(await add.locator('option[value="outage"]').isDisabled()).toBe(true);
    await page.getByLabel('fault 1 begins at').fill('0s');
    await page.getByLabel('fault 1 lasts').fill('1h');
    await page.getByLabel('fault 1 lasts').press('Enter');
    expect(await inject.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'What would it reach?' }).click();
    await page.waitForSelector('.reach');
    expect(await page.textContent('.reach')).toContain('ann 100 %');
    expect((await until('faults', () => true)).rehearsals).toEqual([]);
    await inject.click();
    expect(await dialog.textContent()).toMatch(/ann away from 0s for 1h.*By 100 futures it ends later by/);
    await dialog.getByRole('button', { name: 'Inject' }).click();
    await page.waitForFunction(() => document.querySelector('[data-fault="0"]')?.children[2]?.textContent === 'on');
    expect((await until('faults', ({ held }) => held.length > 0)).held).toEqual(['0 ann']);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('[data-rehearsal="on"]')?.textContent.includes('fault 0 on ann'));
    await page.locator('[data-rehearsal="on"]').getByRole('button', { name: /Withdraw/ }).click();
    await dialog.getByRole('button', { name: 'Withdraw' }).click();
    await page.waitForSelector('[data-rehearsal-phase="withdrawn"]');
    await page.waitForFunction(() => document.querySelector('.injected [data-left="0"]')?.textContent === 'Nothing is left injected: every driver was asked.');
    expect(await page.locator('[data-rehearsal="on"]').count()).toBe(0);
    expect((await until('faults', () => true)).held).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('goes on where it was when the daemon is killed and started again', async () => {
    daemon = await startPageDaemon(desk());
    const { page } = await openPage(daemon.url), { until, ask, allow } = daemon;
    await page.waitForSelector('.inbox .item');
    await daemon.kill();
    await page.waitForSelector('[data-line="lost"] .banner');
    expect(await page.textContent('.banner')).toContain('The daemon does not answer');
    expect(await page.locator('.timeline canvas.main').isVisible()).toBe(true);
    await daemon.startAgain();
    await page.waitForSelector('[data-line="open"]');
    await page.waitForFunction(() => document.querySelector('.live-head')?.textContent.includes('started 2 times'));
    await page.getByRole('button', { name: 'Claim' }).click();
    await page.waitForSelector('.inbox .item.claimed');
    await page.getByLabel('Is it?').selectOption('no');
    await page.getByRole('button', { name: 'Complete', exact: true }).click();
    allow('end');
    await until('run', ({ jobsOpen, vms }) => jobsOpen === 0 && vms === 0);
    await heads(page, 5);
    const { rows, spent } = await until('run', () => true);
    await page.waitForFunction((count) => document.querySelector('.live-head')?.textContent.includes(`${count} rows`), rows);
    expect(await figure(page, 'spent')).toBe(dollarText(spent));
    expect(await ask('replay')).toMatchObject({ identical: true });
    const resources = await folded(daemon.url);
    expect(await page.$$eval('table[aria-label="Resources"] tbody tr', (all) => all.map((row) => row.children[5]!.textContent))).toEqual(['ws', 'gpu/0', 'ann', 'ben'].map((unit) => numberText(100 * resources.find((row) => row.unit === unit)!.utilisation, 1)));
  });

  it('asks for the token, once, and keeps it out of the address', async () => {
    daemon = await startPageDaemon(desk({ listen: { tokenFile: 'token' } }));
    const { page } = await openPage(daemon.url), token = page.getByRole('textbox', { name: 'Token' });
    await token.fill('not the token of it');
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.waitForFunction(() => document.querySelector('.token-form [role="status"]')?.textContent.includes('not the token'));
    await token.fill(readFileSync(join(daemon.folder, 'token'), 'utf8'));
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.waitForSelector('.inbox .item');
    await page.reload();
    await page.waitForSelector('.inbox .item');
    expect(page.url()).not.toContain('token');
  });

  it('follows now, leaves it when somebody looks back, and comes back to it', async () => {
    daemon = await startPageDaemon(desk());
    const { page } = await openPage(daemon.url), follow = page.getByRole('button', { name: /Follow/ });
    await page.waitForSelector('.inbox .item');
    expect(await follow.textContent()).toBe('Following now');
    await page.locator('.timeline canvas.main').focus();
    await page.keyboard.press('+');
    for (let k = 0; k < 4; k++) await page.keyboard.press('Shift+ArrowLeft');
    await page.waitForFunction(() => document.querySelector('.timeline .bar')?.textContent.includes('Follow now'));
    await follow.click();
    await page.waitForFunction(() => document.querySelector('.timeline .bar')?.textContent.includes('Following now'));
  });

  it.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    daemon = await startPageDaemon(desk());
    const { page } = await openPage(`${daemon.url}#/live?task=make&v=1`, { colorScheme });
    await page.waitForSelector('.why tr.chosen');
    await page.waitForSelector('#forecast-jobs');
    await page.getByRole('button', { name: 'Lose gpu/0 now?' }).click();
    await page.waitForSelector('#loss-table');
    await page.getByRole('button', { name: /Decline, delegate/ }).click();
    await page.locator('[data-act="begin-faults"]').click();
    await page.locator('.injected .faults-head select').selectOption('away');
    await page.getByRole('button', { name: 'What would it reach?' }).click();
    await page.waitForSelector('.reach');
    await page.addScriptTag({ content: AXE });
    const violations = () => page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(await violations()).toEqual([]);
    await page.locator('[data-switch="kill"]').click();
    expect(await violations()).toEqual([]);
  });
});

it('a page from any other server shows nothing live', async () => {
  const workbench = await startWorkbench();
  try {
    const { page, wrong } = await workbench.open('#/live?v=1');
    await page.waitForFunction(() => document.querySelector('main')?.textContent.includes('There is no live run behind this page'));
    expect(await page.locator('nav a').allTextContents()).not.toContain('Live');
    expect(wrong).toEqual([]);
  } finally { await workbench.close(); }
});
