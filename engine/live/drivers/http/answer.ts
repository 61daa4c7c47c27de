// One HTTP call to its end, whatever that is, as data.
import type { Json } from '../../json.ts';

export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json | undefined }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed-out' }
  /** `sent` false: it surely was not. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly sent?: boolean };

/** Bytes of an answer that are kept as a result. */
const OUTPUT_BYTES_MAX = 64 * 1024;
/** The connection was never made. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** `timeout` tells an end by time from one by request. Redirects are not followed: the key would go elsewhere. */
export async function readAnswer(url: URL, init: RequestInit, timeout: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' }), text = await response.text();
    return { kind: 'answered', status: response.status, headers: response.headers, text, json: jsonOf(text) };
  } catch (error) {
    if (timeout.aborted) return { kind: 'timed-out' };
    if (init.signal?.aborted === true) return { kind: 'cancelled' };
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    return { kind: 'unreachable', reason: cause?.message ?? String(error), sent: !NOT_SENT.has(cause?.code ?? '') };
  }
}

function jsonOf(text: string): Json | undefined {
  if (Buffer.byteLength(text) > OUTPUT_BYTES_MAX) return undefined;
  try { return JSON.parse(text) as Json; } catch { return undefined; }
}

/** The result of a call: its JSON, else its text; nothing when it is empty or too long to be kept. */
export function outputOf(json: Json | undefined, text: string): { readonly output?: Json } {
  if (json !== undefined) return { output: json };
  return text === '' || Buffer.byteLength(text) > OUTPUT_BYTES_MAX ? {} : { output: text };
}

/** Tokens as the answer tells them; undefined when it does not. Paths are names with dots between. */
export function tokensOf(json: Json | undefined, inputPath: string, outputPath: string): { readonly input: number; readonly output: number } | undefined {
  const input = numberAt(json, inputPath), output = numberAt(json, outputPath);
  return input === undefined && output === undefined ? undefined : { input: input ?? 0, output: output ?? 0 };
}

function numberAt(json: Json | undefined, path: string): number | undefined {
  if (path === '') return undefined;
  let value: unknown = json;
  for (const name of path.split('.')) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
