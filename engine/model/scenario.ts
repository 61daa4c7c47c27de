// The scenario file: what a person or a generator writes. Strict JSON, versioned by its `twinclock` key, validated by
// `schema.ts`, turned into the engine's flat arrays by `compile.ts`. Nothing here is computed.

/** `"90s"`, `"15m"`, `"8h"`, `"2d"`, or a number of seconds. */
export type DurationText = string | number;
/** `"16GB"`, `"512MiB"`, or a number of MiB. */
export type MemoryText = string | number;
/** `"500MB"`, or a number of bytes. */
export type BytesText = string | number;

/** How long something takes: a fixed duration, or one named distribution with its parameters. */
export type DistributionText =
  | DurationText
  | { readonly fixed: DurationText }
  | { readonly uniform: { readonly min: DurationText; readonly max: DurationText } }
  | { readonly triangular: { readonly min: DurationText; readonly mode: DurationText; readonly max: DurationText } }
  /** Either `median` or `mean`; `sigma` is the standard deviation of the logarithm. */
  | { readonly lognormal: { readonly median?: DurationText; readonly mean?: DurationText; readonly sigma: number } }
  /** `shape` k > 0; the scale is mean / shape. */
  | { readonly gamma: { readonly mean: DurationText; readonly shape: number } }
  | { readonly exponential: { readonly mean: DurationText } }
  /** Observed values; a draw interpolates linearly between their order statistics. */
  | { readonly empirical: readonly DurationText[] };

export type ResourceKind = 'local' | 'cloud' | 'api' | 'human';
export type Market = 'on-demand' | 'spot';

/** A predecessor: its id, or its id with the data that must move if the two run on different resources. */
export type PredecessorText = string | { readonly task: string; readonly data?: BytesText };

/**
 * What is really done when the task is run live; a part for each class that may run it. The simulated world does not look
 * at it, but it is part of the scenario and of its hash: what ran is part of what is recorded.
 */
export interface RunFile {
  /** Program and arguments, never given to a shell. */
  readonly command?: readonly string[];
  /** A line for `/bin/sh -c`, for those who ask for a shell. Instead of `command`. */
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder of the command. Default: the driver's. */
  readonly directory?: string;
  /** The signal that asks the command for a checkpoint. Default "SIGUSR1". Only sent to tasks with `checkpoint`. */
  readonly checkpointSignal?: 'SIGUSR1' | 'SIGUSR2' | 'SIGHUP';
  /** An attempt that works longer ends as a failure (`timeout`). */
  readonly timeout?: DurationText;
  /** The call, when an API runs the task. `url`: absolute, or below the API's base address. */
  readonly http?: {
    readonly url?: string;
    readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent as JSON. */
    readonly body?: unknown;
  };
  /** What a person is asked to do, when one runs the task. */
  readonly prompt?: {
    readonly text: string;
    /** Named texts or choices to fill in; they become the task's result. */
    readonly fields?: Readonly<Record<string, { readonly label?: string; readonly choices?: readonly string[]; readonly optional?: boolean }>>;
    readonly link?: string;
  };
}

