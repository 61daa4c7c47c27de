// What each method of the API does: one function each, over `LiveOperations`, for REST, gRPC and Connect alike. Nothing here
// knows by which way it was asked; a wrong name is an `InputError`, as everywhere.
import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { AttemptRecord, LiveOperations, RequestOptions, ResourceStatus, RunStatus, Submission, TaskStatus } from '../operations.ts';
import type { JobForecast, Outlook } from '../../experiment/forecast-run.ts';
import { inputError } from '../../model/errors.ts';
import { REFUSALS } from '../../model/policy.ts';
import type { ParameterValues } from '../../model/policy.ts';
import type { FleetFile } from '../../model/scenario.ts';
import type { BlastRadius } from '../../experiment/rehearsal/blast-radius.ts';
import { LiveRun } from './gen/twinclock/v1/twinclock_pb.ts';
import type { AttemptSchema, ListRecordsResponseSchema, ResourceSchema } from './gen/twinclock/v1/twinclock_pb.ts';
import { valueOf } from './json-value.ts';
import { backlog, recordPage } from './record-page.ts';
import type { Insight } from './insight.ts';
import type { InboxDesk } from './inbox-desk.ts';

/** How a method was called. */
export interface Call extends RequestOptions {
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

type Methods = (typeof LiveRun)['method'];
/** Methods that answer once. */
export type UnaryName = { [K in keyof Methods]: Methods[K]['methodKind'] extends 'unary' ? K : never }[keyof Methods];
export type Handler<K extends UnaryName> = (request: MessageShape<Methods[K]['input']>, call: Call) => MessageInitShape<Methods[K]['output']> | Promise<MessageInitShape<Methods[K]['output']>>;
export type Handlers = { readonly [K in UnaryName]: Handler<K> };
export type RecordGroup = MessageInitShape<typeof ListRecordsResponseSchema>;

/** What the API stands on. */
export interface Backing {
  readonly operations: LiveOperations;
  /** Costs by the hour and futures. */
  readonly insight: Insight;
  readonly inbox: InboxDesk;
}

const RECORDS_MAX = 10_000, RECORDS_USUAL = 1_000, FUTURES_USUAL = 200, BLAST_FUTURES_USUAL = 100, FUTURES_MAX = 10_000;

export function handlersOf({ operations: run, insight, inbox }: Backing): Handlers {
  const after = async (done: Promise<void>) => { await done; return runMessage(run.status()); };
  return {
    getRun: () => runMessage(run.status()),
    pause: (_, call) => after(run.pause(call)),
    resume: (_, call) => after(run.resume(call)),
    drain: (_, call) => after(run.drain(call)),
    kill: (_, call) => after(run.kill(call)),
    setWeights: ({ latency, cost, fragmentation }, call) => after(run.setWeights({ latency, cost, fragmentation }, call)),
    setBudget: ({ microDollars }, call) => after(run.setBudget(wholeNumber(microDollars, 'microDollars', 0, Number.MAX_SAFE_INTEGER), call)),
    adjust: ({ weights, microDollars, policy, fleet }, call) => after(run.adjust({
      ...(weights === undefined ? {} : { weights: { latency: weights.latency, cost: weights.cost, fragmentation: weights.fragmentation } }), ...(microDollars === undefined ? {} : { budget: microDollars }),
      ...(policy === undefined ? {} : { policy: { name: policy.name, parameters: policy.parameters } }), ...(fleet === undefined ? {} : { fleet: fleet as unknown as FleetFile }),
    }, call)),
    setPolicy: ({ name, parameters }, call) => after(run.setPolicy({ name, parameters: parameters satisfies ParameterValues }, call)),
    setFleet: ({ fleet }, call) => after(run.setFleet(needed(fleet, 'fleet') as FleetFile, call)),
    submitJobs: async ({ jobs, batches }, call) => {
      const submission = { jobs, ...(batches === undefined ? {} : { batches }) } as unknown as Submission; // checked by `submit`
      const { jobs: ids, revision, at } = await run.submit(submission, call);
      return { jobs: [...ids], revision, at };
    },
    listJobs: () => ({ jobs: run.jobs().map((job) => ({ ...job })) }),
    cancelJob: ({ job }, call) => after(run.cancelJob(job, call)),
    listTasks: ({ job, state }) => ({ tasks: run.tasks({ ...(job === '' ? {} : { job }), ...(state === '' ? {} : { state }) }).map(taskMessage) }),
    getTask: ({ task }) => taskMessage(run.task(task)),
    cancelTask: async ({ task }, call) => { await run.cancelTask(task, call); return taskMessage(run.task(task)); },
    getWaiting: ({ task }) => { const { after: open, places, ...rest } = run.waiting(task); return { ...rest, after: [...open], places: places.map((place) => ({ ...place, refusal: place.refusal === REFUSALS[0] ? '' : place.refusal })) }; },
    listAttempts: async ({ task }) => ({ attempts: (await run.attempts(task)).map(attemptMessage) }),
    getOutput: async ({ task, attempt }) => {
      const { stdout = '', stderr = '', files } = await run.collect(task, attempt === 0 ? undefined : wholeNumber(attempt, 'attempt', 1, 1e6));
      return { stdout, stderr, files: { ...files } };
    },
    listResources: () => ({ resources: run.resources().map(resourceMessage) }),
    getPreview: () => {
      const { placements, vms, released, ...rest } = run.preview();
      return { ...rest, placements: placements.map((one) => ({ ...one })), vms: vms.map((one) => ({ ...one })), released: [...released] };
    },
    listCosts: () => {
      const { snapshots, total } = insight.costs();
      return { total, snapshots: snapshots.map((one) => ({ ...one })) };
    },
    getForecast: async ({ futures, lose }, { signal }) => {
      const { loss, ...forecast } = await insight.forecast(futures === 0 ? FUTURES_USUAL : wholeNumber(futures, 'futures', 1, FUTURES_MAX), signal, lose === '' ? undefined : lose);
      return { ...outlookMessage(forecast), ...(loss === undefined ? {} : { loss: outlookMessage(loss) }) };
    },
    listRecords: ({ from, limit }) => {
      const first = wholeNumber(from, 'from', 0, Number.MAX_SAFE_INTEGER), most = limit === 0 ? RECORDS_USUAL : wholeNumber(limit, 'limit', 1, RECORDS_MAX);
      return recordPage({ from: first, records: run.records(first, most), wall: 0 });
    },
    getScenario: () => {
      const fleetHistory = run.fleetHistory();
      return { scenario: plain(run.scenario()), ...(fleetHistory === undefined ? {} : { fleetHistory: plain(fleetHistory) }) };
    },
    forecastFaults: async ({ plan, futures }, { signal }) => blastMessage(await insight.blastRadius(needed(plan, 'plan'), futures === 0 ? BLAST_FUTURES_USUAL : wholeNumber(futures, 'futures', 1, FUTURES_MAX), signal)),
    injectFaults: async ({ plan, stop }, call) => { await run.injectFaults({ plan: needed(plan, 'plan'), stop }, call); return rehearsalsMessage(run); },
    withdrawFaults: async ({ reason }, call) => { await run.withdrawFaults(reason === '' ? `asked for${call.by === undefined ? '' : ` by ${call.by}`}` : reason, call); return rehearsalsMessage(run); },
    listFaults: () => rehearsalsMessage(run),
    listInjectable: () => ({ kinds: run.injectable().map(({ refusal = '', ...rest }) => ({ ...rest, refusal })) }),
    listInbox: ({ person, all }) => ({ items: inbox.list({ ...(person === '' ? {} : { person }), all }) }),
    answerInbox: (request, call) => inbox.answer(request, call),
  };
}

/**
 * Groups of rows from `from` on: what is there in pages, then as they become durable. Ends when the caller goes; a caller too slow to take them is cut
 * off with `resource-exhausted` once `PENDING_MAX` groups wait for it, and comes back with the next row it lacks.
 */
export async function* watchRecords(run: LiveOperations, from: number, signal: AbortSignal): AsyncGenerator<RecordGroup, void, void> {
  let at = from;
  for (const page of backlog(run, from)) { // the next is made when this one has been taken
    if (signal.aborted) return;
    yield recordPage(page);
    at = page.from + page.records.length;
  }
  const pending: RecordGroup[] = [];
  let wake = (): void => {}, overrun = false;
  const end = run.subscribe(at, (batch) => {
    if (pending.length >= PENDING_MAX) overrun = true; else pending.push(recordPage(batch));
    wake();
  });
  const gone = (): void => { wake(); };
  signal.addEventListener('abort', gone, { once: true });
  try {
    while (!signal.aborted) {
      const next = pending.shift();
      if (next !== undefined) { yield next; continue; }
      if (overrun) throw inputError('too-slow', '', 'rows came faster than they were read', { hint: 'watch again from the next row you lack' });
      await new Promise<void>((resolve) => { wake = resolve; });
    }
  } finally {
    signal.removeEventListener('abort', gone);
    end();
  }
}
const PENDING_MAX = 10_000;

/** A run in the shape of its message: all that is not there has the value its field documents. */
export function runMessage({ policy, jobs, tasks, reason = '', ...rest }: RunStatus): MessageInitShape<Methods['getRun']['output']> {
  return { ...rest, reason, policy: { name: policy.name, parameters: { ...policy.parameters } }, tasks: { ...tasks }, jobsOpen: jobs.open, jobsEnded: jobs.ended };
}

function taskMessage({ unit = '', token = '', finish = -1, unknown = '', reason = '', ...rest }: TaskStatus): MessageInitShape<Methods['getTask']['output']> {
  return { ...rest, unit, token, finish, unknown, reason };
}

function attemptMessage({ task, attempt, token, unit, placedAt, endedAt = -1, outcome = '', reason = '', by = '', output, usage }: AttemptRecord): MessageInitShape<typeof AttemptSchema> {
  return { task, attempt, token, unit, placedAt, endedAt, outcome, reason, by, usage: { ...usage }, ...(output === undefined ? {} : { output: valueOf(output) }) };
}

function resourceMessage({ used, capacity, until = -1, ...rest }: ResourceStatus): MessageInitShape<typeof ResourceSchema> {
  return { ...rest, used: { ...used }, capacity: { ...capacity }, until };
}

async function rehearsalsMessage(run: LiveOperations): Promise<MessageInitShape<Methods['listFaults']['output']>> {
  const held = await run.heldFaults();
  return { held: [...held], rehearsals: run.rehearsals().map(({ stop, faults, ...rest }) => ({ ...rest, stop: [...stop], faults: faults.map(({ vms, ...fault }) => ({ ...fault, vms: [...vms] })) })) };
}

function blastMessage({ finished, extraMs, extraMicroUsd, tasks, vms, people, apis, jobs, faults, at, futures }: BlastRadius): MessageInitShape<Methods['forecastFaults']['output']> {
  const reached = (list: BlastRadius['tasks']) => list.map((one) => ({ ...one }));
  return {
    at, futures, finishedWithout: finished.without, finishedWith: finished.with, extraTime: extraMs, extraCost: extraMicroUsd, tasks: reached(tasks), vms: reached(vms), people: reached(people), apis: reached(apis),
    faults: reached(faults), jobs: jobs.map(({ delayMs, ...job }) => ({ ...job, delay: delayMs })),
  };
}

/** Lists and maps that the caller may keep. */
function outlookMessage<T extends Outlook>({ unfinished, jobs, ...rest }: T): Omit<T, 'unfinished' | 'jobs'> & { unfinished: Record<string, number>; jobs: JobForecast[] } {
  return { ...rest, unfinished: { ...unfinished }, jobs: jobs.map((job) => ({ ...job })) };
}

/** As a Struct takes it. */
const plain = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, never>;

function wholeNumber(value: number, path: string, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw inputError('bad-number', path, `must be a whole number from ${min} to ${max}`, { value });
}

function needed<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw inputError('missing', path, 'is missing');
  return value;
}
