// Control groups of Linux, as far as this machine lets us make them: version 2, or the memory, cpu and cpuacct hierarchies of
// version 1. A group holds all that an attempt has started, also what has left its process group. What cannot be made is done
// without: every figure is undefined where the kernel does not give it, and nothing here throws.
//
// Interfaces: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the kernel.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Of version 1, what is of use here. */
const HIERARCHIES = ['memory', 'cpu', 'cpuacct'];
/** Times a group is asked to end before it is left to the next look: a process that forks meanwhile escapes one round. */
const KILL_ROUNDS = 20;

export interface GroupLimits {
  readonly memoryMiB?: number;
  /** Share of the processors where they are short: relative to what others demand, not a limit. */
  readonly cores?: number;
}

export interface GroupUsage {
  readonly peakMiB?: number;
  readonly cpuMs?: number;
  /** The kernel ended one of its processes for want of memory. */
  readonly outOfMemory: boolean;
}

/** The group of an attempt, made. */
export interface MadeGroup {
  /** Its folders, for `ControlGroup` and for the shim that is to enter them. */
  readonly folders: readonly string[];
  /** The kernel keeps it to its memory. */
  readonly limited: boolean;
}

/** Where groups of attempts can be made. */
export class ControlGroups {
  private readonly parents: readonly string[];

  private constructor(parents: readonly string[]) { this.parents = parents; }

  /**
   * What this machine allows, found by trying; undefined when it allows nothing. Groups of one `owner` lie together and are found
   * again by it. `mounts` and `own`: what the kernel says of its hierarchies and of where we are.
   */
  static find(owner: string, mounts = read('/proc/self/mountinfo'), own = read('/proc/self/cgroup')): ControlGroups | undefined {
    const name = `twinclock-${createHash('sha256').update(owner).digest('hex').slice(0, 16)}`;
    const parents = placesOf(mounts, own).flatMap((places) => {
      const made = places.map((place) => join(place, name)).filter(makeParent), best = made.find(limitsMemory) ?? made[0];
      new ControlGroup(made.filter((folder) => folder !== best)).remove();
      return best === undefined ? [] : [best];
    });
    return parents.length === 0 ? undefined : new ControlGroups(parents);
  }

  make(attempt: string, { memoryMiB, cores }: GroupLimits): MadeGroup {
    const name = createHash('sha256').update(attempt).digest('hex').slice(0, 24), made = this.parents.map((parent) => join(parent, name)).filter(makeFolder);
    let limited = false;
    for (const folder of made) {
      if (memoryMiB !== undefined) {
        const bytes = String(Math.round(memoryMiB * 1_048_576));
        if (write(folder, 'memory.max', bytes) || write(folder, 'memory.limit_in_bytes', bytes)) limited = true;
        write(folder, 'memory.swap.max', '0');
      }
      if (cores !== undefined) {
        write(folder, 'cpu.weight', String(Math.min(10_000, Math.max(1, Math.round(100 * cores)))));
        write(folder, 'cpu.shares', String(Math.max(2, Math.round(1024 * cores))));
      }
    }
    return { folders: made, limited };
  }

  /** Takes away the groups in which nothing is left. */
  sweep(): void {
    for (const parent of this.parents) {
      try { new ControlGroup(readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name))).remove(); } catch { /* it is gone */ }
    }
  }

  /** As `sweep`, and the folder they lie in too when none is left. */
  leave(): void {
    this.sweep();
    new ControlGroup(this.parents).remove();
  }
}

/** The group of one attempt, by its folders. */
export class ControlGroup {
  private readonly folders: readonly string[];

  constructor(folders: readonly string[]) { this.folders = folders; }

  /** Process numbers of all that is in it. */
  processes(): readonly number[] {
    return [...new Set(this.folders.flatMap((folder) => (read(join(folder, 'cgroup.procs')) ?? '').split('\n').filter(Boolean).map(Number)))];
  }

