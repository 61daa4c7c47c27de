// Rate-limited HTTP APIs. Calls stand in one line a unit, first come first served; the first goes out as soon as every axis
// (requests, tokens, calls at once) lets it pass. Each attempt is one call, never repeated under another name: what failed is
// the kernel's to place again. Every call carries its key, so that an API which honours it does the work once.
import { inputError } from '../../../model/errors.ts';
import type { ApiFile } from '../../../model/scenario.ts';
import { parseDuration } from '../../../model/units.ts';
import { attemptName, tokenOf } from '../../driver-events.ts';
import type { AttemptEnd, AttemptKey } from '../../driver-events.ts';
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, Verdict } from '../../driver.ts';
import type { DriverFaults } from '../../driver-faults.ts';
import type { Json } from '../../json.ts';
import { ApiTrouble } from './api-trouble.ts';
import { Breaker } from './breaker.ts';
import { rateHints } from './rate-headers.ts';
import { RateLimit } from './rate-limit.ts';
import { outputOf, readAnswer, tokensOf } from './answer.ts';
import type { Answer } from './answer.ts';

interface Options {
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly idempotent: boolean;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly outageAfter: number;
}

/** A call from the moment it is asked for to its end. */
interface Call {
  readonly spec: AttemptSpec;
  readonly name: string;
  /** Set while it is under way. */
  sentAt: number;
  readonly gone: AbortController;
  /** It was taken back: whatever comes of it is not told. */
  undone: boolean;
  /** It was cut off by an outage that is rehearsed: it may have been done. */
  cut: boolean;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

const NOTE = 'call/', KEPT_ANSWERS = 200, CALL_TIMEOUT_MS = 600_000, RETRY_AFTER_MS = 20_000;

export function createHttpDriver(context: DriverContext, given: Readonly<Record<string, Json>>): Driver {
  return new HttpDriver(context, optionsOf(given));
}

class HttpDriver implements Driver {
  private readonly context: DriverContext;
  private readonly options: Options;
  private readonly lines = new Map<string, Line>();
  private readonly calls = new Map<string, Call>();
  /** The text of the last answers, for those who look. */
  private readonly answers = new Map<string, string>();
  private closed = false;
  private readonly trouble: ApiTrouble;
  readonly faults: DriverFaults;

  constructor(context: DriverContext, options: Options) {
    this.context = context;
    this.options = options;
    this.faults = this.trouble = new ApiTrouble((unit) => {
      for (const call of this.calls.values()) if (call.spec.unit === unit && call.sentAt >= 0) { call.cut = true; call.gone.abort(); }
    });
    for (const { id, entry } of context.units) this.lines.set(id, new Line(context.entries[entry] as unknown as ApiFile, options.outageAfter));
  }

  async open(): Promise<void> {}

  start(spec: AttemptSpec): Promise<void> {
    const name = attemptName(spec.key);
    if (this.calls.has(name)) return Promise.resolve();
    if (spec.task.run?.http === undefined && this.options.url === undefined) {
      this.context.emit({ type: 'ended', key: spec.key, end: { outcome: 'task-error', busyMs: 0, reason: 'the task says no `run.http` and its API has no `url`' } });
      return Promise.resolve();
    }
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => { settle = resolve; });
    this.calls.set(name, { spec, name, sentAt: -1, gone: new AbortController(), undone: false, cut: false, settled, settle });
    this.line(spec.unit).waiting.push(name);
    this.pump(spec.unit);
    return Promise.resolve();
  }

  async probe({ key }: AttemptRef): Promise<Verdict> {
    const name = attemptName(key), call = this.calls.get(name);
    if (call !== undefined) return call.sentAt < 0 ? { state: 'ALIVE', waiting: true } : { state: 'ALIVE' };
    const note = await this.context.notes.get(NOTE + name) as { readonly again?: boolean } | undefined;
    if (note === undefined || note.again === true) return { state: 'ABSENT' }; // never sent, or may be sent again under its key
    return { state: 'DEAD', end: { outcome: 'lost', busyMs: 0, reason: 'the daemon ended while the call was under way' } };
  }

  signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> {
    if (signal !== 'checkpoint') this.take(ref.key, 'cancelled');
    return Promise.resolve();
  }

