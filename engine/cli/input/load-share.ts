// A share file from the disk, or out of a link of the workbench (`...#/share?d=...`): the same document, packed.
import { inflateRawSync } from 'node:zlib';
import { InputError, inputError } from '../../model/errors.ts';
import { SHARE_BYTES_MAX, damagedFile, fileTooLarge, notUtf8, parseJsonText } from '../../model/file-text.ts';
import { openShare } from '../../experiment/share/open-share.ts';
import type { OpenedShare, PolicyOfText } from '../../experiment/share/open-share.ts';
import { textPolicy } from '../../../policies/text/run-program.ts';
import { translatePolicy } from '../../../policies/text/translate.ts';
import { readText } from './read-text.ts';

/** Reads, checks and opens it. Throws `InputError` with every fault; those of a link have the source `link`. */
export async function loadShare(source: string): Promise<OpenedShare> {
  const isLink = source.includes('#/share?');
  try {
    const value = parseJsonText(isLink ? textOfLink(source) : await readText(source, SHARE_BYTES_MAX));
    return openShare(value, await compilerFor(value));
  } catch (error) {
    throw error instanceof InputError ? error.from(isLink ? 'link' : source) : error;
  }
}

function textOfLink(link: string): string {
  const packed = new URLSearchParams(link.slice(link.indexOf('#/share?') + '#/share?'.length)).get('d');
  if (packed === null) throw inputError('bad-link', '', 'the link carries no document', { hint: 'a share link has #/share?d=...' });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(inflateRawSync(Buffer.from(packed, 'base64url'), { maxOutputLength: SHARE_BYTES_MAX }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ERR_BUFFER_TOO_LARGE' ? fileTooLarge(SHARE_BYTES_MAX) : code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? notUtf8() : damagedFile(message);
  }
}

/** The compiler of texts is large: it is loaded only when the file brings one. */
async function compilerFor(value: unknown): Promise<PolicyOfText> {
  const entries = (value as { readonly policies?: unknown } | null)?.policies;
  if (!Array.isArray(entries) || !entries.some((entry: unknown) => typeof entry === 'object' && entry !== null && 'text' in entry)) return (name) => { throw inputError('unknown-policy', '', 'no policy of this name', { value: name }); };
  const { default: ts } = await import('typescript');
  return (name, text) => textPolicy(translatePolicy(ts, text, name));
}
