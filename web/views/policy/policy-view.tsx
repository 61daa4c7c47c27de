// Writing a policy: the text with what is wrong marked in it, and beside it what came of running it against others.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PolicyDesk } from '../../state/policy-desk.ts';
import type { Bench } from '../open-view.ts';
import { CodeEditor } from './code-editor.tsx';
import { PolicyControls, RunControls, openPolicyFile } from './policy-controls.tsx';
import { PolicyResult, ProblemList } from './policy-result.tsx';

export function PolicyView({ bench, desk }: { readonly bench: Bench; readonly desk: PolicyDesk }): JSX.Element | null {
  const route = desk.route.value, written = desk.written.value, jump = useSignal<{ readonly to: number } | undefined>(undefined), over = useSignal(false);
  if (route === undefined) return null;
  const drop = (event: DragEvent): void => {
    over.value = false;
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void openPolicyFile(desk, file);
  };
  const dragOver = (event: DragEvent): void => { if (event.dataTransfer?.types.includes('Files') === true) { event.preventDefault(); over.value = true; } };
  return (
    <div class={`policy-grid${over.value ? ' over' : ''}`} onDragOverCapture={dragOver} onDragLeave={() => { over.value = false; }} onDropCapture={drop}>
      <PolicyControls bench={bench} desk={desk} />
      <section class="panel editor-panel" aria-label="Text">
        {written === undefined ? <div class="placeholder">{desk.error.value === undefined ? 'Loading …' : 'No policy to show'}</div>
          : <CodeEditor text={written.text} shown={written.shown} problems={desk.problems.value} language={desk.language} label={`Text of the policy ${written.name}`} describedBy="editor-keys"
            jump={jump.value} onEdit={(text) => { desk.edit(text); }} onRun={() => { void desk.start(); }} />}
        <p id="editor-keys" class="soft keys">
          Tab indents; <kbd>Escape</kbd>, then <kbd>Tab</kbd> leaves the editor. <kbd>Ctrl</kbd>+<kbd>Space</kbd> completes, <kbd>Ctrl</kbd>+<kbd>Enter</kbd> runs. A .ts file can be dropped here.
        </p>
      </section>
      <div class="policy-side">
        <RunControls bench={bench} desk={desk} route={route} />
        <PolicyResult desk={desk} />
        <ProblemList desk={desk} onJump={(to) => { jump.value = { to }; }} />
      </div>
    </div>
  );
}
