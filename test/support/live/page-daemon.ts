// The daemon of the built command with the built workbench, as a child process: for tests of the page that need a real run behind
// it, with real commands, and need to kill it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';
import { cliJson, DIST } from '../workbench.ts';

/** Seldom enough for the daemon's limit of requests a second. */
const ASK_EVERY_MS = 20;

export interface PageDaemon {
  /** Where the page is; ends in `/web/`. Stays the same when it is started again. */
  readonly url: string;
  /** The name of its run, which no other run has. */
  readonly run: string;
  /** Where it runs, and where its commands look for files. */
  readonly folder: string;
  /** What a command of the command line says to its run, as JSON. */
  readonly ask: (command: string, ...args: readonly string[]) => Promise<any>;
  /** Asks the daemon itself, below `/v1`, until its answer is as wanted. */
  readonly until: (path: string, wanted: (answer: any) => boolean) => Promise<any>;
  /** Lets commands go on that wait for this file. */
  readonly allow: (file: string) => void;
  /** SIGKILL: nothing is said or tidied. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
  readonly startAgain: () => Promise<void>;
  /** Commands of the run that are still there. */
  readonly running: () => readonly string[];
  /** Ends it and everything it left running. */
  readonly close: () => Promise<void>;
}

/** A command that runs until the test allows it to end. Commands see nothing of the daemon's environment. */
export const untilAllowed = (folder: string, file: string): { readonly shell: string } => ({ shell: `until [ -e ${join(folder, file)} ]; do sleep 0.05; done` });

/** `configOf`: the configuration, for a run in this folder; its name gets an ending of its own. */
export async function startPageDaemon(configOf: (folder: string) => { readonly name: string }): Promise<PageDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'live-page-')), file = join(folder, 'live.json'), config = configOf(folder), run = `${config.name}-${basename(folder).slice('live-page-'.length)}`;
  writeFileSync(file, JSON.stringify({ ...config, name: run }));
  let child = await start(folder, file, 0);
  const { url } = child, port = Number(new URL(url).port), where = url.replace(/\/web\/$/, '');
  const ask = (command: string, ...args: readonly string[]): Promise<any> => cliJson(command, ...args, where);
  const running = (): string[] => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).flatMap((pid) => {
    try { return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TWINCLOCK_RUN=${run}`) ? [pid] : []; } catch { return []; }
  });
  const kill = async (): Promise<void> => {
    const gone = new Promise((resolve) => { child.process.once('exit', resolve); });
    if (child.process.exitCode === null && child.process.kill('SIGKILL')) await gone;
  };
  return {
    url, run, folder, ask, running, kill,
    until: async (path, wanted) => {
      for (;;) {
        const answer: unknown = await (await fetch(`${where}/v1/${path}`)).json();
        if (wanted(answer)) return answer;
        await new Promise((resolve) => { setTimeout(resolve, ASK_EVERY_MS); });
      }
    },
    allow: (name) => { writeFileSync(join(folder, name), ''); },
    startAgain: async () => { child = await start(folder, file, port); },
    close: async () => {
      await kill();
      for (const pid of running()) try { process.kill(Number(pid), 'SIGKILL'); } catch { /* gone by itself */ }
      removeFolder(folder);
    },
  };
}

function start(folder: string, file: string, port: number): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [`${DIST}twinclock.mjs`, 'live', file, '--port', String(port), '--quiet'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text: Buffer) => { said += text.toString(); const url = /http:\S+\/web\//.exec(said)?.[0]; if (url !== undefined) resolve({ process: child, url }); });
    child.stderr.on('data', (text: Buffer) => { said += text.toString(); });
    child.once('exit', (code) => { reject(new Error(`the daemon ended with ${code}: ${said}`)); });
  });
}
