// The hint for a name that is not known: the one that was probably meant, or else what there is.
import { nearestName } from './errors.ts';

const NAMES_SHOWN = 12;

/** `did you mean "memory"?`, or `known: a, b, c`, or `there is none`. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? 'there is none' : `known: ${known.slice(0, NAMES_SHOWN).join(', ')}${known.length > NAMES_SHOWN ? ', ...' : ''}`;
}
