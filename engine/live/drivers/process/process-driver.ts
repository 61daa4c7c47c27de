// Local processes: each attempt is a command behind a shim (shim.ts) in a process group of its own, with a folder that holds
// all that is known of it (attempt-folder.ts). Both outlive the daemon; the next one reads the folders and goes on watching.
//
// Proof of death is the exit status, or a shim that is gone with nothing left of its group. A group is only signalled while
// its shim is known to be ours. Where the machine allows control groups, each attempt is in one of its own: the kernel limits
// its memory, counts what it uses, and knows all that it started. Elsewhere memory is the resident size of the process group,
// measured once a second where there is a /proc.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, Verdict } from '../../driver.ts';
import { attemptName, type AttemptEnd, type AttemptKey } from '../../driver-events.ts';
import type { Json } from '../../json.ts';
import { AttemptFolder, claimedAttempts, type AttemptCard, type EndedBy } from './attempt-folder.ts';
import { cardOf, collectFolder, commandOf, endOfFolder, environmentOf, graceOf, NO_COMMAND, ShareTeller, workFolder, type WorkOptions } from './attempt-work.ts';
import { ControlGroups } from './control-groups.ts';
import { groupMemory, isShim, strays } from './process-table.ts';
import { spawnShim } from './shim.ts';

/** How often what is not our child is looked at, and how often memory and progress are. */
const POLL_MS = 250, SAMPLE_MS = 1000;
/** A claim without a number is being written; after this its writer is dead. */
const CLAIM_MS = 5000;

interface Watched {
  readonly key: AttemptKey;
  readonly folder: AttemptFolder;
  readonly card: AttemptCard;
  /** Of the group; 0 until the claim is read. */
  group: number;
  /** Started by this daemon: its end comes by itself. */
  child: ChildProcess | undefined;
  peakMiB: number;
  readonly shares: ShareTeller;
  cancelTimers: (() => void)[];
  ended: boolean;
  readonly whenEnded: (() => void)[];
}

/** Options as in the configuration. */
interface Options extends WorkOptions {
  readonly memory?: 'kill' | 'report';
  readonly controlGroups?: 'auto' | 'off';
}

export function createProcessDriver(context: DriverContext, options: Readonly<Record<string, Json>>): Driver {
  return new ProcessDriver(context, options as Options);
}

class ProcessDriver implements Driver {
  private readonly context: DriverContext;
  private readonly options: Options;
  private readonly root: string;
  private readonly graceMs: number;
  private readonly groups: ControlGroups | undefined;
  private readonly watched = new Map<string, Watched>();
  private cancelPoll: () => void = () => {};
  private cancelSample: () => void = () => {};
  private closed = false;

  constructor(context: DriverContext, options: Options) {
    this.context = context;
    this.options = options;
    this.root = resolve(context.directory, 'attempts');
    this.graceMs = graceOf(options);
    this.groups = options.controlGroups === 'off' ? undefined : ControlGroups.find(this.root);
  }

  async open(): Promise<void> {
    for (const card of claimedAttempts(this.root)) if ((new AttemptFolder(this.root, card.key).claim() ?? -1) >= 0) this.watch(card, undefined);
    this.groups?.sweep();
    this.poll();
    this.sample();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelPoll();
    this.cancelSample();
    for (const attempt of this.watched.values()) {
      for (const cancel of attempt.cancelTimers) cancel();
      attempt.child?.removeAllListeners('exit');
      attempt.child?.unref();
    }
    this.groups?.leave();
  }

  async start(spec: AttemptSpec): Promise<void> {
    const { key } = spec, folder = new AttemptFolder(this.root, key), command = commandOf(spec, this.options);
    if (this.watched.has(attemptName(key))) return;
    if (folder.claim() === -1) throw new Error('the attempt was taken back');
    if (command === undefined) { this.context.emit({ type: 'ended', key, end: NO_COMMAND }); return; }
    const card = folder.claim() === undefined ? this.prepare(spec, folder) : folder.card() ?? cardOf(spec);
    const work = workFolder(spec, this.options, folder);
    if (!existsSync(work)) { this.context.emit({ type: 'ended', key, end: { outcome: 'task-error', busyMs: 0, reason: `there is no folder ${work}` } }); return; }
    const child = folder.claim() === undefined ? await spawnShim(folder.path, work, command, environmentOf(spec, this.options, folder)) : undefined;
    this.watch(card, child);
  }

