// The folder of an allocation that stands for a VM: `card.json` what was asked for, `submitted` it may stand in Slurm's queue, `pid` the
// claim of its script (-1 when it may not begin), `ready` it takes attempts, `noticed` Slurm will take it back, `release` we
// have. Each file appears whole or is read as not there yet.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
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

  prepare(key: VmKey): void {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(join(this.path, 'card.part'), JSON.stringify(key));
    renameSync(join(this.path, 'card.part'), join(this.path, 'card.json'));
  }

  has(mark: 'submitted' | 'ready' | 'release'): boolean { return existsSync(join(this.path, mark)); }

  /** Marks stay. False when it was there. */
  set(mark: 'submitted' | 'release'): boolean {
    mkdirSync(this.path, { recursive: true });
    try { writeFileSync(join(this.path, mark), '', { flag: 'wx' }); return true; } catch { return false; }
  }

  /** Takes the claim, so that its script ends at once if it ever begins. False when it has begun. */
  forbid(): boolean {
    mkdirSync(this.path, { recursive: true });
    try { writeFileSync(join(this.path, 'pid'), '-1\n', { flag: 'wx' }); return true; } catch { return this.isForbidden(); }
  }

  isForbidden(): boolean {
    try { return readFileSync(join(this.path, 'pid'), 'utf8').trim() === '-1'; } catch { return false; }
  }

  /** ms since 1970 of Slurm's notice. */
  noticedAt(): number | undefined { return statSync(join(this.path, 'noticed'), { throwIfNoEntry: false })?.mtimeMs; }
}

/** Keys of every allocation below the root that may have been asked for. */
export function allocationKeys(root: string): readonly VmKey[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((unit) => readdirSync(join(root, unit)).flatMap((life) => {
    try { return [JSON.parse(readFileSync(join(root, unit, life, 'card.json'), 'utf8')) as VmKey]; } catch { return []; } // it was never asked for
  }));
}
