// A live engine under load, asked over real sockets: while it starts as many attempts as the machine has cores; then, with ten
// times as many tasks waiting, while some attempts end, so that others are placed. Real store, real server, real HTTP; only
// what runs is held (held-driver.ts). Wall time as the caller sees it. Answer: every request is answered, the counts are those
// that must come out, and the journal read back from the store is the engine's.
import { join } from 'node:path';
import { livePorts } from '../../engine/cli/live/live-ports.ts';
import { scheduleHash } from '../../engine/journal/journal-hash.ts';
import { STRIDE } from '../../engine/journal/records.ts';
import { inboxDesk } from '../../engine/live/api/inbox-desk.ts';
import { liveInsight } from '../../engine/live/api/live-insight.ts';
import { openApi, type Api } from '../../engine/live/api/server.ts';
import { systemClock } from '../../engine/live/clock.ts';
import { validateLive } from '../../engine/live/config.ts';
import { LiveEngine } from '../../engine/live/live-engine.ts';
import type { Store } from '../../engine/live/store.ts';
import { openStore } from '../../engine/live/stores/open-store.ts';
import type { JobFile, ScenarioFile } from '../../engine/model/scenario.ts';
import { checkAnswer, figureName, type CellResult, type Setting } from '../case.ts';
import { median, quantile } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { heldKind, type HeldDriver } from './held-driver.ts';
import { hashOfStored } from './journal-write.ts';

/** Tasks of a job that is there from the start; rows of a page; attempts that end before every round of requests. */
const JOB_TASKS = 1_000, PAGE = 100, ENDING = 5;
const WAITING_SHARE = 10;

interface Kind {
  readonly name: string;
  readonly count: number;
  /** Sends the n-th request. */
  readonly send: (url: string, n: number) => Promise<Response>;
  /** Throws unless the answer to it is right, beyond its being one. */
  readonly check?: (body: string, n: number) => void;
}

interface RecordPage { readonly records: readonly { readonly n: number }[] }

