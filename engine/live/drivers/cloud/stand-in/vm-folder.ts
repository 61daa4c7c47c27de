// The folder of a stand-in VM, as the daemon sees it; vm-agent.mjs says which file means what. Each file appears whole.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VmKey } from '../../../driver-events.ts';
import { nameOf } from '../../process/attempt-folder.ts';
import { isShim } from '../../process/process-table.ts';
import type { Cloud } from './metadata-service.mjs';

/** Kept before the agent can start. */
export interface VmCard {
  readonly key: VmKey;
  readonly name: string;
  readonly entry: string;
  readonly market: 'on-demand' | 'spot';
  readonly spinUpMs: number;
  readonly metadata: Cloud;
  /** From being ready to the announcement of its kill, if that is planned, and from there to the kill. */
  readonly interruptAfterMs?: number;
  readonly noticeMs?: number;
}

export type VmCause = 'released' | 'interrupted';

export class VmFolder {
  readonly path: string;

  constructor(root: string, key: VmKey) { this.path = join(root, nameOf(key.unit), `${key.epoch}.${key.life}`); }

  prepare(card: VmCard): void {
    mkdirSync(join(this.path, 'attempts'), { recursive: true });
    this.write('vm.json', card);
  }

  card(): VmCard | undefined { return this.read('vm.json') as VmCard | undefined; }
  ready(): { readonly metadata: string } | undefined { return this.read('ready') as { readonly metadata: string } | undefined; }
  /** Nothing starts on it any more. */
  ending(): { readonly cause: VmCause } | undefined { return this.read('ending') as { readonly cause: VmCause } | undefined; }
  /** Nothing of it is left. */
  gone(): { readonly cause: VmCause } | undefined { return this.read('gone') as { readonly cause: VmCause } | undefined; }

  /** The agent's process; -1 when none may start, undefined before one has. */
  claim(): number | undefined {
    const text = this.text('pid');
    return text === undefined || text.trim() === '' ? undefined : Number(text);
  }

  /** The agent has begun and is there. */
  runs(): boolean { const pid = this.claim() ?? -1; return pid > 0 && isShim(pid, this.path); }

  /** Takes the claim so that no agent can. False when one has it. */
  forbid(): boolean {
    mkdirSync(this.path, { recursive: true });
    try { writeFileSync(join(this.path, 'pid'), '-1\n', { flag: 'wx' }); return true; } catch { return this.claim() === -1; }
  }

  askRelease(): void { this.write('release', true); }
  askInterruption(noticeMs: number): void { this.write('interrupt', { noticeMs }); }

  /** Puts the attempt in the VM's charge. False when the VM is ending: then it may not start. */
  take(attempt: string, folder: string): boolean {
    if (this.ending() !== undefined) return false;
    const file = join('attempts', placeOf(attempt));
    writeFileSync(join(this.path, file), folder);
    if (this.ending() === undefined) return true;
    this.drop(attempt);
    return false;
  }

  drop(attempt: string): void { rmSync(join(this.path, 'attempts', placeOf(attempt)), { force: true }); }

  private text(name: string): string | undefined {
    try { return readFileSync(join(this.path, name), 'utf8'); } catch { return undefined; }
  }

  private read(name: string): unknown {
    const text = this.text(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  private write(name: string, value: unknown): void {
    writeFileSync(join(this.path, `${name}.part`), JSON.stringify(value));
    renameSync(join(this.path, `${name}.part`), join(this.path, name));
  }
}

const placeOf = (attempt: string): string => createHash('sha256').update(attempt).digest('hex').slice(0, 32);

/** Cards of every VM below the root, in no order that means anything. */
export function vmCards(root: string): VmCard[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((unit) => readdirSync(join(root, unit)).flatMap((life) => {
    try { return [JSON.parse(readFileSync(join(root, unit, life, 'vm.json'), 'utf8')) as VmCard]; } catch { return []; } // it was never prepared: nothing runs
  }));
}
