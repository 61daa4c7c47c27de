// What may be wrong with a file before anybody looks at what it says, and how large files may be: the same words on the
// command line, which reads them from the disk, and in a page, on which they are dropped.
import { inputError } from './errors.ts';
import type { InputError } from './errors.ts';

const MIB = 1024 * 1024;
/** Scenarios, whatever their format: about a million tasks. */
export const SCENARIO_BYTES_MAX = 256 * MIB;
/** Fault plans, fleets, calendars, policies. */
export const SMALL_FILE_BYTES_MAX = 16 * MIB;
/** Share files: a scenario, and journals. */
export const SHARE_BYTES_MAX = 512 * MIB;
/** Price and availability traces. */
export const TRACE_BYTES_MAX = 64 * MIB;

/** Whether the first bytes say gzip. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** `bytes`: how large it is, when known. */
export function fileTooLarge(bytesMax: number, bytes?: number): InputError {
  const value = bytes === undefined ? {} : { value: `${Math.round(bytes / MIB)} MB` };
  return inputError('file-too-large', '', `more than the ${bytesMax / MIB} MB that are read of such a file`, { ...value, hint: 'is this the right file?' });
}

export function notUtf8(): InputError {
  return inputError('bad-text', '', 'the file is not UTF-8 text');
}

/** `reason`: in the words of whoever could not unpack it. */
export function damagedFile(reason: string): InputError {
  return inputError('damaged-file', '', `the file cannot be unpacked: ${reason}`, { hint: 'copy it again from where it was written' });
}

/** Parsed JSON. Throws `InputError` `bad-json` with the parser's own words. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw inputError('bad-json', '', `not JSON: ${(error as Error).message}`);
  }
}
