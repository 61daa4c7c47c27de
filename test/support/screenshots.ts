// `npm run screenshots`: the pictures of the README, each view light and dark, as small WebP files in web/pictures. Seeds are
// fixed, motion is off, and a view is taken when it says that it is complete; Chromium itself encodes. The live view is taken of a
// daemon with real commands, started for it, as it goes on. With names as arguments only those. TWINCLOCK_DIST (with a slash at its end) names another build, TWINCLOCK_PICTURES another folder to write to.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startServer } from '../../engine/cli/commands/serve.ts';
import { launchChromium } from './browser.ts';
import { startPageDaemon } from './live/page-daemon.ts';
import { PICTURE_RUN } from './live/picture-run.ts';

interface View {
  /** Of its files: `compare-light.webp`, `compare-dark.webp`. */
  readonly name: string;
  /** Below the folder that is served. */
  readonly address: string;
  /** What a person does there; the page as it is then is taken. */
  readonly act?: (page: Page) => Promise<void>;
  /** What is there once the view is complete. */
  readonly ready: string;
  /** What to scroll to. Default: the top. */
  readonly from?: string;
  /** What is of this machine and hour, and left out. */
  readonly without?: string;
  /** The configuration of a daemon: the view is that of its own page, which never stands still. */
  readonly daemon?: { readonly name: string };
}

const TOOK = '.status .left, .storm-progress .soft';
const VIEWS: readonly View[] = [
  { name: 'compare', address: 'web/#/compare?seeds=50&v=1', ready: '[data-status="complete"]', without: TOOK },
  { name: 'weights', address: 'web/#/weights?policies=weighted,critical-path,spot-only,cheapest,fifo&colour=winner&seeds=4&v=1', ready: '[data-status="complete"]', without: TOOK },
  { name: 'run', address: 'web/#/run?policy=weighted&seed=7&v=1', ready: '.timeline canvas.main' },
  { name: 'why', address: 'web/#/run?policy=weighted&seed=7&task=f1-build-9&window=150000000,420000000&v=1', ready: '.why table' },
  { name: 'rehearse', address: 'web/#/rehearse?policy=weighted&seed=7&faults=storm-evening&storms=50&v=1', ready: '#storm-status[data-status="complete"]', without: TOOK },
  { name: 'policy', address: 'web/#/policy?policies=weighted,critical-path,spot-only,fifo&v=1', act: (page) => page.getByRole('button', { name: 'Run', exact: true }).click(), ready: '.policy-result[data-status="complete"]' },
  { name: 'scenario', address: 'web/#/scenario?v=1', ready: '[data-status="sound"]' },
  { name: 'share', address: 'web/#/compare?seeds=20&v=1', act: openOwnLink, ready: '[data-verdict="identical"]' },
  { name: 'live', address: '#/live?v=1', ready: '.notices .announced', daemon: PICTURE_RUN },
  { name: 'study', address: 'notebooks/which-weights-for-which-budget.html', ready: '#budgets', from: '#who-wins-where' },
];
const SCHEMES = ['light', 'dark'] as const, SIZE = { width: 1280, height: 800 };
/** A README's column is narrower than a screen: pixels of a picture for each of the page. */
const SCALE = 0.7;
const BYTES_MAX = 60_000, COLOURS = [48, 32, 24, 16];
const COMPLETE_WITHIN_MS = 300_000;

/** Follows the link that a comparison hands out. */
async function openOwnLink(page: Page): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click({ timeout: COMPLETE_WITHIN_MS });
  await page.waitForSelector('.said:has-text("Link copied")');
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
}

const dist = process.env['TWINCLOCK_DIST'] ?? fileURLToPath(new URL('../../dist/', import.meta.url));
const folder = process.env['TWINCLOCK_PICTURES'] ?? fileURLToPath(new URL('../../web/pictures/', import.meta.url));

