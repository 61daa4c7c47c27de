// What an answer's headers say of limits. Hints only, and only ever believed downwards: what cannot be read is as if it were
// not there. Read: Retry-After (RFC 9110: seconds or a date), retry-after-ms, RateLimit (draft-ietf-httpapi-ratelimit-headers),
// anthropic-ratelimit-* (RFC 3339 resets) and x-ratelimit-* (OpenAI).

export interface RateHints {
  /** ms to leave the API alone. */
  readonly retryAfterMs?: number;
  readonly requestsLeft?: number;
  readonly tokensLeft?: number;
}

/** A longer wait than this is taken for a mistake, and cut to it. */
const WAIT_MAX_MS = 24 * 3_600_000;

/** `wallMs`: ms since 1970, against which dates are read. */
export function rateHints(headers: Headers, wallMs: number): RateHints {
  const retryAfterMs = retryAfter(headers, wallMs), structured = structuredLimit(headers.get('ratelimit'));
  const requestsLeft = structured ?? firstNumber(headers, 'anthropic-ratelimit-requests-remaining', 'x-ratelimit-remaining-requests', 'x-ratelimit-remaining');
  const tokensLeft = firstNumber(headers, 'anthropic-ratelimit-tokens-remaining', 'x-ratelimit-remaining-tokens');
  return { ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(requestsLeft === undefined ? {} : { requestsLeft }), ...(tokensLeft === undefined ? {} : { tokensLeft }) };
}

function retryAfter(headers: Headers, wallMs: number): number | undefined {
  const inMs = headers.get('retry-after-ms'), text = headers.get('retry-after');
  const wait = inMs !== null && /^\d+(\.\d+)?$/.test(inMs) ? Number(inMs) : text === null ? NaN : /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - wallMs;
  return Number.isNaN(wait) ? undefined : Math.min(WAIT_MAX_MS, Math.max(0, wait));
}

/** The least `r` (remaining) of `"burst";r=50;t=30, "daily";r=9000`. Not there or malformed: undefined. */
function structuredLimit(text: string | null): number | undefined {
  if (text === null) return undefined;
  const left = [...text.matchAll(/;\s*r=(\d{1,15})\b/g)].map((found) => Number(found[1]));
  return left.length === 0 ? undefined : Math.min(...left);
}

/** Azure has been seen to send -1: that says nothing. */
function firstNumber(headers: Headers, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const text = headers.get(name);
    if (text !== null && /^\d+$/.test(text)) return Number(text);
  }
  return undefined;
}
