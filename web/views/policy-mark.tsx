// One colour and one shape for each policy of a comparison, the same in every table and picture: seven colours, then the
// same colours with another shape, so that nobody has to tell policies apart by colour alone.
import type { JSX } from 'preact';

const COLOURS = 7;
const SHAPES = ['circle', 'square', 'triangle'] as const;

export interface PolicyMark {
  readonly colour: string;
  readonly shape: (typeof SHAPES)[number];
}

/** Of the policy at this place in the comparison. */
export function policyMark(index: number): PolicyMark {
  return { colour: `var(--series-${index % COLOURS})`, shape: SHAPES[Math.floor(index / COLOURS) % SHAPES.length]! };
}

export function Swatch({ mark }: { readonly mark: PolicyMark }): JSX.Element {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      {mark.shape === 'circle' ? <circle cx="5" cy="5" r="4.5" fill={mark.colour} /> : mark.shape === 'square' ? <rect x="0.8" y="0.8" width="8.4" height="8.4" fill={mark.colour} />
        : <path d="M5 0.5 9.8 9.2H0.2z" fill={mark.colour} />}
    </svg>
  );
}
