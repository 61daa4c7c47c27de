// A button that opens the browser's file chooser.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

export interface FilePickProps {
  readonly label: string;
  /** For those who cannot see what it stands beside. */
  readonly name: string;
  readonly onPick: (file: File) => void;
}

export function FilePick({ label, name, onPick }: FilePickProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => { input.current!.click(); }}>{label}</button>
      <input ref={input} type="file" class="visually-hidden" aria-label={name} tabIndex={-1} onChange={(event) => {
        const [file] = event.currentTarget.files ?? [];
        event.currentTarget.value = ''; // the same file may be chosen again
        if (file !== undefined) onPick(file);
      }} />
    </>
  );
}
