// Attempts on VMs with agents. What should run where stands in folders of this machine, one an attempt, as of a local process; the agent
// of the VM reads it, and fills the folder with what came of it. A word is taken down before the agent is told that it was heard.
//
// An attempt whose VM is over has no end of its own. Of a checkpoint, only that of the task's last attempt is kept.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDuration } from '../../../../model/units.ts';
import type { AttemptRef, AttemptSpec, Collected, DriverContext, Verdict } from '../../../driver.ts';
import { attemptName, type VmKey } from '../../../driver-events.ts';
import { AttemptFolder, claimedAttempts, ppmOfShare, type AttemptCard, type EndedBy } from '../../process/attempt-folder.ts';
import { NO_COMMAND, cardOf, commandOf, endOfFolder } from '../../process/attempt-work.ts';
import type { AttemptRunner } from '../provider.ts';
import { vmId } from '../vm-book.ts';
import { shortId, type AgentReport } from './agent-desk.ts';
import { commandScript, type ScriptOptions } from './command-script.ts';

const TAIL_BYTES = 65_536, SHOW_MS = 10_000, MEASURED = 'measured.json';
const RESULTS = ['stdout', 'stderr', 'output.json', 'times'], REASONS: readonly string[] = ['stop', 'timeout', 'memory'] satisfies EndedBy[];

/** By the agent. */
interface Measured {
  readonly busyMs: number;
  readonly peakMiB: number;
}

interface VmAttemptCard extends AttemptCard {
  readonly vm: VmKey;
}

interface Watched {
  readonly card: VmAttemptCard;
  readonly folder: AttemptFolder;
  readonly vm: string;
  runs: boolean;
  progress: number;
  /** Its end is asked for, with this grace. */
  endGraceMs: number | undefined;
  /** The last signal it was given; numbers grow. */
  signal: { readonly name: string; readonly number: number } | undefined;
  readonly whenOver: (() => void)[];
  /** Those who wait for its output so far. */
  whenShown: (() => void)[];
}

export interface AttemptOptions extends ScriptOptions {
  readonly grace?: string | number;
  readonly memory?: 'kill' | 'report';
  readonly standIn?: boolean;
}

/** What is known of the VMs. */
export interface VmsSeen {
  /** `silent`: why nothing can be said of what runs on it. */
  readonly standing: (vm: string) => 'takes attempts' | 'not ready' | 'over' | { readonly silent: string };
}

export class AgentAttempts implements Omit<AttemptRunner, 'open' | 'close'> {
  private readonly context: DriverContext;
  private readonly vms: VmsSeen;
  private readonly options: AttemptOptions;
  private readonly root: string;
  private readonly graceMs: number;
  private readonly watched = new Map<string, Watched>();

  constructor(context: DriverContext, vms: VmsSeen, options: AttemptOptions) {
    this.context = context;
    this.vms = vms;
    this.options = options;
    this.root = resolve(context.directory, 'attempts');
    this.graceMs = parseDuration(options.grace ?? '10s');
  }

  /** Takes up what an earlier daemon asked for. */
  load(): void {
    for (const card of claimedAttempts(this.root) as VmAttemptCard[]) if (new AttemptFolder(this.root, card.key).claim() !== -1) this.watch(card);
  }

  async start(spec: AttemptSpec): Promise<void> {
    const { key } = spec, folder = new AttemptFolder(this.root, key), command = commandOf(spec, this.options);
    if (this.watched.has(shortId(attemptName(key)))) return;
    if (folder.claim() === -1) throw new Error('the attempt was taken back');
    const standing = spec.vm === undefined ? 'not ready' : this.vms.standing(vmId(spec.vm.key)); // one that is silent finds it when it asks again
    if (spec.vm === undefined || standing === 'over' || standing === 'not ready') throw new Error('its VM takes no attempts');
    if (command === undefined) { this.context.emit({ type: 'ended', key, end: NO_COMMAND }); return; }
    const end = this.endOf(folder);
    if (end !== undefined) { this.context.emit({ type: 'ended', key, end }); return; }
    const card: VmAttemptCard = { ...cardOf(spec), vm: spec.vm.key };
    mkdirSync(folder.path, { recursive: true });
    folder.write('command', commandScript(spec, command, this.options), 0o600); // its environment may hold secrets
    folder.prepare(card, spec.inputs);
    this.watch(card);
  }

