// What leaves the page: a link or a file that others can check, and files to work on with. Every file is made when it is
// asked for. What went wrong, and what was done, is said beside the buttons.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { saveFile } from '../../state/save-file.ts';
import type { NamedFile } from '../../state/save-file.ts';
import { workErrorData } from '../../state/worker-pool.ts';
import type { ErrorData } from '../../worker/protocol.ts';
import { faultLine } from '../../../engine/model/errors.ts';

/** One file, or several of one sort, to choose from the menu. */
export interface Download {
  readonly label: string;
  /** The forms it can be had in: `CSV`, `Parquet`. */
  readonly forms: readonly { readonly form: string; readonly make: () => NamedFile | Promise<NamedFile> }[];
}

export interface DownloadGroup {
  readonly title: string;
  readonly downloads: readonly Download[];
}

interface DownloadsProps {
  /** Nothing can be handed out yet. */
  readonly disabled: boolean;
  /** Asked when the menu is opened. */
  readonly groups: () => readonly DownloadGroup[];
}

export interface HandOutProps extends DownloadsProps {
  /** Why it cannot be shared, though it can be saved. */
  readonly unshared?: string;
  /** The address of a link, whole, or undefined when it would be too long for one. */
  readonly link: () => Promise<string | undefined>;
  readonly shareFile: () => Promise<NamedFile>;
}

export function HandOut({ disabled, unshared, link, shareFile, groups }: HandOutProps): JSX.Element {
  const { act, said } = useActs();
  const copyLink = async (): Promise<string> => {
    const address = await link();
    if (address === undefined) return 'Too much for a link: save a file instead.';
    await navigator.clipboard.writeText(address);
    return `Link copied, ${(address.length / 1000).toFixed(1)} kB: it carries everything, nothing is uploaded.`;
  };
  return (
    <section class="hand-out" aria-label="Share and download">
      {said}
      <button type="button" disabled={disabled || unshared !== undefined} title={unshared} onClick={() => { act(copyLink); }}>Copy link</button>
      <button type="button" disabled={disabled || unshared !== undefined} title={unshared} onClick={() => { act(() => save(shareFile)); }}>Save share file</button>
      <DownloadMenu disabled={disabled} groups={groups} onPick={(make) => { act(() => save(make)); }} />
    </section>
  );
}

/** The menu alone, of a view that is shared by its address. */
export function Downloads({ disabled, groups }: DownloadsProps): JSX.Element {
  const { act, said } = useActs();
  return <section class="hand-out" aria-label="Download">{said}<DownloadMenu disabled={disabled} groups={groups} onPick={(make) => { act(() => save(make)); }} /></section>;
}

/** Does things one after the other, and says what came of the last one. */
function useActs(): { readonly act: (work: () => Promise<string>) => void; readonly said: JSX.Element } {
  const said = useSignal(''), error = useSignal<ErrorData | undefined>(undefined);
  const act = (work: () => Promise<string>): void => {
    said.value = '…';
    error.value = undefined;
    work().then((done) => { said.value = done; }, (thrown: unknown) => { said.value = ''; error.value = workErrorData(thrown); });
  };
  return { act, said: <span class="said soft" role="status">{said.value}{error.value !== undefined && <span class="worse">{error.value.faults.map(faultLine).join('; ') || error.value.message}</span>}</span> };
}

async function save(make: () => NamedFile | Promise<NamedFile>): Promise<string> {
  const file = await make();
  saveFile(file);
  return `${file.name}, ${sizeText(file.content.size)}`;
}

function DownloadMenu({ disabled, groups, onPick }: DownloadsProps & { readonly onPick: (make: Download['forms'][number]['make']) => void }): JSX.Element {
  const open = useSignal(false);
  if (disabled) return <button type="button" disabled>Download ▾</button>;
  return (
    <details class="picker menu" open={open.value} onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary>Download</summary>
      {open.value && (
        <div class="sheet">
          {groups().map(({ title, downloads }) => (
            <div key={title} role="group" aria-label={title}>
              <h3>{title}</h3>
              {downloads.map(({ label, forms }) => (
                <div class="download" key={label}>
                  <span>{label}</span>
                  <span class="row">{forms.map(({ form, make }) => <button type="button" key={form} aria-label={`${label} as ${form}`} onClick={() => { open.value = false; onPick(make); }}>{form}</button>)}</span>
                </div>
              ))}
            </div>
          ))}
        </div>
      )}
    </details>
  );
}

function sizeText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
