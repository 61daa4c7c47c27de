// Tables as CSV and as Parquet; the Parquet is read back by another library.
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLines } from '../../../engine/export/csv.ts';
import { parquetBytes } from '../../../engine/export/parquet.ts';
import { buildTable, flag, number, text } from '../../../engine/journal/tables.ts';
import type { Cell } from '../../../engine/journal/tables.ts';

const COLUMNS = { name: text('what it is called'), size: number('ms', 'how large it is'), here: flag('whether it is here') } as const;
type Row = Record<keyof typeof COLUMNS, Cell>;
const tableOf = (rows: readonly Row[]) => buildTable('things', COLUMNS, (add) => { for (const row of rows) add(row); });
const bufferOf = (bytes: Uint8Array) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

describe('csvLines', () => {
  it('quotes what must be quoted and leaves null empty', () => {
    const lines = [...csvLines(tableOf([
      { name: 'plain', size: 1.5, here: true }, { name: 'a "b", c', size: NaN, here: false }, { name: '', size: Infinity, here: null }, { name: null, size: null, here: null },
    ]))];
    expect(lines).toEqual(['name,size,here\n', 'plain,1.5,true\n', '"a ""b"", c",,false\n', '"",Infinity,\n', ',,\n']);
  });
});

describe('parquetBytes', () => {
  it('gives back every value that was written', async () => {
    const row = fc.record<Row>({
      name: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null)), here: fc.oneof(fc.boolean(), fc.constant(null)),
      size: fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constant(null)),
    });
    await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 50 }), async (rows) => {
      const read = await parquetReadObjects({ file: bufferOf(parquetBytes(tableOf(rows), {})) });
      expect(read.map((r) => [r.name ?? null, r.size ?? null, r.here ?? null])).toEqual(rows.map((r) => [r.name, r.size, r.here]));
    }), { seed: 20260112, numRuns: 60 });
  });

  it('keeps types when a column is empty, and carries the meaning of its columns', () => {
    const metadata = parquetMetadata(bufferOf(parquetBytes(tableOf([{ name: null, size: null, here: null }]), { run: 'abc' })));
    expect(metadata.schema.slice(1).map((column) => [column.name, column.type])).toEqual([['name', 'BYTE_ARRAY'], ['size', 'DOUBLE'], ['here', 'BOOLEAN']]);
    expect(metadata.key_value_metadata).toEqual([
      { key: 'run', value: 'abc' }, { key: 'column:name', value: 'what it is called' }, { key: 'column:size', value: 'how large it is [ms]' }, { key: 'column:here', value: 'whether it is here' },
    ]);
  });
});
