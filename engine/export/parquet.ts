// A column table as Parquet. Numbers are doubles in every run, whatever values occur, so that the files of many runs can be
// read as one table. Apart from CSV, because a page loads the writer only when somebody wants such a file.
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell, ColumnTable } from '../journal/tables.ts';

/** The whole file. `about` is kept as key-value metadata; each column's meaning and unit under `column:<name>`. */
export function parquetBytes(table: ColumnTable, about: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const columns = Object.entries(table.dictionary);
  const meanings = columns.map(([name, { unit, meaning }]) => ({ key: `column:${name}`, value: unit === '' ? meaning : `${meaning} [${unit}]` }));
  return new Uint8Array(parquetWriteBuffer({
    columnData: columns.map(([name, { type }]) => ({ name, data: table.columns[name] as Cell[], type: PARQUET_TYPES[type], nullable: true })),
    kvMetadata: [...Object.entries(about).map(([key, value]) => ({ key, value })), ...meanings],
    createdBy: 'twinclock',
  }));
}

const PARQUET_TYPES = { text: 'STRING', number: 'DOUBLE', flag: 'BOOLEAN' } as const;