  collect({ key }: AttemptRef): Promise<Collected> {
    const stdout = this.answers.get(attemptName(key));
    return Promise.resolve({ files: {}, ...(stdout === undefined ? {} : { stdout }) });
  }

  async undo({ key }: AttemptRef): Promise<void> {
    const name = attemptName(key), call = this.calls.get(name);
    if (call !== undefined) { call.undone = true; this.take(key, 'cancelled'); await call.settled; }
    await this.context.notes.delete(NOTE + name);
  }

  async list(): Promise<readonly AttemptRef[]> {
    const noted = (await this.context.notes.list(NOTE)).map(({ value }) => value as unknown as AttemptRef & { readonly again: boolean });
    const known = new Set(noted.map(({ key }) => attemptName(key)));
    return [...noted.map(({ key, unit }) => ({ key, unit })), ...[...this.calls.values()].filter(({ name }) => !known.has(name)).map(({ spec: { key, unit } }) => ({ key, unit }))];
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const line of this.lines.values()) { line.cancelTimer(); line.waiting.length = 0; }
    const under = [...this.calls.values()].filter(({ sentAt }) => sentAt >= 0);
    for (const call of under) { call.undone = true; call.gone.abort(); }
    await Promise.all(under.map(({ settled }) => settled));
  }

  private line(unit: string): Line { return this.lines.get(unit)!; }

  /** Sends whatever may go, and sets a timer for the rest. */
  private pump(unit: string): void {
    const line = this.line(unit), { clock } = this.context;
    line.cancelTimer();
    while (!this.closed && line.waiting.length > 0) {
      const call = this.calls.get(line.waiting[0]!)!, { requests, tokens } = amountsOf(call.spec), now = clock.now(), wait = line.waitFor(requests, tokens, now);
      if (wait === undefined) return;
      if (wait === Infinity) { // more than a whole bucket: it never could
        line.waiting.shift();
        this.end(call, { outcome: 'task-error', busyMs: 0, reason: `needs ${requests} requests and ${tokens} tokens at once, more than the API ever gives` });
        continue;
      }
      if (wait > 0) { line.cancelTimer = clock.after(wait, () => { this.pump(unit); }); return; }
      line.waiting.shift();
      line.hold(requests, tokens);
      call.sentAt = now;
      void this.send(call, line);
    }
  }

  private async send(call: Call, line: Line): Promise<void> {
    const { context, options } = this, { spec, name } = call, { key, unit } = spec, { clock } = context, { requests, tokens } = amountsOf(spec);
    const method = spec.task.run?.http?.method ?? (spec.task.run?.http?.body === undefined ? 'GET' : 'POST');
    let answer: Answer, began = false;
    try {
      // Noted before it is sent, so that a later daemon knows it may have been done.
      await context.notes.put(NOTE + name, { key: { ...key }, unit, again: options.idempotent || method === 'GET' || method === 'PUT' || method === 'DELETE' });
      if (call.gone.signal.aborted) answer = { kind: 'cancelled' };
      else {
        began = true;
        call.sentAt = clock.now();
        line.take(requests, tokens, call.sentAt); // what the API counts begins now, however long the note took
        context.emit({ type: 'started', key });
        this.pump(unit);
        answer = await this.ask(call, method);
      }
    } catch (error) {
      context.log('error', 'a call could not be made', { attempt: name, error: String(error) });
      answer = { kind: 'unreachable', reason: String(error) };
    }
    if (!began) line.letGo(requests, tokens);
    this.finish(call, line, answer, began);
  }

  private async ask(call: Call, method: string): Promise<Answer> {
    if (this.trouble.isDown(call.spec.unit)) return unavailable(this.context.entries[call.spec.entry] as unknown as ApiFile);
    const from = this.context.clock.now(), answer = await this.call(call, method), slower = this.trouble.slowness(call.spec.entry) - 1;
    if (slower > 0) await this.wait((this.context.clock.now() - from) * slower, call.gone.signal);
    return slower > 0 && call.gone.signal.aborted ? { kind: 'cancelled' } : answer;
  }

  private wait(ms: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.context.clock.after(ms, resolve);
      gone.addEventListener('abort', () => { cancel(); resolve(); }, { once: true });
    });
  }

  private async call(call: Call, method: string): Promise<Answer> {
    const { options, context } = this, { spec, name } = call, http = spec.task.run?.http ?? {}, timeout = new AbortController();
    const ms = spec.task.run?.timeout === undefined ? options.timeoutMs : parseDuration(spec.task.run.timeout), cancel = context.clock.after(ms, () => { timeout.abort(); });
    try {
      return await readAnswer(new URL(http.url ?? '', options.url), {
        method, signal: AbortSignal.any([call.gone.signal, timeout.signal]),
        headers: { ...(http.body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers, ...http.headers, 'idempotency-key': name, 'twinclock-token': tokenOf(spec.key) },
        ...(http.body === undefined ? {} : { body: JSON.stringify(http.body) }),
      }, timeout.signal);
    } finally { cancel(); }
  }

  private finish(call: Call, line: Line, answer: Answer, began: boolean): void {
    const { context, options } = this, { spec } = call, { unit } = spec, { clock } = context, now = clock.now(), busyMs = began ? Math.round(now - call.sentAt) : 0, reserved = amountsOf(spec);
    line.under--;
    const end = (outcome: AttemptEnd['outcome'], more: Partial<AttemptEnd> = {}): void => { this.end(call, { outcome, busyMs, ...more }); };
    if (answer.kind === 'cancelled' && call.cut) end('lost', { reason: 'the API went down' });
    else if (answer.kind === 'cancelled') end('cancelled');
    else if (answer.kind === 'timed-out') { this.failed(unit, line); end('timeout', { reason: 'no answer in time: whether it was done is not known' }); }
    else if (answer.kind === 'unreachable') { this.failed(unit, line); end(answer.sent === false ? 'refused' : 'api-error', { reason: answer.reason }); }
    else {
      const { status, text, json, headers } = answer, hints = rateHints(headers, clock.wall()), used = tokensOf(json, options.inputTokens, options.outputTokens);
      this.remember(call.name, text);
      if (used !== undefined && used.input + used.output < reserved.tokens) line.giveBack(0, reserved.tokens - used.input - used.output, now);
      line.atMost(hints.requestsLeft, hints.tokensLeft, now);
      const usage = { status, requests: reserved.requests, ...(used === undefined ? {} : { inputTokens: used.input, outputTokens: used.output }) };
      if (status === 429 || (status === 503 && hints.retryAfterMs !== undefined)) {
        const wait = hints.retryAfterMs ?? RETRY_AFTER_MS;
        line.closeFor(wait, now);
        context.emit({ type: 'limited', unit, until: Math.ceil(clock.wall() + wait), reason: `HTTP ${status}` });
        end(status === 429 ? 'rate-limited' : 'refused', { busyMs: 0, reason: `HTTP ${status}`, usage });
      } else if (status >= 500) { this.failed(unit, line); end('api-error', { reason: `HTTP ${status}`, usage }); }
      else {
        if (line.breaker.succeeded()) context.emit({ type: 'restored', unit });
        if (status >= 400) end('task-error', { reason: `HTTP ${status}: ${text.slice(0, 200)}`, usage });
        else end('completed', { usage, ...outputOf(json, text) });
      }
    }
    this.pump(unit);
  }

  /** One more failure in a row: after enough of them the API counts as down for a while. */
  private failed(unit: string, line: Line): void {
    const wait = line.breaker.failed();
    if (wait === 0) return;
    line.closeFor(wait, this.context.clock.now());
    this.context.emit({ type: 'limited', unit, until: Math.ceil(this.context.clock.wall() + wait), reason: 'outage' });
  }

  private take(key: AttemptKey, outcome: 'cancelled'): void {
    const call = this.calls.get(attemptName(key));
    if (call === undefined) return;
    if (call.sentAt >= 0) { call.gone.abort(); return; }
    const line = this.line(call.spec.unit), place = line.waiting.indexOf(call.name);
    if (place >= 0) line.waiting.splice(place, 1);
    this.end(call, { outcome, busyMs: 0 });
    this.pump(call.spec.unit);
  }

  private end(call: Call, end: AttemptEnd): void {
    this.calls.delete(call.name);
    // The runtime makes the end durable; until it has, a restart asks about the call and hears that it was lost, or sends it again.
    if (!call.undone) this.context.emit({ type: 'ended', key: call.spec.key, end });
    if (!this.closed) void this.context.notes.delete(NOTE + call.name).catch(() => { /* the store has failed, and says so itself */ });
    call.settle();
  }

  private remember(name: string, text: string): void {
    this.answers.set(name, text);
    if (this.answers.size > KEPT_ANSWERS) this.answers.delete(this.answers.keys().next().value!);
  }
}

