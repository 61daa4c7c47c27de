// The VMs that report here through their agents, whatever cloud they are of: which of them have reported, when each was last heard,
// what its cloud announced to it, and what a new one must be given to find the way. Silence is not death: only the cloud tells that.
import type { DriverContext } from '../../../driver.ts';
import type { VmKey } from '../../../driver-events.ts';
import type { AttemptRunner } from '../provider.ts';
import type { NoticeReader, Reading } from '../notices/notice.ts';
import { noticeOfAction } from '../notices/aws.ts';
import { vmId, type VmBook } from '../vm-book.ts';
import { AgentAttempts, type AttemptOptions } from './agent-attempts.ts';
import { AgentDesk, type AgentReport, type DeskAddress } from './agent-desk.ts';

export interface FleetOptions extends AttemptOptions {
  /** Asked for when it is opened: a certificate may have to be made. */
  readonly where: () => Promise<DeskAddress>;
  /** The desk as VMs reach it; `{port}` stands for the port it listens on. */
  readonly url: string;
  readonly pollMs: number;
  readonly archiveBytes: number;
  /** A VM has reported for the first time. */
  readonly onHello: () => void;
}

/** Polls of an agent that may be missed before nothing is known of its VM any more, and ms at least. */
const MISSED = 5, SILENCE_MS_MIN = 3000;
const NOTICE_PAUSE_MS = 250;

export class AgentFleet {
  readonly attempts: AttemptRunner;
  private readonly context: DriverContext;
  private readonly book: VmBook;
  private readonly options: FleetOptions;
  private readonly desk: AgentDesk;
  private readonly inner: AgentAttempts;
  /** Clock ms of the last word of each VM. */
  private readonly heard = new Map<string, number>();
  private readonly documents = new Map<string, AgentReport>();
  private openedAt = 0;
  private port = 0;
  private waiting: (() => void)[] = [];

  constructor(context: DriverContext, book: VmBook, options: FleetOptions) {
    this.context = context;
    this.book = book;
    this.options = options;
    const inner = this.inner = new AgentAttempts(context, { standing: (vm) => this.standing(vm) }, options);
    this.attempts = {
      open: () => this.open(), close: () => this.desk.close(), start: (spec) => inner.start(spec), probe: (ref) => inner.probe(ref), signal: (ref, signal) => inner.signal(ref, signal),
      collect: (ref) => inner.collect(ref), undo: (ref) => inner.undo(ref), list: () => inner.list(),
    };
    this.desk = new AgentDesk({
      standing: (vm) => { const entry = book.get(vm); return entry === undefined ? 'unknown' : entry.gone === undefined && entry.ended !== true ? 'current' : 'over'; },
      poll: (vm, report) => this.poll(vm, report), part: (vm, id, name) => inner.part(vm, id, name),
      take: async (vm, id, name, content, query) => { inner.take(vm, id, name, content, query); },
      log: (message) => { context.log('warn', message); }, now: () => context.clock.now(),
    }, context.directory, options.archiveBytes);
  }

  /** Listens; then waits a little for the VMs that are known to be up, so that what is said of them is true. */
  private async open(): Promise<void> {
    this.inner.load();
    this.openedAt = this.context.clock.now();
    this.port = await this.desk.open(await this.options.where());
    const expected = this.book.present().filter(([, { helloAt, gone, ended }]) => helloAt !== undefined && gone === undefined && ended !== true).map(([id]) => id);
    let late = false;
    const cancel = this.context.clock.after(this.silenceMs, () => { late = true; this.wake(); });
    while (!late && expected.some((id) => !this.heard.has(id))) await new Promise<void>((done) => { this.waiting.push(done); });
    cancel();
  }

  /** What a VM needs to find the way here. */
  introduction(key: VmKey): { readonly url: string; readonly token: string } {
    return { url: this.options.url.replace('{port}', String(this.port)), token: this.desk.tokenOf(vmId(key)) };
  }

  /** ms since the last word of the VM; since this daemon listens when it has said none to it. */
  silentFor(vm: string): number { return this.context.clock.now() - (this.heard.get(vm) ?? this.openedAt); }

  /** The VM has said something lately. */
  hears(vm: string): boolean { return this.heard.has(vm) && this.silentFor(vm) <= this.silenceMs; }

  /** The VM is gone, or is to go: nothing it says counts any more. */
  over(vm: string): void {
    this.inner.vmOver(vm);
    this.heard.delete(vm);
    this.documents.delete(vm);
  }

  /** Announcements, as the agent found them in the VM. */
  notices(vm: string): NoticeReader {
    return {
      pauseMs: NOTICE_PAUSE_MS,
      read: async (): Promise<Reading> => {
        const { notice, rebalance } = this.documents.get(vm) ?? {};
        return notice === undefined ? { rebalance: rebalance !== undefined } : { notice: noticeOfAction(notice) };
      },
    };
  }

  private get silenceMs(): number { return Math.max(SILENCE_MS_MIN, MISSED * this.options.pollMs); }

  private standing(vm: string): 'takes attempts' | 'not ready' | 'over' | { readonly silent: string } {
    const entry = this.book.get(vm);
    if (entry?.gone !== undefined || entry?.ended === true) return 'over';
    if (entry?.helloAt === undefined) return 'not ready';
    return this.hears(vm) ? 'takes attempts' : { silent: `its VM has not been heard for ${Math.round(this.silentFor(vm) / 1000)} s` };
  }

  private async poll(vm: string, report: AgentReport): Promise<readonly string[]> {
    if (this.book.get(vm)?.helloAt === undefined) {
      await this.book.note(vm, { helloAt: this.context.clock.wall() });
      this.options.onHello();
    }
    this.heard.set(vm, this.context.clock.now());
    this.documents.set(vm, report);
    const lines = this.inner.poll(vm, report);
    this.wake();
    return lines;
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const done of waiting) done();
  }
}