export interface TaskFile {
  /** Unique in the whole scenario. */
  readonly id: string;
  /** Free text such as `build`, `train`, `review`. */
  readonly kind?: string;
  /** Finish-to-start predecessors, in any job. */
  readonly after?: readonly PredecessorText[];
  /**
   * Either one model for every class in `on`, or one model per resource class. A class is a fleet entry's id or a
   * resource kind. A model given for a kind (or for `on`) is on a reference core: a resource of speed 2 takes half.
   * A model given for an id is exact for it, whatever its speed. An id wins over its kind.
   */
  readonly duration: DistributionText | { readonly by: Readonly<Record<string, DistributionText>> };
  /** The classes that may run the task, when `duration` is one model. Default `["local", "cloud"]`. */
  readonly on?: readonly string[];
  /** What the scheduler is told instead of the mean of `duration`: a duration, or one per class. */
  readonly estimate?: DurationText | { readonly by: Readonly<Record<string, DurationText>> };
  /** What it holds while it runs. `memory`, `cores`, `gpu`, or any dimension named in `fleet.dimensions`. */
  readonly demand?: Readonly<Record<string, MemoryText>>;
  /** What it takes from a rate-limited API (default one request, no tokens). */
  readonly requests?: number;
  readonly tokens?: number;
  /** All of these are needed of a human. */
  readonly skills?: readonly string[];
  /** A key of `batches`: tasks of one key share its set-up when run back to back on one resource. */
  readonly batchKey?: string;
  readonly checkpoint?: { readonly interval: DurationText; readonly cost: DurationText };
  /** Failures allowed in all, the last included; interruptions do not count. Default 3. */
  readonly attempts?: number;
  /** Probability that an attempt ends in failure. Default 0. */
  readonly failureRate?: number;
  /** Whole number; a higher one goes first among otherwise equal tasks. Default 0. */
  readonly priority?: number;
  /** Whether the task may run on spot at all. Default true. */
  readonly interruptible?: boolean;
  /** What is done when it is run live. */
  readonly run?: RunFile;
}

export interface JobFile {
  readonly id: string;
  /** Since the epoch. Default 0. */
  readonly release?: DurationText;
  /** Since the epoch. */
  readonly deadline?: DurationText;
  /** Dollars. */
  readonly budget?: number;
  /** Weight of its tardiness. Default 1. */
  readonly weight?: number;
  readonly tasks: readonly TaskFile[];
}

/** When a person works. `intervals` are half-open `[start, end)` in ms since the epoch, sorted and disjoint. */
export type CalendarFile =
  | { readonly intervals: readonly (readonly [number, number])[] }
  | { readonly ics: string; readonly timeZone?: string }
  | {
    readonly timeZone: string;
    /** `days`: RFC 5545 day codes, `["MO", "TU"]`. `from`/`to`: local `"09:00"`. */
    readonly weekly: readonly { readonly days: readonly string[]; readonly from: string; readonly to: string }[];
    /** Local dates (`"2026-05-01"`) without work. */
    readonly except?: readonly string[];
  }
  | { readonly always: true };

export interface LocalFile {
  readonly id: string;
  readonly memory?: MemoryText;
  readonly cores?: number;
  readonly gpu?: number;
  /** Other dimensions, as named in `fleet.dimensions`. */
  readonly capacity?: Readonly<Record<string, MemoryText>>;
  /** Tasks at once, whatever their demand. Default unlimited. */
  readonly slots?: number;
  /** 1 is the reference core. Default 1. */
  readonly speed?: number;
  /** Identical machines. Default 1. */
  readonly count?: number;
  /** Dollars per hour while at least one task runs. Default 0. */
  readonly energyPrice?: number;
}

/** A price in dollars per hour: constant, or steps `[ms since epoch, dollars per hour]` that hold until the next. */
export type PriceText = number | { readonly steps: readonly (readonly [number, number])[] };

/** When the market takes a spot VM back. */
export type InterruptionsFile =
  /** Mean kills per hour of a VM's life: constant, or one rate for each hour of the (UTC) day. */
  | { readonly hazardPerHour: number | readonly number[] }
  /** Instants of kill in ms since the epoch; list k is for the k-th VM of the pool (repeating). */
  | { readonly times: readonly (readonly number[])[] };

