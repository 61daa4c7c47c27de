// The run on the screen and the explanation of the task that was picked in it. What comes late for something that is no
// longer shown is dropped.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { TaskExplanation } from '../../engine/experiment/explain-task.ts';
import type { ErrorData, RecordingFacts, RunPicture, RunRequest, WhatIfFacts } from '../worker/protocol.ts';
import type { Library } from './library.ts';
import { asksWhatIf } from './routes/run.ts';
import type { RunRoute } from './routes/run.ts';
import { studyOf } from './sources.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface RunState {
  readonly route: RunRoute;
  readonly picture: RunPicture | undefined;
  /** How the journal in the address replays; undefined for runs made here. */
  readonly recording: RecordingFacts | undefined;
  /** What came of a change of it, when one is asked about. */
  readonly whatIf: WhatIfFacts | undefined;
  readonly explanation: TaskExplanation | undefined;
  readonly error: ErrorData | undefined;
}

export class RunDesk {
  readonly state: Signal<RunState | undefined> = signal(undefined);
  private readonly pool: WorkerPool;
  private readonly library: Library;
  /** What the run on the screen is of; its request once its documents have been fetched. */
  private asked = '';
  private request: Promise<RunRequest> | undefined;
  private work: AbortController | undefined;

  constructor(pool: WorkerPool, library: Library) {
    this.pool = pool;
    this.library = library;
  }

  /** Shows this run; keeps the picture when it is the same run with another task picked. */
  show(route: RunRoute): void {
    const { scenario, weights, policy, seed, faults, journal, ifPolicy, ifWeights, without } = route, before = this.state.peek();
    const key = JSON.stringify([scenario, weights, policy, seed, faults, journal, ifPolicy, ifWeights, without, this.library.version('scenario', scenario), this.library.version('policy', policy), this.library.version('policy', ifPolicy), this.library.version('faults', faults)]);
    const same = key === this.asked && before?.error === undefined && this.request !== undefined && this.work !== undefined;
    this.asked = key;
    if (!same) {
      this.work?.abort();
      this.work = new AbortController();
      this.request = this.requestOf(route);
    }
    const explanation = same && before?.explanation?.task === route.task ? before.explanation : undefined, { signal } = this.work!;
    this.state.value = { route, picture: same ? before?.picture : undefined, recording: same || journal === before?.route.journal ? before?.recording : undefined, whatIf: same ? before?.whatIf : undefined, explanation, error: undefined };
    if (!same) this.answer(key, (request) => this.pool.ask({ kind: 'run', ...request }, { urgent: true, signal }), (picture) => { this.change(key, { picture }); });
    if (!same && journal !== '') this.answer(key, ({ journal: read }) => this.pool.ask({ kind: 'recording', text: read!.text }, { urgent: true, signal }), (recording) => { this.change(key, { recording }); });
    if (!same && asksWhatIf(route)) this.answer(key, (request) => this.pool.ask({ kind: 'what-if', ...request }, { urgent: true, signal }), (whatIf) => { this.change(key, { whatIf }); });
    if (route.task !== '' && explanation === undefined) {
      this.answer(key, (request) => this.pool.ask({ kind: 'explain', ...request, task: route.task }, { urgent: true, signal }), (found) => {
        if (this.state.peek()?.route.task === found.task) this.change(key, { explanation: found });
      });
    }
  }

  private async requestOf(route: RunRoute): Promise<RunRequest> {
    const { scenario, weights, policy, seed, faults, journal, ifPolicy, ifWeights, without } = route;
    const request: RunRequest = { study: await studyOf(this.library, { scenario, weights, faults, policies: ifPolicy === '' ? [policy] : [policy, ifPolicy] }), policy, seed };
    if (journal === '') return request;
    const { name, hash, text } = await this.library.read('journal', journal);
    return { ...request, journal: { from: 'text', name, hash, text }, ...(asksWhatIf(route) ? { whatIf: { policy: ifPolicy, weights: ifWeights, without } } : {}) };
  }

  private answer<T>(key: string, ask: (request: RunRequest) => Promise<T>, took: (answer: T) => void): void {
    this.request!.then(ask).then(took, (error: unknown) => { this.failed(key, error); });
  }

  private failed(key: string, error: unknown): void {
    const data = workErrorData(error);
    if (data.code !== 'cancelled') this.change(key, { error: data });
  }

  private change(key: string, part: Partial<RunState>): void {
    const state = this.state.peek();
    if (state !== undefined && key === this.asked) this.state.value = { ...state, ...part };
  }
}
