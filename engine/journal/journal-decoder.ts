// Reads a journal line by line, strictly: unknown names and keys are refused with a suggestion, faults carry the number of
// their line, and the footer's count and hash must agree with the rows read. A journal whose writer died has whole lines,
// perhaps half a line, and no footer: it is `truncated-journal`, and `allowTruncated` keeps the records that are whole.
//
// Codes: not-a-journal, unsupported-version, scenario-mismatch, bad-json, unknown-event, unknown-command, unknown-refusal,
// unknown-key, missing-key, bad-value, unknown-task (-unit, -job, ...), missing-record, after-end, truncated-journal,
// count-mismatch, hash-mismatch.
import { fault, inputError, InputError } from '../model/errors.ts';
import type { Fault } from '../model/errors.ts';
import { revisedScenario, revisionMarks, type Change } from '../model/revision.ts';
import { checkHeader, footerFaults, suggestion } from './journal-header.ts';
import type { JournalFooter, JournalHeader } from './journal-header.ts';
import { journalHash } from './journal-hash.ts';
import { RecordLog } from './log.ts';
import { RECORDS, REFUSED, REVISED, STRIDE, isEvent } from './records.ts';
import type { FieldKind, RecordSpec } from './records.ts';
import { nameOf, namesOfKind, readExactNumber } from './record-view.ts';
import type { JournalNames } from './record-view.ts';
import { noteIn } from './row-notes.ts';
import type { RowNote, RowNotes } from './row-notes.ts';

/** What the reader's caller makes of the header: a compiled scenario will do. */
export interface JournalInstance {
  readonly problem: JournalNames;
  readonly hash: string;
}

export interface DecodeOptions {
  /** Keep the whole records of a journal that was cut off, instead of refusing it. */
  readonly allowTruncated?: boolean;
}

/** `header`: as if the run had begun with what is in force from `row` on. */
export interface DecodedRevision<I extends JournalInstance = JournalInstance> {
  readonly row: number;
  readonly change: Change;
  readonly header: JournalHeader;
  readonly instance: I;
}

export interface DecodedJournal<I extends JournalInstance = JournalInstance> {
  readonly header: JournalHeader;
  /** What `resolve` returned. */
  readonly instance: I;
  readonly rows: RecordLog;
  /** Changes of scenario or policy on the way; usually none. `instance` is that of the beginning. */
  readonly revisions: readonly DecodedRevision<I>[];
  /** By row. */
  readonly notes: RowNotes;
  /** Undefined when the journal was cut off. */
  readonly footer: JournalFooter | undefined;
}

type Parsed = Readonly<Record<string, unknown>>;

/** Reading stops here: a file with this many faults is not a journal with a slip in it. */
const FAULTS_MAX = 20;
const KINDS_OF_LINE = ['event', 'command', 'refused', 'end'] as const;

const EVENT_NAMES = RECORDS.filter((spec) => isEvent(spec.code)).map((spec) => spec.name);
const COMMAND_NAMES = RECORDS.filter((spec) => !isEvent(spec.code) && spec.code !== REFUSED).map((spec) => spec.name);
const SPEC_BY_NAME: ReadonlyMap<string, RecordSpec> = new Map(RECORDS.map((spec) => [spec.name, spec]));
const REFUSED_SPEC = SPEC_BY_NAME.get('refused')!;

export class JournalDecoder<I extends JournalInstance> {
  private readonly resolve: (header: JournalHeader) => I;
  private readonly options: DecodeOptions;
  private readonly log = new RecordLog();
  private readonly faults: Fault[] = [];
  private numbers = new Map<FieldKind, ReadonlyMap<string, number>>();
  private readonly row = new Float64Array(STRIDE);
  private header: JournalHeader | undefined;
  /** What is in force at the beginning, and now. */
  private first: I | undefined;
  private instance: I | undefined;
  private readonly revisions: DecodedRevision<I>[] = [];
  private readonly notes = new Map<number, RowNote>();
  private footer: JournalFooter | undefined;
  private line = 0;
  private events = 0;
  /** A line that is no JSON: half a line if nothing follows, a fault otherwise. */
  private broken: { readonly line: number; readonly text: string } | undefined;

  constructor(resolve: (header: JournalHeader) => I, options: DecodeOptions = {}) {
    this.resolve = resolve;
    this.options = options;
  }

  /** Whole records read so far. */
  get records(): number { return this.log.count; }

  /** Takes the next line, without its line end. Throws `InputError` as soon as reading on makes no sense. */
  push(text: string): void {
    this.line++;
    if (this.header === undefined) return this.readHeader(text);
    if (this.broken !== undefined) {
      this.report('bad-json', `line ${this.broken.line}`, 'this line is not a JSON object', this.broken.text);
      this.broken = undefined;
    }
    const value = parseObject(text);
    if (value === undefined) this.broken = { line: this.line, text };
    else if (this.footer !== undefined) this.report('after-end', `line ${this.line}`, 'nothing may follow the end record', text);
    else if ('end' in value) this.readFooter(value);
    else this.readRecord(value);
  }

