// People as resources. An attempt is an item in an inbox; what a person says of it becomes events. Items are durable before
// anything is told, so that a daemon's death loses neither a question nor an answer.
import { inputError } from '../../../model/errors.ts';
import { canonicalJson } from '../../../model/hash.ts';
import type { HumanFile } from '../../../model/scenario.ts';
import { suggestion } from '../../../model/suggestion.ts';
import { parseDuration } from '../../../model/units.ts';
import { tokenOf } from '../../driver-events.ts';
import type { AttemptEnd, AttemptKey } from '../../driver-events.ts';
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, DriverNotes, Verdict } from '../../driver.ts';
import type { DriverFaults } from '../../driver-faults.ts';
import type { Json } from '../../json.ts';
import { presenceAt, readSource, workingTime } from './availability.ts';
import { Absences } from './absences.ts';
import { AnsweredKeys } from './answered-keys.ts';
import { afterVerb, isOpen, verbOf } from './inbox-item.ts';
import type { InboxItem, Said } from './inbox-item.ts';
import { Webhook } from './webhook.ts';

const NOTE = 'item/', REREAD_MS = 15 * 60_000;

export function createPeopleDriver(context: DriverContext, options: Readonly<Record<string, Json>>): PeopleDriver {
  return new PeopleDriver(context, options);
}

export class PeopleDriver implements Driver {
  private readonly context: DriverContext;
  private readonly items = new Map<string, InboxItem>();
  private readonly timers = new Map<string, () => void>();
  private readonly away = new Map<string, boolean>();
  /** By the calendar that is read. */
  private readonly awayByCalendar = new Map<string, number>();
  private readonly keys = new AnsweredKeys();
  private readonly absences: Absences;
  readonly faults: DriverFaults;
  private readonly webhook: Webhook | undefined;
  private readonly calendar: string | undefined;
  private readonly rereadMs: number;
  private readonly remindMs: number;
  private readonly withdrawMs: number;
  /** One change of an item at a time. */
  private line: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(context: DriverContext, options: Readonly<Record<string, Json>>) {
    const { webhook, webhookSecret, calendar, rereadEvery = REREAD_MS, remindAfter, withdrawAfter } = options as Readonly<Record<string, string>> & { readonly rereadEvery?: string | number };
    this.context = context;
    this.faults = this.absences = new Absences(context.clock, (unit) => { this.tellPresence(unit); });
    this.calendar = calendar;
    this.rereadMs = parseDuration(rereadEvery);
    this.remindMs = remindAfter === undefined ? Infinity : parseDuration(remindAfter);
    this.withdrawMs = withdrawAfter === undefined ? Infinity : parseDuration(withdrawAfter);
    const secret = webhookSecret === undefined ? undefined : process.env[webhookSecret];
    if (webhookSecret !== undefined && secret === undefined) throw inputError('no-variable', 'webhookSecret', 'names a variable that the daemon\'s environment does not have', { value: webhookSecret });
    this.webhook = webhook === undefined ? undefined : new Webhook(webhook, secret, context.clock, (reason, { event, item }) => { context.log('warn', 'the webhook did not take an event', { reason, event, item: item.id }); });
  }

  async open(): Promise<void> {
    await this.keys.load(this.context.notes);
    for (const { value } of await this.context.notes.list(NOTE)) {
      const item = value as unknown as InboxItem;
      this.items.set(item.id, item);
      if (item.state === 'offered') this.watch(item);
    }
    if (this.calendar !== undefined) await this.reread();
  }

  // --- the inbox ---

  /** People who can be asked. */
  get people(): readonly string[] { return this.context.units.map(({ id }) => id); }

  /** Items in the order in which they were offered. */
  inbox(filter: { readonly person?: string; readonly all?: boolean } = {}): readonly InboxItem[] {
    return [...this.items.values()].filter((item) => (filter.all === true || isOpen(item)) && (filter.person === undefined || item.person === filter.person))
      .sort((a, b) => a.offeredAt - b.offeredAt || (a.id < b.id ? -1 : 1));
  }

  has(id: string): boolean { return this.items.has(id); }

  /** An answer came with this key. */
  hasKey(key: string): boolean { return this.keys.has(key); }

