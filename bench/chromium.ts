// What cases in a real browser share: a Chromium, the workbench as it is built for users, and the project's own server.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startServer } from '../engine/cli/commands/serve.ts';
import type { Setting } from './case.ts';

type Playwright = typeof import('playwright-core');
export type Browser = Awaited<ReturnType<Playwright['chromium']['launch']>>;
export type Page = Awaited<ReturnType<Browser['newPage']>>;

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Calls `use` with a browser and the address, with a slash at its end, at which the files of the bundle are served. */
export async function withChromium<T>({ root, bundle }: Setting, use: (browser: Browser, origin: string) => Promise<T>): Promise<T> {
  const server = await startServer(bundle, 0);
  try {
    const browser = await launch(root);
    try { return await use(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`); }
    finally { await browser.close(); }
  } finally { server.close(); }
}

/** Builds the workbench into `web/` of the bundle, unless an earlier cell has. */
export function buildWorkbench({ root, bundle }: Setting): void {
  if (existsSync(join(bundle, 'web/index.html'))) return;
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--mode', 'web', '--outDir', join(bundle, 'web'), '--emptyOutDir', '--logLevel', 'error'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the workbench was not built: ${stderr.trim()}`);
}

/** Not bundled with the cell: it is found from the repository. */
async function launch(root: string): Promise<Browser> {
  const { chromium } = createRequire(join(root, 'package.json'))('playwright-core') as Playwright;
  const executablePath = [process.env['CHROMIUM_PATH'] ?? '', ...SYSTEM, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium found: run `node test/support/ensure-browser.mjs`, or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
