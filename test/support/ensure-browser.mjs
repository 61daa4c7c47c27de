// Brings a Chromium for the end-to-end tests when none is there: from Debian's packages as root, else with
// playwright-core's own installer. Does nothing, quickly, when one is found.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const known = [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', chromium.executablePath()];
const found = () => known.some((path) => path !== '' && existsSync(path));

function run(command, args) {
  console.error(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
}

if (!found() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
}
if (!found()) run(process.execPath, [fileURLToPath(new URL('../../node_modules/playwright-core/cli.js', import.meta.url)), 'install', 'chromium']);
if (!found()) {
  console.error('no Chromium for the end-to-end tests: install one, or name it in CHROMIUM_PATH');
  process.exit(1);
}
