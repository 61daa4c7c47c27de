// The folder of an allocation that stands for a VM: `card.json` what was asked for, `submitted` it may stand in Slurm's queue, `pid` the
// claim of its script (-1 when it may not begin), `ready` it takes attempts, `noticed` Slurm will take it back, `release` we
// have. Each file appears whole or is read as not there yet. Nodes share the file system, and it may be slow: nobody waits for it.
import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VmKey } from '../../driver-events.ts';
import { nameOf } from '../process/attempt-folder.ts';

/**
 * Its batch script: it holds what was allocated until it is ended, or until the file of the daemon's beats has stayed the same for
 * too long. Arguments: its folder, that file, seconds between two looks, looks. Nobody's clock is compared with another's.
 */
export const HOLD_SCRIPT = `#!/bin/sh
cd / || exit 125
set -C
echo $$ > "$1/pid" || exit 0
set +C
trap ': > "$1/noticed"' USR1
: > "$1/ready"
seen=
alone=0
while [ $alone -lt "$4" ]; do
  sleep "$3" &
  while kill -0 $! 2> /dev/null; do wait $!; done
  beat=$(cat "$2" 2> /dev/null)
  if [ "$beat" = "$seen" ]; then alone=$((alone + 1)); else seen=$beat alone=0; fi
done
`;

const LOOK_SECONDS_MAX = 60, LOOKS_MIN = 4;

/** Seconds between two looks at the beats, and how many of them make up that time, as the script takes them. */
export function looksIn(aloneMs: number): readonly [seconds: string, looks: string] {
  const seconds = Math.min(LOOK_SECONDS_MAX, Math.max(1, Math.floor(aloneMs / 1000 / LOOKS_MIN)));
  return [String(seconds), String(Math.ceil(aloneMs / 1000 / seconds))];
}

export class AllocationPlace {
  readonly path: string;

  constructor(root: string, key: VmKey) { this.path = join(root, nameOf(key.unit), `${key.epoch}.${key.life}`); }

  async prepare(key: VmKey): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await writeFile(join(this.path, 'card.part'), JSON.stringify(key));
    await rename(join(this.path, 'card.part'), join(this.path, 'card.json'));
  }

  async has(mark: 'submitted' | 'ready' | 'release'): Promise<boolean> { return (await stat(join(this.path, mark)).catch(() => undefined)) !== undefined; }

  /** Marks stay. False when it was there. */
  async set(mark: 'submitted' | 'release'): Promise<boolean> {
    await mkdir(this.path, { recursive: true });
    try { await writeFile(join(this.path, mark), '', { flag: 'wx' }); return true; } catch { return false; }
  }

  /** Takes the claim, so that its script ends at once if it ever begins. False when it has begun. */
  async forbid(): Promise<boolean> {
    await mkdir(this.path, { recursive: true });
    try { await writeFile(join(this.path, 'pid'), '-1\n', { flag: 'wx' }); return true; } catch { return this.isForbidden(); }
  }

  async isForbidden(): Promise<boolean> { return (await readFile(join(this.path, 'pid'), 'utf8').catch(() => '')).trim() === '-1'; }

  /** ms since 1970 of Slurm's notice. */
  async noticedAt(): Promise<number | undefined> { return (await stat(join(this.path, 'noticed')).catch(() => undefined))?.mtimeMs; }
}

/** Keys of every allocation below the root that may have been asked for. */
export async function allocationKeys(root: string): Promise<readonly VmKey[]> {
  const lives = (await readdir(root, { recursive: true }).catch(() => [])).filter((path) => path.endsWith('card.json'));
  return Promise.all(lives.map(async (path) => JSON.parse(await readFile(join(root, path), 'utf8')) as VmKey));
}
