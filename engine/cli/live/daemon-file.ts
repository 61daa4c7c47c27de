// Where the daemon of a run is reached: `daemon.json` in the run's folder, written when it listens and taken away when it
// ends well. A command that names no run means the only one below ./twinclock-live.
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, inputError, nearestName } from '../../model/errors.ts';
import { writeWholeFile } from '../write-file.ts';

/** Runs of this folder. */
export const LIVE_FOLDER = 'twinclock-live';
const FILE = 'daemon.json';

export interface DaemonAddress {
  readonly url: string;
  readonly run: string;
  readonly pid: number;
  /** Where its token is kept, if it asks for one. */
  readonly tokenFile?: string;
}

export async function writeDaemonFile(folder: string, address: DaemonAddress): Promise<void> {
  await writeWholeFile(join(folder, FILE), [JSON.stringify(address, null, 2) + '\n']);
}

export async function removeDaemonFile(folder: string): Promise<void> {
  await rm(join(folder, FILE), { force: true });
}

/** The address of the run named: a name below ./twinclock-live, a folder, a URL, or nothing for the only one. Throws `InputError` `no-daemon`. */
export async function findDaemon(run: string | undefined, tokenFile: string | undefined): Promise<DaemonAddress> {
  if (run !== undefined && /^https?:\/\//.test(run)) return { url: run.replace(/\/$/, ''), run: '', pid: 0, ...(tokenFile === undefined ? {} : { tokenFile }) };
  const names = await runNames(), wanted = run ?? onlyOne(names), folders = [wanted, join(LIVE_FOLDER, wanted)];
  for (const folder of folders) {
    const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
    if (text !== undefined) return { ...(JSON.parse(text) as DaemonAddress), ...(tokenFile === undefined ? {} : { tokenFile }) };
  }
  const near = nearestName(wanted, names);
  throw inputError('no-daemon', 'run', 'no daemon of this run is known here', { value: wanted, hint: near === undefined ? '`twinclock live <config>` starts one' : `did you mean "${near}"?` });
}

/** The daemon that has the run kept in `folder`, as its file tells; undefined when it has none, or that has died. */
export async function livingDaemon(folder: string): Promise<DaemonAddress | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined), address = text === undefined ? undefined : JSON.parse(text) as DaemonAddress;
  return address !== undefined && isAlive(address.pid) ? address : undefined;
}

/** The daemon, of any run of this place, that listens on the port. */
export async function daemonOnPort(port: number): Promise<DaemonAddress | undefined> {
  const daemons = await Promise.all((await runNames()).map((name) => livingDaemon(join(LIVE_FOLDER, name))));
  return daemons.find((daemon) => daemon !== undefined && Number(new URL(daemon.url).port) === port);
}

function isAlive(pid: number): boolean {
  try { return process.kill(pid, 0); } catch (error) { return (error as NodeJS.ErrnoException).code === 'EPERM'; }
}

async function runNames(): Promise<string[]> {
  const entries = await readdir(LIVE_FOLDER, { withFileTypes: true }).catch(() => []), names: string[] = [];
  for (const entry of entries) if (entry.isDirectory() && await readFile(join(LIVE_FOLDER, entry.name, FILE)).then(() => true, () => false)) names.push(entry.name);
  return names.sort();
}

function onlyOne(names: readonly string[]): string {
  const [only, ...others] = names;
  if (only === undefined) throw inputError('no-daemon', 'run', `no daemon runs below ./${LIVE_FOLDER}`, { hint: '`twinclock live <config>` starts one; or name a folder or a URL' });
  if (others.length > 0) throw new InputError([{ code: 'which-run', path: 'run', message: 'several daemons run here', hint: `name one of ${names.join(', ')}` }]);
  return only;
}
