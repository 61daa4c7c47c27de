// The colours of policies: each stands out from the ground, and every two stay apart, also for those who see no red or no
// green. Simulated after Machado, Oliveira and Fernandes (2009), severity 1; distances in Oklab (Ottosson 2020), times 100.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Triple = readonly [number, number, number];

const SHEET = readFileSync(new URL('../../../web/app/tokens.css', import.meta.url), 'utf8'), PART = SHEET.indexOf(':root[data-theme="dark"]');
const THEMES = { light: SHEET.slice(0, PART), dark: SHEET.slice(PART) } as const;
const CONTRAST_MIN = 3, APART_MIN = { everyone: 11, 'no red': 6, 'no green': 6 } as const;
const SIGHTS: Readonly<Record<keyof typeof APART_MIN, readonly [Triple, Triple, Triple]>> = {
  everyone: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  'no red': [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  'no green': [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};
const names = Array.from({ length: 7 }, (_, k) => `series-${k}`);

function colour(sheet: string, name: string): Triple {
  const hex = new RegExp(`--${name}: #(\\w{6});`).exec(sheet)![1]!;
  const part = (k: number): number => { const c = Number.parseInt(hex.slice(k, k + 2), 16) / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  return [part(0), part(2), part(4)];
}

const times = (rows: readonly Triple[], [a, b, c]: Triple): Triple => rows.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;
const luminance = (rgb: Triple): number => times([[0.2126, 0.7152, 0.0722]], rgb)[0];
const contrast = (a: Triple, b: Triple): number => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number]; return (x + 0.05) / (y + 0.05); };
const LMS: readonly Triple[] = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const OKLAB: readonly Triple[] = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];
const oklab = (rgb: Triple): Triple => times(OKLAB, times(LMS, rgb).map(Math.cbrt) as unknown as Triple);

describe.each(['light', 'dark'] as const)('colours of policies, %s', (theme) => {
  const sheet = THEMES[theme], colours = names.map((name) => colour(sheet, name));

  it('stand out from the ground', () => {
    const ground = colour(sheet, 'surface');
    expect(names.filter((_, k) => contrast(colours[k]!, ground) < CONTRAST_MIN)).toEqual([]);
  });

  it.each(['everyone', 'no red', 'no green'] as const)('stay apart, seen by %s', (sight) => {
    const seen = colours.map((rgb) => oklab(times(SIGHTS[sight], rgb).map((c) => Math.max(0, c)) as unknown as Triple));
    const close = seen.flatMap((a, i) => seen.slice(i + 1).flatMap((b, j) => { const far = 100 * Math.hypot(...a.map((x, k) => x - b[k]!)); return far < APART_MIN[sight] ? [`${names[i]!} ${names[i + 1 + j]!} ${far.toFixed(1)}`] : []; }));
    expect(close).toEqual([]);
  });
});
