// The folder of an attempt: all that is known of it that must outlive the daemon. `pid` is the claim, `exit` the end; each file
// appears whole or not at all, or is read as not there yet.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFile, readFileSync, readSync, readdir, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attemptName, tokenOf, type AttemptKey, type VmKey } from '../../driver-events.ts';
import type { Json } from '../../json.ts';
import type { AttemptFiles } from '../attempt-environment.ts';
import { ControlGroup, type GroupUsage } from './control-groups.ts';

/** Kept beside the claim, written before it can be made. */
export interface AttemptCard {
  readonly key: AttemptKey;
  readonly unit: string;
  /** The VM it runs on, on a cloud unit. */
  readonly vm?: VmKey;
  readonly checkpointSignal?: NodeJS.Signals;
  readonly timeoutMs?: number;
  readonly memoryMiB?: number;
  /** The kernel keeps it to that memory; it need not be measured. */
  readonly limited?: boolean;
}

/** What a folder says at one look. */
export interface FolderLook {
  /** As `AttemptFolder.claim`. */
  readonly claim: number | undefined;
  readonly exitStatus: number | undefined;
  readonly endedBy: EndedBy | undefined;
  /** Whoever runs it has announced to end it. */
  readonly noticed: boolean;
  /** Whole parts per million. */
  readonly progress: number | undefined;
  readonly checkpointed: number | undefined;
}

/** Why we ended it. */
export type EndedBy = 'stop' | 'timeout' | 'memory';

/** The callbacks of `node:fs` cost a third of what its promises do. */
const namesIn = promisify(readdir), textOf = promisify(readFile);

const OUTPUT_BYTES_MAX = 65_536;
const NAME_MAX = 100;

/** A file name for any id: readable, and different for different ids. */
export function nameOf(id: string): string {
  const plain = encodeURIComponent(id).replaceAll('.', '%2E').replaceAll('*', '%2A');
  return plain.length <= NAME_MAX ? plain : `${plain.slice(0, NAME_MAX - 20)}~${createHash('sha256').update(id).digest('hex').slice(0, 19)}`;
}

export class AttemptFolder {
  readonly path: string;
  readonly files: AttemptFiles;

  constructor(root: string, key: AttemptKey) {
    const ofTask = join(root, nameOf(key.task));
    this.path = join(ofTask, tokenOf(key));
    this.files = {
      inputs: join(this.path, 'inputs.json'), output: join(this.path, 'output.json'), progress: join(this.path, 'progress'),
      checkpoint: join(ofTask, 'checkpoint'), checkpointed: join(this.path, 'checkpointed'),
    };
  }

  /** Makes the folder with what must be there before the command starts. `groups`: folders of the control groups it is to enter. */
  prepare(card: AttemptCard, inputs: Readonly<Record<string, Json>>, groups: readonly string[] = []): void {
    mkdirSync(this.path, { recursive: true });
    mkdirSync(this.files.checkpoint, { recursive: true });
    this.write('groups', groups.map((folder) => `${folder}\n`).join(''));
    this.write('inputs.json', JSON.stringify(inputs));
    this.write('card.json', JSON.stringify(card));
  }

  /** The group's number once claimed; 0 while the claim is being written, -1 when it was taken so that nobody can start it, undefined before. */
  claim(): number | undefined { return claimOf(this.read('pid')); }

  /** For those who look often at a disk that may be slow: nobody waits for it. Only files that are there are read, which is most of the work saved. */
  async look(): Promise<FolderLook> {
    const there = await namesIn(this.path).catch((): string[] => []);
    const read = async (name: string): Promise<string | undefined> => (there.includes(name) ? textOf(join(this.path, name), 'utf8').catch(() => undefined) : undefined);
    const [pid, exit, endedBy, noticed, progress, checkpointed] = await Promise.all(['pid', 'exit', 'ended-by', 'noticed', 'progress', 'checkpointed'].map(read));
    return {
      claim: claimOf(pid), exitStatus: exit === undefined ? undefined : Number(exit), endedBy: endedBy as EndedBy | undefined, noticed: noticed !== undefined,
      progress: ppmOfShare(progress ?? ''), checkpointed: ppmOfShare(checkpointed ?? ''),
    };
  }

  /** Takes the claim so that no shim still on its way can start the command. False when one has it. */
  forbid(): boolean {
    mkdirSync(this.path, { recursive: true });
    try { writeFileSync(join(this.path, 'pid'), '-1\n', { flag: 'wx' }); return true; } catch { return this.claim() === -1; }
  }

  /** ms since 1970. */
  startedAt(): number { return statSync(join(this.path, 'pid'), { throwIfNoEntry: false })?.mtimeMs ?? 0; }
  endedAt(): number { return statSync(join(this.path, 'exit'), { throwIfNoEntry: false })?.mtimeMs ?? 0; }

