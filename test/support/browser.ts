// Where a Chromium is: CHROMIUM_PATH, Debian's or another system's, or one that playwright-core installed. Tests launch it
// with what a container needs and with everything turned off that would talk to the network.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Path of a Chromium, or undefined. `ensure-browser.mjs` brings one. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM_PATH'] ?? '', ...SYSTEM, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
}

/** A browser; the caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium found: run `node test/support/ensure-browser.mjs`, or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: QUIET });
}
