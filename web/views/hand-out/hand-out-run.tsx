// What a run hands out: share link and file, journal, timeline and tables in the command line's own bytes, its pictures.
import type { JSX } from 'preact';
import type { Shareable } from '../../state/share-link.ts';
import { bytesFile, csvFile, fileNameOf, parquetFile, textFile } from '../../state/save-file.ts';
import type { NamedFile } from '../../state/save-file.ts';
import { studyOf } from '../../state/sources.ts';
import type { RunRequest } from '../../worker/protocol.ts';
import type { Bench } from '../open-view.ts';
import { HandOut } from './hand-out.tsx';
import type { Download, DownloadGroup } from './hand-out.tsx';
import { canvasDownload, pictureDownloads } from './pictures.ts';
import { linkTo, shareFile } from './share-out.ts';

/** `what`: undefined until the run is there. `journal`: the one of the library that is shown instead of a run made here, or empty. */
export function HandOutRun({ bench, what, journal }: { readonly bench: Bench; readonly what: (() => Shareable) | undefined; readonly journal: string }): JSX.Element {
  const request = async (): Promise<RunRequest> => { 
    const { names, seeds } = what!(), made: RunRequest = { study: await studyOf(bench.library, names), policy: names.policies[0]!, seed: seeds[0]! };
    return journal === '' ? made : { ...made, journal: { from: 'text', ...await bench.library.read('journal', journal) } };
  };
  const journalFile = async (): Promise<NamedFile> => (journal === '' ? bytesFile('journal.jsonl', await bench.pool.ask({ kind: 'journal', ...await request() }, { urgent: true }), 'application/x-ndjson')
    : textFile('journal.jsonl', (await bench.library.read('journal', journal)).text, 'application/x-ndjson'));
  const name = (): string => { const { names, seeds } = what!(); return fileNameOf(names.scenario, names.policies[0]!, seeds[0]!); };
  const table = (wanted: string, form: 'csv' | 'parquet') => async (): Promise<NamedFile> => {
    const { about, tables } = await bench.pool.ask({ kind: 'tables', ...await request() }, { urgent: true }), found = tables.find((one) => one.name === wanted)!;
    return form === 'csv' ? csvFile(wanted, found) : parquetFile(wanted, found, about);
  };
  const groups = (): DownloadGroup[] => [
    {
      title: 'Run', downloads: [
        { label: 'Journal', forms: [{ form: 'JSON Lines', make: journalFile }] },
        { label: 'Timeline for ui.perfetto.dev', forms: [{ form: 'JSON', make: async () => bytesFile('timeline.perfetto.json', await bench.pool.ask({ kind: 'timeline', ...await request() }, { urgent: true }), 'application/json') }] },
      ],
    },
    { title: 'Tables', downloads: RUN_TABLES.map((one) => ({ label: one, forms: [{ form: 'CSV', make: table(one, 'csv') }, { form: 'Parquet', make: table(one, 'parquet') }] })) },
    { title: 'Pictures', downloads: picturesOf(name()) },
  ];
  return <HandOut disabled={what === undefined} {...(journal === '' ? {} : { unshared: 'A recorded run is shared by its journal' })} link={() => linkTo(bench, what!())} shareFile={() => shareFile(bench, what!(), `${name()}.share`, true)} groups={groups} />;
}

/** As the command line names them. */
const RUN_TABLES = ['attempts', 'decisions', 'resources', 'vm-lives', 'jobs', 'faults'] as const;

/** Canvases go by the heading they stand under; the overview shows nothing that the timeline does not. */
function picturesOf(name: string): Download[] {
  const main = document.querySelector('main')!, canvases = [...main.querySelectorAll<HTMLCanvasElement>('canvas.main')];
  const titleOf = (canvas: HTMLCanvasElement): string => canvas.closest('section')?.querySelector('h2')?.firstChild?.textContent?.trim() ?? 'Picture';
  return [...canvases.map((canvas) => canvasDownload(canvas, titleOf(canvas), name)), ...pictureDownloads(main, name)];
}
