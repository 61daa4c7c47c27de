// Follows a live run: what it missed by pages, then row by row as the daemon tells of them, and over any number of breaks
// without losing or doubling one. Rows that come in a burst are told as one picture: at most two a second, fewer where a
// picture takes long to make.
import { eventData } from '../../../engine/journal/event-data.ts';
import type { RecordView } from '../../../engine/journal/record-view.ts';
import type { InboxItemJson, RehearsalsJson, ResourceJson, RunJson } from '../../../engine/live/api/answers.ts';
import { InputError, RunError } from '../../../engine/model/errors.ts';
import type { Fault } from '../../../engine/model/errors.ts';
import type { FleetFile } from '../../../engine/model/scenario.ts';
import { errorData } from '../error-data.ts';
import { LiveFold } from './live-fold.ts';
import type { DaemonAddress, FeedNews } from './live-protocol.ts';

/** What following needs of a browser, or of a test. */
export interface FollowerPorts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** A clock in ms. */
  readonly now: () => number;
  /** Resolves after so many ms, or when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes the news, and resolves when it has been shown; the next is not told before. */
  readonly tell: (news: FeedNews) => Promise<void>;
}

interface RecordPage { readonly from: number; readonly records: readonly RecordView[] }

/** Between pictures at least, and at most while the run goes on, ms. Making and showing pictures may take this share of the time. */
const PACE_MS = 500, BEAT_MS = 1000, SHARE = 0.2;
/** Before the line is tried again, ms. */
const AGAIN_MS = 1000;
/** More rows than this are fetched by pages, so that no single event is huge. */
const PAGE_ROWS = 5000;

export class Follower {
  private readonly ports: FollowerPorts;
  private readonly address: DaemonAddress;
  private fold: LiveFold | undefined;
  /** Which run the rows are of, and the last revision its scenario has. */
  private of = '';
  private revision = -1;
  private dirty = true;
  /** Rows there were when the line was opened: nothing is told before they have come. */
  private backlog = 0;

  constructor(address: DaemonAddress, ports: FollowerPorts) {
    this.address = address;
    this.ports = ports;
  }

  /** Follows until the signal is aborted, or until going on makes no sense (`denied`, `failed`). */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.connect(signal);
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = error as { readonly code?: string; readonly message: string };
        if (code === 'no-token') { await this.ports.tell({ kind: 'denied', reason: message }); return; }
        if (code !== 'unreachable') { await this.ports.tell({ kind: 'failed', error: errorData(error) }); return; }
        await this.ports.tell({ kind: 'lost', reason: message });
      }
      await this.ports.wait(AGAIN_MS, signal);
    }
  }

  /** One line to the daemon, as long as it holds. Rejects when it breaks. */
  private async connect(signal: AbortSignal): Promise<void> {
    const run = await this.get<RunJson>('/v1/run', signal), of = `${run.run} ${run.epoch}`;
    if (of !== this.of || run.rows < (this.fold?.count ?? 0)) { this.fold = undefined; this.revision = -1; }
    this.of = of;
    this.backlog = run.rows;
    if (this.fold === undefined || run.revision !== this.revision) await this.takeScenario(run.revision, signal);
    while (run.rows - this.fold!.count > PAGE_ROWS) await this.take(await this.get<RecordPage>(`/v1/records?from=${this.fold!.count}&limit=${PAGE_ROWS}`, signal), signal);
    const line = new AbortController(), end = (): void => { line.abort(); };
    signal.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([this.read(line.signal), this.tellOn(line.signal)]);
    } finally {
      signal.removeEventListener('abort', end);
      line.abort();
    }
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { count } = this.fold!, answer = await this.ask(`/v1/events?from=${count}`, signal, count === 0 ? {} : { 'last-event-id': String(count - 1) });
    for await (const data of unbroken(eventData(answer.body!))) await this.take(JSON.parse(data) as RecordPage, signal);
    throw unreachable('the daemon closed the line');
  }

  private async take({ from, records }: RecordPage, signal: AbortSignal): Promise<void> {
    if (from > this.fold!.count) throw unreachable(`rows ${this.fold!.count} to ${from - 1} did not come`);
    for (const record of records.slice(this.fold!.count - from)) {
      const { revision } = record.fields;
      if (record.name === 'revised' && typeof revision === 'number' && revision > this.revision) await this.takeScenario(revision, signal);
      this.fold!.take(record);
    }
    this.dirty = true;
  }

  /** The scenario as it is now, which knows every name up to this revision at least. */
  private async takeScenario(revision: number, signal: AbortSignal): Promise<void> {
    const { scenario, fleetHistory } = await this.get<{ readonly scenario: object; readonly fleetHistory?: FleetFile }>('/v1/scenario', signal);
    this.fold = new LiveFold(scenario, fleetHistory, this.fold);
    this.revision = revision;
  }

  private async tellOn(signal: AbortSignal): Promise<void> {
    let toldAt = -Infinity, tookMs = 0, told = '';
    while (!signal.aborted) {
      const since = this.ports.now() - toldAt, wanted = this.dirty ? Math.max(PACE_MS, tookMs / SHARE) : Math.max(BEAT_MS, tookMs / SHARE);
      if (since < wanted || this.fold!.count < this.backlog) { await this.ports.wait(Math.min(PACE_MS / 10, Math.max(1, wanted - since)), signal); continue; }
      const [run, { resources }, { items: inbox }, faults] = await Promise.all([
        this.get<RunJson>('/v1/run', signal), this.get<{ readonly resources: readonly ResourceJson[] }>('/v1/resources', signal), this.get<{ readonly items: readonly InboxItemJson[] }>('/v1/inbox', signal),
        this.get<RehearsalsJson>('/v1/faults', signal),
      ]);
      toldAt = this.ports.now();
      const key = JSON.stringify([{ ...run, now: 0 }, resources, inbox, faults]), passes = run.jobsOpen > 0 || run.vms > 0;
      if (!this.dirty && !passes && key === told) continue; // nothing happens, and nothing is billed
      told = key;
      this.dirty = false;
      await this.ports.tell({ kind: 'told', telling: { run, resources, inbox, faults, ...this.fold!.tell(run, run.now, faults) } });
      tookMs = this.ports.now() - toldAt;
    }
  }

  private async get<T>(path: string, signal: AbortSignal): Promise<T> {
    const answer = await this.ask(path, signal, {});
    return answer.json().catch((error: unknown) => { throw unreachable((error as Error).message); }) as Promise<T>;
  }

  private async ask(path: string, signal: AbortSignal, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { url, token } = this.address;
    const answer = await this.ports.fetch(url + path, { signal, cache: 'no-store', headers: { ...headers, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) } }).catch((error: unknown) => { throw unreachable(`nothing answers (${(error as Error).message})`); });
    if (answer.ok) return answer;
    const { code, detail, faults = [] } = await answer.json().catch(() => ({ code: 'unreachable', detail: `answered ${answer.status}` })) as { readonly code: string; readonly detail: string; readonly faults?: readonly Fault[] };
    if (answer.status >= 500 || answer.status === 429) throw unreachable(detail);
    throw faults.length > 0 ? new InputError(faults) : new RunError(code, detail);
  }
}

const unreachable = (message: string): RunError => new RunError('unreachable', message);

/** A stream whose breaks say what they are. */
async function* unbroken<T>(stream: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  const each = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await each.next().catch((error: unknown) => { throw unreachable(`the line broke (${(error as Error).message})`); });
    if (next.done === true) return;
    yield next.value;
  }
}
