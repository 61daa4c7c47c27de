// Where the real data sets lie that some tests compare with. They are not part of the project; a test that needs one is
// skipped by name when it is absent.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = process.env['TWINCLOCK_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** The absolute path of a file or folder of the data sets, or undefined when it is not there. */
export function sharedData(relative: string): string | undefined {
  const path = `${root}/${relative}`;
  return existsSync(path) ? path : undefined;
}
