// What crosses between the page and the worker that follows a live run. The worker tells, the page shows; a picture carries
// only what can change, and the rest of it (`still`) when it has changed.
import type { InboxItemJson, RehearsalsJson, ResourceJson, RunJson } from '../../../engine/live/api/answers.ts';
import type { ErrorData, RunPicture, TaskFacts } from '../protocol.ts';

/** How the page reaches the daemon it was opened from. */
export interface DaemonAddress {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  /** Empty for none. */
  readonly token: string;
}

/** What a picture has that changes only with the scenario. */
export interface StillParts {
  readonly ids: TaskFacts['ids'];
  readonly kinds: TaskFacts['kinds'];
  readonly graph: RunPicture['graph'];
  readonly planned: RunPicture['planned'];
}

export interface MovingPicture extends Omit<RunPicture, 'graph' | 'planned' | 'tasks'> {
  readonly tasks: Omit<TaskFacts, 'ids' | 'kinds'>;
}

/** The run at one instant, as the journal and the daemon tell it together. */
export interface LiveTelling {
  readonly run: RunJson;
  readonly resources: readonly ResourceJson[];
  /** What people are asked now. */
  readonly inbox: readonly InboxItemJson[];
  /** Faults that were injected, and what is left of them. */
  readonly faults: RehearsalsJson;
  /** Undefined while nothing has been submitted. */
  readonly picture: MovingPicture | undefined;
  readonly still: StillParts | undefined;
  /** Micro-dollars spent by the end of each hour since the epoch; the last is as of now. */
  readonly hourly: Float64Array;
  /** Rows it is made of. */
  readonly rows: number;
}

/** What the worker has to say. */
export type FeedNews =
  | { readonly kind: 'told'; readonly telling: LiveTelling }
  /** The line is cut; it is tried again by itself. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** The daemon asks for a token, or for another one. Nothing more comes until there is one. */
  | { readonly kind: 'denied'; readonly reason: string }
  /** The run cannot be shown, for instance because another version wrote it. */
  | { readonly kind: 'failed'; readonly error: ErrorData };
