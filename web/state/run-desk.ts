// The run on the screen and the explanation of the task that was picked in it. What comes late for something that is no
// longer shown is dropped.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { TaskExplanation } from '../../engine/experiment/explain-task.ts';
import type { ErrorData, RunPicture, RunRequest } from '../worker/protocol.ts';
import type { RunRoute } from './route.ts';
import { WorkError } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface RunState {
  readonly route: RunRoute;
  readonly picture: RunPicture | undefined;
  readonly explanation: TaskExplanation | undefined;
  readonly error: ErrorData | undefined;
}

export class RunDesk {
  readonly state: Signal<RunState | undefined> = signal(undefined);
  private readonly pool: WorkerPool;
  private asked = '';
  private work: AbortController | undefined;

  constructor(pool: WorkerPool) {
    this.pool = pool;
  }

  /** Shows this run; keeps the picture when it is the same run with another task picked. */
  show(route: RunRoute): void {
    const request: RunRequest = { study: { scenario: { from: 'catalog', name: route.scenario }, weights: route.weights }, policy: route.policy, seed: route.seed };
    const key = JSON.stringify(request), same = key === this.asked && this.state.peek()?.error === undefined, before = this.state.peek();
    this.asked = key;
    if (!same) this.work?.abort();
    const work = this.work = same && this.work !== undefined ? this.work : new AbortController();
    const explanation = same && before?.explanation?.task === route.task ? before.explanation : undefined;
    this.state.value = { route, picture: same ? before?.picture : undefined, explanation, error: undefined };
    if (!same) this.pool.ask({ kind: 'run', ...request }, { urgent: true, signal: work.signal }).then((picture) => { this.change(key, { picture }); }, (error: unknown) => { this.failed(key, error); });
    if (route.task !== '' && explanation === undefined) {
      this.pool.ask({ kind: 'explain', ...request, task: route.task }, { urgent: true, signal: work.signal })
        .then((found) => { if (this.state.peek()?.route.task === found.task) this.change(key, { explanation: found }); }, (error: unknown) => { this.failed(key, error); });
    }
  }

  private failed(key: string, error: unknown): void {
    const data = error instanceof WorkError ? error.data : { code: 'internal', message: String(error), faults: [] };
    if (data.code !== 'cancelled') this.change(key, { error: data });
  }

  private change(key: string, part: Partial<RunState>): void {
    const state = this.state.peek();
    if (state !== undefined && key === this.asked) this.state.value = { ...state, ...part };
  }
}
