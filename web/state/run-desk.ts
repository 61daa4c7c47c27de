// The run on the screen and the explanation of the task that was picked in it. What comes late for something that is no
// longer shown is dropped.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { TaskExplanation } from '../../engine/experiment/explain-task.ts';
import type { ErrorData, RecordingFacts, RunPicture, RunRequest } from '../worker/protocol.ts';
import type { Library } from './library.ts';
import type { RunRoute } from './routes/run.ts';
import { studyOf } from './sources.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface RunState {
  readonly route: RunRoute;
  readonly picture: RunPicture | undefined;
  /** How the journal in the address replays; undefined for runs made here. */
  readonly recording: RecordingFacts | undefined;
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
    const { scenario, weights, policy, seed, faults, journal } = route, before = this.state.peek();
    const key = JSON.stringify([scenario, weights, policy, seed, faults, journal, this.library.version('scenario', scenario), this.library.version('policy', policy), this.library.version('faults', faults)]);
    const same = key === this.asked && before?.error === undefined && this.request !== undefined && this.work !== undefined;
    this.asked = key;
    if (!same) {
      this.work?.abort();
      this.work = new AbortController();
      this.request = this.requestOf(route);
    }
    const explanation = same && before?.explanation?.task === route.task ? before.explanation : undefined, { signal } = this.work!;
    this.state.value = { route, picture: same ? before?.picture : undefined, recording: same ? before?.recording : undefined, explanation, error: undefined };
    if (!same) this.answer(key, (request) => this.pool.ask({ kind: 'run', ...request }, { urgent: true, signal }), (picture) => { this.change(key, { picture }); });
    if (!same && journal !== '') this.answer(key, ({ journal: read }) => this.pool.ask({ kind: 'recording', text: read!.text }, { urgent: true, signal }), (recording) => { this.change(key, { recording }); });
    if (route.task !== '' && explanation === undefined) {
      this.answer(key, (request) => this.pool.ask({ kind: 'explain', ...request, task: route.task }, { urgent: true, signal }), (found) => {
        if (this.state.peek()?.route.task === found.task) this.change(key, { explanation: found });
      });
    }
  }

  private async requestOf({ scenario, weights, policy, seed, faults, journal }: RunRoute): Promise<RunRequest> {
    const request: RunRequest = { study: await studyOf(this.library, { scenario, weights, faults, policies: [policy] }), policy, seed };
    if (journal === '') return request;
    const { name, hash, text } = await this.library.read('journal', journal);
    return { ...request, journal: { from: 'text', name, hash, text } };
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
