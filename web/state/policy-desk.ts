// The policy that is being written: its text, kept in the library as it is typed; what the compiler says of it; and what came
// of running it against others. What comes late for a text that has changed is dropped, so that a mark is never at the
// wrong line; nothing that was typed is ever dropped: it is saved before another policy is shown.
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Fault } from '../../engine/model/errors.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import type { PolicyExample } from '../language/examples.ts';
import type { CheckedText } from '../language/policy-language.ts';
import { problemsOf } from '../language/text-problems.ts';
import type { TextProblem } from '../language/text-problems.ts';
import type { ErrorData, PolicyTrial } from '../worker/protocol.ts';
import { ComparisonDesk } from './comparison-desk.ts';
import type { Language } from './language.ts';
import { MINE } from './library.ts';
import type { Library } from './library.ts';
import { enterView } from './route.ts';
import type { PolicyRoute } from './routes/policy.ts';
import { usualBaseline } from './routes/settings.ts';
import { studyOf } from './sources.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface WrittenPolicy {
  /** As the library has it, without `mine/`. Of a new one: what it will be called. */
  readonly name: string;
  readonly text: string;
  /** The text that the library has; undefined for an example that has been neither typed in nor run. */
  readonly saved: string | undefined;
  /** Changes whenever a text is shown that was not typed. */
  readonly shown: number;
}

/** What the last run said of the text it was of. */
export interface RunOfText {
  readonly textHash: string;
  /** What it was run on and against. */
  readonly on: PolicyRoute;
  readonly status: 'trying' | 'tried' | 'failed';
  readonly trial: PolicyTrial | undefined;
  readonly error: ErrorData | undefined;
}

const SAVE_AFTER_MS = 400, CHECK_AFTER_MS = 250;

export class PolicyDesk {
  readonly route = signal<PolicyRoute | undefined>(undefined);
  readonly written = signal<WrittenPolicy | undefined>(undefined);
  readonly checked = signal<CheckedText | undefined>(undefined);
  readonly run = signal<RunOfText | undefined>(undefined);
  /** Of the library: what could not be read, saved or renamed; and a compiler that cannot be had. */
  readonly error = signal<ErrorData | undefined>(undefined);
  readonly examples = signal<readonly PolicyExample[]>([]);
  readonly comparison: ComparisonDesk;
  readonly language: Language;
  /** Everything to be marked in the text, in its order. */
  readonly problems: ReadonlySignal<readonly TextProblem[]> = computed(() => this.allProblems());
  private readonly pool: WorkerPool;
  private readonly library: Library;
  private readonly amend: (change: (now: PolicyRoute) => PolicyRoute) => void;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> = Promise.resolve();
  private taken = 0;
  private work = new AbortController();

  /** `amend`: shows the address of a policy that has got its name, or another one. */
  constructor(pool: WorkerPool, library: Library, language: Language, now: () => number, amend: (change: (now: PolicyRoute) => PolicyRoute) => void) {
    this.pool = pool; this.library = library; this.language = language; this.amend = amend;
    this.comparison = new ComparisonDesk(pool, library, now);
    language.examples().then((examples) => { this.examples.value = examples; }, (error: unknown) => { this.error.value = workErrorData(error); });
  }

  /** Shows the policy of the route: the one it names, else the first of the library, else a new one. */
  async show(route: PolicyRoute): Promise<void> {
    this.route.value = route;
    const { policy } = route, written = this.written.peek();
    if (written !== undefined && written.saved !== undefined && policy === MINE + written.name) return;
    try {
      await this.flush();
      await this.library.load();
      if (this.route.peek() !== route) return;
      if (policy !== '') {
        const { name, text } = await this.library.read('policy', policy);
        if (this.route.peek() === route) this.take(name, text, text);
        return;
      }
      const first = this.library.names('policy')[0];
      if (first !== undefined) this.amend((now) => (now.policy === '' ? { ...now, policy: first } : now));
      else {
        const [template] = await this.language.examples();
        if (this.route.peek() === route && this.written.peek() === undefined) this.take(template!.name, template!.text, undefined);
      }
    } catch (error) {
      this.error.value = workErrorData(error);
    }
  }

