// The scenario that is looked at and changed: a draft of text and document, checked in a worker after every change. The draft
// is kept until another scenario is chosen; what is saved is the draft's text, byte for byte.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { Fault } from '../../engine/model/errors.ts';
import type { ErrorData } from '../worker/protocol.ts';
import type { ScenarioDraft, ScenarioSummary } from '../worker/scenario-protocol.ts';
import { valueAt, withValue } from './document-path.ts';
import { EditTrail } from './edit-trail.ts';
import { MINE, isMine } from './library.ts';
import type { Library } from './library.ts';
import type { ReadFile } from './read-file.ts';
import { titleOf } from './read-file.ts';
import type { ScenarioRoute } from './routes/scenario.ts';
import { workErrorData } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ScenarioState {
  readonly route: ScenarioRoute;
  /** `checking`: what stands there of it is of the draft before. */
  readonly status: 'opening' | 'checking' | 'sound' | 'faulty' | 'failed';
  /** The name it would be saved under. */
  readonly title: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly text: string;
  /** The text as JSON; the last one that was, while the text is none. */
  readonly document: unknown;
  /** Another number whenever entries may stand elsewhere: another draft, or one of them was taken away. */
  readonly layout: number;
  readonly report: ScenarioDraft['report'];
  /** The draft is not what the address names. */
  readonly changed: boolean;
  readonly summary: ScenarioSummary | undefined;
  readonly faults: readonly Fault[];
  /** What could not be opened or imported; the draft is as it was before. */
  readonly error: ErrorData | undefined;
  /** An iCalendar file that waits to be given to somebody. */
  readonly calendar: ReadFile | undefined;
}

/** A pause in typing, ms. */
const PAUSE_MS = 150;

export interface OpenOptions {
  readonly processors?: number;
  readonly fleet?: ReadFile;
}

export class ScenarioDesk {
  readonly state: Signal<ScenarioState | undefined> = signal(undefined);
  private readonly pool: WorkerPool;
  private readonly library: Library;
  private shown = '';
  private work: AbortController | undefined;
  private opening: Promise<void> = Promise.resolve();
  private readonly trail = new EditTrail<unknown>();

  constructor(pool: WorkerPool, library: Library) {
    this.pool = pool;
    this.library = library;
  }

  /** Opens the scenario of the address; the draft stays when it is of that scenario. */
  show(route: ScenarioRoute): void {
    const key = JSON.stringify([route.scenario, this.library.version('scenario', route.scenario)]);
    if (key === this.shown && this.state.peek() !== undefined) return;
    this.shown = key;
    this.opening = this.take(route, route.scenario.replace(MINE, ''), isMine(route.scenario) ? 'kept in this browser' : 'of the catalogue', false, async (signal) => {
      if (!isMine(route.scenario)) return this.pool.ask({ kind: 'catalogue', name: route.scenario }, { urgent: true, signal });
      const { name, text } = await this.library.read('scenario', route.scenario);
      return { name, text, report: undefined };
    });
  }

  /** Reads a file of any format into the draft; a calendar waits until it is given to somebody. */
  async open(file: ReadFile, { processors, fleet }: OpenOptions = {}): Promise<void> {
    await this.opening;
    const state = this.state.peek(), route = state?.route ?? { view: 'scenario', scenario: '' } as const;
    if (file.sort === 'calendar' && state !== undefined && state.text !== '') { this.change({ calendar: file, error: undefined }); return; }
    await this.take(route, titleOf(file.name), `read from ${file.name}`, true, (signal) => this.pool.ask({
      kind: 'open', text: file.text, fileName: file.name, ...(processors === undefined ? {} : { processors }), ...(fleet === undefined ? {} : { fleet: { text: fleet.text, fileName: fleet.name } }),
    }, { urgent: true, signal }));
  }

  async generate(generator: string, values: Readonly<Record<string, string>>): Promise<void> {
    const route = this.state.peek()?.route ?? { view: 'scenario', scenario: '' } as const;
    await this.take(route, '', `generated (${generator})`, true, (signal) => this.pool.ask({ kind: 'generate', generator, values }, { urgent: true, signal }));
  }

  /** Puts a recording in the place of a pool's spot market; `part`: zone, size or unit of it. */
  async trace(pool: string, kind: 'prices' | 'trace', part: string, file: ReadFile): Promise<void> {
    const state = this.state.peek();
    if (state === undefined) return;
    const { route, title, origin, text } = state;
    await this.take(route, title, origin, true, (signal) => this.pool.ask({ kind: 'trace', text, trace: kind, option: `${pool}=${file.name}${part === '' ? '' : `:${part}`}`, content: file.text }, { urgent: true, signal }));
  }

  /** Changes one value of the document; undefined takes it away. */
  set(path: string, value: unknown): void {
    this.putDocument((document) => withValue(document, path, value));
  }

