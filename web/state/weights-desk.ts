// The map of weights on the screen, and the run at the point that is looked at. Makes the runs that the map lacks over all
// workers, in batches, and keeps the maps it has seen. The run beside the map is asked for first, whatever else there is to
// do; when the point moves on before it has come, only the newest is asked for.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { nearestGridPoint } from '../../engine/experiment/simplex.ts';
import { countText } from '../../engine/metrics/figure-text.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { ErrorData, Judgement, RunPicture, ScenarioFacts, Study } from '../worker/protocol.ts';
import type { Library } from './library.ts';
import { noteMachine } from './machine.ts';
import type { WeightsRoute } from './routes/weights.ts';
import { usualBaseline, weightsText } from './routes/settings.ts';
import { studyKey, studyOf } from './sources.ts';
import type { SweepProgress } from './sweep.ts';
import { MAP_STEPS, WeightMap } from './weight-map.ts';
import type { MapBatch } from './weight-map.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface WeightsState {
  readonly status: 'running' | 'complete' | 'stopped' | 'failed';
  readonly route: WeightsRoute;
  readonly facts: ScenarioFacts | undefined;
  readonly map: WeightMap;
  /** Changes whenever the map has something new to show. */
  readonly version: number;
  readonly error: ErrorData | undefined;
  /** From the request to the last run of a complete map, ms; NaN before, and when there was nothing to do. */
  readonly tookMs: number;
}

/** What is known of the point that is looked at. */
export interface PointRuns {
  /** Of the map's runs at the grid point nearest to it, over the seeds that are there. */
  readonly judgement: Judgement | undefined;
  /** Place of that point in the grid. */
  readonly nearest: number;
  readonly here: RunPicture | undefined;
  /** Of which weights `here` is. */
  readonly at: Weights;
  readonly marked: RunPicture | undefined;
  readonly error: ErrorData | undefined;
}

const BATCH_MS = 120, RUNS_MAX = 400, SHOW_EVERY_MS = 200, MAPS_MAX = 4, PICTURES_MAX = 64;

export class WeightsDesk {
  readonly state: Signal<WeightsState | undefined> = signal(undefined);
  readonly progress: Signal<SweepProgress> = signal({ done: 0, total: 0, msLeft: NaN });
  readonly point: Signal<PointRuns> = signal({ here: undefined, at: DEFAULT_WEIGHTS, marked: undefined, judgement: undefined, nearest: -1, error: undefined });
  private readonly pool: WorkerPool;
  private readonly library: Library;
  private readonly now: () => number;
  private readonly maps = new Map<string, WeightMap>();
  private readonly pictures = new Map<string, RunPicture>();
  private study: Study | undefined;
  private latest: WeightsRoute | undefined;
  /** What the work under way is for: of one request only the point changes. */
  private workOf = '';
  private work: AbortController | undefined;
  /** The point that is wanted; whether it is being asked about, and whether something has changed since. */
  private wanted: Weights = DEFAULT_WEIGHTS;
  private asking = false;
  private again = false;
  private judgedOf: Study | undefined;

  /** `now`: a wall clock in ms. */
  constructor(pool: WorkerPool, library: Library, now: () => number) {
    this.pool = pool;
    this.library = library;
    this.now = now;
  }