  /** What was typed. */
  edit(text: string): void {
    const written = this.written.peek();
    if (written === undefined || written.text === text) return;
    this.written.value = { ...written, text };
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => { void this.flush(); }, SAVE_AFTER_MS);
    this.checkSoon();
  }

  /** Saves what has been typed. */
  flush(): Promise<void> {
    clearTimeout(this.saveTimer);
    const written = this.written.peek();
    return written === undefined || (written.saved === undefined && this.saveTimer === undefined) ? Promise.resolve() : this.store();
  }

  /** A policy of its own with this text, shown when it is saved. */
  async create(wanted: string, text: string): Promise<void> {
    await this.orError(async () => {
      await this.flush();
      const { name } = await this.library.save('policy', this.library.freeName('policy', wanted), text);
      this.amendTo(name);
    });
  }

  async rename(to: string): Promise<void> {
    const written = this.written.peek();
    if (written === undefined || to.trim() === written.name) return;
    await this.orError(async () => {
      await this.store();
      const { name } = await this.library.rename('policy', this.written.peek()!.name, to.trim());
      this.written.value = { ...this.written.peek()!, name };
      this.amendTo(name);
    });
  }

  async remove(): Promise<void> {
    const written = this.written.peek(), route = this.route.peek();
    if (written === undefined || route === undefined) return;
    clearTimeout(this.saveTimer);
    await this.orError(async () => {
      await this.saving;
      if (written.saved !== undefined) await this.library.remove('policy', written.name);
      this.written.value = undefined;
      this.amend((now) => ({ ...now, policy: '' }));
      if (route.policy === '') await this.show(route);
    });
  }

  /** Tries the text on the first seed, marks what goes wrong, and compares it with the others. */
  async start(): Promise<void> {
    this.stop();
    const { signal: aborted } = this.work = new AbortController();
    await this.orError(async () => {
      await this.store();
      const route = this.route.peek()!, { name, text } = this.written.peek()!, policy = MINE + name, textHash = hashText128(text);
      const of = { textHash, on: route };
      this.run.value = { ...of, status: 'trying', trial: undefined, error: undefined };
      try {
        const study = await studyOf(this.library, { ...route, policies: [policy] });
        const trial = await this.pool.ask({ kind: 'trial', study, policy, seed: 1 }, { urgent: true, signal: aborted });
        if (aborted.aborted) return;
        this.run.value = { ...of, status: 'tried', trial, error: undefined };
        const others = route.policies.filter((other) => other !== policy);
        this.comparison.show({ ...enterView('compare', { ...route, policies: [policy, ...others] }), seeds: route.seeds, baseline: others.length === 0 ? policy : usualBaseline(others) });
      } catch (error) {
        if (!aborted.aborted) this.run.value = { ...of, status: 'failed', trial: undefined, error: workErrorData(error) };
      }
    });
  }

  /** Stops running. */
  stop(): void {
    this.work.abort();
    this.comparison.stop();
    if (this.run.peek()?.status === 'trying') this.run.value = undefined;
  }

  private take(name: string, text: string, saved: string | undefined): void {
    this.stop();
    this.error.value = undefined;
    this.checked.value = undefined;
    this.run.value = undefined;
    this.saveTimer = undefined;
    this.written.value = { name, text, saved, shown: ++this.taken };
    void this.check();
  }

  /** Saves what is shown, one save after the other, also an example that has not been typed in: it gets its name then. */
  private store(): Promise<void> {
    clearTimeout(this.saveTimer);
    return this.saving = this.saving.then(() => this.save());
  }

  private async save(): Promise<void> {
    const written = this.written.peek();
    if (written === undefined || written.saved === written.text) return;
    const { text, saved, shown } = written;
    try {
      const { name } = await this.library.save('policy', saved === undefined ? this.library.freeName('policy', written.name) : written.name, text), now = this.written.peek();
      if (now?.shown !== shown) return;
      this.written.value = { ...now, name, saved: text };
      if (saved === undefined) this.amendTo(name);
    } catch (error) {
      this.error.value = workErrorData(error);
    }
  }

  private amendTo(name: string): void {
    this.amend((now) => ({ ...now, policy: MINE + name }));
  }

  private async orError(act: () => Promise<void>): Promise<void> {
    this.error.value = undefined;
    try { await act(); } catch (error) { this.error.value = workErrorData(error); }
  }

  private checkSoon(): void {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => { void this.check(); }, CHECK_AFTER_MS);
  }

  private async check(): Promise<void> {
    const { text, name } = this.written.peek()!;
    try {
      const checked = await this.language.check(text, `${name}.ts`);
      if (this.written.peek()?.text === text) this.checked.value = checked;
    } catch (error) {
      this.error.value = workErrorData(error);
    }
  }

  private allProblems(): readonly TextProblem[] {
    const written = this.written.value, checked = this.checked.value?.problems ?? [], run = this.run.value;
    if (written === undefined || run === undefined || run.textHash !== hashText128(written.text)) return checked;
    const failed = run.error === undefined || run.error.faults.length === 0 ? [] : problemsOf(run.error, written.text);
    const refused = problemsOf({ faults: (run.trial?.refused ?? []).map(refusalFault) }, written.text).map((problem): TextProblem => ({ ...problem, severity: 'warning' }));
    const known = new Set(checked.map(({ from, code }) => `${code} ${from}`));
    return [...checked, ...failed.filter(({ from, code }) => !known.has(`${code} ${from}`)), ...refused].sort((a, b) => a.from - b.from);
  }
}

function refusalFault({ path, act, reason, times }: PolicyTrial['refused'][number]): Fault {
  return { code: reason, path, message: `view.${act} is refused: ${reason}${times === 1 ? '' : `, ${times} times in the run of seed 1`}` };
}
