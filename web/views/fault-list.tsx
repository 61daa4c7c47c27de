// What is wrong, in the words of the command line: place, phrase, value, hint of each fault.
import type { JSX } from 'preact';
import { faultLine } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { ErrorData } from '../worker/protocol.ts';

export function FaultList({ title, faults }: { readonly title: string; readonly faults: readonly Fault[] }): JSX.Element {
  return (
    <section class="fault" role="alert">
      <strong>{title}</strong>
      <ul>{faults.map((found, k) => <li key={k}>{faultLine(found)}</li>)}</ul>
    </section>
  );
}

/** An error of a worker. */
export function ErrorBox({ error }: { readonly error: ErrorData }): JSX.Element {
  if (error.faults.length > 0) return <FaultList title={`${error.source ?? 'This'} cannot be simulated`} faults={error.faults} />;
  return <section class="fault" role="alert"><strong>The work failed</strong> [{error.code}]: {error.message}</section>;
}
