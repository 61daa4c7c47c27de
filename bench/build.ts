// Builds what the bench measures: plain JavaScript, as users run it. Measuring TypeScript through a loader would measure
// the loader as well (see README.md). Every build goes to a folder of its own and is never reused.
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const PROGRAMS = {
  cell: 'bench/cell.ts', 'sweep-worker': 'bench/cases/sweep-worker.ts', 'model-driver': 'bench/peers/model-driver.ts', 'hold-driver': 'bench/peers/hold-driver.ts',
};
const LIVE_PROGRAMS = { 'live-load': 'bench/live/live-load.ts' };

/** What a live daemon stands on is not bundled, as it is not for users: it is found from the folder. */
const FOUND_WHEN_NEEDED = ['typescript', 'libsql', 'pg', 'fastify', 'prom-client', '@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-fastify', '@connectrpc/connect-node'];

/** Builds the measuring programs of the repository at `root` into `folder`, as `cell.mjs` and so on, with the page that browsers measure. */
export async function buildPrograms(root: string, folder: string): Promise<void> {
  const packages = join(folder, 'node_modules');
  if (!existsSync(packages)) symlinkSync(join(root, 'node_modules'), packages);
  await buildAll(root, folder, PROGRAMS);
  await buildAll(root, folder, LIVE_PROGRAMS);
  await buildSweepPage(root, folder);
}

/** Together: what they share is there once. */
async function buildAll(root: string, folder: string, programs: Readonly<Record<string, string>>): Promise<void> {
  await build({
    root, configFile: false, logLevel: 'error', ssr: { noExternal: true, external: FOUND_WHEN_NEEDED },
    build: {
      ssr: true, outDir: folder, emptyOutDir: false, target: 'node20', minify: false,
      rollupOptions: {
        input: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, join(root, file)])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: `${Object.keys(programs)[0]!}-[name].mjs`, topLevelVar: false },
      },
    },
  });
}

/** Builds the page that sweeps in web workers: `browser/index.html` in `folder`. */
async function buildSweepPage(root: string, folder: string): Promise<void> {
  await build({ root: join(root, 'bench/browser'), base: './', configFile: false, logLevel: 'error', worker: { format: 'es' }, build: { outDir: join(folder, 'browser'), emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 4_000 } });
}

/** Builds the command line with the project's own settings: `twinclock.mjs` in `folder`. */
export async function buildCommandLine(root: string, folder: string): Promise<void> {
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder, emptyOutDir: false } });
}
