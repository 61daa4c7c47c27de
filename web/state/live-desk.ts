// The live run on the screen: what the feed tells, put together with what it told before; what was asked of the daemon beside
// it (futures, why a task waits, its output); and the changes that people make. What comes late for something that is no
// longer shown is dropped.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { RunForecast } from '../../engine/experiment/forecast-run.ts';
import type { TaskExplanation } from '../../engine/experiment/explain-task.ts';
import type { AttemptJson, InboxItemJson, ResourceJson, RunJson, WaitingJson } from '../../engine/live/api/answers.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import type { ErrorData, RunPicture } from '../worker/protocol.ts';
import type { FeedNews, LiveTelling, StillParts } from '../worker/live/live-protocol.ts';
import { DaemonClient, at, keepName, keepToken, keptName, keptToken } from './daemon.ts';
import { FaultDraft } from './fault-draft.ts';
import type { EndFeed, OpenFeed } from './live-feed.ts';
import { withNumbers } from './live-numbers.ts';
import type { LiveRoute } from './routes/live.ts';
import { fileNameOf, textFile } from './save-file.ts';
import type { NamedFile } from './save-file.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How the page and the daemon stand with each other. */
export type LiveLine = { readonly at: 'opening' | 'open' } | { readonly at: 'lost' | 'denied'; readonly reason: string } | { readonly at: 'failed'; readonly error: ErrorData };

/** The run at the last instant that was told. */
export interface LiveRun extends Omit<LiveTelling, 'picture' | 'still'> {
  readonly picture: RunPicture | undefined;
}

/** Something that was asked for, and what came of it. */
export interface Asked<T> {
  readonly busy: boolean;
  readonly answer: T | undefined;
  readonly error: ErrorData | undefined;
}

/** A task that was picked, as the daemon knows it. `explanation`: undefined while it was never placed. */
export interface TaskSheet {
  readonly task: string;
  readonly explanation: TaskExplanation | undefined;
  readonly waiting: WaitingJson | undefined;
  readonly attempts: readonly AttemptJson[];
  readonly output: { readonly stdout: string; readonly stderr: string } | undefined;
}

export type Verb = 'claim' | 'release' | 'decline' | 'delegate' | 'complete' | 'fail';
export type Switch = 'pause' | 'resume' | 'drain' | 'kill';

const NOTHING = { busy: false, answer: undefined, error: undefined } as const;
/** Futures of one forecast, of a run that is not large; a loss makes each twice. */
const FUTURES = 200, LOSS_FUTURES = 100, LARGE_TASKS = 2000, FUTURES_OF_LARGE = 20;
/** A forecast is made again after so long by itself, ms; later when it takes long. */
const FORECAST_EVERY_MS = 60_000, FORECAST_SHARE = 0.05;

export class LiveDesk {
  readonly line: Signal<LiveLine> = signal({ at: 'opening' });
  readonly run: Signal<LiveRun | undefined> = signal(undefined);
  readonly route: Signal<LiveRoute>;
  readonly forecast: Signal<Asked<RunForecast>> = signal(NOTHING);
  /** What the loss of one VM would do; `vm` empty for none. */
  readonly loss: Signal<Asked<RunForecast> & { readonly vm: string }> = signal({ ...NOTHING, vm: '' });
  readonly sheet: Signal<Asked<TaskSheet>> = signal(NOTHING);
  /** Faults that may be injected next. */
  readonly draft: FaultDraft;
  /** Of the last change that was refused. */
  readonly refused: Signal<ErrorData | undefined> = signal(undefined);
  readonly name = signal(keptName());
  /** Whether the forecast is made again from time to time. */
  readonly keepsForecasting = signal(true);
  private readonly now: () => number;
  private forecastAgainAt = -Infinity;
  private readonly url: string;
  private readonly pool: WorkerPool;
  private readonly openFeed: OpenFeed;
  private endFeed: EndFeed | undefined;
  private client: DaemonClient;
  private still: StillParts | undefined;
  /** What the sheet was made of: of another task, or of a task that has gone on since, it is made again. */
  private sheetOf = '';

