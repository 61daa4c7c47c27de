// Notebook Kit's runtime fetches its libraries from a public CDN when a page is opened. This plugin replaces each such
// address by the package of that name installed here, so that a page shows itself without a network and with the versions
// of the lock file. What needs a library that is not installed throws when a cell asks for it. Invariant: nothing emitted
// names the CDN.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Alias, Plugin } from 'vite';

const CDN = 'cdn.jsdelivr.net';
/** `https://cdn.../npm/@scope/name@1.2.3/path/+esm` within quotes: the name, and the path with its slash. */
const ADDRESS = /https:\/\/cdn\.jsdelivr\.net\/npm\/((?:@[^/"'`]+\/)?[^@/"'`]+)(?:@[^/"'`]*)?((?:\/[^"'`]*?)??)(?:\/\+esm)?(?=["'`])/g;
/** What comes before an address that is imported as soon as its module is. */
const AT_ONCE = /(?:^|\n)\s*(?:import|export)\b[^;("'`]*["']$/;
/** The runtime links a style sheet when formulas are first used; imported instead, it becomes part of the build. */
const STYLE_LINK = /link\.href = "https:\/\/[^"]*?\/npm\/(katex)(?:@[^/"]*)?(\/[^"]*\.css)";/;
const MISSING = 'missing-library:';

const isInstalled = (name: string): boolean => existsSync(fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url)));
const throwing = (name: string): string => `throw new Error(${JSON.stringify(`${name} is not installed, and notebooks load nothing from elsewhere`)});`;

/** The plugin; it has to come before all others. */
export function offline(): Plugin {
  return {
    name: 'offline-notebooks',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith(MISSING) ? `\0${id}` : undefined),
    load: (id) => (id.startsWith(`\0${MISSING}`) ? throwing(id.slice(MISSING.length + 1)) : undefined),
    transform(code) {
      if (!code.includes(CDN)) return undefined;
      const absent = [...code.matchAll(ADDRESS)].find(({ 1: name, index }) => !isInstalled(name!) && AT_ONCE.test(code.slice(0, index)));
      if (absent !== undefined) return { code: throwing(absent[1]!), map: null }; // an adapter of that library, and of no use without it
      const linked = code.replace(STYLE_LINK, 'import("$1$2");');
      return { code: linked.replace(ADDRESS, (_, name: string, path: string) => (isInstalled(name) ? name + path : MISSING + name)), map: null };
    },
    generateBundle(_, files) {
      const named = Object.values(files).filter((file) => (file.type === 'chunk' ? file.code : String(file.source)).includes(CDN)).map(({ fileName }) => fileName);
      if (named.length > 0) throw new Error(`${CDN} is still named in ${named.join(', ')}`);
    },
  };
}

/** `npm:name@range/path` in a cell, Notebook Kit's way to import a package: the installed one. */
export const NPM_ALIAS: Alias = { find: /^npm:((?:@[^/]+\/)?[^@/]+)(?:@[^/]+)?(.*)$/, replacement: '$1$2' };
