// The share document on the screen: opened and checked in a worker, its runs made again by all of them, judged at the end.
// Nothing of it is kept unless it is opened as a comparison; nothing is ever sent anywhere.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { ErrorData } from '../worker/protocol.ts';
import type { SharedStudy, ShareFindings } from '../worker/share-protocol.ts';
import { inputError } from '../../engine/model/errors.ts';
import type { Library } from './library.ts';
import { unpackText } from './packed-text.ts';
import type { ShareRoute } from './routes/share.ts';
import { RunStore } from './run-store.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ShareState {
  readonly status: 'empty' | 'opening' | 'running' | 'judged' | 'stopped' | 'failed';
  /** The document itself. */
  readonly text: string;
  readonly shared: SharedStudy | undefined;
  readonly store: RunStore;
  readonly done: number;
  readonly findings: ShareFindings | undefined;
  readonly error: ErrorData | undefined;
}

const NOTHING: ShareState = { status: 'empty', text: '', shared: undefined, store: new RunStore(), done: 0, findings: undefined, error: undefined };
/** Runs of one question: small enough to show progress, large enough that messages cost nothing. */
const BATCH_RUNS = 24;

export class ShareDesk {
  readonly state: Signal<ShareState> = signal(NOTHING);
  private readonly pool: WorkerPool;
  private readonly library: Library;
  private shown = '';
  private work: AbortController | undefined;

  constructor(pool: WorkerPool, library: Library) {
    this.pool = pool;
    this.library = library;
  }

  /** Opens the document of the address and makes its runs; one that is on the screen already stays. */
  show(route: ShareRoute): void {
    const key = JSON.stringify([route.packed, route.document, this.library.version('share', route.document)]);
    if (key === this.shown && this.state.peek().status !== 'failed') return;
    this.shown = key;
    this.work?.abort();
    if (route.packed === '' && route.document === '') { this.state.value = NOTHING; return; }
    const work = this.work = new AbortController();
    this.state.value = { ...NOTHING, status: 'opening' };
    this.open(route, work.signal).catch((error: unknown) => { if (!work.signal.aborted) this.change({ status: 'failed', error: workErrorData(error) }); });
  }

  /** Makes the runs again. */
  again(): void {
    const { shared, text } = this.state.peek();
    if (shared === undefined) return;
    this.work?.abort();
    const work = this.work = new AbortController();
    this.change({ status: 'running', store: new RunStore(), done: 0, findings: undefined, error: undefined });
    this.verify(text, shared, work.signal).catch((error: unknown) => { if (!work.signal.aborted) this.change({ status: 'failed', error: workErrorData(error) }); });
  }

  stop(): void {
    if (this.state.peek().status !== 'running') return;
    this.work?.abort();
    this.change({ status: 'stopped' });
  }

  private async open({ packed, document }: ShareRoute, signal: AbortSignal): Promise<void> {
    if (packed !== '' && document !== '') throw inputError('conflicting-settings', 'address', 'carries a document and names another', { hint: 'give d or document' });
    const text = packed === '' ? (await this.library.read('share', document)).text : await unpackText(packed);
    const shared = await this.pool.ask({ kind: 'open-share', text }, { urgent: true, signal });
    if (signal.aborted) return;
    this.change({ status: 'running', text, shared });
    await this.verify(text, shared, signal);
  }

  private async verify(text: string, { study, file }: SharedStudy, signal: AbortSignal): Promise<void> {
    const { store } = this.state.peek(), policies = file.policies.map(({ policy }) => policy), perBatch = Math.max(1, Math.floor(BATCH_RUNS / policies.length));
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < file.seeds.length && !signal.aborted) {
        const seeds = file.seeds.slice(next, next += perBatch);
        store.add(await this.pool.ask({ kind: 'runs', study, policies, seeds }, { signal }));
        if (!signal.aborted) this.change({ done: this.state.peek().done + seeds.length * policies.length });
      }
    };
    await Promise.all(Array.from({ length: this.pool.size + 1 }, lane));
    const findings = await this.pool.ask({ kind: 'verify', text, columns: store.pick(policies, file.seeds) }, { urgent: true, signal });
    if (!signal.aborted) this.change({ status: 'judged', findings });
  }

  private change(part: Partial<ShareState>): void {
    this.state.value = { ...this.state.peek(), ...part };
  }
}
