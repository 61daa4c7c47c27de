// The durable memory of a live run: its journal rows in order, and small documents beside them. One `append` is one atomic,
// durable step: when its promise resolves, rows and documents of the group survive any crash; when the process dies before
// that, either all of the group is there or nothing. The runtime acts on commands only after their group is durable.
//
// One writer at a time. Opening for writing takes a lock that dies with its holder and raises the epoch; every append checks
// that the epoch is still its own, so that a writer that lost its lock (a network partition) can add nothing: `fenced`.
import type { Json } from './json.ts';

/** Rows as in journal/records.ts, STRIDE numbers each: whole events with the commands they caused. */
export interface StoredGroup {
  /** Number of the first row. */
  readonly first: number;
  readonly rows: Float64Array;
  /** ms since 1970 when it was written: a label. */
  readonly wall: number;
  /** Epoch of the writer. */
  readonly epoch: number;
}

/** Kinds of documents; `note:<driver>` for what drivers keep. */
export type DocumentKind = 'run' | 'revision' | 'attempt' | 'checkpoint' | 'result' | 'vm' | 'idempotency' | 'rehearsal' | 'row-note' | `note:${string}`;

export interface Document {
  readonly kind: DocumentKind;
  /** Unique within the kind. */
  readonly id: string;
  readonly value: Json;
}

/** `value` undefined deletes. `once`: the document must not be there yet; otherwise the whole group is refused with `conflict`. */
export interface DocumentWrite {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly value: Json | undefined;
  readonly once?: boolean;
}

export interface AppendGroup {
  /** May be empty: documents alone. */
  readonly rows: Float64Array;
  readonly wall: number;
  readonly writes?: readonly DocumentWrite[];
}

/** What can be read of a run, by anyone, while its writer lives. */
export interface StoreReader {
  readonly run: string;
  /** Groups from the one that holds row `from` on, in order; up to those that were durable when the call was made. */
  groups(from?: number): AsyncIterable<StoredGroup>;
  get(kind: DocumentKind, id: string): Promise<Json | undefined>;
  /** In ascending order of id, by code point. */
  list(kind: DocumentKind, options?: { readonly prefix?: string }): Promise<readonly Document[]>;
  close(): Promise<void>;
}

export interface Store extends StoreReader {
  /** 1 for the first writer the run ever had. */
  readonly epoch: number;
  /** Durable rows. */
  readonly count: number;
  /**
   * Calls may overlap; groups become durable in the order of the calls. Rejects with `RunError` of code `fenced` (another
   * writer has taken over), `conflict` (a `once` document is there; nothing of the group was written) or `store` (the disk or
   * the server failed; whether the group is durable is unknown, and the store takes no more: open it again).
   */
  append(group: AppendGroup): Promise<void>;
  /** Removes the run with all that is kept of it, and closes. Rejects with `fenced` or `store`, closed all the same. */
  remove(): Promise<void>;
}

/** `RunError` codes of stores. `locked`: another writer holds the run. `no-run`: there is nothing to read. */
export const STORE_ERRORS = ['locked', 'fenced', 'conflict', 'store', 'no-run'] as const;
