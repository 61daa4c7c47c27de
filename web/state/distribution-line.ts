// A distribution of a scenario file as one line: `lognormal mean=95s sigma=0.35`. What is none is written as it is.
import { typedText, typedValue } from './document-path.ts';

/** `90s`, `lognormal mean=95s sigma=0.35`, `empirical 50s 60s 70s`. */
export function distributionText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typedText(value);
  const [[kind, inner] = ['', undefined], ...more] = Object.entries(value);
  if (more.length > 0 || kind === '') return typedText(value);
  if (Array.isArray(inner)) return inner.every(isPlain) ? [kind, ...inner].join(' ') : typedText(value);
  if (isPlain(inner)) return `${kind} ${inner}`;
  if (typeof inner !== 'object' || inner === null || !Object.values(inner).every(isPlain)) return typedText(value);
  return [kind, ...Object.entries(inner).map(([key, one]) => `${key}=${String(one)}`)].join(' ');
}

/** The inverse; a text that is no such line is read as other values are. */
export function readDistribution(text: string): unknown {
  const [kind = '', ...parts] = text.trim().split(/\s+/);
  if (!/^[a-z]+$/i.test(kind) || parts.length === 0) return typedValue(text);
  if (kind === 'empirical') return { empirical: parts.map((part) => typedValue(part)) };
  if (kind === 'fixed' && parts.length === 1) return { fixed: typedValue(parts[0]!) };
  const pairs = parts.map((part) => part.split('='));
  return pairs.every((pair) => pair.length === 2) ? { [kind]: Object.fromEntries(pairs.map(([key, value]) => [key!, typedValue(value!)])) } : typedValue(text);
}

const isPlain = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