  /** Makes its control group, where there are any, and its folder. */
  private prepare(spec: AttemptSpec, folder: AttemptFolder): AttemptCard {
    const card = cardOf(spec), { memoryMiB } = card, cores = spec.task.demand?.['cores'];
    const group = this.groups?.make(attemptName(spec.key), {
      ...(memoryMiB === undefined || this.options.memory === 'report' ? {} : { memoryMiB }), ...(typeof cores === 'number' && cores > 0 ? { cores } : {}),
    });
    const kept: AttemptCard = group?.limited === true ? { ...card, limited: true } : card;
    folder.prepare(kept, spec.inputs, group?.folders);
    return kept;
  }

  async probe(ref: AttemptRef): Promise<Verdict> {
    const known = this.watched.get(attemptName(ref.key)), folder = known?.folder ?? new AttemptFolder(this.root, ref.key);
    const end = this.endOf(ref.key, folder, known?.peakMiB ?? 0);
    if (end === 'runs') return { state: 'ALIVE', handle: { folder: folder.path } };
    if (end === 'unclear') return { state: 'UNKNOWN', why: 'its process is about to start' };
    return end === undefined ? { state: 'ABSENT' } : { state: 'DEAD', end };
  }

  async signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> {
    const attempt = this.watched.get(attemptName(ref.key));
    if (attempt === undefined) return;
    if (signal === 'checkpoint') { if (attempt.card.checkpointSignal !== undefined) this.send(attempt, attempt.card.checkpointSignal); }
    else this.end(attempt, 'stop', signal === 'kill' ? 0 : this.graceMs);
  }

  async undo(ref: AttemptRef): Promise<void> {
    const name = attemptName(ref.key), attempt = this.watched.get(name);
    if (attempt === undefined) { new AttemptFolder(this.root, ref.key).forbid(); return; }
    this.end(attempt, 'stop', this.graceMs);
    await new Promise<void>((gone) => { if (attempt.ended) gone(); else attempt.whenEnded.push(gone); });
  }

  async collect(ref: AttemptRef): Promise<Collected> {
    return collectFolder(new AttemptFolder(this.root, ref.key));
  }

  async list(): Promise<readonly AttemptRef[]> {
    const mayRun = ({ key }: AttemptCard): boolean => {
      const folder = new AttemptFolder(this.root, key), found = this.endOf(key, folder, 0);
      return found === 'runs' || found === 'unclear' || (found === undefined && folder.claim() === undefined); // a shim may be on its way to its claim
    };
    return claimedAttempts(this.root).filter(mayRun).map(({ key, unit, vm }) => ({ key, unit, ...(vm === undefined ? {} : { vm: { key: vm } }) }));
  }

  // --- what is watched ---

  private watch(card: AttemptCard, child: ChildProcess | undefined): void {
    const { key } = card, attempt: Watched = {
      key, card, child, folder: new AttemptFolder(this.root, key), group: 0, peakMiB: 0, shares: new ShareTeller(), cancelTimers: [], ended: false, whenEnded: [],
    };
    this.watched.set(attemptName(key), attempt);
    child?.once('exit', () => { attempt.child = undefined; this.look(attempt); });
    if (card.timeoutMs !== undefined) {
      const since = child === undefined ? this.context.clock.wall() - attempt.folder.startedAt() : 0;
      attempt.cancelTimers.push(this.context.clock.after(Math.max(0, card.timeoutMs - since), () => this.end(attempt, 'timeout', this.graceMs)));
    }
    if (child !== undefined) this.context.emit({ type: 'started', key, handle: { folder: attempt.folder.path } });
  }

