// What a comparison hands out: share link and file, its runs as a table, its pictures.
import type { JSX } from 'preact';
import type { Shareable } from '../../state/share-link.ts';
import { csvFile, fileNameOf, parquetFile } from '../../state/save-file.ts';
import type { NamedFile } from '../../state/save-file.ts';
import { studyOf } from '../../state/sources.ts';
import type { Bench } from '../open-view.ts';
import { HandOut } from './hand-out.tsx';
import type { DownloadGroup } from './hand-out.tsx';
import { pictureDownloads } from './pictures.ts';
import { tableDownloads } from './shown-tables.ts';
import { linkTo, shareFile } from './share-out.ts';

/** `what`: undefined until there are runs to hand out. */
export function HandOutCompare({ bench, what }: { readonly bench: Bench; readonly what: (() => Shareable) | undefined }): JSX.Element {
  const name = (): string => { const { names, seeds } = what!(); return fileNameOf('compare', names.scenario, seeds.length); };
  const table = async (form: 'csv' | 'parquet'): Promise<NamedFile> => {
    const { names, seeds, columns } = what!(), study = await studyOf(bench.library, names);
    const { about, tables: [runs] } = await bench.pool.ask({ kind: 'runs-table', study, columns: columns ?? await bench.pool.ask({ kind: 'runs', study, policies: names.policies, seeds }) }, { urgent: true });
    return form === 'csv' ? csvFile(name(), runs!) : parquetFile(name(), runs!, about);
  };
  const groups = (): DownloadGroup[] => [
    { title: 'Table', downloads: [{ label: 'Runs', forms: [{ form: 'CSV', make: () => table('csv') }, { form: 'Parquet', make: () => table('parquet') }] }] },
    { title: 'Tables as they are shown', downloads: tableDownloads(document.querySelector('main')!, { 'All comparisons': '#board', Comparison: '#comparison' }, name()) },
    { title: 'Pictures', downloads: pictureDownloads(document.querySelector('main')!, name()) },
  ];
  return <HandOut disabled={what === undefined} link={() => linkTo(bench, what!())} shareFile={() => shareFile(bench, what!(), `${name()}.share`, false)} groups={groups} />;
}
