// The journal as text and back, bit for bit; and every way in which a text can fail to be one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJournal, encodeJournal } from '../../../engine/journal/codec.ts';
import type { DecodeOptions } from '../../../engine/journal/journal-decoder.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import { REVISED, RECORDS, STRIDE, TICK, isEvent } from '../../../engine/journal/records.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { handWrittenHeader, handWrittenInstance, handWrittenRun } from '../../support/hand-written-run.ts';

const SEED = 20260109;
const run = handWrittenRun();
const lines = [...encodeJournal(handWrittenHeader(run), run)];
const decode = (text: readonly string[], options?: DecodeOptions) => decodeJournal(text, () => handWrittenInstance, options);
const used = (log: RecordLog) => [...log.rows.subarray(0, log.length)];

/** The faults of decoding the journal with line `number` (from 1) replaced. */
function faultsWith(number: number, replacement: string | ((line: string) => string)): readonly { code: string; path: string; hint?: string }[] {
  const changed = lines.map((line, k) => (k + 1 !== number ? line : typeof replacement === 'string' ? replacement : replacement(line)));
  return faultsOf(changed);
}
function faultsOf(text: readonly string[], options?: DecodeOptions) {
  try { decode(text, options); } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
  throw new Error('decoded without a fault');
}

describe('encodeJournal', () => {
  it('writes one line a record that a person can read', () => {
    expect(lines[0]).toMatch(/^\{"twinclock":"journal\/1","engine":"0\.1\.0"/);
    expect(lines[1]).toBe('{"n":0,"t":0,"event":"job-submitted","job":"f1"}');
    expect(lines[3]).toBe('{"command":"place","task":"f1-build","attempt":1,"unit":"workstation","setupMs":0,"dataReadyAt":0}');
    expect(lines[6]).toBe('{"refused":"budget","task":"f1-train","unit":"gpu/1"}');
    expect(lines[14]).toBe('{"n":13,"t":420000,"event":"vm-terminated","unit":"gpu/0","life":1,"cause":"interrupted"}');
    expect(lines[20]).toBe('{"n":19,"t":600000,"event":"rate-changed","unit":"llm","axis":"tokens","perMinute":{"number":"Infinity"}}');
    expect(JSON.parse(lines.at(-1)!)).toEqual({ end: 'finished', endedAt: 925_000.5, records: 31, events: 21, hash: run.hash });
  });

  it('refuses a header of another run, and a number that would be lost', () => {
    expect(() => [...encodeJournal({ ...handWrittenHeader(run), seed: 1 }, run)]).toThrow('another run');
    const log = new RecordLog();
    log.append(TICK, 0, 7, 0, 0, 0);
    expect(() => [...encodeJournal(handWrittenHeader(run), handWrittenRun(log))]).toThrow('row 0 (tick) uses column 2');
  });
});

describe('decodeJournal', () => {
  it('gives back the same rows, header and footer', () => {
    const decoded = decode(lines);
    expect(used(decoded.rows)).toEqual(used(run.log));
    expect(decoded.header).toEqual(handWrittenHeader(run));
    expect(decoded.footer).toMatchObject({ end: 'finished', hash: run.hash });
    expect(decode([...lines, '']).footer).toEqual(decoded.footer);
  });

  it('gives back what is noted beside rows, which changes neither rows nor hash', () => {
    const notes = new Map([[0, { by: 'Ann "A" (10.0.0.1)' }], [19, { by: 'Bob', reason: 'no route' }]]), noted = [...encodeJournal(handWrittenHeader(run), run, [], notes)];
    expect(noted[1]).toBe('{"n":0,"t":0,"event":"job-submitted","job":"f1","by":"Ann \\"A\\" (10.0.0.1)"}');
    const decoded = decode(noted);
    expect([decoded.notes, used(decoded.rows), decoded.footer]).toEqual([notes, used(run.log), decode(lines).footer]);
    expect(faultsOf(noted.map((line) => line.replace('"by":"Bob"', '"by":7')))).toMatchObject([{ code: 'bad-value', path: 'line 21.by' }]);
  });

  it('gives back any rows bit for bit', () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 5 }), fc.integer({ min: 0, max: 2 ** 45 }), fc.double(), fc.constantFrom(-0, Infinity, -Infinity, NaN));
    const row = fc.tuple(fc.constantFrom(...RECORDS.filter(({ code }) => code !== REVISED)), fc.array(number, { minLength: 5, maxLength: 5 }));
    fc.assert(fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const log = new RecordLog(1);
      for (const [spec, x] of rows) {
        const width = spec.fields.length + (isEvent(spec.code) ? 1 : 0), at = (k: number) => (k < width ? x[k] : 0);
        log.append(spec.code, at(0), at(1), at(2), at(3), at(4));
      }
      const drawn = handWrittenRun(log), decoded = decode([...encodeJournal(handWrittenHeader(drawn), drawn)]);
      expect(decoded.rows.count).toBe(rows.length);
      used(log).forEach((x, k) => expect(Object.is(decoded.rows.rows[k], x), `row ${Math.floor(k / STRIDE)} column ${k % STRIDE}`).toBe(true));
    }), { seed: SEED, numRuns: 200 });
  });

  it('says which version is needed', () => {
    expect(() => decode([lines[0].replace('journal/1', 'journal/2')])).toThrow('cannot replay: journal/2 needed, this engine reads journal/1');
    expect(faultsWith(1, '{"twinclock":"scenario/1","name":"x"}')[0]).toMatchObject({ code: 'not-a-journal', message: 'this is a scenario/1 file, not a journal' });
    expect(faultsOf(['PK\u0003\u0004...'])[0]).toMatchObject({ code: 'not-a-journal', path: 'line 1' });
    expect(faultsOf([])[0]).toMatchObject({ code: 'not-a-journal', message: 'the file is empty' });
  });

  it('reports every fault of a header', () => {
    const faults = faultsWith(1, (line) => line.replace('"engine"', '"engin"').replace('"latency":0.6', '"latency":"much"').replace('"options":{}', '"options":{"everytick":true}'));
    expect(faults.map((f) => [f.code, f.path])).toEqual([
      ['unknown-key', 'line 1'], ['missing-key', 'line 1'], ['bad-value', 'line 1.engine'], ['bad-value', 'line 1.weights.latency'], ['unknown-key', 'line 1.options'],
    ]);
    expect(faults[0].hint).toBe('did you mean "engine"?');
  });

  it('knows a scenario that was edited, and shows where a bad one is bad', () => {
    expect(() => decodeJournal(lines, () => ({ ...handWrittenInstance, hash: 'f'.repeat(32) }))).toThrow('[scenario-mismatch]');
    const bad = () => { throw new InputError([{ code: 'cycle', path: 'jobs[0]', message: 'tasks depend on each other' }]); };
    expect(() => decodeJournal(lines, bad)).toThrow('line 1.scenario.jobs[0]: tasks depend on each other [cycle]');
  });

  it('refuses unknown names with a suggestion and the line', () => {
    expect(faultsWith(5, (line) => line.replace('task-started', 'task-startet'))[0]).toMatchObject({ code: 'unknown-event', path: 'line 5.event', hint: 'did you mean "task-started"?' });
    expect(faultsWith(4, (line) => line.replace('"place"', '"plaice"'))[0]).toMatchObject({ code: 'unknown-command', path: 'line 4.command', hint: 'did you mean "place"?' });
    expect(faultsWith(7, (line) => line.replace('budget', 'budgets'))[0]).toMatchObject({ code: 'unknown-refusal', path: 'line 7.refused', hint: 'did you mean "budget"?' });
    expect(faultsWith(5, (line) => line.replace('f1-build', 'f1-biuld'))[0]).toMatchObject({ code: 'unknown-task', path: 'line 5.task', hint: 'did you mean "f1-build"?' });
    expect(faultsWith(15, (line) => line.replace('"interrupted"', '"interruptd"'))[0]).toMatchObject({ code: 'unknown-cause', path: 'line 15.cause' });
    expect(faultsWith(5, (line) => line.replace('"event"', '"events"'))[0]).toMatchObject({ code: 'missing-key', hint: 'did you mean "event"?' });
  });

  it('refuses unknown, missing and mistyped keys', () => {
    expect(faultsWith(5, (line) => line.replace('"attempt":1', '"atempt":1')).map((f) => [f.code, f.path, f.hint])).toEqual([
      ['missing-key', 'line 5', undefined], ['unknown-key', 'line 5', 'did you mean "attempt"?'],
    ]);
    expect(faultsWith(5, (line) => line.replace('"attempt":1', '"attempt":1,"colour":"red"'))[0]).toMatchObject({ code: 'unknown-key', path: 'line 5' });
    expect(faultsWith(5, (line) => line.replace('"attempt":1', '"attempt":"1"'))[0]).toMatchObject({ code: 'bad-value', path: 'line 5.attempt' });
    expect(faultsWith(5, (line) => line.replace('"f1-build"', '0'))[0]).toMatchObject({ code: 'bad-value', path: 'line 5.task', hint: 'write "f1-ask"' });
    expect(faultsWith(7, (line) => line.replace('"refused"', '"task2":1,"refused"'))[0]).toMatchObject({ code: 'unknown-key', path: 'line 7' });
  });

  it('collects faults of several lines, and gives up on a file full of them', () => {
    const broken = lines.map((line) => line.replace('"vm-', '"wm-').replace('"f1-ask"', '"f1-asc"'));
    expect(faultsOf(broken).map((f) => `${f.code} ${f.path}`)).toEqual([
      'unknown-event line 10.event', 'unknown-event line 11.event', 'unknown-event line 14.event', 'unknown-event line 15.event', 'unknown-event line 18.event',
      'unknown-event line 19.event', 'unknown-event line 24.event', 'unknown-task line 25.task', 'unknown-task line 26.task', 'unknown-task line 27.task', 'unknown-task line 29.task', 'unknown-task line 30.task', 'unknown-task line 31.task',
    ]);
    const many = [lines[0], ...Array.from({ length: 1000 }, () => '{"command":"dance"}')];
    expect(faultsOf(many)).toHaveLength(20);
  });

  it('notices lines that are missing, doubled, changed or behind the end', () => {
    expect(faultsOf(lines.filter((_, k) => k !== 3))[0]).toMatchObject({ code: 'missing-record', path: 'line 4.n' });
    expect(faultsOf(lines.filter((_, k) => k !== lines.length - 2))[0]).toMatchObject({ code: 'count-mismatch', path: 'line 32.records' });
    expect(faultsOf([...lines, lines[1]])[0]).toMatchObject({ code: 'after-end', path: 'line 34' });
    expect(faultsWith(8, (line) => line.replace('spot', 'on-demand'))[0]).toMatchObject({ code: 'hash-mismatch', path: 'line 33.hash' });
    expect(faultsWith(1, (line) => line.replace('"seed":42', '"seed":43'))[0]).toMatchObject({ code: 'hash-mismatch' });
    expect(faultsWith(6, 'garbage')[0]).toMatchObject({ code: 'bad-json', path: 'line 6' });
    expect(faultsWith(33, (line) => line.replace('finished', 'finnished'))[0]).toMatchObject({ code: 'unknown-end', hint: 'did you mean "finished"?' });
  });

  it('tells a journal that was cut off from a damaged one, at any byte', () => {
    const text = lines.join('\n') + '\n', end = text.lastIndexOf('{"end"');
    fc.assert(fc.property(fc.integer({ min: lines[0].length, max: end + lines.at(-1)!.length - 1 }), (bytes) => {
      const cut = text.slice(0, bytes), kept = cut.split('\n');
      const whole = kept.slice(1).filter((line) => lines.includes(line)).length;
      const fault = faultsOf(kept)[0];
      expect(fault).toMatchObject({ code: 'truncated-journal' });
      expect(fault.message).toContain(`${whole} whole records`);
      const decoded = decode(kept, { allowTruncated: true });
      expect(decoded.footer).toBeUndefined();
      expect(used(decoded.rows)).toEqual(used(run.log).slice(0, whole * STRIDE));
    }), { seed: SEED, numRuns: 300 });
  });

  it('keeps nothing of a journal whose last line was never one', () => {
    expect(faultsOf([...lines.slice(0, 5), 'oops'], { allowTruncated: true })[0]).toMatchObject({ code: 'bad-json', path: 'line 6' });
  });
});