async function takeAll(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => VIEWS.every((view) => view.name !== name));
  if (unknown.length > 0) throw new Error(`no view ${unknown.join(', ')}; there are ${VIEWS.map(({ name }) => name).join(', ')}`);
  mkdirSync(folder, { recursive: true });
  const server = await startServer(dist, 0), browser = await launchChromium(), origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    for (const view of VIEWS) {
      if (names.length > 0 && !names.includes(view.name)) continue;
      const pictures = view.daemon === undefined ? await take(browser, origin, view) : await takeLive(browser, view.daemon, view);
      for (const [k, scheme] of SCHEMES.entries()) {
        const picture = await encode(browser, pictures[k]!), file = `${view.name}-${scheme}.webp`;
        writeFileSync(join(folder, file), picture);
        console.log(`${file}  ${(picture.length / 1000).toFixed(1)} kB`);
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/** A PNG of the view in each scheme. Rejects when it does not become complete, or a script of it fails. */
async function take(browser: Browser, origin: string, { name, address, act, ready, from, without, daemon }: View): Promise<Buffer[]> {
  const context = await browser.newContext({ viewport: SIZE, deviceScaleFactor: SCALE, colorScheme: SCHEMES[0], reducedMotion: 'reduce' }), page = await context.newPage();
  const failed = new Promise<never>((_, reject) => { page.on('pageerror', (error) => { reject(new Error(`${name}: ${error.message}`)); }); });
  const taken = async (): Promise<Buffer[]> => {
    const response = await page.goto(origin + address), pictures: Buffer[] = [];
    if (response?.ok() !== true) throw new Error(`${name}: nothing has been built at ${address}`);
    await act?.(page);
    await page.waitForSelector(ready, { timeout: COMPLETE_WITHIN_MS });
    await painted(page);
    if (without !== undefined) await page.addStyleTag({ content: `${without} { visibility: hidden }` });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      if (from !== undefined) await page.$eval(from, (element) => { element.scrollIntoView({ block: 'start' }); });
      pictures.push(daemon === undefined ? await still(page) : await page.screenshot({ animations: 'disabled', caret: 'hide' }));
    }
    return pictures;
  };
  try {
    return await Promise.race([taken(), failed]);
  } finally {
    await context.close();
  }
}

/** The same of a daemon that is started for it. */
async function takeLive(browser: Browser, config: { readonly name: string }, view: View): Promise<Buffer[]> {
  const daemon = await startPageDaemon(() => config);
  try { return await take(browser, daemon.url, view); } finally { await daemon.close(); }
}

/** The page, once two pictures of it in a row are the same. */
async function still(page: Page): Promise<Buffer> {
  for (let earlier: Buffer | undefined; ;) {
    await painted(page);
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (earlier?.equals(picture) === true) return picture;
    earlier = picture;
  }
}

/** Fonts are there, and two frames have been drawn with them. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
  });
}

/** The picture as WebP without losses, with as many colours as keep it small enough: text stays sharp, where fewer bits would blur it. */
async function encode(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  try {
    for (const colours of COLOURS) {
      const url = await page.evaluate(inFewColours, [`data:image/png;base64,${png.toString('base64')}`, colours] as const), webp = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
      if (webp.length <= BYTES_MAX) return webp;
    }
  } finally {
    await page.close();
  }
  throw new Error(`a picture stays above ${BYTES_MAX / 1000} kB in any number of colours`);
}

/** In the page: the commonest colours that are not all but the same stay as they are, every other one becomes the nearest of them. Greys count for less: text has so many. */
async function inFewColours([source, colours]: readonly [source: string, colours: number]): Promise<string> {
  const bitmap = await createImageBitmap(await (await fetch(source)).blob()), canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height }), brush = canvas.getContext('2d')!;
  brush.drawImage(bitmap, 0, 0);
  const image = brush.getImageData(0, 0, canvas.width, canvas.height), pixels = new Uint32Array(image.data.buffer), counts = new Map<number, number>(), SURELY = 16, APART = 150, GREYS = 6;
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  // Without a name of its own: what starts this file gives names to functions by a helper that the page does not have.
  const [far] = [(a: number, b: number): number => ((a & 255) - (b & 255)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + (((a >> 16) & 255) - ((b >> 16) & 255)) ** 2] as const;
  const [chroma] = [(p: number): number => Math.max(p & 255, (p >> 8) & 255, (p >> 16) & 255) - Math.min(p & 255, (p >> 8) & 255, (p >> 16) & 255)] as const;
  const common = [...counts].map(([pixel, count]) => ({ pixel, weight: count * (1 + chroma(pixel) / GREYS) })).sort((a, b) => b.weight - a.weight || a.pixel - b.pixel).map(({ pixel }) => pixel), kept: number[] = [];
  for (const pixel of common) if (kept.length < colours && (kept.length < SURELY || kept.every((other) => far(pixel, other) > APART))) kept.push(pixel);
  const nearest = new Map(common.map((pixel) => [pixel, kept.reduce((best, other) => (far(pixel, other) < far(pixel, best) ? other : best))]));
  pixels.forEach((pixel, k) => { pixels[k] = nearest.get(pixel)!; });
  brush.putImageData(image, 0, 0);
  return canvas.toDataURL('image/webp', 1);
}

await takeAll(process.argv.slice(2));
