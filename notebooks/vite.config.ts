// `vite build notebooks` makes a static site of the studies in this folder, offline and with relative addresses, in
// dist/notebooks; `vite notebooks` serves them while they are being written, on the loopback interface.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { config, observable } from '@observablehq/notebook-kit/vite';
import { defineConfig } from 'vite';
import type { Alias } from 'vite';
import { NPM_ALIAS, offline } from './offline.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const pages = readdirSync(here('.')).filter((name) => name.endsWith('.html'));
/** Notebook Kit's own, but for the one that takes `npm:` to the CDN. */
const aliases = (config().resolve?.alias as Alias[]).filter(({ find }) => !String(find).includes('npm:'));
/** A desktop to open a browser on. */
const hasScreen = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;

export default defineConfig({
  root: here('.'),
  base: './',
  appType: 'mpa',
  publicDir: false,
  cacheDir: here('../node_modules/.vite-notebooks'),
  plugins: [offline(), observable({ template: here('page/template.html') })],
  resolve: { alias: [NPM_ALIAS, ...aliases] },
  worker: { format: 'es' },
  build: { outDir: here('../dist/notebooks'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 1500, rollupOptions: { input: pages.map(here) } },
  server: { host: '127.0.0.1', port: 4174, open: hasScreen, fs: { allow: [here('..')] } },
  preview: { host: '127.0.0.1', port: 4174, open: hasScreen },
  optimizeDeps: {
    include: ['@observablehq/plot', '@observablehq/inputs', 'd3', 'htl', 'katex', 'comlink', 'simjs', 'seedrandom/lib/alea.js', 'temporal-polyfill', 'ical.js', 'rrule-temporal'],
    exclude: ['@observablehq/notebook-kit', 'observable:runtime'],
  },
});
