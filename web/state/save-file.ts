// Files that the page hands to the person: what the browser saves under a name, tables as CSV and Parquet.
import { csvLines } from '../../engine/export/csv.ts';
import type { ColumnTable } from '../../engine/journal/tables.ts';

/** A file to be saved. */
export interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Offers the file for saving. */
export function saveFile({ name, content }: NamedFile): void {
  const url = URL.createObjectURL(content), link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(url); }, 60_000); // the browser may still be reading
}

export function textFile(name: string, text: string, type = 'text/plain'): NamedFile {
  return { name, content: new Blob([text], { type }) };
}

export function bytesFile(name: string, bytes: Uint8Array, type = 'application/octet-stream'): NamedFile {
  return { name, content: new Blob([bytes as Uint8Array<ArrayBuffer>], { type }) };
}

export function csvFile(name: string, table: ColumnTable): NamedFile {
  return { name: `${name}.csv`, content: new Blob([...csvLines(table)], { type: 'text/csv' }) };
}

/** The writer is loaded when it is first needed. */
export async function parquetFile(name: string, table: ColumnTable, about: Readonly<Record<string, string>>): Promise<NamedFile> {
  const { parquetBytes } = await import('../../engine/export/parquet.ts');
  return { name: `${name}.parquet`, content: new Blob([parquetBytes(table, about)]) };
}

/** Letters, digits, dots and dashes: a name that every file system takes. */
export function fileNameOf(...parts: readonly (string | number)[]): string {
  return parts.map(String).filter((part) => part !== '').join('-').replace(/[^\w.=-]+/g, '-').replace(/^-+|-+$/g, '') || 'twinclock';
}
