// What is being typed into a field, beside what is drawn there. It stands as it is typed, however often the page is drawn, until it takes
// effect, or until what it was meant for is gone: something else has changed the value, or the field is of something else by now.
import { useRef } from 'preact/hooks';

export interface Typed {
  /** What the field shows: what is typed, or the value. */
  readonly text: string;
  /** Whether something is typed that has not taken effect. */
  readonly isOpen: () => boolean;
  readonly type: (text: string) => void;
  /** It takes effect, and is to be drawn as this. Asks for nothing to be drawn: until something is, the field goes on showing what was typed. */
  readonly commit: (value: string) => void;
  readonly drop: () => void;
}

interface Field { of: string; drawn: string; typed: string | undefined; committed: string | undefined }

/** `of`: tells what the field is of, where another one may take its place. */
export function useTyped(value: string, of = ''): Typed {
  const field = useRef<Field>({ of, drawn: value, typed: undefined, committed: undefined }).current;
  if (field.of !== of) Object.assign(field, { of, drawn: value, typed: undefined, committed: undefined });
  if (field.drawn !== value) {
    if (value !== field.committed) field.typed = undefined; // not by this field: who types goes on from what they saw
    field.drawn = value;
    field.committed = undefined;
  }
  return {
    text: field.typed ?? value,
    isOpen: () => field.typed !== undefined,
    type: (text) => { field.typed = text; },
    commit: (next) => { field.typed = undefined; field.committed = next; },
    drop: () => { field.typed = undefined; },
  };
}
