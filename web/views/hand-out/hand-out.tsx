// What leaves the page: a link or a file that others can check, and files to work on with. Every file is made when it is
// asked for. What went wrong, and what was done, is said beside the buttons.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
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

export interface HandOutProps {
  /** Nothing can be handed out yet. */
  readonly disabled: boolean;
  /** Why it cannot be shared, though it can be saved. */
  readonly unshared?: string;
  /** The address of a link, whole, or undefined when it would be too long for one. */
  readonly link: () => Promise<string | undefined>;
  readonly shareFile: () => Promise<NamedFile>;
  /** Asked when the menu is opened. */
  readonly groups: () => readonly DownloadGroup[];
}

export function HandOut({ disabled, unshared, link, shareFile, groups }: HandOutProps): JSX.Element {
  const said = useSignal(''), error = useSignal<ErrorData | undefined>(undefined);
  const act = (work: () => Promise<string>): void => {
    said.value = '…';
    error.value = undefined;
    work().then((done) => { said.value = done; }, (thrown: unknown) => { said.value = ''; error.value = workErrorData(thrown); });
  };
  const copyLink = async (): Promise<string> => {
    const address = await link();
    if (address === undefined) return 'Too much for a link: save a file instead.';
    await navigator.clipboard.writeText(address);
    return `Link copied, ${(address.length / 1000).toFixed(1)} kB: it carries everything, nothing is uploaded.`;
  };
  const save = async (make: () => NamedFile | Promise<NamedFile>): Promise<string> => {
    const file = await make();
    saveFile(file);
    return `${file.name}, ${sizeText(file.content.size)}`;
  };
  return (
    <section class="hand-out" aria-label="Share and download">
      <span class="said soft" role="status">{said.value}{error.value !== undefined && <span class="worse">{error.value.faults.map(faultLine).join('; ') || error.value.message}</span>}</span>
      <button type="button" disabled={disabled || unshared !== undefined} title={unshared} onClick={() => { act(copyLink); }}>Copy link</button>
      <button type="button" disabled={disabled || unshared !== undefined} title={unshared} onClick={() => { act(() => save(shareFile)); }}>Save share file</button>
      <DownloadMenu disabled={disabled} groups={groups} onPick={(make) => { act(() => save(make)); }} />
    </section>
  );
}

function DownloadMenu({ disabled, groups, onPick }: { readonly disabled: boolean; readonly groups: HandOutProps['groups']; readonly onPick: (make: Download['forms'][number]['make']) => void }): JSX.Element {
  const open = useSignal(false), menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (!open.value) return undefined;
    const close = (event: Event): void => { if (event instanceof KeyboardEvent ? event.key === 'Escape' : !menu.current!.contains(event.target as Node)) open.value = false; };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => { document.removeEventListener('pointerdown', close); document.removeEventListener('keydown', close); };
  }, [open.value]);
  if (disabled) return <button type="button" disabled>Download ▾</button>;
  return (
    <details class="picker menu" ref={menu} open={open.value} onToggle={(event) => { open.value = event.currentTarget.open; }}>
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
