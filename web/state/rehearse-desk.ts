// The rehearsal on the screen: both runs of one seed, each fault alone, and the card over many storms, made in batches over
// all workers and kept by what they are of: more storms or another hypothesis cost only themselves. While a new plan is
// run, the one before stays on the screen; what comes late for something that is no longer shown is dropped.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { RehearsalCard } from '../../engine/experiment/rehearsal/card.ts';
import type { StormFigures } from '../../engine/experiment/rehearsal/figures.ts';
import type { FaultAlone } from '../../engine/experiment/rehearsal/rehearse.ts';
import type { ErrorData, Study } from '../worker/protocol.ts';
import type { RehearsalAnswer } from '../worker/rehearse.ts';
import type { Library } from './library.ts';
import type { RehearseRoute } from './routes/rehearse.ts';
import { studyKey, studyOf } from './sources.ts';
import type { SweepProgress } from './sweep.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface RehearseState {
  readonly route: RehearseRoute;
  readonly status: 'running' | 'complete' | 'stopped' | 'failed';
  /** It may still be that of the route before. */
  readonly answer: RehearsalAnswer | undefined;
  /** What the address called the plan of the answer. */
  readonly answerFaults: string;
  /** Whether the answer is of this route. */
  readonly fresh: boolean;
  readonly alone: readonly FaultAlone[];
  /** In order of seeds, those that are there. */
  readonly storms: readonly StormFigures[];
  /** Over those storms; undefined while there is none. */
  readonly card: RehearsalCard | undefined;
  /** What keeps the card from being judged. */
  readonly cardError: ErrorData | undefined;
  readonly error: ErrorData | undefined;
  /** From the request to the last storm, ms; NaN before. */
  readonly tookMs: number;
}

const BATCH_MS = 150, BATCH_MAX = 50, SHOW_EVERY_MS = 250, KEPT_MAX = 12;

export class RehearseDesk {
  readonly state: Signal<RehearseState | undefined> = signal(undefined);
  readonly progress: Signal<SweepProgress> = signal({ done: 0, total: 0, msLeft: NaN });
  private readonly pool: WorkerPool;
  private readonly library: Library;
  private readonly now: () => number;
  /** Storms by what they are of, then by seed. */
  private readonly kept = new Map<string, Map<number, StormFigures>>();
  private work: AbortController | undefined;
  private pairOf = '';

  /** `now`: a wall clock in ms. */
  constructor(pool: WorkerPool, library: Library, now: () => number) {
    this.pool = pool;
    this.library = library;
    this.now = now;
  }

  /** Shows this rehearsal, making what it lacks. */
  show(route: RehearseRoute): void {
    const { library } = this, { scenario, weights, faults, policy, seed } = route, before = this.state.peek(), signal = this.begin();
    const pair = JSON.stringify([scenario, weights, faults, policy, seed, library.version('scenario', scenario), library.version('policy', policy), library.version('faults', faults)]);
    const same = pair === this.pairOf && before?.answer !== undefined && before.fresh && before.error === undefined, sameScenario = before?.route.scenario === scenario;
    this.pairOf = pair;
    this.state.value = {
      route, status: 'running', answer: same || sameScenario ? before?.answer : undefined, answerFaults: before?.answerFaults ?? '', fresh: same, alone: same ? before.alone : [],
      storms: [], card: undefined, cardError: undefined, error: undefined, tookMs: NaN,
    };
    this.progress.value = { done: 0, total: route.storms, msLeft: NaN };
    studyOf(library, { scenario, weights, faults, policies: [policy] }).then((study) => this.make(route, study, same, signal)).catch((error: unknown) => {
      if (signal.aborted) return;
      this.work?.abort();
      this.change({ status: 'failed', error: workErrorData(error) });
    });
  }

  /** Stops making storms; those that were made stay and are judged. */
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

  private begin(): AbortSignal {
    this.work?.abort();
    this.work = new AbortController();
    return this.work.signal;
  }

  private async make(route: RehearseRoute, study: Study, same: boolean, signal: AbortSignal): Promise<void> {
    const { policy, seed } = route, began = this.now();
    if (!same) {
      const answer = await this.pool.ask({ kind: 'rehearse', study, policy, seed }, { urgent: true, signal });
      if (signal.aborted) return;
      this.change({ answer, answerFaults: route.faults, fresh: true });
      if (answer.plan.faults.length > 1) {
        const alone = this.pool.ask({ kind: 'alone', study, policy, seed }, { urgent: true, signal });
        alone.then((found) => { if (!signal.aborted) this.change({ alone: found }); }, () => { /* what fails alone has failed in the plan */ });
      }
    }
    await this.makeStorms(route, study, signal);
    if (!signal.aborted) this.change({ status: 'complete', tookMs: this.now() - began });
  }

  private async makeStorms(route: RehearseRoute, study: Study, signal: AbortSignal): Promise<void> {
    const { policy, storms: wanted } = route, storms = this.stormsOf(study, policy), began = this.now();
    const missing = Array.from({ length: wanted }, (_, k) => k + 1).filter((seed) => !storms.has(seed)), due = missing.length;
    let made = 0, size = 1, shownAt = -Infinity;
    const report = async (last: boolean): Promise<void> => {
      this.progress.value = { done: wanted - due + made, total: wanted, msLeft: made === due ? 0 : made === 0 ? NaN : (this.now() - began) / made * (due - made) };
      if (!last && this.now() - shownAt < SHOW_EVERY_MS) return;
      shownAt = this.now();
      await this.judge(route, [...storms.values()].filter((storm) => storm.seed <= wanted).sort((a, b) => a.seed - b.seed), signal);
    };
    const lane = async (): Promise<void> => {
      while (missing.length > 0 && !signal.aborted) {
        const seeds = missing.splice(0, size), from = this.now();
        for (const storm of await this.pool.ask({ kind: 'storms', study, policy, seeds }, { signal })) storms.set(storm.seed, storm);
        made += seeds.length;
        size = Math.max(1, Math.min(BATCH_MAX, 2 * seeds.length, Math.round(seeds.length * BATCH_MS / Math.max(1, this.now() - from))));
        if (!signal.aborted) await report(false);
      }
    };
    await Promise.all(Array.from({ length: this.pool.size }, lane));
    if (!signal.aborted) await report(true);
  }

  private async judge({ expect }: RehearseRoute, storms: readonly StormFigures[], signal: AbortSignal): Promise<void> {
    if (storms.length === 0) return;
    try {
      const card = await this.pool.ask({ kind: 'card', expect, storms }, { urgent: true, signal });
      if (!signal.aborted && card.storms >= (this.state.peek()?.card?.storms ?? 0)) this.change({ card, storms, cardError: undefined });
    } catch (error) {
      if (!signal.aborted) this.change({ storms, card: undefined, cardError: workErrorData(error) });
    }
  }

  private stormsOf(study: Study, policy: string): Map<number, StormFigures> {
    const key = JSON.stringify([studyKey(study), study.texts?.map(({ hash }) => hash), policy]), storms = this.kept.get(key) ?? new Map<number, StormFigures>();
    this.kept.delete(key);
    this.kept.set(key, storms);
    if (this.kept.size > KEPT_MAX) this.kept.delete(this.kept.keys().next().value!);
    return storms;
  }

  private change(part: Partial<RehearseState>): void {
    const state = this.state.peek();
    if (state !== undefined) this.state.value = { ...state, ...part };
  }
}