  exitStatus(): number | undefined {
    const text = this.read('exit');
    return text === undefined ? undefined : Number(text);
  }

  /** All that the attempt has started, where the machine keeps it together. */
  group(): ControlGroup { return new ControlGroup((this.read('groups') ?? '').split('\n').filter(Boolean)); }

  /** Use of the control group, kept before the group is taken away. */
  usage(): GroupUsage | undefined {
    const text = this.read('usage.json');
    return text === undefined ? undefined : JSON.parse(text) as GroupUsage;
  }
  setUsage(usage: GroupUsage): void { this.write('usage.json', JSON.stringify(usage)); }

  card(): AttemptCard | undefined {
    const text = this.read('card.json');
    return text === undefined ? undefined : JSON.parse(text) as AttemptCard;
  }

  /** It may stand in the queue of what runs it: written before it is put there. */
  submitted(): boolean { return existsSync(join(this.path, 'submitted')); }
  setSubmitted(): void { this.write('submitted', ''); }

  /** Marks an attempt that was found dead without an exit status: it need not be looked at again. */
  setOver(): void { this.write('over', ''); }

  endedBy(): EndedBy | undefined { return this.read('ended-by') as EndedBy | undefined; }
  /** The first reason stays. */
  setEndedBy(why: EndedBy): void { if (this.endedBy() === undefined) this.write('ended-by', why); }

  /** Whole parts per million of a share the command wrote; undefined when there is none, or nonsense. */
  share(file: 'progress' | 'checkpointed'): number | undefined {
    return ppmOfShare(this.read(file) ?? '');
  }

  /** The result the command wrote, `null` for none; a phrase when it cannot be taken. */
  output(): { readonly value: Json } | { readonly fault: string } {
    const size = statSync(this.files.output, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0) return { value: null };
    if (size > OUTPUT_BYTES_MAX) return { fault: `the result has ${size} bytes, ${OUTPUT_BYTES_MAX} are allowed` };
    try { return { value: JSON.parse(readFileSync(this.files.output, 'utf8')) as Json }; } catch (error) { return { fault: `the result is no JSON: ${(error as Error).message}` }; }
  }

  /** Processor ms of the command and its children, as the shell's `times` tells on its second line (`0m1.500s 0m0.200s`). */
  cpuMs(): number | undefined {
    const line = this.read('times')?.split('\n')[1];
    if (line === undefined) return undefined;
    let ms = 0;
    for (const [, minutes, seconds] of line.matchAll(/(\d+)m([\d.]+)s/g)) ms += Number(minutes) * 60_000 + Number(seconds) * 1000;
    return Math.round(ms);
  }

  /** The last bytes of a file, as text. */
  tail(name: 'stdout' | 'stderr', bytes: number): string {
    const path = join(this.path, name), size = statSync(path, { throwIfNoEntry: false })?.size ?? 0, length = Math.min(size, bytes);
    if (length === 0) return '';
    const file = openSync(path, 'r'), buffer = Buffer.alloc(length);
    try { return buffer.subarray(0, readSync(file, buffer, 0, length, size - length)).toString('utf8'); } finally { closeSync(file); }
  }

  private read(name: string): string | undefined {
    try { return readFileSync(join(this.path, name), 'utf8'); } catch { return undefined; }
  }

  /** The file appears whole. `mode`: of a new file. */
  write(name: string, content: string | Uint8Array, mode = 0o644): void { writeWhole(join(this.path, name), content, mode); }
  /** A file of the folder that is kept from attempt to attempt. */
  writeCheckpoint(name: string, content: Uint8Array): void { writeWhole(join(this.files.checkpoint, name), content); }
}

function writeWhole(path: string, content: string | Uint8Array, mode = 0o644): void {
  writeFileSync(`${path}.part`, content, { mode });
  renameSync(`${path}.part`, path);
}

const claimOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text.trim() || 0));

/** Whole parts per million of a share from 0 to 1; undefined for anything else. */
export function ppmOfShare(text: string): number | undefined {
  const share = text.trim() === '' ? NaN : Number(text);
  return share >= 0 && share <= 1 ? Math.floor(share * 1_000_000) : undefined;
}

/** Every attempt below the root whose command was or may be started and is not known to have ended. */
export function claimedAttempts(root: string): AttemptCard[] {
  if (!existsSync(root)) return [];
  const cards: AttemptCard[] = [];
  for (const task of readdirSync(root)) {
    for (const token of readdirSync(join(root, task))) {
      if (token === 'checkpoint' || ['exit', 'over'].some((mark) => existsSync(join(root, task, token, mark)))) continue;
      try { cards.push(JSON.parse(readFileSync(join(root, task, token, 'card.json'), 'utf8')) as AttemptCard); } catch { /* it died before it was prepared: nothing runs */ }
    }
  }
  return cards.sort((a, b) => (attemptName(a.key) < attemptName(b.key) ? -1 : 1));
}
