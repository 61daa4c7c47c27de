// Answers that came with an idempotency key: the same key and answer again get what the first one got, and change nothing. They
// are kept with the item they changed, in one durable group, for a day.
import { RunError } from '../../../model/errors.ts';
import type { DriverNotes } from '../../driver.ts';
import type { Json } from '../../json.ts';
import type { InboxItem } from './inbox-item.ts';

interface Answered {
  /** What was said of which item, as text. */
  readonly request: string;
  /** The item after it. */
  readonly item: InboxItem;
  /** ms since 1970. */
  readonly at: number;
}

const NOTE = 'answered/', KEPT_MS = 24 * 3_600_000;

export class AnsweredKeys {
  private readonly answered = new Map<string, Answered>();

  /** Reads those kept so far. */
  async load(notes: DriverNotes): Promise<void> {
    const found = (await notes.list(NOTE)).map(({ name, value }) => [name.slice(NOTE.length), value as unknown as Answered] as const);
    for (const [key, answered] of found.sort(([, a], [, b]) => a.at - b.at)) this.answered.set(key, answered);
  }

  has(key: string): boolean { return this.answered.has(key); }

  /** What the first answer with this key got, undefined for a new key. Throws `RunError` `idempotency-conflict` when it was another answer. */
  of(key: string, request: string): InboxItem | undefined {
    const first = this.answered.get(key);
    if (first !== undefined && first.request !== request) throw new RunError('idempotency-conflict', `the key ${key} was used for another request`);
    return first?.item;
  }

  /** The notes to write with an answer: its own, and those of a day ago, to be deleted. */
  notesOf(key: string, request: string, item: InboxItem, at: number): (readonly [name: string, value: Json | undefined])[] {
    const old = [...this.answered].filter(([, answered]) => at - answered.at >= KEPT_MS).map(([name]) => [NOTE + name, undefined] as const);
    return [...old, [NOTE + key, JSON.parse(JSON.stringify({ request, item, at })) as Json]];
  }

  /** The notes have been written. */
  keep(key: string, request: string, item: InboxItem, at: number): void {
    for (const [name, answered] of this.answered) if (at - answered.at >= KEPT_MS) this.answered.delete(name);
    this.answered.set(key, { request, item, at });
  }
}
