// Who calls, for the record: the name they give themselves, and the address the call came from. Nobody is asked to prove a name.

const NAME_MAX = 80;

/** `header`: percent-encoded, because headers hold no other letters. */
export function callerOf(header: string | readonly string[] | undefined, address: string): string {
  const name = typeof header === 'string' ? decoded(header).slice(0, NAME_MAX) : '';
  return name === '' ? address : `${name} (${address})`;
}

function decoded(text: string): string {
  try { return decodeURIComponent(text); } catch { return ''; }
}