  constructor(url: string, pool: WorkerPool, openFeed: OpenFeed, route: LiveRoute, now: () => number) {
    this.url = url;
    this.pool = pool;
    this.openFeed = openFeed;
    this.now = now;
    this.route = signal(route);
    this.client = new DaemonClient({ url, token: keptToken() });
    this.draft = new FaultDraft({ client: () => this.client, by: () => this.name.peek().trim(), took: (faults) => { this.took({ faults }); } });
  }

  show(route: LiveRoute): void {
    this.route.value = route;
    if (this.endFeed === undefined) this.open();
    this.lookAtTask();
  }

  /** Another view is shown: nothing is followed meanwhile. */
  stop(): void {
    this.endFeed?.();
    this.endFeed = undefined;
  }

  /** Tries with this token. */
  enter(token: string): void {
    keepToken(token.trim());
    this.again();
  }

  /** Begins anew, after something that does not pass by itself. */
  again(): void {
    this.stop();
    this.open();
  }

  callMyself(name: string): void {
    keepName(name);
    this.name.value = name;
  }

  private open(): void {
    const address = { url: this.url, token: keptToken() };
    this.client = new DaemonClient(address);
    this.line.value = { at: 'opening' };
    this.endFeed = this.openFeed(address, (news) => { this.hear(news); });
  }

  private hear(news: FeedNews): void {
    if (news.kind !== 'told') {
      this.line.value = news.kind === 'failed' ? { at: 'failed', error: news.error } : { at: news.kind, reason: news.reason };
      return;
    }
    const { picture, still, ...rest } = news.telling;
    this.still = still ?? this.still;
    this.line.value = { at: 'open' };
    this.run.value = { ...rest, picture: picture === undefined || this.still === undefined ? undefined : wholePicture(picture, this.still) };
    this.lookAtTask();
    if (this.keepsForecasting.peek() && rest.run.jobsOpen > 0 && this.now() >= this.forecastAgainAt) this.askForecast();
  }

  // --- questions ---

  askForecast(): void {
    const began = this.now();
    this.forecastAgainAt = Infinity;
    void this.ask(this.forecast, () => this.client.get<RunForecast>(`/v1/forecast?futures=${this.futures(FUTURES)}`).then(withNumbers))
      .finally(() => { this.forecastAgainAt = began + Math.max(FORECAST_EVERY_MS, (this.now() - began) / FORECAST_SHARE); });
  }

  private futures(usual: number): number { return (this.run.peek()?.picture?.tasks.ids.length ?? 0) > LARGE_TASKS ? FUTURES_OF_LARGE : usual; }

  /** What if this VM were lost now? An empty name: nothing is asked any more. */
  askLoss(vm: string): void {
    this.loss.value = { ...NOTHING, vm };
    if (vm === '') return;
    this.loss.value = { ...NOTHING, vm, busy: true };
    this.client.get<RunForecast>(`/v1/forecast?futures=${this.futures(LOSS_FUTURES)}&lose=${encodeURIComponent(vm)}`).then(
      (answer) => { if (this.loss.peek().vm === vm) this.loss.value = { vm, busy: false, answer: withNumbers(answer), error: undefined }; },
      (error: unknown) => { if (this.loss.peek().vm === vm) this.loss.value = { vm, busy: false, answer: undefined, error: workErrorData(error) }; },
    );
  }

  /** What the picked task has written by now, and all else about it. */
  lookAgain(): void {
    this.sheetOf = '';
    this.lookAtTask();
  }

  private lookAtTask(): void {
    const { task } = this.route.peek(), run = this.run.peek();
    if (task === '') { this.sheetOf = ''; this.sheet.value = NOTHING; return; }
    const key = `${task} ${stageOf(run?.picture, task)}`;
    if (run === undefined || key === this.sheetOf) return;
    const keep = this.sheet.peek().answer?.task === task ? this.sheet.peek().answer : undefined;
    this.sheetOf = key;
    this.sheet.value = { busy: true, answer: keep, error: undefined };
    this.sheetOn(task).then(
      (answer) => { if (this.sheetOf === key) this.sheet.value = { busy: false, answer, error: undefined }; },
      (error: unknown) => { if (this.sheetOf === key) { this.sheetOf = ''; this.sheet.value = { busy: false, answer: keep, error: workErrorData(error) }; } },
    );
  }

