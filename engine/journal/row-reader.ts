// Records as people read them back into rows of a log, in the numbers of one problem: the inverse of `recordView`, for those
// who follow a run from afar and are told of it by names.
import { RunError } from '../model/errors.ts';
import type { RecordLog } from './log.ts';
import { firstFieldColumn, namesOfKind, readExactNumber } from './record-view.ts';
import type { JournalNames, RecordView } from './record-view.ts';
import { RECORDS, STRIDE, isEvent } from './records.ts';
import type { FieldKind } from './records.ts';

const SPECS = new Map(RECORDS.map((spec) => [spec.name, spec]));

export class RowReader {
  private readonly names: JournalNames;
  private readonly numbers = new Map<FieldKind, ReadonlyMap<string, number>>();
  private readonly row = new Float64Array(STRIDE);

  constructor(names: JournalNames) { this.names = names; }

  /** Appends the record. Throws `RunError` `unknown-record` or `unknown-name` for one that is not of this version, or not of this problem; nothing is appended then. */
  append(log: RecordLog, { name, t, fields }: Pick<RecordView, 'name' | 't' | 'fields'>): void {
    const spec = SPECS.get(name), row = this.row.fill(0);
    if (spec === undefined) throw new RunError('unknown-record', `no record is called ${name} in this version`);
    row[0] = spec.code;
    if (isEvent(spec.code)) row[1] = t;
    spec.fields.forEach(([key, kind], k) => { row[firstFieldColumn(spec.code) + k] = this.number(kind, fields[key], `${name}.${key}`); });
    log.append(row[0], row[1]!, row[2]!, row[3]!, row[4]!, row[5]!);
  }

  private number(kind: FieldKind, value: RecordView['fields'][string] | undefined, where: string): number {
    const number = typeof value === 'string' ? this.numbersOf(kind)?.get(value) : readExactNumber(value);
    if (number === undefined) throw new RunError('unknown-name', `${where} is ${JSON.stringify(value)}, which the scenario does not know`);
    return number;
  }

  private numbersOf(kind: FieldKind): ReadonlyMap<string, number> | undefined {
    const names = namesOfKind(kind, this.names);
    if (names !== undefined && !this.numbers.has(kind)) this.numbers.set(kind, new Map(names.map((name, k) => [name, k])));
    return this.numbers.get(kind);
  }
}
