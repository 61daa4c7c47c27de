// Asks before something is done that cannot be undone by looking away. The browser keeps the focus in it; Esc leaves it.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface ConfirmDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly danger: boolean;
  readonly children: ComponentChildren;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ title, confirm, danger, children, onConfirm, onClose }: ConfirmDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => { dialog.current!.showModal(); }, []);
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      {children}
      <div class="row acts">
        <button type="button" autofocus onClick={() => { dialog.current!.close(); }}>Leave it</button>
        <button type="button" class={danger ? 'danger' : 'primary'} onClick={() => { onConfirm(); dialog.current!.close(); }}>{confirm}</button>
      </div>
    </dialog>
  );
}
