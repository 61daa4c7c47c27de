// What becomes of the addresses of the CDN in Notebook Kit's runtime.
import { describe, expect, it } from 'vitest';
import { offline } from '../../notebooks/offline.ts';

/** The code that the plugin makes of this, or the same. */
function made(code: string): string {
  const transform = offline().transform as unknown as (code: string) => { readonly code: string } | undefined;
  return transform(code)?.code ?? code;
}

describe('an address of the CDN', () => {
  it.each([
    ['export const d3 = () => import("https://cdn.jsdelivr.net/npm/d3/+esm");', 'export const d3 = () => import("d3");'],
    ['export * from "https://cdn.jsdelivr.net/npm/@observablehq/inputs@0.12/+esm";', 'export * from "@observablehq/inputs";'],
    ['@import url("https://cdn.jsdelivr.net/npm/@observablehq/inputs/dist/index.css");', '@import url("@observablehq/inputs/dist/index.css");'],
    ['link.href = "https://cdn.jsdelivr.net/npm/katex@0.16.0/dist/katex.min.css";', 'import("katex/dist/katex.min.css");'],
    ['const load = () => import("https://cdn.jsdelivr.net/npm/not-here@2.0.0/+esm");', 'const load = () => import("missing-library:not-here");'],
    ['const elsewhere = "https://example.org/d3";', 'const elsewhere = "https://example.org/d3";'],
  ])('%s', (code, expected) => { expect(made(code)).toBe(expected); });

  it('makes a module throw that cannot do without a library that is not installed', () => {
    expect(made('import { x } from "https://cdn.jsdelivr.net/npm/not-here/+esm";\nexport const y = x;\n')).toBe('throw new Error("not-here is not installed, and notebooks load nothing from elsewhere");');
  });
});