  private async sheetOn(task: string): Promise<TaskSheet> {
    const { attempts } = await this.client.get<{ readonly attempts: readonly AttemptJson[] }>(at('tasks', task, 'attempts')), { state } = await this.client.get<{ readonly state: string }>(at('tasks', task));
    const waiting = state === 'ELIGIBLE' || state === 'QUEUED' ? await this.client.get<WaitingJson>(at('tasks', task, 'waiting')) : undefined;
    const placed = attempts.length > 0 || stageOf(this.run.peek()?.picture, task) !== '';
    const output = placed ? await this.client.get<{ readonly stdout: string; readonly stderr: string }>(at('tasks', task, 'output')).catch(() => undefined) : undefined;
    return { task, waiting, attempts, output, explanation: placed ? await this.explain(task) : undefined };
  }

  /** From the journal, replayed here: every candidate of every decision. */
  private async explain(task: string): Promise<TaskExplanation> {
    const text = await this.client.text('/v1/journal'), { policy } = this.run.peek()!.run;
    return this.pool.ask({
      kind: 'explain', task, study: { scenario: { from: 'catalog', name: '' }, weights: DEFAULT_WEIGHTS }, policy: policy.name, seed: 0, journal: { from: 'text', name: 'live', hash: hashText128(text), text },
    }, { urgent: true });
  }

  private async ask<T>(into: Signal<Asked<T>>, question: () => Promise<T>): Promise<void> {
    if (into.peek().busy) return;
    into.value = { ...into.peek(), busy: true, error: undefined };
    try { into.value = { busy: false, answer: await question(), error: undefined }; } catch (error) { into.value = { ...into.peek(), busy: false, error: workErrorData(error) }; }
  }

  // --- changes ---

  /** True when it was done. */
  async turn(which: Switch): Promise<boolean> {
    return this.change(async () => { this.took({ run: await this.client.post<RunJson>(`/v1/run/${which}`, {}, this.name.peek().trim()) }); });
  }

  /** What a person says to an item. True when it was taken. */
  async answer(item: InboxItemJson, verb: Verb, said: Readonly<Record<string, unknown>>): Promise<boolean> {
    return this.change(async () => {
      await this.client.post<InboxItemJson>(at('inbox', item.id, verb), said, this.name.peek().trim());
      const [{ items }, { resources }] = await Promise.all([this.client.get<{ readonly items: readonly InboxItemJson[] }>('/v1/inbox'), this.client.get<{ readonly resources: readonly ResourceJson[] }>('/v1/resources')]);
      this.took({ inbox: items, resources });
    });
  }

  /** The journal as it is now; undefined when the daemon refused it. */
  async journalFile(): Promise<NamedFile | undefined> {
    let text = '';
    return await this.change(async () => { text = await this.client.text('/v1/journal'); }) ? textFile(`${fileNameOf(this.run.peek()?.run.run ?? '')}.jsonl`, text, 'application/x-ndjson') : undefined;
  }

  private async change(act: () => Promise<void>): Promise<boolean> {
    this.refused.value = undefined;
    try { await act(); return true; } catch (error) { this.refused.value = workErrorData(error); return false; }
  }

  private took(part: Partial<LiveRun>): void {
    const run = this.run.peek();
    if (run !== undefined) this.run.value = { ...run, ...part };
  }
}

function wholePicture({ tasks, ...moving }: NonNullable<LiveTelling['picture']>, { ids, kinds, graph, planned }: StillParts): RunPicture {
  return { ...moving, tasks: { ...tasks, ids, kinds }, graph, planned };
}

/** How far a task has come, as text: its attempts with their outcomes. Empty while it was never placed. */
function stageOf(picture: RunPicture | undefined, task: string): string {
  if (picture === undefined) return '';
  const number = picture.tasks.ids.indexOf(task), { attempts: a } = picture;
  let stage = '';
  for (let k = 0; k < a.count; k++) if (a.task[k] === number) stage += `${a.outcome[k]},`;
  return stage;
}
