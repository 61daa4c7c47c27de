// What cells of studies may do, which no module shows: they import only what their room may, and every study is listed.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, isBelow, parseModule, projectFileExists } from '../support/source-tree.ts';

const FOLDER = fileURLToPath(new URL('../../notebooks/', import.meta.url)), pages = readdirSync(FOLDER).filter((name) => name.endsWith('.html'));
const MAY = ['engine/experiment', 'engine/metrics', 'engine/model', 'policies', 'scenarios', 'notebooks'];
const textOf = (name: string): string => readFileSync(FOLDER + name, 'utf8');
/** TypeScript of a page's cells. */
const cellsOf = (html: string): string[] => [...html.matchAll(/<script [^>]*type="text\/x-typescript"[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code!);

describe('cells', () => {
  it.each(pages)('of %s import the engine, policies, scenarios and what is beside them', (name) => {
    const targets = cellsOf(textOf(name)).flatMap((code) => importsOf(parseModule(`notebooks/${name}`, code))).map(({ target, specifier }) => target ?? specifier);
    expect(targets.filter((target) => !MAY.some((folder) => isBelow(target, folder)) || !projectFileExists(target))).toEqual([]);
    expect(name === 'index.html' || targets.length > 0).toBe(true);
  });

  it.each(pages.filter((name) => name !== 'index.html'))('%s is in the list', (name) => { expect(textOf('index.html')).toContain(`(./${name})`); });
});
