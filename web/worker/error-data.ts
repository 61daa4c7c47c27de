// Whatever was thrown, as data that crosses a worker: our own errors keep their code and faults, all others become `internal`.
import { InputError, InvariantError, RunError } from '../../engine/model/errors.ts';
import type { ErrorData } from './protocol.ts';

export function errorData(error: unknown): ErrorData {
  if (error instanceof InputError) return { code: error.code, message: error.message, faults: error.faults, ...(error.source === undefined ? {} : { source: error.source }) };
  if (error instanceof RunError) return { code: error.code, message: error.message, faults: [] };
  if (error instanceof InvariantError) return { code: 'invariant', message: error.message, faults: [] };
  return { code: 'internal', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error), faults: [] };
}