/** The calls of one unit: who waits, how many are under way, and what the limits leave. */
class Line {
  readonly waiting: string[] = [];
  readonly breaker: Breaker;
  under = 0;
  cancelTimer: () => void = () => {};
  private readonly requests: RateLimit | undefined;
  private readonly tokens: RateLimit | undefined;
  private readonly concurrency: number;
  private closedUntil = -Infinity;
  /** What calls need that may go and have not gone yet. */
  private heldRequests = 0;
  private heldTokens = 0;

  constructor({ requestsPerMinute, requestBurst, tokensPerMinute, tokenBurst, concurrency = Infinity }: ApiFile, outageAfter: number) {
    this.requests = requestsPerMinute === undefined ? undefined : new RateLimit(requestsPerMinute, requestBurst);
    this.tokens = tokensPerMinute === undefined ? undefined : new RateLimit(tokensPerMinute, tokenBurst);
    this.concurrency = concurrency;
    this.breaker = new Breaker(outageAfter);
  }

  /** ms until a call of this size may go, all axes at once; Infinity when it never can. Undefined: not before a call has gone or ended, which asks again. */
  waitFor(requests: number, tokens: number, now: number): number | undefined {
    if (this.limited(requests, tokens, now) === Infinity) return Infinity;
    const wait = this.limited(requests + this.heldRequests, tokens + this.heldTokens, now);
    return this.under >= this.concurrency || wait === Infinity ? undefined : Math.max(wait, this.closedUntil - now);
  }

