// Texts as short as an address can carry them: UTF-8, raw deflate (RFC 1951), base64url (RFC 4648, without padding). The
// command line unpacks the same.
import { InputError } from '../../engine/model/errors.ts';
import { SHARE_BYTES_MAX, damagedFile, fileTooLarge, notUtf8 } from '../../engine/model/file-text.ts';

/** Characters of a link that mail, chat and browsers carry without harm. */
export const LINK_MAX = 16_000;

export async function packText(text: string): Promise<string> {
  const packed = new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer());
  let bytes = '';
  for (const byte of packed) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Rejects with `InputError`: damaged-file, file-too-large, bad-text. */
export async function unpackText(packed: string): Promise<string> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    throw damagedFile('the link is cut off, or was changed');
  }
  return decodedText(await unpackedBytes(new Blob([bytes]).stream(), 'deflate-raw', SHARE_BYTES_MAX));
}

/** The unpacked bytes of a stream, never more than `bytesMax`. Rejects with `InputError`. */
export async function unpackedBytes(stream: ReadableStream<Uint8Array<ArrayBuffer>>, format: CompressionFormat, bytesMax: number): Promise<Uint8Array> {
  const reader = stream.pipeThrough(new DecompressionStream(format)).getReader(), chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      total += next.value.length;
      if (total > bytesMax) throw fileTooLarge(bytesMax);
      chunks.push(next.value);
    }
  } catch (error) {
    throw error instanceof InputError ? error : damagedFile(error instanceof Error ? error.message : String(error));
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) { bytes.set(chunk, at); at += chunk.length; }
  return bytes;
}

/** Throws `InputError` `bad-text`. */
export function decodedText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8();
  }
}
