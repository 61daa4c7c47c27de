// The canonical order and the hash of ids. Order is digit-aware, so that `task-9` comes before `task-10`, and total, so
// that the order of entries in a file never changes a run. Plain char codes, never a locale.

const ZERO = 48, NINE = 57;
const isDigit = (code: number) => code >= ZERO && code <= NINE;

/** Total order of ids: digit runs compare as numbers, other characters by code, ties (`a1`, `a01`) as plain strings. */
export function compareIds(a: string, b: string): number {
  let i = 0, j = 0;
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i), y = b.charCodeAt(j);
    if (!isDigit(x) || !isDigit(y)) {
      if (x !== y) return x < y ? -1 : 1;
      i++; j++;
      continue;
    }
    while (a.charCodeAt(i) === ZERO) i++;
    while (b.charCodeAt(j) === ZERO) j++;
    let difference = 0;
    for (; isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j)); i++, j++) difference ||= a.charCodeAt(i) - b.charCodeAt(j);
    if (isDigit(a.charCodeAt(i))) return 1;
    if (isDigit(b.charCodeAt(j))) return -1;
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  if (i < a.length || j < b.length) return i < a.length ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The entries in canonical order of their ids; the list itself when it is in order already (long lists often are). */
export function inCanonicalOrder<T extends { readonly id: string }>(entries: readonly T[]): readonly T[] {
  for (let i = 1; i < entries.length; i++) {
    if (compareIds(entries[i - 1]!.id, entries[i]!.id) > 0) return [...entries].sort((a, b) => compareIds(a.id, b.id));
  }
  return entries;
}

/**
 * Unsigned 32-bit hash of a string: FNV-1a over its UTF-16 bytes (Fowler, Noll, Vo; RFC 9923), then the finaliser of
 * MurmurHash3 so that neighbouring ids (`t1`, `t2`) differ in all bits. Keys random streams.
 */
export function hashString32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h = Math.imul(h ^ (code & 0xff), 0x01000193);
    h = Math.imul(h ^ (code >>> 8), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