  /**
   * What a person says of an item, durable when the promise resolves, with who said it (`by`); with a `key` once, and then the first answer again. Throws
   * `InputError`: `no-such-item`, `unknown-verb`, `wrong-state`, faults of the result; `RunError` `idempotency-conflict`.
   */
  answer(id: string, verbText: string, said: Said = {}, key?: string, by?: string): Promise<InboxItem> {
    return this.inLine(async () => {
      const request = canonicalJson([id, verbText, said]), first = key === undefined ? undefined : this.keys.of(key, request);
      if (first !== undefined) return first;
      const item = this.items.get(id), verb = verbOf(verbText), { clock } = this.context;
      if (item === undefined) throw inputError('no-such-item', 'item', 'is not in the inbox', { value: id, hint: suggestion(id, [...this.items.keys()]) });
      const { by: _, ...unsigned } = afterVerb(item, verb, said, clock.wall(), this.people), next: InboxItem = by === undefined ? unsigned : { ...unsigned, by };
      this.absences.refuseAway(next.person);
      const at = clock.wall();
      await this.save(next, next.state, key === undefined ? [] : this.keys.notesOf(key, request, next, at));
      if (key !== undefined) this.keys.keep(key, request, next, at);
      this.tell(item, next, said.workedMs);
      return next;
    });
  }

  /** What a change of an item means to the runtime. */
  private tell(before: InboxItem, { key, state, claimedAt, endedAt, result, reason, person, by }: InboxItem, workedMs?: number): void {
    const { emit } = this.context, more = reason === undefined ? {} : { reason }, said = by === undefined ? {} : { by };
    if (claimedAt !== undefined && before.claimedAt === undefined) { emit({ type: 'accepted', key, ...said }); emit({ type: 'started', key }); }
    const busyMs = Math.max(0, Math.round(workedMs ?? (endedAt ?? 0) - (claimedAt ?? endedAt ?? 0) - this.absences.awayMs(person, claimedAt ?? endedAt ?? 0, endedAt ?? 0)));
    if (state === 'completed') emit({ type: 'ended', key, end: { outcome: 'completed', busyMs, output: { by: person, ...(result === undefined ? {} : { result }) } }, ...said });
    if (state === 'failed') emit({ type: 'ended', key, end: { outcome: 'task-error', busyMs, ...more }, ...said });
    if (state === 'released') emit({ type: 'ended', key, end: { outcome: 'cancelled', busyMs, reason: reason ?? 'given back' }, ...said });
    if (state === 'declined') emit({ type: 'declined', key, ...more, ...said });
  }

  // --- the driver ---

  start(spec: AttemptSpec): Promise<void> {
    return this.inLine(async () => {
      const id = itemId(spec.key), { clock } = this.context, prompt = spec.task.run?.prompt, wall = clock.wall();
      if (this.items.has(id)) return;
      await this.save({
        id, key: spec.key, unit: spec.unit, job: spec.job, task: spec.task.id, person: spec.unit, state: 'offered', prompt: prompt?.text ?? `${spec.task.kind ?? 'task'} ${spec.task.id}`,
        fields: prompt?.fields ?? {}, ...(prompt?.link === undefined ? {} : { link: prompt.link }), offeredAt: wall, expectedAt: wall + spec.estimateMs,
      });
    });
  }

  async probe({ key }: AttemptRef): Promise<Verdict> {
    await this.line;
    const item = this.items.get(itemId(key));
    if (item === undefined) return { state: 'ABSENT' };
    switch (item.state) {
      case 'offered': return { state: 'ALIVE', waiting: true };
      case 'claimed': return { state: 'ALIVE' };
      default: return { state: 'DEAD', end: endOf(item) };
    }
  }

  signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> {
    return signal === 'checkpoint' ? Promise.resolve() : this.withdraw(ref.key, true);
  }

  collect({ key }: AttemptRef): Promise<Collected> {
    const item = this.items.get(itemId(key));
    return Promise.resolve({ files: {}, ...(item?.result === undefined ? {} : { stdout: JSON.stringify(item.result, null, 2) }) });
  }

  undo({ key }: AttemptRef): Promise<void> { return this.withdraw(key, false); }

  async list(): Promise<readonly AttemptRef[]> {
    await this.line;
    return [...this.items.values()].filter(isOpen).map(({ key, unit }) => ({ key, unit }));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
    await this.line;
  }

  /** Takes an item back; with `told` its end is an event. */
  private withdraw(key: AttemptKey, told: boolean): Promise<void> {
    return this.inLine(async () => {
      const item = this.items.get(itemId(key));
      if (item === undefined || !isOpen(item)) return;
      const next: InboxItem = { ...item, state: 'withdrawn', endedAt: this.context.clock.wall() };
      await this.save(next);
      if (told) this.context.emit({ type: 'ended', key, end: endOf(next) });
    });
  }

