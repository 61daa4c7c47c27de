// What drivers tell the runtime, and the keys by which they and the runtime speak of attempts and VMs. A key is unique for
// ever: the epoch grows with every start of the daemon, the attempt with every placement of the task. It is the fencing
// token: a word about an attempt that the kernel no longer waits for is refused by it.
import type { Json } from './json.ts';

/** `epoch`: that of the daemon which placed the attempt; it stays the same when a later daemon takes the attempt over. */
export interface AttemptKey {
  readonly run: string;
  readonly task: string;
  readonly epoch: number;
  readonly attempt: number;
}

export interface VmKey {
  readonly run: string;
  readonly unit: string;
  readonly epoch: number;
  readonly life: number;
}

/** `epoch.attempt`: what a worker must show to report for the attempt. */
export const tokenOf = (key: AttemptKey): string => `${key.epoch}.${key.attempt}`;
/** `run/task/epoch.attempt`: a name for tags, idempotency keys and comments. Ids may hold any character. */
export const attemptName = (key: AttemptKey): string => `${key.run}/${key.task}/${tokenOf(key)}`;
/** `run/unit/epoch.life`. */
export const vmName = (key: VmKey): string => `${key.run}/${key.unit}/${key.epoch}.${key.life}`;

/**
 * How an attempt ended. `completed`. Failures that use up one of the task's attempts: `task-error`, `api-error`, `timeout`.
 * Those that do not: `rate-limited`, `refused` (it never began), `cancelled` (we ended it), `lost` (what ran it is gone).
 */
export type Outcome = 'completed' | 'task-error' | 'api-error' | 'timeout' | 'rate-limited' | 'refused' | 'cancelled' | 'lost';

export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Time really worked, ms: without a person's pauses, without waiting for a token. Paid work is charged by it. */
  readonly busyMs: number;
  /** One line for people when the outcome is not `completed`: `exit code 3`, `HTTP 503`. */
  readonly reason?: string;
  /** The result of a completed task, at most 64 KiB of JSON; its successors get it as input. */
  readonly output?: Json;
  /** Measured use, integers: `maxRssMiB`, `cpuMs`, `requests`, `inputTokens`, `outputTokens`, `exitCode`, ... */
  readonly usage?: Readonly<Record<string, number>>;
}

export type RateLimitAxis = 'requests' | 'tokens' | 'concurrency';

/** Who said so, where a person did: as they call themselves, and from where. */
interface Said { readonly by?: string }

/** Instants in events are ms since 1970. The runtime stamps an event with its own clock when it takes it up. */
export type DriverEvent =
  | { readonly type: 'started'; readonly key: AttemptKey; readonly handle?: Json }
  /** Parts per million of the whole task. */
  | { readonly type: 'progress'; readonly key: AttemptKey; readonly ppm: number }
  /** A checkpoint is safe; `checkpoint` is handed to the next attempt. */
  | { readonly type: 'checkpointed'; readonly key: AttemptKey; readonly ppm: number; readonly checkpoint?: Json }
  /** May come without `started` before it: the runtime supplies that. */
  | ({ readonly type: 'ended'; readonly key: AttemptKey; readonly end: AttemptEnd } & Said)
  /** A person takes the offer; `started` follows when they begin. */
  | ({ readonly type: 'accepted'; readonly key: AttemptKey } & Said)
  | ({ readonly type: 'declined'; readonly key: AttemptKey; readonly reason?: string } & Said)
  /** An API asks to be left alone. */
  | { readonly type: 'limited'; readonly unit: string; readonly until: number; readonly reason?: string }
  | { readonly type: 'restored'; readonly unit: string }
  | { readonly type: 'rate-changed'; readonly unit: string; readonly axis: RateLimitAxis; readonly perMinute: number }
  /** A person is away against their published calendar; `until` when known. */
  | { readonly type: 'away'; readonly unit: string; readonly until?: number }
  | { readonly type: 'available'; readonly unit: string }
  | { readonly type: 'vm-starting'; readonly vm: VmKey; readonly handle?: Json }
  | { readonly type: 'vm-ready'; readonly vm: VmKey; readonly handle?: Json }
  | { readonly type: 'vm-refused'; readonly vm: VmKey; readonly reason?: string }
  | { readonly type: 'vm-notice'; readonly vm: VmKey; readonly killAt: number }
  | { readonly type: 'vm-terminated'; readonly vm: VmKey; readonly cause: 'released' | 'interrupted'; readonly reason?: string }
  /** Spot price of a fleet entry, micro-dollars per hour. */
  | { readonly type: 'price'; readonly entry: string; readonly microDollarsPerHour: number };
