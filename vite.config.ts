// One build and one test configuration. `vite build` bundles the command line into dist/twinclock.mjs, dependencies
// included, so that it starts as fast as Node does; simjs must be inlined (it has no exports of its own).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  build: {
    ssr: 'engine/cli/main.ts',
    outDir: 'dist',
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'twinclock.mjs', chunkFileNames: 'twinclock-[name].mjs' } },
  },
  ssr: { noExternal: true },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    server: { deps: { inline: ['simjs'] } },
  },
});
