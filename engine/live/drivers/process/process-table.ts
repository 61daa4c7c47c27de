// What the operating system says of processes, from /proc where there is one: members of groups with their memory, and
// whether a pid is still the shim we know (numbers are used again). Elsewhere only liveness is known.
import { readFileSync, readdirSync } from 'node:fs';

const PAGE_MIB = 4096 / 1048576;

/** Resident MiB and processes of each of the groups. Undefined where there is no /proc. */
export function groupMemory(groups: ReadonlySet<number>): ReadonlyMap<number, { readonly mib: number; readonly processes: number }> | undefined {
  let pids: string[];
  try { pids = readdirSync('/proc'); } catch { return undefined; }
  const found = new Map<number, { mib: number; processes: number }>();
  for (const pid of pids) {
    if (pid.charCodeAt(0) > 57) continue;
    const stat = statOf(pid);
    if (stat === undefined || !groups.has(stat.group)) continue;
    const sum = found.get(stat.group) ?? { mib: 0, processes: 0 };
    sum.mib += stat.residentPages * PAGE_MIB;
    sum.processes++;
    found.set(stat.group, sum);
  }
  return found;
}

/** The group of a process and its resident pages; zombies do not count. */
function statOf(pid: string): { readonly group: number; readonly residentPages: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1'), fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
    return fields[0] === 'Z' ? undefined : { group: Number(fields[2]), residentPages: Number(fields[21]) };
  } catch { return undefined; }
}

/** The process exists and its command line holds `text`: it is the shim of that folder, not another process of its number. */
export function isShim(pid: number, text: string): boolean {
  try { process.kill(pid, 0); } catch { return false; }
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text); } catch (error) { return (error as NodeJS.ErrnoException).code === 'ENOENT' && !hasProc(); }
}

/** Processes of the group that carry the variable, the shim itself aside: what is left when a shim was killed alone. */
export function strays(group: number, variable: string): number[] {
  let pids: string[];
  try { pids = readdirSync('/proc'); } catch { return []; }
  return pids.filter((pid) => pid.charCodeAt(0) <= 57 && statOf(pid)?.group === group && environmentOf(pid).includes(variable)).map(Number);
}

function environmentOf(pid: string): readonly string[] {
  try { return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'); } catch { return []; }
}

function hasProc(): boolean {
  try { readdirSync('/proc/self'); return true; } catch { return false; }
}
