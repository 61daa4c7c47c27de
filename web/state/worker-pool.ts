// Workers that answer questions, one at a time each. A worker that crashes is replaced and its question asked again of
// another one; a question that brings down three workers is answered with `worker-crashed`. Given up questions leave the
// queue at once; a worker still busy with one after a moment of grace is replaced, because nothing else can stop it.
import { InputError } from '../../engine/model/errors.ts';
import type { Answer, ErrorData, Question, Reply } from '../worker/protocol.ts';

/** One worker as the pool sees it. */
export interface WorkerPort {
  ask(question: Question): Promise<Reply<unknown>>;
  close(): void;
  /** Called once, when the worker can no longer be trusted. */
  onCrash(listener: (cause: string) => void): void;
}

export interface AskOptions {
  /** Before the questions that wait. */
  readonly urgent?: boolean;
  readonly signal?: AbortSignal;
}

/** What a question that could not be answered rejects with. */
export class WorkError extends Error {
  readonly data: ErrorData;
  constructor(data: ErrorData) {
    super(data.message);
    this.name = 'WorkError';
    this.data = data;
  }
}

/** Whatever a question, or the fetching of what it names, rejected with, as data for the page. */
export function workErrorData(error: unknown): ErrorData {
  if (error instanceof WorkError) return error.data;
  if (error instanceof InputError) return { code: error.code, message: error.message, faults: error.faults, ...(error.source === undefined ? {} : { source: error.source }) };
  return { code: 'internal', message: String(error), faults: [] };
}

const TRIES = 3;
const GRACE_MS = 250;

interface Job {
  readonly question: Question;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: WorkError) => void;
  tries: number;
}

interface Seat {
  readonly port: WorkerPort;
  job: Job | undefined;
}

export class WorkerPool {
  readonly size: number;
  /** Workers replaced so far. */
  replaced = 0;
  private readonly spawn: () => WorkerPort;
  private readonly seats: Seat[];
  private readonly queue: Job[] = [];
  private readonly later: (task: () => void, ms: number) => void;

  /** `later`: a timer, for the moment of grace. */
  constructor(spawn: () => WorkerPort, size: number, later: (task: () => void, ms: number) => void = (task, ms) => { setTimeout(task, ms); }) {
    this.size = size;
    this.spawn = spawn;
    this.later = later;
    this.seats = Array.from({ length: size }, () => this.newSeat());
  }

  /** Rejects with `WorkError`: the worker's own, `worker-crashed`, or `cancelled`. */
  ask<Q extends Question>(question: Q, { urgent = false, signal }: AskOptions = {}): Promise<Answer<Q['kind']>> {
    return new Promise((resolve, reject) => {
      const job: Job = { question, signal, tries: 0, resolve: resolve as (value: unknown) => void, reject };
      if (signal?.aborted === true) { reject(cancelled()); return; }
      signal?.addEventListener('abort', () => { this.giveUp(job); }, { once: true });
      if (urgent) this.queue.unshift(job); else this.queue.push(job);
      this.assign();
    });
  }

  private newSeat(): Seat {
    const seat: Seat = { port: this.spawn(), job: undefined };
    seat.port.onCrash((cause) => { this.crashed(seat, cause); });
    return seat;
  }

  private assign(): void {
    for (const seat of this.seats) {
      if (seat.job !== undefined) continue;
      const job = this.queue.shift();
      if (job === undefined) return;
      seat.job = job;
      job.tries++;
      seat.port.ask(job.question).then((reply) => { this.answered(seat, job, reply); }, (error: unknown) => { if (seat.job === job) this.crashed(seat, String(error)); });
    }
  }

  private answered(seat: Seat, job: Job, reply: Reply<unknown>): void {
    if (seat.job !== job) return; // the seat was cleared in the meantime
    seat.job = undefined;
    if (reply.ok) job.resolve(reply.value); else job.reject(new WorkError(reply.error));
    this.assign();
  }

  private crashed(seat: Seat, cause: string): void {
    const at = this.seats.indexOf(seat), { job } = seat;
    if (at < 0) return;
    this.replace(at);
    if (job !== undefined && job.signal?.aborted !== true) {
      if (job.tries < TRIES) this.queue.unshift(job);
      else job.reject(new WorkError({ code: 'worker-crashed', message: `the work brought down ${TRIES} workers, the last one with: ${cause}`, faults: [] }));
    }
    this.assign();
  }

  private replace(at: number): void {
    const seat = this.seats[at]!;
    seat.job = undefined;
    seat.port.close();
    this.seats[at] = this.newSeat();
    this.replaced++;
  }

  private giveUp(job: Job): void {
    const waiting = this.queue.indexOf(job);
    if (waiting >= 0) this.queue.splice(waiting, 1);
    job.reject(cancelled());
    this.later(() => {
      const at = this.seats.findIndex((seat) => seat.job === job);
      if (at >= 0) { this.replace(at); this.assign(); }
    }, GRACE_MS);
  }
}

function cancelled(): WorkError {
  return new WorkError({ code: 'cancelled', message: 'cancelled', faults: [] });
}