export async function apiLoad(running: number, { quick }: Setting): Promise<CellResult> {
  const load = await LiveLoad.open(running, WAITING_SHARE * running), rounds = quick ? 3 : 300;
  try {
    const ramp = { ms: load.rampMs, ...load.groups() }, decisionsBefore = load.engine.decisionMs.length;
    const kinds: readonly Kind[] = [
      { name: 'status', count: rounds, send: (url) => fetch(`${url}/v1/run`) },
      { name: 'records', count: rounds, send: (url, n) => fetch(`${url}/v1/records?from=${n * 7 % running}&limit=${PAGE}`), check: (body, n) => { checkAnswer('first row of the page', (JSON.parse(body) as RecordPage).records[0]?.n ?? -1, n * 7 % running); } },
      { name: 'submit', count: quick ? 2 : 40, send: (url, n) => fetch(`${url}/v1/jobs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jobs: [jobOf(`later-${n}`, 1)] }) }) },
    ];
    const ms = await load.ask(kinds), since = load.groups(), decisions = load.engine.decisionMs.slice(decisionsBefore), submitted = kinds.find(({ name }) => name === 'submit')!.count;
    const ended = ENDING * kinds.reduce((sum, { count }) => sum + count, 0);
    const answer = await load.check(running, WAITING_SHARE * running + submitted - ended, ended);
    const what = `${WAITING_SHARE * running} queued, ${running} running`, timing = (all: readonly number[]) => ({ value: median(all), p99: quantile(all, 0.99), max: Math.max(...all), unit: 'ms', samples: all.length });
    const figures: Record<string, number> = { decisionP50Ms: median(decisions), decisionP99Ms: quantile(decisions, 0.99), startedPerSecond: running / ramp.ms * 1000, statusWhileStartingP99Ms: quantile(load.rampStatusMs, 0.99), rampRowsPerGroup: ramp.rows / ramp.groups, rowsPerGroup: (since.rows - ramp.rows) / (since.groups - ramp.groups) };
    for (const [name, all] of ms) { figures[figureName(name, 'p50', 'ms')] = median(all); figures[figureName(name, 'p99', 'ms')] = quantile(all, 0.99); }
    return {
      rows: [
        { what: `${running} attempts started, from opening the run`, value: ramp.ms, unit: 'ms', perSecond: figures['startedPerSecond']!, samples: 1 },
        { what: `${running} attempts being started: status`, ...timing(load.rampStatusMs) },
        { what: `${running} attempts started: durable rows in a group`, value: figures['rampRowsPerGroup']!, unit: 'rows', samples: ramp.groups },
        { what: `${what}: durable rows in a group`, value: figures['rowsPerGroup']!, unit: 'rows', samples: since.groups - ramp.groups },
        ...[...ms].map(([name, all]) => ({ what: `${what}: ${name}`, ...timing(all) })),
        { what: `${what}: decision`, ...timing(decisions) },
      ],
      figures: { [String(running)]: figures }, answer,
    };
  } finally { await load.close(); }
}

/** A run that is under way, with its API. */
class LiveLoad {
  readonly engine: LiveEngine;
  readonly rampMs: number;
  /** Of requests that were answered meanwhile. */
  readonly rampStatusMs: readonly number[];
  private readonly api: Api;
  private readonly driver: HeldDriver;
  private readonly appended: number[];
  private readonly address: string;

  private constructor(engine: LiveEngine, api: Api, driver: HeldDriver, appended: number[], address: string, rampMs: number, rampStatusMs: readonly number[]) {
    this.engine = engine; this.api = api; this.driver = driver; this.appended = appended; this.address = address; this.rampMs = rampMs; this.rampStatusMs = rampStatusMs;
  }

  /** Begins a run whose machine has room for `running` of its tasks; resolves when they run and the others wait. */
  static async open(running: number, waiting: number): Promise<LiveLoad> {
    const directory = temporaryFolder('twinclock-bench-'), address = join(directory, 'run.db'), scenario = scenarioOf(running, running + waiting), appended: number[] = [];
    let driver: HeldDriver | undefined;
    const kinds = [heldKind((made) => { driver = made; })], ports = { ...livePorts(undefined), kinds, openStore: async () => counted(await openStore(address, 'load'), appended) };
    const file = validateLive({ twinclock: 'live/1', name: 'load', scenario, directory, pools: { machine: { driver: 'held' } } }, kinds), from = performance.now();
    const engine = await LiveEngine.prepare(file, scenario, ports), log = (message: string, error: unknown) => { throw new Error(message, { cause: error }); };
    const api = await openApi({ operations: engine, insight: liveInsight(engine, ports.policyOf), inbox: inboxDesk([], Date.parse(engine.status().epoch)) }, { address: '127.0.0.1', port: 0, bodyBytes: 1 << 20, requestsPerSecond: 100_000, clock: systemClock, log });
    let rampMs = 0;
    const ramp = engine.begin().then(() => until(engine, () => engine.status().tasks.running === running)).then(() => { rampMs = performance.now() - from; }), rampStatusMs: number[] = [];
    while (rampMs === 0) {
      const asked = performance.now();
      await (await fetch(`${api.url}/v1/run`)).text();
      rampStatusMs.push(performance.now() - asked);
    }
    await ramp;
    return new LiveLoad(engine, api, driver!, appended, address, rampMs, rampStatusMs);
  }

  /** Groups with rows so far, and the rows in them. */
  groups(): { readonly rows: number; readonly groups: number } {
    const withRows = this.appended.filter((rows) => rows > 0);
    return { rows: withRows.reduce((sum, rows) => sum + rows, 0), groups: withRows.length };
  }

  /** Sends the requests one after another, evenly mixed; before each, some attempts end. ms of each kind. */
  async ask(kinds: readonly Kind[]): Promise<Map<string, number[]>> {
    const ms = new Map(kinds.map(({ name }) => [name, [] as number[]])), most = Math.max(...kinds.map(({ count }) => count));
    for (let n = 0; n < most; n++) {
      for (const { name, count, send, check } of kinds) {
        if (Math.floor(n * count / most) === Math.floor((n - 1) * count / most)) continue;
        this.driver.end(ENDING);
        const from = performance.now(), answer = await send(this.api.url, n);
        const body = await answer.text();
        ms.get(name)!.push(performance.now() - from);
        checkAnswer(`the answer to ${name} (${body.slice(0, 200)})`, answer.status, 200);
        check?.(body, n);
      }
    }
    return ms;
  }

  /** What must have come of it, and that the store holds it. */
  async check(running: number, waiting: number, ended: number): Promise<string> {
    const { engine } = this, answered = () => { const { tasks } = engine.status(); return `${tasks.running} running, ${tasks.eligible} waiting, ${tasks.completed + tasks.archived} ended`; };
    const wanted = `${running} running, ${waiting} waiting, ${ended} ended`;
    await until(engine, () => answered() === wanted);
    await engine.settled();
    checkAnswer('the journal read back', await hashOfStored(this.address, 'load'), scheduleHash(engine.run.log));
    return wanted;
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.engine.close();
  }
}

/** Resolves when it is so, which is looked at after every durable group. */
function until(engine: LiveEngine, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let end = (): void => {};
    const look = (): void => { if (isSo()) { queueMicrotask(() => { end(); }); resolve(); } };
    end = engine.subscribe(engine.status().rows, look);
    look();
  });
}

/** Tells of the rows of every group that became durable. */
function counted(store: Store, appended: number[]): Store {
  return new Proxy(store, { get: (target, name) => {
    const value: unknown = Reflect.get(target, name, target);
    if (name === 'append') return async (group: Parameters<Store['append']>[0]) => { await target.append(group); appended.push(group.rows.length / STRIDE); };
    return typeof value === 'function' ? value.bind(target) as unknown : value;
  } });
}

function scenarioOf(cores: number, tasks: number): ScenarioFile {
  const jobs = Array.from({ length: Math.ceil(tasks / JOB_TASKS) }, (_, k) => jobOf(`job-${k}`, Math.min(JOB_TASKS, tasks - k * JOB_TASKS)));
  return { twinclock: 'scenario/1', name: 'load', mode: 'event', fleet: { local: [{ id: 'machine', cores }] }, jobs };
}

function jobOf(id: string, tasks: number): JobFile {
  return { id, tasks: Array.from({ length: tasks }, (_, k) => ({ id: `${id}-${k}`, duration: '1h', demand: { cores: 1 }, run: { command: ['true'] } })) };
}
