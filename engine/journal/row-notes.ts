// What is known of a row beside its numbers: who asked for a change, why a fault did not come about. Notes are for people: they are no
// part of the hash, replay does not look at them, and a journal without them says the same.

export interface RowNote {
  /** Who asked for it, as they call themselves and from where. */
  readonly by?: string;
  /** Why something is not as the row would have it. */
  readonly reason?: string;
}

export type RowNotes = ReadonlyMap<number, RowNote>;

/** Keys that a note adds to the line of an event. */
export const NOTE_KEYS = ['by', 'reason'] as const satisfies readonly (keyof RowNote)[];

/** The note in a line, undefined when there is none. Its texts have been checked. */
export function noteIn(line: Readonly<Record<string, unknown>>): RowNote | undefined {
  const entries = NOTE_KEYS.filter((key) => key in line).map((key) => [key, line[key]]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries) as RowNote;
}
