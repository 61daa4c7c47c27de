// One value of the document as an input: what is typed takes effect when the field is left or Enter is pressed, and what is
// wrong with it is said at it. Until then it stands as it is typed, whatever else is drawn anew.
import type { JSX } from 'preact';
import { faultLine } from '../../../engine/model/errors.ts';
import { isWithin, typedText, typedValue, valueAt } from '../../state/document-path.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import { useTyped } from '../pickers/typed.ts';

export interface ValueFieldProps {
  readonly desk: ScenarioDesk;
  readonly state: ScenarioState;
  readonly path: string;
  /** For those who cannot see the column. */
  readonly label: string;
  /** Characters that should be seen. */
  readonly width: number;
  readonly title?: string | undefined;
  /** Of a text: it is not read as a number. */
  readonly isText?: boolean;
  /** Said while there is nothing. */
  readonly placeholder?: string;
  /** Between the value and what is shown, where that is not the value's own text. */
  readonly show?: (value: unknown) => string;
  readonly read?: (text: string) => unknown;
}

export function ValueField({ desk, state, path, label, width, title, isText = false, placeholder = '', show = typedText, read = isText ? textValue : typedValue }: ValueFieldProps): JSX.Element {
  const value = valueAt(state.document, path), faults = state.faults.filter((fault) => isWithin(fault.path, path)), text = show(value), wrong = faults.length > 0, typed = useTyped(text, `${state.layout} ${path}`);
  const said = wrong ? faults.map(faultLine).join('\n') : title;
  return (
    <input type="text" class={isText ? 'value text' : 'value'} style={{ width: `${width + 1.6}ch` }} aria-label={label} aria-invalid={wrong} {...(said === undefined ? {} : { title: said })} data-path={path} placeholder={placeholder} value={typed.text}
      onInput={(event) => { typed.type(event.currentTarget.value); }} onChange={(event) => { const given = event.currentTarget.value; typed.commit(given); if (given !== show(valueAt(desk.state.peek()?.document, path))) desk.set(path, read(given)); }} />
  );
}

const textValue = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());