  usage(): GroupUsage {
    const peak = this.number('memory.peak') ?? this.number('memory.max_usage_in_bytes'), micros = this.field('cpu.stat', 'usage_usec'), nanos = this.number('cpuacct.usage');
    const killed = this.field('memory.events', 'oom_kill') ?? this.field('memory.oom_control', 'oom_kill') ?? 0;
    const cpuMs = nanos !== undefined ? nanos / 1e6 : micros !== undefined ? micros / 1e3 : undefined;
    return { ...(peak === undefined ? {} : { peakMiB: peak / 1_048_576 }), ...(cpuMs === undefined ? {} : { cpuMs: Math.round(cpuMs) }), outOfMemory: killed > 0 };
  }

  /** Ends everything in it by force. */
  kill(): void {
    for (const folder of this.folders) write(folder, 'cgroup.kill', '1');
    for (let round = 0; round < KILL_ROUNDS; round++) {
      const left = this.processes();
      if (left.length === 0) return;
      for (const pid of left) try { process.kill(pid, 'SIGKILL'); } catch { /* it has just ended */ }
    }
  }

  /** Takes away each of its folders in which nothing is. */
  remove(): void {
    for (const folder of this.folders) try { rmdirSync(folder); } catch { /* something is still ending there; or it is gone */ }
  }

  private number(file: string): number | undefined {
    const text = this.text(file), value = text === undefined ? NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Of a file with a word and a number a line. */
  private field(file: string, word: string): number | undefined {
    const line = this.text(file)?.split('\n').find((each) => each.startsWith(`${word} `));
    return line === undefined ? undefined : Number(line.slice(word.length + 1));
  }

  private text(file: string): string | undefined {
    for (const folder of this.folders) {
      const text = read(join(folder, file));
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

/**
 * For each hierarchy that is of use, the folders in which groups might be made, best first: our own group, then the one above
 * it (in version 2 a group that has processes may not divide its controllers). `mounts` and `own` are texts of the kernel.
 */
export function placesOf(mounts: string | undefined, own: string | undefined): readonly (readonly string[])[] {
  const groups = (own ?? '').split('\n').filter(Boolean).map((line) => { const [id = '', names = '', ...path] = line.split(':'); return { id, names: names.split(','), path: path.join(':') }; });
  return (mounts ?? '').split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - '), [, , , root = '', point = ''] = left.split(' '), [type = '', , options = ''] = right.split(' ');
    const controllers = options.split(',');
    const group = type === 'cgroup2' ? groups.find(({ id }) => id === '0') : type === 'cgroup' ? groups.find(({ names }) => names.some((name) => HIERARCHIES.includes(name) && controllers.includes(name))) : undefined;
    if (group === undefined) return [];
    const below = relative(root, group.path), at = below.startsWith('..') ? point : join(point, below);
    return [at === point || type === 'cgroup' ? [at] : [at, dirname(at)]];
  });
}

/** A folder below which groups can be made, with the controllers that can be had. */
function makeParent(folder: string): boolean {
  if (!makeFolder(folder)) return false;
  for (const controller of ['memory', 'cpu']) {
    if (has(join(folder, 'cgroup.controllers'), controller)) { write(folder, 'cgroup.subtree_control', `+${controller}`); continue; }
    if (write(dirname(folder), 'cgroup.subtree_control', `+${controller}`)) write(folder, 'cgroup.subtree_control', `+${controller}`);
  }
  return existsSync(join(folder, 'cgroup.procs'));
}

const limitsMemory = (folder: string): boolean => existsSync(join(folder, 'memory.limit_in_bytes')) || has(join(folder, 'cgroup.subtree_control'), 'memory');

const has = (file: string, word: string): boolean => (read(file) ?? '').split(/\s+/).includes(word);

function makeFolder(folder: string): boolean {
  try { mkdirSync(folder, { recursive: true }); return true; } catch { return false; }
}

function write(folder: string, file: string, text: string): boolean {
  const path = join(folder, file);
  if (!existsSync(path)) return false;
  try { writeFileSync(path, text); return true; } catch { return false; }
}

function read(path: string): string | undefined {
  try { return readFileSync(path, 'utf8').trim(); } catch { return undefined; }
}
