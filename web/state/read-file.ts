// Files that are dropped or chosen, as text: unpacked when their bytes say gzip, refused by size, damage or encoding in the
// words of the command line; and what sort of file a text is, by its first characters and its name.
import { SCENARIO_BYTES_MAX, fileTooLarge, isGzip } from '../../engine/model/file-text.ts';
import { InputError } from '../../engine/model/errors.ts';
import { decodedText, unpackedBytes } from './packed-text.ts';

/** What a file is, and so which view it belongs to. */
export type FileSort = 'scenario' | 'calendar' | 'policy' | 'faults' | 'rehearsal' | 'share' | 'journal';

export interface ReadFile {
  readonly name: string;
  readonly text: string;
  readonly sort: FileSort;
}

/** The whole text. Rejects with `InputError` with the file's name as its source. */
export async function readFile(file: File, bytesMax: number = SCENARIO_BYTES_MAX): Promise<ReadFile> {
  try {
    if (file.size > bytesMax) throw fileTooLarge(bytesMax, file.size);
    const bytes = new Uint8Array(await file.arrayBuffer()), text = decodedText(isGzip(bytes) ? await unpackedBytes(new Blob([bytes]).stream(), 'gzip', bytesMax) : bytes);
    return { name: file.name, text, sort: sortOf(text, file.name) };
  } catch (error) {
    throw error instanceof InputError ? error.from(file.name) : error;
  }
}

const SORTS: Readonly<Record<string, FileSort>> = { scenario: 'scenario', faults: 'faults', rehearsal: 'rehearsal', share: 'share', journal: 'journal' };

/** Our own files say what they are in their first characters. */
const HEAD = 4096;

/** Foreign formats are scenarios: what they are is told by whoever reads them. */
export function sortOf(text: string, name: string): FileSort {
  const head = text.slice(0, HEAD), said = /^\ufeff?\s*\{/.test(head) ? /"twinclock"\s*:\s*"(\w+)\//.exec(head)?.[1] : undefined;
  if (said !== undefined) return SORTS[said] ?? 'scenario';
  if (/^\ufeff?\s*BEGIN:VCALENDAR/i.test(text) || /\.ics$/i.test(name)) return 'calendar';
  return /\.[cm]?[jt]s$/i.test(name) ? 'policy' : 'scenario';
}

/** The name without folders and endings: what the document is called in the library. */
export function titleOf(fileName: string): string {
  return (fileName.split(/[\\/]/).pop() ?? fileName).replace(/\.gz$/i, '').replace(/\.\w+$/, '') || 'unnamed';
}
