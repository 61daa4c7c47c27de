// A run as JSON Lines: one header line, one line a record in the order of the log, one footer line. It is a view of the
// flat rows: writing and reading it back gives the same rows bit for bit, and the footer's hash proves it. Events carry
// their row number `n` and instant `t`; commands and refusals happen at the instant of the event before them.
//
//   {"twinclock":"journal/1","engine":"0.1.0", ... "scenario":{...}}
//   {"n":0,"t":0,"event":"job-submitted","job":"f1"}
//   {"command":"place","task":"f1-build-3","attempt":1,"unit":"workstation","setupMs":0,"dataReadyAt":0}
//   {"refused":"budget","task":"f1-train-1","unit":"gpu/0"}
//   {"end":"finished","endedAt":90000,"records":3,"events":1,"hash":"..."}
//
// The line of an event may hold a note beside its row: who asked for it (`by`), or a `reason` (row-notes.ts).
// At a `revised` record the scenario or the policy becomes another: its line carries the change, and the names after it are
// those of the scenario so changed.
import { assert } from '../model/errors.ts';
import { JournalDecoder } from './journal-decoder.ts';
import type { DecodedJournal, DecodeOptions, JournalInstance } from './journal-decoder.ts';
import type { JournalFooter, JournalHeader } from './journal-header.ts';
import { REFUSED, REVISED, STRIDE, isEvent } from './records.ts';
import { exactNumberText, firstFieldColumn, nameOf, recordSpec } from './record-view.ts';
import type { JournalNames } from './record-view.ts';
import type { RecordLog } from './log.ts';
import type { Revision } from './revisions.ts';
import type { RowNotes } from './row-notes.ts';
import type { RunRecord } from './run-record.ts';

/** The lines of a run's journal, without line ends, made one at a time. With revisions, `run.problem` is that of the beginning. */
export function* encodeJournal(header: JournalHeader, run: RunRecord, revisions: readonly Revision[] = [], notes: RowNotes = new Map()): Generator<string, void, void> {
  assert(header.policy.name === run.policy && header.seed === run.seed, 'the header describes another run');
  yield JSON.stringify(header);
  const { log } = run;
  let names: JournalNames = run.problem, next = 0;
  for (let n = 0; n < log.count; n++) {
    const note = notes.get(n);
    if (log.rows[n * STRIDE] !== REVISED) { yield withKeys(recordLine(names, log, n), note); continue; }
    const revision = revisions[next++];
    assert(revision?.row === n, `row ${n} revises the run by a change that is not there`);
    names = revision.problem;
    yield withKeys(recordLine(names, log, n), { ...note, change: revision.change });
  }
  yield JSON.stringify(journalFooter(run));
}

const withKeys = (line: string, more: object | undefined): string => (more === undefined ? line : `${line.slice(0, -1)},${JSON.stringify(more).slice(1)}`);

/** What the last line says of a run. */
export function journalFooter(run: RunRecord): JournalFooter {
  return {
    end: run.cause, endedAt: run.endedAt, records: run.log.count, events: countEvents(run.log), hash: run.hash,
    ...(run.explanation === '' ? {} : { explanation: run.explanation }),
  };
}

/** Rows of the log that are events. */
export function countEvents(log: RecordLog): number {
  let events = 0;
  for (let at = 0; at < log.length; at += STRIDE) if (isEvent(log.rows[at])) events++;
  return events;
}

/**
 * Reads a whole journal. `resolve` validates and compiles the header's scenario: its names turn texts into numbers, its
 * hash must be the header's. Throws `InputError` with paths like `line 12.task`; see `JournalDecoder` for the codes.
 */
export function decodeJournal<I extends JournalInstance>(
  lines: Iterable<string>, resolve: (header: JournalHeader) => I, options: DecodeOptions = {},
): DecodedJournal<I> {
  const decoder = new JournalDecoder(resolve, options);
  for (const line of lines) decoder.push(line);
  return decoder.finish();
}

/** One row as its line of JSON. Every column that has no field must be zero, or it would be lost. */
export function recordLine(names: JournalNames, log: RecordLog, n: number): string {
  const rows = log.rows, at = n * STRIDE, code = rows[at], spec = recordSpec(code), first = firstFieldColumn(code);
  let line = isEvent(code) ? `{"n":${n},"t":${exactNumberText(rows[at + 1])},"event":"${spec.name}"` : code === REFUSED ? '' : `{"command":"${spec.name}"`;
  spec.fields.forEach(([name, kind], k) => {
    const value = rows[at + first + k], known = nameOf(kind, names, value);
    const text = known === undefined ? exactNumberText(value) : JSON.stringify(known);
    line += line === '' ? `{"refused":${text}` : `,"${name}":${text}`;
  });
  for (let k = first + spec.fields.length; k < STRIDE; k++) assert(rows[at + k] === 0, `row ${n} (${spec.name}) uses column ${k}, which has no name`);
  return line + '}';
}