  // --- time ---

  /** Recalls and takes back items that nobody takes. */
  private watch(item: InboxItem): void {
    const { clock } = this.context, age = clock.wall() - item.offeredAt, remindIn = item.remindedAt === undefined ? this.remindMs - age : Infinity, withdrawIn = this.withdrawMs - age;
    this.timers.get(item.id)?.();
    this.timers.delete(item.id);
    const next = Math.min(remindIn, withdrawIn);
    if (next === Infinity || this.closed) return;
    this.timers.set(item.id, clock.after(Math.max(0, next), () => {
      void this.inLine(async () => {
        const now = this.items.get(item.id)!;
        if (now.state !== 'offered') return;
        if (withdrawIn <= remindIn) {
          await this.save({ ...now, state: 'withdrawn', endedAt: clock.wall(), reason: 'nobody took it in time' });
          this.context.emit({ type: 'declined', key: now.key, reason: 'nobody took it in time' });
        } else {
          await this.save({ ...now, remindedAt: clock.wall() }, 'reminder');
        }
      });
    }));
  }

  private async reread(): Promise<void> {
    const { clock, log } = this.context;
    try {
      const intervals = workingTime(await readSource(this.calendar!, clock), clock.wall());
      if (!this.closed) this.compare(intervals);
    } catch (error) { log('warn', 'the calendar cannot be read; what was known still holds', { calendar: this.calendar!, reason: String(error) }); }
    if (!this.closed) this.timers.set('calendar', clock.after(this.rereadMs, () => { void this.reread(); }));
  }

  /** Tells deviations of this instant, and looks again when either calendar changes. */
  private compare(intervals: readonly (readonly [number, number])[]): void {
    const { context } = this, { clock, units, entries, epoch } = context, wall = clock.wall(), fresh = presenceAt(intervals, wall);
    let next = fresh.until;
    for (const { id, entry } of units) {
      const published = publishedAt(entries[entry] as unknown as HumanFile, wall - epoch);
      next = Math.min(next, published.until + epoch);
      if (published.there && !fresh.there) this.awayByCalendar.set(id, fresh.until); else this.awayByCalendar.delete(id);
      this.tellPresence(id);
    }
    this.timers.get('boundary')?.();
    if (next < Infinity) this.timers.set('boundary', clock.after(next - wall, () => { this.compare(intervals); }));
  }

  /** Tells when a person has gone or come back, for whatever reason. */
  private tellPresence(unit: string): void {
    const { emit } = this.context, until = Math.max(this.awayByCalendar.get(unit) ?? -Infinity, this.absences.awayUntil(unit) ?? -Infinity), isAway = until > -Infinity;
    if (isAway === (this.away.get(unit) ?? false)) return;
    this.away.set(unit, isAway);
    emit(isAway ? { type: 'away', unit, ...(until < Infinity ? { until } : {}) } : { type: 'available', unit });
  }

  // --- keeping ---

  private async save(item: InboxItem, event: 'reminder' | InboxItem['state'] = item.state, more: Parameters<DriverNotes['putAll']>[0] = []): Promise<void> {
    await this.context.notes.putAll([[NOTE + item.id, JSON.parse(JSON.stringify(item)) as Json], ...more]);
    this.items.set(item.id, item);
    this.webhook?.send({ event, item });
    if (item.state === 'offered') this.watch(item); else { this.timers.get(item.id)?.(); this.timers.delete(item.id); }
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.line.then(work);
    this.line = done.catch(() => { /* told to whoever asked */ });
    return done;
  }
}

const itemId = (key: AttemptKey): string => `${key.task}@${tokenOf(key)}`;

function endOf({ state, claimedAt, endedAt = 0, result, reason, person }: InboxItem): AttemptEnd {
  const busyMs = Math.max(0, Math.round(endedAt - (claimedAt ?? endedAt))), more = reason === undefined ? {} : { reason };
  if (state === 'completed') return { outcome: 'completed', busyMs, output: { by: person, ...(result === undefined ? {} : { result }) } };
  if (state === 'failed') return { outcome: 'task-error', busyMs, ...more };
  return { outcome: state === 'declined' ? 'refused' : 'cancelled', busyMs, ...more };
}

/** Published working time at run ms `at`, and until when that holds. A scenario that runs has its calendars resolved. */
function publishedAt({ calendar }: HumanFile, at: number): { readonly there: boolean; readonly until: number } {
  return calendar === undefined || !('intervals' in calendar) ? { there: true, until: Infinity } : presenceAt(calendar.intervals, at);
}