  /** Shows this map and this point of it. Another point of the same map, or another colour, leaves the work alone. */
  show(route: WeightsRoute): void {
    const { library } = this, { scenario, faults, policies, policy, seed, seeds } = route, before = this.state.peek();
    const request = JSON.stringify([scenario, faults, policies, seeds, library.version('scenario', scenario), library.version('faults', faults), policies.map((name) => library.version('policy', name))]);
    this.wanted = route.weights;
    this.latest = route;
    if (request === this.workOf && before !== undefined && before.status !== 'failed' && before.status !== 'stopped') {
      const sameRun = before.route.policy === policy && before.route.seed === seed;
      this.state.value = { ...before, route };
      if (this.study !== undefined) void this.look(sameRun);
      return;
    }
    this.work?.abort();
    const work = this.work = new AbortController();
    this.workOf = request;
    this.study = undefined;
    studyOf(library, { scenario, faults, policies, weights: DEFAULT_WEIGHTS }).then((study) => {
      if (work.signal.aborted) return;
      this.begin(this.latest!, study, work.signal);
    }, (error: unknown) => {
      if (!work.signal.aborted) this.state.value = { status: 'failed', route, facts: undefined, map: new WeightMap(), version: 0, error: workErrorData(error), tookMs: NaN };
    });
  }

  /** Shows the run at these weights without a step in the address, as while a point is dragged. */
  preview(weights: Weights): void {
    this.wanted = weights;
    if (this.study !== undefined) void this.look(true);
  }

  /** Stops making runs; those that were made stay. */
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

  private begin(route: WeightsRoute, study: Study, signal: AbortSignal): void {
    const map = this.mapOf(study), before = this.state.peek();
    map.keepVersions(study.texts ?? []);
    this.study = study;
    this.state.value = { status: 'running', route, facts: before?.route.scenario === route.scenario ? before.facts : undefined, map, version: 0, error: undefined, tookMs: NaN };
    void this.look(false);
    void this.make(route, study, map, signal);
  }

  private async make({ policies, seeds: seedCount }: WeightsRoute, study: Study, map: WeightMap, signal: AbortSignal): Promise<void> {
    const request = { policies, seedCount }, began = this.now(), missing = map.missing(request), total = policies.length * seedCount * map.grid.length, plan = map.plan(request);
    let made = 0, runs = 4 * policies.length, shownAt = -Infinity;
    const report = (): void => {
      if (signal.aborted) return;
      const left = missing - made;
      this.progress.value = { done: total - left, total, msLeft: left === 0 ? 0 : made === 0 ? NaN : (this.now() - began) / made * left };
      if (this.now() - shownAt < SHOW_EVERY_MS) return;
      shownAt = this.now();
      this.change({ version: this.state.peek()!.version + 1 });
      void this.look(true);
    };
    const lane = async (): Promise<void> => {
      for (let batch = nextBatch(plan, runs); batch !== undefined && !signal.aborted; batch = nextBatch(plan, runs)) {
        const { points, ...asked } = batch, from = this.now(), count = points.length * asked.policies.length * asked.seeds.length;
        map.add(points, await this.pool.ask({ kind: 'map', study, weights: points.map((point) => map.grid[point]!), ...asked }, { signal }));
        made += count;
        // The time includes the wait for a free worker, which only makes batches smaller.
        runs = Math.max(1, Math.min(RUNS_MAX, 2 * count, Math.round(count * BATCH_MS / Math.max(1, this.now() - from))));
        report();
      }
    };
    report();
    try {
      const facts = this.state.peek()?.facts === undefined
        ? this.pool.ask({ kind: 'scenario', scenario: study.scenario }, { signal }).then((found) => { if (!signal.aborted) this.change({ facts: found }); }) : undefined;
      await Promise.all([facts, ...Array.from({ length: this.pool.size + 1 }, lane)]);
      if (!signal.aborted) this.change({ status: 'complete', version: this.state.peek()!.version + 1, tookMs: missing === 0 ? NaN : this.now() - began });
      if (!signal.aborted) void this.look(true);
      const { tookMs, route } = this.state.peek()!;
      if (!signal.aborted && missing === total) {
        const work = { what: `${map.grid.length} weight settings x ${countText(seedCount, 'seed')} of ${policies.join(', ')} on ${route.scenario}`, runs: total, ms: tookMs };
        noteMachine({ last: work, map: work });
      }
    } catch (error) {
      if (signal.aborted) return;
      this.work?.abort(); // the other lanes have nothing to work for
      this.change({ status: 'failed', error: workErrorData(error) });
    }
  }

