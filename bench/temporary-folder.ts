// Folders that go when the process does, however it ends: `process.exit` runs what is registered here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder. It is removed at exit, after `before` has been called. */
export function temporaryFolder(prefix: string, before: () => void = () => {}): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.once('exit', () => {
    before();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
