// The comparison on the screen: makes the runs that are missing, has them judged while they come in, and keeps all runs of
// every study it has seen. One study at a time; showing another one gives up the work on the first, never its runs.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { ErrorData, Judgement, ScenarioFacts, Study } from '../worker/protocol.ts';
import type { Library } from './library.ts';
import type { CompareRoute } from './routes/compare.ts';
import { RunStore } from './run-store.ts';
import { studyKey, studyOf } from './sources.ts';
import { sweep } from './sweep.ts';
import type { SweepProgress } from './sweep.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ComparisonState {
  readonly status: 'running' | 'complete' | 'stopped' | 'failed';
  readonly route: CompareRoute;
  readonly facts: ScenarioFacts | undefined;
  /** Of the seeds that all policies have run on; undefined while there is none. It may still be of the route before. */
  readonly judgement: Judgement | undefined;
  readonly store: RunStore;
  readonly error: ErrorData | undefined;
  /** Runs that were not there when it was asked for. */
  readonly toMake: number;
  /** From the request to the last judgement of a complete comparison, ms; NaN before. */
  readonly tookMs: number;
}

/** Between two judgements while runs come in, ms. */
const JUDGE_EVERY_MS = 500;
const STORES_MAX = 12;

export class ComparisonDesk {
  readonly state: Signal<ComparisonState | undefined> = signal(undefined);
  /** Apart from the state, because it changes with every batch. */
  readonly progress: Signal<SweepProgress> = signal({ done: 0, total: 0, msLeft: NaN });
  private readonly pool: WorkerPool;
  private readonly library: Library;
  private readonly now: () => number;
  private readonly stores = new Map<string, RunStore>();
  private work: AbortController | undefined;

  /** `now`: a wall clock in ms. */
  constructor(pool: WorkerPool, library: Library, now: () => number) {
    this.pool = pool;
    this.library = library;
    this.now = now;
  }

  /** Shows this comparison, making whatever runs it lacks. */
  show(route: CompareRoute): void {
    this.work?.abort();
    const work = this.work = new AbortController();
    studyOf(this.library, route).then((study) => {
      if (!work.signal.aborted) this.begin(route, study, work.signal);
    }, (error: unknown) => {
      if (!work.signal.aborted) this.state.value = { status: 'failed', route, store: new RunStore(), error: workErrorData(error), toMake: 0, tookMs: NaN, facts: undefined, judgement: undefined };
    });
  }

  private begin(route: CompareRoute, study: Study, signal: AbortSignal): void {
    const store = this.storeOf(study), before = this.state.peek(), sameScenario = before?.route.scenario === route.scenario, sameStudy = before?.store === store, total = route.policies.length * route.seeds;
    store.keepVersions(study.texts ?? []);
    this.state.value = {
      status: 'running', route, store, error: undefined, toMake: store.missing(route.policies, route.seeds), tookMs: NaN, facts: sameScenario ? before.facts : undefined, judgement: sameStudy ? before.judgement : undefined,
    };
    this.progress.value = { done: total - store.missing(route.policies, route.seeds), total, msLeft: NaN };
    void this.make(route, study, store, signal);
  }

  /** Stops making runs; those that were made stay and are judged. */
  stop(): void {
    if (this.state.peek()?.status !== 'running') return;
    this.work?.abort();
    this.change({ status: 'stopped' });
  }

  /** Goes on after `stop` or a failure. */
  resume(): void {
    const state = this.state.peek();
    if (state !== undefined) this.show(state.route);
  }

  private async make(route: CompareRoute, study: Study, store: RunStore, signal: AbortSignal): Promise<void> {
    const began = this.now(), judge = this.judge(route, study, store, signal);
    try {
      const facts = this.state.peek()?.facts === undefined
        ? this.pool.ask({ kind: 'scenario', scenario: study.scenario }, { signal }).then((found) => { if (!signal.aborted) this.change({ facts: found }); }) : undefined;
      const runs = sweep(this.pool, store, { study, policies: route.policies, seedCount: route.seeds }, {
        signal, now: this.now, onProgress: (progress) => { if (!signal.aborted) { this.progress.value = progress; judge.soon(); } },
      });
      await Promise.all([facts, runs]);
      await judge.now();
      if (!signal.aborted) this.change({ status: 'complete', tookMs: this.now() - began });
    } catch (error) {
      if (!signal.aborted) this.change({ status: 'failed', error: workErrorData(error) });
    }
  }

  /** Judgements of what is there, one at a time, not too often. */
  private judge(route: CompareRoute, study: Study, store: RunStore, signal: AbortSignal): { readonly soon: () => void; readonly now: () => Promise<void> } {
    let under: Promise<void> | undefined, judgedAt = -Infinity, seedsJudged = 0;
    const once = async (): Promise<void> => {
      const seeds = store.completeSeeds(route.policies, route.seeds);
      if (seeds.length === 0 || seeds.length === seedsJudged) return;
      judgedAt = this.now();
      const judgement = await this.pool.ask({ kind: 'judge', study, columns: store.pick(route.policies, seeds), metric: route.metric, baseline: route.baseline }, { urgent: true, signal });
      seedsJudged = seeds.length;
      if (!signal.aborted) this.change({ judgement });
    };
    const start = (): Promise<void> => under = once().finally(() => { under = undefined; });
    return {
      soon: () => { if (under === undefined && this.now() - judgedAt >= JUDGE_EVERY_MS) start().catch(() => { /* the last judgement tells */ }); },
      now: async () => { await under?.catch(() => {}); await start(); },
    };
  }

  private storeOf(study: Study): RunStore {
    const key = studyKey(study), store = this.stores.get(key) ?? new RunStore();
    this.stores.delete(key);
    this.stores.set(key, store);
    if (this.stores.size > STORES_MAX) this.stores.delete(this.stores.keys().next().value!);
    return store;
  }

  private change(part: Partial<ComparisonState>): void {
    const state = this.state.peek();
    if (state !== undefined) this.state.value = { ...state, ...part };
  }
}