  async probe({ key, vm }: AttemptRef): Promise<Verdict> {
    const watched = this.watched.get(shortId(attemptName(key))), folder = new AttemptFolder(this.root, key), end = this.endOf(folder);
    if (end !== undefined) return { state: 'DEAD', end };
    const on = watched?.card.vm ?? vm?.key, standing = on === undefined ? 'not ready' : this.vms.standing(vmId(on));
    if (standing === 'over') return { state: 'DEAD', end: { outcome: 'lost', busyMs: 0, reason: 'its VM is gone' } };
    if (watched === undefined) return { state: 'ABSENT' };
    if (typeof standing === 'object') return { state: 'UNKNOWN', why: standing.silent };
    return { state: 'ALIVE', handle: { folder: folder.path }, ...(watched.runs ? {} : { waiting: true }) };
  }

  async signal({ key }: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> {
    const attempt = this.watched.get(shortId(attemptName(key)));
    if (attempt === undefined) return;
    if (signal !== 'checkpoint') { attempt.endGraceMs = Math.min(attempt.endGraceMs ?? Infinity, signal === 'kill' ? 0 : this.graceMs); return; }
    const { checkpointSignal } = attempt.card; // numbers go on growing over restarts
    if (checkpointSignal !== undefined) attempt.signal = { name: checkpointSignal.slice(3), number: Math.max(Math.round(this.context.clock.wall()), (attempt.signal?.number ?? 0) + 1) };
  }

  async undo(ref: AttemptRef): Promise<void> {
    const attempt = this.watched.get(shortId(attemptName(ref.key)));
    if (attempt === undefined) { new AttemptFolder(this.root, ref.key).forbid(); return; }
    const over = new Promise<void>((done) => { attempt.whenOver.push(done); });
    await this.signal(ref, 'stop');
    await over;
  }

  /** Of one that runs, its VM is asked, and what is here already is told when it does not answer soon. */
  async collect({ key }: AttemptRef): Promise<Collected> {
    const folder = new AttemptFolder(this.root, key), attempt = this.watched.get(shortId(attemptName(key)));
    if (attempt?.runs === true && this.vms.standing(attempt.vm) === 'takes attempts') {
      await new Promise<void>((shown) => {
        const cancel = this.context.clock.after(SHOW_MS, shown);
        attempt.whenShown.push(() => { cancel(); shown(); });
      });
    }
    return { stdout: folder.tail('stdout', TAIL_BYTES), stderr: folder.tail('stderr', TAIL_BYTES), files: { folder: folder.path } };
  }

  async list(): Promise<readonly AttemptRef[]> {
    return [...this.watched.values()].filter(({ vm }) => this.vms.standing(vm) !== 'over').map(({ card }) => ({ key: card.key, unit: card.unit, vm: { key: card.vm } }));
  }

  /** Nothing runs on it any more. */
  vmOver(vm: string): void {
    for (const attempt of [...this.watched.values()]) if (attempt.vm === vm) this.forget(attempt);
  }

  // --- what agents say ---

  /** Takes down what runs on the VM; the answer is what should, a line each. */
  poll(vm: string, { runs }: AgentReport): readonly string[] {
    const lines: string[] = [], signalled = new Map(runs.map((run) => [run.id, run.signalled]));
    for (const { id, progress } of runs) {
      const attempt = this.on(vm, id);
      if (attempt === undefined) lines.push(`end ${id} 0`); // nobody here knows it
      else this.hear(attempt, progress);
    }
    for (const [id, { vm: on, card, endGraceMs, signal }] of this.watched) {
      if (on !== vm) continue;
      lines.push(endGraceMs === undefined ? `run ${id} ${hundredths(card.timeoutMs)} ${this.options.memory === 'report' ? '-' : card.memoryMiB ?? '-'}` : `end ${id} ${hundredths(endGraceMs)}`);
      if (this.watched.get(id)!.whenShown.length > 0) lines.push(`show ${id}`);
      if (signal !== undefined && (signalled.get(id) ?? Infinity) < signal.number) lines.push(`signal ${id} ${signal.name} ${signal.number}`);
    }
    return lines;
  }

  /** Undefined for what is not on this VM. */
  part(vm: string, id: string, name: string): Uint8Array | string | undefined {
    const attempt = this.on(vm, id);
    if (attempt === undefined || !['command', 'inputs.json', 'archive'].includes(name)) return undefined;
    const path = name === 'archive' ? archiveOf(attempt.folder) : join(attempt.folder.path, name);
    return existsSync(path) ? readFileSync(path) : '';
  }

  take(vm: string, id: string, name: string, content: Buffer, query: URLSearchParams): void {
    const attempt = this.on(vm, id);
    if (attempt === undefined) return; // it was heard before
    const { folder } = attempt;
    if (RESULTS.includes(name)) {
      folder.write(name, content);
      if (name === 'stderr') wake(attempt); // it comes last
    }
    if (name === 'ended-by' && REASONS.includes(content.toString())) folder.setEndedBy(content.toString() as EndedBy);
    else if (name === 'too-big') this.context.log('warn', `${attemptName(attempt.card.key)}: its checkpoint has ${natural(content.toString())} bytes when packed, more than is taken (checkpointMiB), and is not kept`);
    else if (name === 'archive') this.takeCheckpoint(attempt, content, query.get('share') ?? '');
    else if (name === 'exit' || name === 'over') this.takeEnd(attempt, name, content, { busyMs: natural(query.get('busy')), peakMiB: natural(query.get('peak')) });
  }

  private hear(attempt: Watched, progress: string): void {
    const { card: { key }, folder } = attempt;
    if (!attempt.runs) {
      folder.write('pid', '1\n'); // here it only says that it has begun
      attempt.runs = true;
      this.context.emit({ type: 'started', key, handle: { folder: folder.path } });
    }
    const ppm = ppmOfShare(progress);
    if (ppm !== undefined && ppm !== attempt.progress) this.context.emit({ type: 'progress', key, ppm: attempt.progress = ppm });
  }

  private takeCheckpoint({ card: { key }, folder }: Watched, archive: Buffer, share: string): void {
    const ppm = ppmOfShare(share), later = [...this.watched.values()].some(({ card }) => card.key.task === key.task && card.key.attempt > key.attempt);
    if (ppm === undefined || later) return;
    folder.writeCheckpoint('archive', archive);
    this.context.emit({ type: 'checkpointed', key, ppm, checkpoint: { archive: archiveOf(folder) } });
  }

  private takeEnd(attempt: Watched, name: 'exit' | 'over', content: Buffer, measured: Measured): void {
    const { card: { key }, folder } = attempt;
    folder.write(MEASURED, JSON.stringify(measured));
    folder.write(name, content);
    this.forget(attempt);
    this.context.emit({ type: 'ended', key, end: endOfFolder(folder, measured) });
  }

  // --- what is known ---

  private watch(card: VmAttemptCard): void {
    const folder = new AttemptFolder(this.root, card.key), name = attemptName(card.key);
    this.watched.set(shortId(name), { card, folder, vm: vmId(card.vm), runs: folder.claim() !== undefined, progress: -1, endGraceMs: undefined, signal: undefined, whenOver: [], whenShown: [] });
  }

  private forget(attempt: Watched): void {
    this.watched.delete(shortId(attemptName(attempt.card.key)));
    for (const done of attempt.whenOver) done();
    wake(attempt);
  }

  private on(vm: string, id: string): Watched | undefined {
    const attempt = this.watched.get(id);
    return attempt?.vm === vm ? attempt : undefined;
  }

  /** The end of an attempt of which all has been brought here. */
  private endOf(folder: AttemptFolder) {
    return existsSync(join(folder.path, 'exit')) || existsSync(join(folder.path, 'over')) ? endOfFolder(folder, JSON.parse(readFileSync(join(folder.path, MEASURED), 'utf8')) as Measured) : undefined;
  }
}

function wake(attempt: Watched): void {
  const { whenShown } = attempt;
  attempt.whenShown = [];
  for (const shown of whenShown) shown();
}

const archiveOf = (folder: AttemptFolder): string => join(folder.files.checkpoint, 'archive');
const hundredths = (ms: number | undefined): string => (ms === undefined ? '-' : String(Math.ceil(ms / 10)));
const natural = (text: string | null): number => Math.max(0, Math.round(Number(text)) || 0);