  /** Asks about the wanted point until what is on the screen is of it. `keep`: what is on the screen is of the same policy and seed. */
  private async look(keep: boolean): Promise<void> {
    if (!keep) this.point.value = { ...this.point.peek(), marked: undefined };
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    try {
      while (this.again) {
        this.again = false;
        const at = this.wanted, study = this.study, state = this.state.peek();
        if (study === undefined || state === undefined) return;
        const here = await this.picture(study, at), marked = this.point.peek().marked ?? await this.picture(study, DEFAULT_WEIGHTS);
        const nearest = nearestGridPoint(MAP_STEPS, at), judgement = await this.judge(study, nearest);
        const { route } = this.state.peek()!;
        if (study !== this.study || state.route.policy !== route.policy || state.route.seed !== route.seed) { this.again = true; continue; }
        this.point.value = { here, at, marked, judgement, nearest, error: undefined };
      }
    } catch (error) {
      const data = workErrorData(error);
      if (data.code !== 'cancelled') this.point.value = { here: undefined, at: this.wanted, marked: undefined, judgement: undefined, nearest: -1, error: data };
    } finally {
      this.asking = false;
    }
  }

  private async picture(study: Study, weights: Weights): Promise<RunPicture> {
    const { policy, seed } = this.state.peek()!.route, request = { study: { ...study, weights }, policy, seed }, version = study.texts?.map(({ hash }) => hash);
    const key = JSON.stringify([studyKey(request.study), version, policy, seed]), kept = this.pictures.get(key);
    if (kept !== undefined) return kept;
    const picture = await this.pool.ask({ kind: 'run', ...request }, { urgent: true });
    this.pictures.set(key, picture);
    if (this.pictures.size > PICTURES_MAX) this.pictures.delete(this.pictures.keys().next().value!);
    return picture;
  }

  /** What `compare` says at a grid point of the seeds that are there; what it said before when there are no more of them. */
  private async judge(study: Study, nearest: number): Promise<Judgement | undefined> {
    const { map, route: { policies, seeds: seedCount } } = this.state.peek()!, store = map.at(nearest), seeds = store.completeSeeds(policies, seedCount), before = this.point.peek();
    if (seeds.length === 0) return undefined;
    if (before.nearest === nearest && before.judgement?.seeds.length === seeds.length && this.judgedOf === study) return before.judgement;
    this.judgedOf = study;
    return this.pool.ask({ kind: 'judge', study: { ...study, weights: map.grid[nearest]! }, columns: store.pick(policies, seeds), metric: 'objective', baseline: usualBaseline(policies) }, { urgent: true });
  }

  private mapOf(study: Study): WeightMap {
    const key = studyKey(study), map = this.maps.get(key) ?? new WeightMap();
    this.maps.delete(key);
    this.maps.set(key, map);
    if (this.maps.size > MAPS_MAX) this.maps.delete(this.maps.keys().next().value!);
    return map;
  }

  private change(part: Partial<WeightsState>): void {
    const state = this.state.peek();
    if (state !== undefined) this.state.value = { ...state, ...part };
  }
}

/** Takes the next points with the same policies and seeds off the plan, at most `runs` runs but at least one point. */
function nextBatch(plan: MapBatch[], runs: number): MapBatch | undefined {
  const first = plan.shift();
  if (first === undefined) return undefined;
  const points = [...first.points], most = Math.floor(runs / (first.policies.length * first.seeds.length)), same = (other: MapBatch | undefined): boolean =>
    other !== undefined && other.seeds.join() === first.seeds.join() && other.policies.join() === first.policies.join();
  while (points.length < most && same(plan[0])) points.push(...plan.shift()!.points);
  return { ...first, points };
}

/** Whether these are the mission's. */
export function isMarked(weights: Weights): boolean {
  return weightsText(weights) === weightsText(DEFAULT_WEIGHTS);
}
