// The buffers of typed arrays in plain data, each once: what is handed over to the other side instead of being copied.

/** Follows objects and arrays of objects; arrays of texts and numbers hold no buffers and are left out. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null) return;
    if (ArrayBuffer.isView(item)) { if (item.buffer instanceof ArrayBuffer) found.add(item.buffer); return; }
    if (Array.isArray(item) && typeof item[0] !== 'object') return;
    for (const inner of Object.values(item)) visit(inner);
  };
  visit(value);
  return [...found];
}