  /** Call after the last line. Throws `InputError` with every fault found. */
  finish(): DecodedJournal<I> {
    const { header, first, log, footer, broken } = this;
    if (header === undefined || first === undefined) throw inputError('not-a-journal', '', 'the file is empty');
    const half = broken !== undefined && broken.text !== '' ? broken : undefined;
    if (half !== undefined && footer !== undefined) this.report('after-end', `line ${half.line}`, 'nothing may follow the end record', half.text);
    else if (half !== undefined && !half.text.startsWith('{')) this.report('bad-json', `line ${half.line}`, 'this line is not a JSON object', half.text);
    if (footer === undefined && this.options.allowTruncated !== true) {
      const cut = half === undefined ? '' : ` in the middle of line ${half.line}`;
      this.report('truncated-journal', `line ${this.line}`, `the journal was cut off${cut}: it has no end record, and ${log.count} whole records`,
        undefined, 'read it with truncated journals allowed to keep them');
    }
    if (footer !== undefined && this.faults.length === 0) this.checkTotals(header, footer, `line ${broken === undefined ? this.line : broken.line - 1}`);
    if (this.faults.length > 0) throw new InputError(this.faults);
    return { header, instance: first, rows: log, revisions: this.revisions, notes: this.notes, footer };
  }

  private readHeader(text: string): void {
    this.header = checkHeader(parseObject(text) ?? text);
    try {
      this.first = this.instance = this.resolve(this.header);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.faults.map((f) => ({ ...f, path: `line 1.scenario${f.path === '' ? '' : '.' + f.path}` })), error.source, { cause: error });
    }
    if (this.instance.hash !== this.header.scenarioHash) {
      throw inputError('scenario-mismatch', 'line 1.scenarioHash', `the scenario in the header has the hash ${this.instance.hash}, not the one written`, {
        value: this.header.scenarioHash, hint: 'the scenario was edited after the run, or another engine version compiled it',
      });
    }
  }

  private readFooter(value: Parsed): void {
    const faults = footerFaults(value, this.line);
    for (const f of faults) this.keep(f);
    this.footer = value as unknown as JournalFooter;
  }

  private readRecord(value: Parsed): void {
    const spec = this.specOf(value);
    const row = this.row.fill(0);
    if (spec !== undefined) {
      row[0] = spec.code;
      this.readFields(value, spec);
    }
    if (spec?.code === REVISED) this.revise(value.change, this.log.count);
    this.log.append(row[0], row[1], row[2], row[3], row[4], row[5]);
  }

  /** From here on names are those of the scenario so changed; the marks of the row tell whether it is the one that was meant. */
  private revise(change: unknown, row: number): void {
    const path = `line ${this.line}.change`, before = this.revisions.at(-1)?.header ?? this.header!;
    if (!isChange(change)) { this.report('bad-value', path, 'must be a change of jobs, batches, fleet or policy', change); throw new InputError(this.faults); }
    const unhashed = { ...before, scenario: revisedScenario(before.scenario, change), ...(change.policy === undefined ? {} : { policy: change.policy }) };
    let instance: I;
    try { instance = this.resolve(unhashed); } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.faults.map((f) => ({ ...f, path: `${path}${f.path === '' ? '' : '.' + f.path}` })), error.source, { cause: error });
    }
    const header = { ...unhashed, scenarioHash: instance.hash }, marks = revisionMarks(instance.hash, header.policy);
    if (marks.some((mark, k) => mark !== this.row[3 + k])) {
      this.report('scenario-mismatch', path, 'the change does not lead to what the record says', undefined, 'the journal was edited after the run, or another engine version compiled it');
      throw new InputError(this.faults);
    }
    this.revisions.push({ row, change, header, instance });
    this.instance = instance;
    this.numbers = new Map();
  }

  private specOf(value: Parsed): RecordSpec | undefined {
    if ('event' in value) return this.namedSpec('event', value.event, EVENT_NAMES);
    if ('command' in value) return this.namedSpec('command', value.command, COMMAND_NAMES);
    if ('refused' in value) return REFUSED_SPEC;
    const hint = Object.keys(value).filter((key) => key.length > 2).map((key) => suggestion(key, KINDS_OF_LINE)).find((s) => s !== undefined);
    this.report('missing-key', `line ${this.line}`, 'a record is an "event", a "command", "refused" or the "end"', value, hint);
    return undefined;
  }

  private namedSpec(kind: 'event' | 'command', name: unknown, known: readonly string[]): RecordSpec | undefined {
    if (typeof name === 'string' && known.includes(name)) return SPEC_BY_NAME.get(name);
    this.report(`unknown-${kind}`, `line ${this.line}.${kind}`, `no ${kind} has this name`, name, suggestion(name, known));
    return undefined;
  }

  /** Fills `row` behind its code. */
  private readFields(value: Parsed, spec: RecordSpec): void {
    const event = isEvent(spec.code), tag = event ? 'event' : spec === REFUSED_SPEC ? undefined : 'command';
    let known = tag === undefined ? 0 : 1, column = 1;
    const faultsBefore = this.faults.length;
    if (event) {
      this.readRowNumber(value.n);
      this.row[column++] = this.readField(value, 't', 'time');
      this.events++;
      known += 2;
    }
    for (const [name, kind] of spec.fields) {
      this.row[column++] = this.readField(value, spec === REFUSED_SPEC && kind === 'refusal' ? 'refused' : name, kind);
      known++;
    }
    const beside = [...(spec.code === REVISED ? ['change'] : []), ...(event ? this.readNote(value) : [])];
    if (Object.keys(value).length === known + beside.length && beside.every((key) => key in value) && this.faults.length === faultsBefore) return;
    this.reportKeys(value, spec, [...(tag === undefined ? ['refused'] : event ? ['n', 't', tag] : [tag]), ...beside]);
  }

  /** Keeps the note of the row that is being read. Returns its keys. */
  private readNote(value: Parsed): readonly string[] {
    const note = noteIn(value);
    if (note === undefined) return [];
    for (const [key, text] of Object.entries(note)) if (typeof text !== 'string') this.report('bad-value', `line ${this.line}.${key}`, 'must be a text', text);
    this.notes.set(this.log.count, note);
    return Object.keys(note);
  }

  private readRowNumber(n: unknown): void {
    if (n === this.log.count) return;
    this.report('missing-record', `line ${this.line}.n`, `record ${this.log.count} is expected here`, n, 'lines are missing, doubled or out of order');
    throw new InputError(this.faults);
  }

  private readField(value: Parsed, key: string, kind: FieldKind): number {
    const given = value[key];
    if (given === undefined) return this.report('missing-key', `line ${this.line}`, `${JSON.stringify(key)} is missing`, value);
    const names = namesOfKind(kind, this.instance!.problem);
    if (names !== undefined && typeof given === 'string') {
      const number = this.numbersOf(kind, names).get(given);
      return number ?? this.report(`unknown-${kind}`, `line ${this.line}.${key}`, `the scenario has no such ${kind}`, given, suggestion(given, names));
    }
    const number = readExactNumber(given);
    if (number === undefined) return this.report('bad-value', `line ${this.line}.${key}`, names === undefined ? 'must be a number' : `must be a ${kind}`, given);
    const name = nameOf(kind, this.instance!.problem, number);
    if (name === undefined) return number;
    return this.report('bad-value', `line ${this.line}.${key}`, `a ${kind} is written by its name`, given, `write ${JSON.stringify(name)}`);
  }

  private numbersOf(kind: FieldKind, names: readonly string[]): ReadonlyMap<string, number> {
    let map = this.numbers.get(kind);
    if (map === undefined) this.numbers.set(kind, map = new Map(names.map((name, k) => [name, k])));
    return map;
  }

  private reportKeys(value: Parsed, spec: RecordSpec, tags: readonly string[]): void {
    const known = [...tags, ...spec.fields.filter(([, kind]) => kind !== 'refusal').map(([name]) => name)];
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      this.report('unknown-key', `line ${this.line}`, `unknown key ${JSON.stringify(key)} of ${spec.name}`, value[key], suggestion(key, known));
    }
  }

  private checkTotals(header: JournalHeader, footer: JournalFooter, at: string): void {
    if (footer.records !== this.log.count) {
      this.report('count-mismatch', `${at}.records`, `the end record counts ${footer.records} records, the file has ${this.log.count}`);
    } else if (footer.events !== this.events) {
      this.report('count-mismatch', `${at}.events`, `the end record counts ${footer.events} events, the file has ${this.events}`);
    } else {
      const hash = journalHash(header.scenarioHash, header.policy.name, header.policy.parameters, header.weights, header.seed, this.log);
      if (hash === footer.hash) return;
      this.report('hash-mismatch', `${at}.hash`, `the records have the hash ${hash}`, footer.hash, 'the journal was changed after it was written');
    }
  }

  private report(code: string, path: string, message: string, value?: unknown, hint?: string): number {
    this.keep(fault(code, path, message, { ...(value === undefined ? {} : { value }), ...(hint === undefined ? {} : { hint }) }));
    return 0;
  }

  private keep(f: Fault): void {
    this.faults.push(f);
    if (this.faults.length >= FAULTS_MAX) throw new InputError(this.faults);
  }
}

function parseObject(text: string): Parsed | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Parsed : undefined;
  } catch {
    return undefined;
  }
}

const CHANGE_KEYS = ['jobs', 'batches', 'fleet', 'policy'];

/** Its parts are checked with the scenario they lead to. */
function isChange(value: unknown): value is Change {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.keys(value).every((key) => CHANGE_KEYS.includes(key))) return false;
  const { jobs, policy } = value as Change;
  return (jobs === undefined || Array.isArray(jobs)) && (policy === undefined || (typeof policy === 'object' && typeof policy?.name === 'string' && typeof policy.parameters === 'object' && policy.parameters !== null));
}
