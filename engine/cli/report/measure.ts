// Figures as people read them (metrics/figure-text.ts), and what only a terminal shows: dates and texts cut to a width.
import { clockText } from '../../metrics/figure-text.ts';

export * from '../../metrics/figure-text.ts';

/** An instant that is not known to the millisecond: whole seconds from a minute on. */
export function futureText(ms: number): string {
  return clockText(ms >= 60_000 ? Math.round(ms / 1000) * 1000 : Math.round(ms));
}

/** `2026-03-02 00:00 UTC`. */
export function epochText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * Order statistics of futures: the middle one and the tenth at either side, or that these agree. `none`: said when there are none.
 * An answer of the daemon has NaN as the text "NaN", as JSON needs.
 */
export function bandText(band: { readonly p10: number; readonly p50: number; readonly p90: number }, text: (value: number) => string, { less = 'below', more = 'above', none = 'no future ends' } = {}): string {
  const p10 = Number(band.p10), p50 = Number(band.p50), p90 = Number(band.p90);
  if (Number.isNaN(p50)) return none;
  return p10 === p90 ? `${text(p50)}  (the same in at least eight of ten futures)` : `${text(p50)}  (one in ten ${less} ${text(p10)}, one in ten ${more} ${text(p90)})`;
}

/** The text, cut to a width with an ellipsis. */
export function shortText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`;
}
