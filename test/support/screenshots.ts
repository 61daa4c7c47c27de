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
  /** What is there once the view is complete. */
  readonly ready: string;
  /** What to scroll to. Default: the top. */
  readonly from?: string;
  /** What is of this machine and hour, and left out. */
  readonly without?: string;
  /** The configuration of a daemon: the view is that of its own page, which never stands still. */
  readonly daemon?: { readonly name: string };
}

const VIEWS: readonly View[] = [
  { name: 'compare', address: 'web/#/compare?seeds=50&v=1', ready: '[data-status="complete"]', without: '.status .left' },
  { name: 'run', address: 'web/#/run?policy=weighted&seed=7&v=1', ready: 'canvas' },
  { name: 'why', address: 'web/#/run?policy=weighted&seed=7&task=f1-train-14&v=1', ready: '.why table' },
  { name: 'live', address: '#/live?v=1', ready: '.notices .announced', daemon: PICTURE_RUN },
  { name: 'study', address: 'notebooks/which-weights-for-which-budget.html', ready: '#budgets', from: '#who-wins-where' },
];
const SCHEMES = ['light', 'dark'] as const, SIZE = { width: 1280, height: 800 };
/** A README's column is narrower than a screen. */
const PICTURE = { width: 1024, height: 640 };
const BYTES_MAX = 60_000, QUALITIES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
const COMPLETE_WITHIN_MS = 120_000;

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
      for (const scheme of SCHEMES) {
        const picture = await encode(browser, view.daemon === undefined ? await take(browser, origin, view, scheme) : await takeLive(browser, view.daemon, view, scheme)), file = `${view.name}-${scheme}.webp`;
        writeFileSync(join(folder, file), picture);
        console.log(`${file}  ${(picture.length / 1000).toFixed(1)} kB`);
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/** A PNG of the view. Rejects when it does not become complete, or a script of it fails. */
async function take(browser: Browser, origin: string, { name, address, ready, from, without, daemon }: View, colorScheme: typeof SCHEMES[number]): Promise<Buffer> {
  const context = await browser.newContext({ viewport: SIZE, colorScheme, reducedMotion: 'reduce' }), page = await context.newPage();
  const failed = new Promise<never>((_, reject) => { page.on('pageerror', (error) => { reject(new Error(`${name}: ${error.message}`)); }); });
  const taken = async (): Promise<Buffer> => {
    const response = await page.goto(origin + address);
    if (response?.ok() !== true) throw new Error(`${name}: nothing has been built at ${address}`);
    await page.waitForSelector(ready, { timeout: COMPLETE_WITHIN_MS });
    await painted(page);
    if (without !== undefined) await page.addStyleTag({ content: `${without} { visibility: hidden }` });
    if (from !== undefined) await page.$eval(from, (element) => { element.scrollIntoView({ block: 'start' }); });
    return daemon === undefined ? still(page) : page.screenshot({ animations: 'disabled', caret: 'hide' });
  };
  try {
    return await Promise.race([taken(), failed]);
  } finally {
    await context.close();
  }
}

/** The same of a daemon that is started for it. */
async function takeLive(browser: Browser, config: { readonly name: string }, view: View, scheme: typeof SCHEMES[number]): Promise<Buffer> {
  const daemon = await startPageDaemon(() => config);
  try { return await take(browser, daemon.url, view, scheme); } finally { await daemon.close(); }
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

/** The picture as WebP, at the best quality that keeps it small enough. */
async function encode(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  try {
    for (const quality of QUALITIES) {
      const url = await page.evaluate(async ([source, size, q]) => {
        const bitmap = await createImageBitmap(await (await fetch(source)).blob()), canvas = Object.assign(document.createElement('canvas'), size), brush = canvas.getContext('2d')!;
        brush.imageSmoothingQuality = 'high';
        brush.drawImage(bitmap, 0, 0, size.width, size.height);
        return canvas.toDataURL('image/webp', q);
      }, [`data:image/png;base64,${png.toString('base64')}`, PICTURE, quality] as const);
      const webp = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
      if (webp.length <= BYTES_MAX) return webp;
    }
  } finally {
    await page.close();
  }
  throw new Error(`a picture stays above ${BYTES_MAX / 1000} kB at any quality`);
}

await takeAll(process.argv.slice(2));
