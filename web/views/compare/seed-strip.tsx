// One row of cells, a seed each: how far a policy is from the baseline there. Blue is better, orange is worse, the stronger
// the farther; the same is white; a failed run is crossed out. Wide cells stay apart, narrow ones touch.
import type { JSX } from 'preact';
import { numberText } from '../../../engine/metrics/figure-text.ts';
import type { MetricScale } from './metric-scale.ts';

export interface SeedStripProps {
  readonly seeds: readonly number[];
  /** Policy less baseline; NaN where one of the two failed. */
  readonly differences: readonly number[];
  /** Why the policy's run failed; empty where it did not. */
  readonly failures: readonly string[];
  readonly higherIsBetter: boolean;
  readonly scale: MetricScale;
  readonly linkOf: (seed: number) => string;
}

const HEIGHT = 18;

export function SeedStrip({ seeds, differences, failures, higherIsBetter, scale, linkOf }: SeedStripProps): JSX.Element {
  const n = seeds.length, most = Math.max(...differences.map((d) => (Number.isFinite(d) ? Math.abs(d) : 0)), 1e-12), gap = n > 120 ? 0 : 0.12;
  const seedAt = (event: MouseEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(n - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * n)));
  };
  const describe = (k: number): string => `seed ${seeds[k]}: ${failures[k] !== '' ? `failed, ${failures[k]}` : Number.isFinite(differences[k]) ? `${differences[k]! > 0 ? '+' : ''}${numberText(differences[k]! / scale.scale, scale.digits)} ${scale.unit}`.trim() : 'the baseline failed'}`;
  return (
    <svg class="strip" viewBox={`0 0 ${n} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true"
      onClick={(event) => { location.hash = linkOf(seeds[seedAt(event)]!); }}
      onMouseMove={(event) => { const title = event.currentTarget.querySelector('title'); if (title !== null) title.textContent = `${describe(seedAt(event))}; click to open the run`; }}>
      <title>{' '}</title>
      <rect x="0" y="0" width={n} height={HEIGHT} fill="var(--sunken)" />
      {differences.map((d, k) => {
        const good = d < 0 !== higherIsBetter, size = Number.isFinite(d) ? Math.abs(d) / most * HEIGHT / 2 : 0;
        if (failures[k] !== '' || !Number.isFinite(d)) return <rect key={k} x={k + gap} y={HEIGHT * 0.4} width={1 - 2 * gap} height={HEIGHT * 0.2} fill="var(--text)" />;
        return <rect key={k} x={k + gap} y={d < 0 ? HEIGHT / 2 : HEIGHT / 2 - size} width={1 - 2 * gap} height={Math.max(size, d === 0 ? 0 : 0.6)} fill={good ? 'var(--better)' : 'var(--worse)'} />;
      })}
      <rect x="0" y={HEIGHT / 2 - 0.25} width={n} height="0.5" fill="var(--line-strong)" />
    </svg>
  );
}
