// The built workbench in a browser, for end-to-end tests: served by the project's own server, watched for everything a page
// must not do. `npm run build` makes what is tested; `npm test` runs it first.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startServer } from '../../engine/cli/commands/serve.ts';
import { launchChromium } from './browser.ts';

/** The built files under test; TWINCLOCK_DIST (with a slash at its end) names another build of them. */
export const DIST = process.env['TWINCLOCK_DIST'] ?? fileURLToPath(new URL('../../dist/', import.meta.url));

export interface Workbench {
  readonly browser: Browser;
  /** Ends in `/web/`: a path that the build does not know of. */
  readonly url: string;
  /** A page of its own with a list of all that went wrong in it. */
  readonly open: (fragment?: string, options?: BrowserContextOptions) => Promise<{ readonly page: Page; readonly wrong: string[] }>;
  /** Closes all pages. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startWorkbench(): Promise<Workbench> {
  if (!existsSync(`${DIST}web/index.html`) || !existsSync(`${DIST}twinclock.mjs`)) throw new Error('nothing has been built: run `npm run build` first');
  const server: Server = await startServer(DIST, 0), browser = await launchChromium(), origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`, url = `${origin}/web/`;
  return {
    browser, url,
    open: async (fragment = '', options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', ...options }), page = await context.newPage(), wrong: string[] = [];
      page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') wrong.push(`console: ${message.text()}`); });
      page.on('pageerror', (error) => { wrong.push(`error: ${error.message}`); });
      page.on('request', (request) => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) wrong.push(`request: ${request.url()}`); });
      await page.goto(url + fragment);
      return { page, wrong };
    },
    clear: async () => { await Promise.all(browser.contexts().map((context) => context.close())); },
    close: async () => { await browser.close(); server.close(); },
  };
}

/** What the built command line prints for `--json`. */
export async function cliJson(...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${DIST}twinclock.mjs`, ...args, '--json'], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/** Drops a file of this name and text on the page. */
export async function drop(page: Page, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(([fileName, text]) => { const data = new DataTransfer(); data.items.add(new File([text!], fileName!)); return data; }, [name, content]);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}