  private limited(requests: number, tokens: number, now: number): number { return Math.max(this.requests?.waitFor(requests, now) ?? 0, this.tokens?.waitFor(tokens, now) ?? 0); }

  /** The call may go. */
  hold(requests: number, tokens: number): void { this.under++; this.heldRequests += requests; this.heldTokens += tokens; }
  /** It will not go. */
  letGo(requests: number, tokens: number): void { this.heldRequests -= requests; this.heldTokens -= tokens; }
  /** It goes. */
  take(requests: number, tokens: number, now: number): void { this.letGo(requests, tokens); this.requests?.take(requests, now); this.tokens?.take(tokens, now); }
  giveBack(requests: number, tokens: number, now: number): void { this.requests?.giveBack(requests, now); this.tokens?.giveBack(tokens, now); }
  closeFor(ms: number, now: number): void { this.closedUntil = Math.max(this.closedUntil, now + ms); }
  atMost(requests: number | undefined, tokens: number | undefined, now: number): void {
    if (requests !== undefined) this.requests?.atMost(requests, now);
    if (tokens !== undefined) this.tokens?.atMost(tokens, now);
  }
}

/** What an API that is down answers. */
const unavailable = ({ retryAfter }: ApiFile): Answer => ({
  kind: 'answered', status: 503, headers: new Headers({ 'retry-after': String(Math.ceil((retryAfter === undefined ? RETRY_AFTER_MS : parseDuration(retryAfter)) / 1000)) }), text: '', json: undefined,
});

const amountsOf = ({ task: { requests = 1, tokens = 0 } }: AttemptSpec) => ({ requests, tokens });

function optionsOf(given: Readonly<Record<string, Json>>): Options {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries((given['headers'] ?? {}) as Record<string, string>)) {
    headers[name] = value.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
      const found = process.env[variable];
      if (found === undefined) throw inputError('no-variable', `headers.${name}`, 'names a variable that the daemon\'s environment does not have', { value: variable, hint: `export ${variable}=... before starting the daemon` });
      return found;
    });
  }
  return {
    headers, ...(given['url'] === undefined ? {} : { url: given['url'] as string }), timeoutMs: given['timeout'] === undefined ? CALL_TIMEOUT_MS : parseDuration(given['timeout'] as string | number),
    idempotent: given['idempotent'] === true, inputTokens: (given['inputTokens'] ?? '') as string, outputTokens: (given['outputTokens'] ?? '') as string, outageAfter: (given['outageAfter'] ?? 5) as number,
  };
}
