// One run. Filled in by the timeline and its tables.
import type { JSX } from 'preact';
export function RunView(_: object): JSX.Element { return <p />; }
