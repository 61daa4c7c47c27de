// Two builds and one test configuration. `vite build` bundles the command line into dist/twinclock.mjs, dependencies
// included, so that it starts as fast as Node does; simjs must be inlined (it has no exports of its own). `vite build
// --mode web` makes the workbench in dist/web: static files with relative addresses, for any server under any path.
import { chmodSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import type { ViteUserConfig } from 'vitest/config';

/** Large, and wanted by few commands: the compiler of policies written as text, and what a live daemon stands on. They stay in node_modules. */
const LOADED_WHEN_NEEDED = [
  'typescript', 'libsql', 'pg', 'fastify', 'prom-client', '@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-fastify', '@connectrpc/connect-node', '@aws-sdk/client-ec2',
];

const commandLine = (building: boolean): ViteUserConfig => ({
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false, // dist/web is the other build's
    target: 'node20',
    rollupOptions: {
      input: { twinclock: 'engine/cli/main.ts', 'twinclock-compare-thread': 'engine/cli/threads/compare-thread.ts', 'twinclock-storm-thread': 'engine/cli/threads/storm-thread.ts' },
      output: { entryFileNames: '[name].mjs', chunkFileNames: 'twinclock-[name].mjs', topLevelVar: false }, // constants stay `const`: V8 folds them into the code
    },
  },
  ssr: building ? { noExternal: true, external: LOADED_WHEN_NEEDED } : {}, // tests read packages from node_modules, which is quicker
  plugins: [{ name: 'executable', writeBundle: ({ dir }, files) => { for (const file of Object.keys(files)) if (file === 'twinclock.mjs') chmodSync(`${dir}/${file}`, 0o755); } }],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 3, // many tests wait for real programs: more than there are cores, and one of two would be too few
    testTimeout: 60_000,
    hookTimeout: 60_000, // building and starting daemons or browsers, also on a busy machine
    server: { deps: { inline: ['simjs'] } },
  },
});

const workbench: ViteUserConfig = {
  root: 'web',
  base: './',
  publicDir: false,
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1500 },
  worker: { format: 'es' },
};

export default defineConfig(({ mode, command }) => (mode === 'web' ? workbench : commandLine(command === 'build')));
