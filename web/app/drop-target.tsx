// Files may be dropped anywhere on the page. While one is held over it, the page says so; what was refused is said at the top
// until something else happens.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { takeDropped } from '../state/dropped-file.ts';
import { readFile } from '../state/read-file.ts';
import { workErrorData } from '../state/worker-pool.ts';
import { ErrorBox } from '../views/fault-list.tsx';
import type { Bench } from '../views/open-view.ts';
import type { ErrorData } from '../worker/protocol.ts';
import { here } from './router.ts';

const refused = signal<ErrorData | undefined>(undefined);

/** Takes every file that is dropped from now on, one after the other. */
export function startDropTarget({ pool, library, go }: Bench): void {
  const isFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true, mark = (on: boolean): void => { document.body.classList.toggle('dropping', on); };
  document.addEventListener('dragover', (event) => { if (isFile(event)) { event.preventDefault(); mark(true); } });
  document.addEventListener('dragleave', (event) => { if (event.relatedTarget === null) mark(false); });
  document.addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    mark(false);
    refused.value = undefined;
    void takeAll([...event.dataTransfer!.files]);
  });
  addEventListener('hashchange', () => { refused.value = undefined; });

  async function takeAll(files: readonly File[]): Promise<void> {
    for (const file of files) {
      try {
        go(await takeDropped(pool, library, await readFile(file), here.peek().route));
      } catch (error) {
        refused.value = { source: file.name, ...workErrorData(error) };
        return;
      }
    }
  }
}

export function RefusedDrop(): JSX.Element | null {
  return refused.value === undefined ? null : <ErrorBox error={refused.value} />;
}
