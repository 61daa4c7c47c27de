// Values in a JSON document by the paths that faults have: `fleet.cloud[0].spot.price`. Changing gives a new document; what
// is not on the path is shared. Lists and objects that are missing on the way are made; ones left empty stay.
type Plain = Readonly<Record<string, unknown>>;

function tokensOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => (index !== undefined ? Number(index) : quoted !== undefined ? JSON.parse(`"${quoted}"`) as string : name!));
}

/** Undefined when there is nothing. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const token of tokensOf(path)) value = typeof value === 'object' && value !== null ? (value as Plain)[token] : undefined;
  return value;
}

/** The document with this value there; undefined takes the key, or the entry of a list, away. */
export function withValue(document: unknown, path: string, value: unknown): unknown {
  return changed(document, tokensOf(path), value);
}

function changed(at: unknown, [token, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (token === undefined) return value;
  const inner = rest.length === 0 ? value : changed((at as Plain | undefined)?.[token], rest, value);
  if (Array.isArray(at) || typeof token === 'number') {
    const list = Array.isArray(at) ? [...at as unknown[]] : [];
    if (inner === undefined) list.splice(Number(token), 1); else list[Number(token)] = inner;
    return list;
  }
  const { [token]: _, ...others } = (typeof at === 'object' && at !== null ? at : {}) as Plain;
  return inner === undefined ? others : token in ((at ?? {}) as Plain) ? { ...(at as Plain), [token]: inner } : { ...others, [token]: inner };
}

/** What a person typed into a field: nothing, a number, JSON, or a text. */
export function typedValue(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(trimmed)) return Number(trimmed);
  if (/^[[{]/.test(trimmed)) { try { return JSON.parse(trimmed); } catch { return trimmed; } }
  return trimmed === 'true' ? true : trimmed === 'false' ? false : trimmed;
}

/** The inverse, for showing. */
export function typedText(value: unknown): string {
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Whether the fault is of this path, or of something within it. */
export function isWithin(faultPath: string, path: string): boolean {
  return faultPath === path || faultPath.startsWith(`${path}.`) || faultPath.startsWith(`${path}[`);
}
