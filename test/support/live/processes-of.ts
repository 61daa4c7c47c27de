// Processes that belong to a folder: those that name it on their command line or in their environment. What is started for a test
// lies in a folder of its own, so this finds all of it, whatever process group it put itself in. Linux only.
import { readFileSync, readdirSync } from 'node:fs';

/** `pid command line` of each, this process aside. */
export function processesOf(folder: string): { readonly pid: number; readonly line: string }[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid).flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '), environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return line.includes(folder) || environment.includes(folder) ? [{ pid: Number(pid), line }] : [];
    } catch { return []; } // it has just ended
  });
}
