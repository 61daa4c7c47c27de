// The pictures of the README: each is there, light and dark, as WebP, small, said in words; and none lies about unused.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRoute } from '../../web/state/route.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)), readme = readFileSync(`${root}/README.md`, 'utf8'), script = readFileSync(`${root}/test/support/screenshots.ts`, 'utf8');
const shown = [...readme.matchAll(/<picture><source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)"><img src="([^"]+)" alt="([^"]*)"/g)].map(([, dark, light, words]) => ({ dark: dark!, light: light!, words: words! }));
const files = shown.flatMap(({ dark, light }) => [dark, light]);
const BYTES_MAX = 60_000, ALL_MAX = 900_000;

describe('the pictures of the README', () => {
  it('follow the colours of the reader, and are said in words', () => {
    expect(shown.length).toBeGreaterThanOrEqual(8);
    expect(shown.length).toBe(readme.match(/<img /g)?.length);
    for (const { dark, light, words } of shown) {
      expect(light.replace('-light.', '-dark.')).toBe(dark);
      expect(words.length).toBeGreaterThan(20);
    }
  });

  it('are there, as small WebP files', () => {
    expect(files.filter((file) => !existsSync(`${root}/${file}`))).toEqual([]);
    for (const file of files) expect(readFileSync(`${root}/${file}`).subarray(0, 12).toString('latin1').replace(/(?<=^RIFF).{4}/s, '----'), file).toBe('RIFF----WEBP');
    expect(files.filter((file) => statSync(`${root}/${file}`).size > BYTES_MAX)).toEqual([]);
    expect(files.reduce((sum, file) => sum + statSync(`${root}/${file}`).size, 0)).toBeLessThan(ALL_MAX);
  });

  it('are all that lies in their folder', () => {
    expect(readdirSync(`${root}/web/pictures`).map((file) => `web/pictures/${file}`).sort()).toEqual([...files].sort());
  });

  it('are taken at addresses that have no faults', () => {
    const addresses = [...script.matchAll(/address: 'web\/(#[^']+)'/g)].map(([, address]) => address!);
    expect(addresses.length).toBeGreaterThanOrEqual(8);
    expect(addresses.flatMap((address) => readRoute(address).faults)).toEqual([]);
  });
});