  /** What has become of an attempt: its end, still running, not clear yet, or undefined when it never started. */
  private endOf(key: AttemptKey, folder: AttemptFolder, peakMiB: number): AttemptEnd | 'runs' | 'unclear' | undefined {
    const claim = folder.claim();
    if (claim === undefined || claim === -1) return undefined;
    if (claim === 0) {
      if (this.context.clock.wall() - folder.startedAt() < CLAIM_MS) return 'unclear';
    } else if (folder.exitStatus() === undefined && (isShim(claim, folder.path) || folder.group().processes().length > 0 || strays(claim, `TWINCLOCK_KEY=${attemptName(key)}`).length > 0)) return 'runs';
    return endOfFolder(folder, { peakMiB });
  }

  /** Tells of the attempt's end if it has ended. */
  private look(attempt: Watched): void {
    if (attempt.ended || this.closed) return;
    const { key, folder } = attempt;
    attempt.group ||= Math.max(0, folder.claim() ?? 0);
    const found = this.endOf(key, folder, attempt.peakMiB), unclaimed = found === undefined && attempt.child === undefined && folder.forbid();
    const end = unclaimed ? { outcome: 'refused' as const, busyMs: 0, reason: 'its shell ended before it could begin' } : found;
    if (end === 'runs' || end === 'unclear' || end === undefined) return;
    attempt.shares.tell(attempt.key, attempt.folder, this.context.emit);
    attempt.ended = true;
    if (folder.exitStatus() === undefined) folder.setOver();
    for (const cancel of attempt.cancelTimers) cancel();
    this.watched.delete(attemptName(key));
    this.context.emit({ type: 'ended', key, end });
    for (const gone of attempt.whenEnded) gone();
  }

  private poll(): void {
    if (this.closed) return;
    for (const attempt of [...this.watched.values()]) if (attempt.child === undefined) this.look(attempt);
    this.cancelPoll = this.context.clock.after(POLL_MS, () => this.poll());
  }

  private sample(): void {
    if (this.closed) return;
    const groups = new Set([...this.watched.values()].map(({ group }) => group)), memory = groups.size === 0 ? undefined : groupMemory(groups);
    for (const attempt of [...this.watched.values()]) {
      attempt.shares.tell(attempt.key, attempt.folder, this.context.emit);
      attempt.group ||= Math.max(0, attempt.folder.claim() ?? 0);
      const used = memory?.get(attempt.group)?.mib ?? 0, limit = attempt.card.memoryMiB;
      if (used > attempt.peakMiB) attempt.peakMiB = used;
      if (limit !== undefined && used > limit && this.options.memory !== 'report' && !isKept(attempt)) this.end(attempt, 'memory', 0);
    }
    this.cancelSample = this.context.clock.after(SAMPLE_MS, () => this.sample());
  }

  // --- ending ---

  private end(attempt: Watched, why: EndedBy, graceMs: number): void {
    if (attempt.ended) return;
    attempt.folder.setEndedBy(why);
    if (graceMs === 0) { this.force(attempt); return; }
    this.send(attempt, 'SIGTERM');
    attempt.cancelTimers.push(this.context.clock.after(graceMs, () => this.force(attempt)));
  }

  /** SIGKILL, and again until nothing is left: a shim may still be on its way to its claim. */
  private force(attempt: Watched): void {
    if (attempt.ended || this.closed) return;
    this.send(attempt, 'SIGKILL');
    attempt.folder.group().kill();
    attempt.cancelTimers.push(this.context.clock.after(POLL_MS, () => { this.look(attempt); this.force(attempt); }));
  }

  /** Signals the group, if it is still ours. */
  private send({ key, folder }: Watched, signal: NodeJS.Signals): void {
    const group = folder.claim() ?? 0;
    if (group <= 0 || (!isShim(group, folder.path) && strays(group, `TWINCLOCK_KEY=${attemptName(key)}`).length === 0)) return;
    try { process.kill(-group, signal); } catch { /* it has just ended */ }
  }
}

/** The kernel keeps it to its memory: it could enter the group that was made for it. */
const isKept = ({ card, folder }: Watched): boolean => card.limited === true && folder.group().processes().length > 0;
