// The one way in which this room says that a name is not known: what there is, or the name that was probably meant.
import { inputError, nearestName, type InputError } from '../engine/model/errors.ts';

/** An `InputError` whose hint is the nearest known name, or else the list of all of them. */
export function unknownName(code: string, path: string, message: string, name: string, known: readonly string[]): InputError {
  const near = nearestName(name, known);
  return inputError(code, path, message, { value: name, hint: near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?` });
}