  /** Puts one more entry at the end of a list; `make` is handed the list as it is now. */
  append(path: string, make: (now: readonly unknown[]) => unknown): void {
    this.putDocument((document) => { const now = listAt(document, path); return withValue(document, path, [...now, make(now)]); });
  }

  /** Takes the entry away that stands at this place in the list as `shown`, a document of this desk, has it. */
  remove(path: string, at: number, shown: unknown): void {
    const place = this.placeNow(path, at, shown);
    if (place >= 0) this.putDocument((document) => withValue(document, `${path}[${place}]`, undefined), path, place);
  }

  /** What the entry is by now that stands at this place in the list as `shown` has it; undefined when it was taken away. */
  entryNow(path: string, at: number, shown: unknown): unknown {
    return listAt(this.state.peek()?.document, path)[this.placeNow(path, at, shown)];
  }

  /** Replaces the text; the document follows as soon as it is JSON. */
  write(text: string): void {
    let document = this.state.peek()?.document;
    try { document = JSON.parse(text); } catch { /* the check says what is wrong */ }
    this.put({ document, text });
  }

  /** Gives the waiting calendar to a person (its place among them, or one more), or to nobody. */
  giveCalendar(person: number | undefined): void {
    const state = this.state.peek(), { calendar } = state ?? {};
    if (state === undefined || calendar === undefined) return;
    this.change({ calendar: undefined });
    if (person === undefined) return;
    const hours = { ics: calendar.text };
    if (person >= listAt(state.document, 'fleet.human').length) this.append('fleet.human', () => ({ id: titleOf(calendar.name), calendar: hours }));
    else this.set(`fleet.human[${person}].calendar`, hours);
  }

  /** Saves the draft under a name; resolves with the name as addresses have it. Rejects with `InputError`. */
  async save(name: string): Promise<string> {
    const { text } = this.state.peek()!, entry = await this.library.save('scenario', name, text), route: ScenarioRoute = { view: 'scenario', scenario: MINE + entry.name };
    this.shown = JSON.stringify([route.scenario, entry.hash]);
    this.change({ route, title: entry.name, changed: false, origin: 'kept in this browser' });
    return route.scenario;
  }

  private async take(route: ScenarioRoute, title: string, origin: string, changed: boolean, open: (signal: AbortSignal) => Promise<ScenarioDraft>): Promise<void> {
    this.work?.abort();
    const { signal } = this.work = new AbortController(), before = this.state.peek();
    const empty: ScenarioState = { route, status: 'opening', title, origin, text: '', document: undefined, layout: (before?.layout ?? 0) + 1, report: undefined, changed, summary: undefined, faults: [], error: undefined, calendar: undefined };
    this.state.value = before === undefined ? empty : { ...before, route, status: 'opening', error: undefined };
    try {
      const { name, text, report } = await open(signal);
      if (signal.aborted) return;
      this.trail.clear();
      this.state.value = { ...empty, status: 'checking', title: title === '' ? name : title, text, report, document: JSON.parse(text) };
      await this.check(text, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.state.value = { ...before ?? empty, route, status: before === undefined || before.text === '' ? 'failed' : before.status, error: workErrorData(error) };
      if (before?.status === 'checking') await this.check(before.text, signal); // the check that this interrupted
    }
  }

  private placeNow(path: string, at: number, shown: unknown): number {
    return this.trail.placeNow(at, shown, this.state.peek()?.document, path);
  }

  /** `removed`: the place in `list` of an entry that is taken away. */
  private putDocument(change: (now: unknown) => unknown, list = '', removed = -1): void {
    const state = this.state.peek();
    if (state === undefined) return;
    const document = change(state.document);
    this.trail.add(state.document, document, removed, list);
    this.put({ document, text: `${JSON.stringify(document, null, 2)}\n`, layout: removed < 0 ? state.layout : state.layout + 1 });
  }

  private put(part: Pick<ScenarioState, 'text' | 'document'> & Partial<Pick<ScenarioState, 'layout'>>): void {
    this.work?.abort();
    const { signal } = this.work = new AbortController();
    this.change({ ...part, status: 'checking', changed: true, error: undefined });
    setTimeout(() => { if (!signal.aborted) void this.check(part.text, signal); }, PAUSE_MS);
  }

  private async check(text: string, signal: AbortSignal): Promise<void> {
    try {
      const summary = await this.pool.ask({ kind: 'check', text }, { urgent: true, signal });
      if (!signal.aborted) this.change({ status: 'sound', summary, faults: [] });
    } catch (error) {
      if (signal.aborted) return;
      const data = workErrorData(error);
      if (data.faults.length > 0) this.change({ status: 'faulty', faults: data.faults }); else this.change({ status: 'failed', error: data });
    }
  }

  private change(part: Partial<ScenarioState>): void {
    const state = this.state.peek();
    if (state !== undefined) this.state.value = { ...state, ...part };
  }
}

function listAt(document: unknown, path: string): readonly unknown[] {
  const found = valueAt(document, path);
  return Array.isArray(found) ? found as readonly unknown[] : [];
}