export interface CloudFile {
  readonly id: string;
  readonly memory?: MemoryText;
  readonly cores?: number;
  readonly gpu?: number;
  readonly capacity?: Readonly<Record<string, MemoryText>>;
  readonly slots?: number;
  readonly speed?: number;
  /** VMs at once, both markets together. */
  readonly max: number;
  /** From the request to READY. */
  readonly spinUp: DistributionText;
  readonly onDemand?: { readonly price: number };
  readonly spot?: {
    readonly price: PriceText;
    /** Warning before a kill. Default "2m". */
    readonly notice?: DurationText;
    readonly interruptions?: InterruptionsFile;
    /** Probability that a request is refused for lack of capacity. Default 0. */
    readonly refusal?: number;
    /** Steps `[ms since epoch, VMs that can be had]`. A fall below what is held interrupts the surplus. */
    readonly availability?: readonly (readonly [number, number])[];
    /** The kills per hour that the scheduler is told. Default: what `interruptions` implies. */
    readonly estimatedHazardPerHour?: number;
  };
  readonly billing?: {
    /** Default "1s". */
    readonly granularity?: DurationText;
    /** Default "60s". */
    readonly minimum?: DurationText;
    /** A spot VM interrupted this soon after it started costs nothing. Default 0. */
    readonly freeIfInterruptedWithin?: DurationText;
  };
}

export interface ApiFile {
  readonly id: string;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** Bucket sizes; default: one minute's worth. */
  readonly requestBurst?: number;
  readonly tokenBurst?: number;
  /** Calls at once. */
  readonly concurrency?: number;
  readonly pricePerCall?: number;
  readonly pricePerToken?: number;
  /** Latency of a call; used for tasks that name no duration for this API. */
  readonly latency?: DistributionText;
  /** Probability that a call is answered 5xx. Default 0. */
  readonly errorRate?: number;
  /** What the API truly allows, as a share of what it publishes (1 = honest). Below 1 it answers 429. Default 1. */
  readonly actualShare?: number;
  /** What a 429 asks to wait, one second at least. Default "20s". */
  readonly retryAfter?: DurationText;
  readonly outages?: readonly { readonly at: DurationText; readonly for: DurationText }[];
}

export interface HumanFile {
  readonly id: string;
  readonly skills?: readonly string[];
  /** Dollars per hour of work. Default 0. */
  readonly costPerHour?: number;
  /** Default: always. */
  readonly calendar?: CalendarFile;
  /** Working time from the offer to the acceptance. Default 0. */
  readonly responseDelay?: DistributionText;
  /** Probability that an offer is declined. Default 0. */
  readonly decline?: number;
  /** Tasks at once. Default 1. */
  readonly concurrency?: number;
  readonly speed?: number;
}

export interface FleetFile {
  /** Extra dimensions beside memory, cores and gpu. */
  readonly dimensions?: readonly string[];
  readonly local?: readonly LocalFile[];
  readonly cloud?: readonly CloudFile[];
  readonly api?: readonly ApiFile[];
  readonly human?: readonly HumanFile[];
  /** Moving data between resources: readable elsewhere `latency + size / bandwidth` after its producer ends. */
  readonly network?: { readonly bandwidth: string | number; readonly latency?: DurationText };
}

export interface ScenarioFile {
  readonly twinclock: 'scenario/1';
  readonly name: string;
  readonly description?: string;
  /** ISO 8601 instant with offset. Calendars need it. Default 2026-01-05T00:00:00Z (a Monday). */
  readonly epoch?: string;
  /** Decision period in tick mode. Default "30s". */
  readonly tick?: DurationText;
  /** `tick`: decide on the 30 s grid (and at once on a spot notice). `event`: at every change. Default `tick`. */
  readonly mode?: 'tick' | 'event';
  /** The run is stopped then, with cause `horizon`. Default "3650d". */
  readonly horizon?: DurationText;
  /** Dollars. Default: none. */
  readonly budget?: number;
  readonly batches?: Readonly<Record<string, { readonly setup: DurationText }>>;
  readonly jobs: readonly JobFile[];
  readonly fleet: FleetFile;
  /** What an importer assumed, dropped or invented. */
  readonly assumptions?: readonly string[];
}

export const SCENARIO_VERSION = 'scenario/1';
export const DEFAULT_EPOCH = '2026-01-05T00:00:00Z';
