// A name that is none of those there are, with the nearest of them, or all.
import { inputError, nearestName } from '../../model/errors.ts';
import type { InputError } from '../../model/errors.ts';

/** `did you mean "x"?`, or `otherwise` (default: all there are) when no name is near. */
export function unknownName(code: string, path: string, message: string, name: string, known: readonly string[], otherwise = `known are ${known.join(', ') || 'none'}`): InputError {
  const near = nearestName(name, known);
  return inputError(code, path, message, { value: name, hint: near === undefined ? otherwise : `did you mean "${near}"?` });
}
