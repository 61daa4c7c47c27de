// A document to be checked by others, as the address of a link or as a file.
import { fragmentOf, shareFileOf } from '../../state/share-link.ts';
import type { Shareable } from '../../state/share-link.ts';
import { textFile } from '../../state/save-file.ts';
import type { NamedFile } from '../../state/save-file.ts';
import type { Bench } from '../open-view.ts';

/** Undefined when it would be too long. */
export async function linkTo(bench: Bench, what: Shareable): Promise<string | undefined> {
  const fragment = await fragmentOf(await shareFileOf(bench.pool, bench.library, what, false));
  return fragment === undefined ? undefined : new URL(fragment, location.href).href;
}

/** `journal`: with that of the first run. */
export async function shareFile(bench: Bench, what: Shareable, name: string, journal: boolean): Promise<NamedFile> {
  return textFile(`${name}.json`, `${JSON.stringify(await shareFileOf(bench.pool, bench.library, what, journal), null, 2)}\n`, 'application/json');
}
