// Removes a folder in which commands that outlive their daemon may still be writing: what they add after the folder was
// listed makes the system say that it is not empty, and Node's own retries do not list it again.
import { rmSync } from 'node:fs';

/** Far more than a command that ends can spoil: each pass takes away all that it had written. */
const PASSES = 200;

/** Returns when the folder is gone; one that never was is gone too. */
export function removeFolder(path: string): void {
  for (let pass = 1; ; pass++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (pass === PASSES || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}
