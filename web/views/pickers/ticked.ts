// A choice of several, of which one always stays.

/** What is chosen of `names`, and of what is chosen now, when a name is ticked or not: in their order. Unchanged where nothing would be left. */
export function ticked(names: readonly string[], now: readonly string[], name: string, on: boolean): readonly string[] {
  const all = [...names, ...now.filter((other) => !names.includes(other))], chosen = all.filter((other) => (other === name ? on : now.includes(other)));
  return chosen.length > 0 ? chosen : now;
}
