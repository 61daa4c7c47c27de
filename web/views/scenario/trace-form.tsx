// A recording in the place of a pool's own spot market: prices, or which machines were taken when.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { valueAt } from '../../state/document-path.ts';
import { readFile } from '../../state/read-file.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import { workErrorData } from '../../state/worker-pool.ts';
import type { ErrorData } from '../../worker/protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import { FilePick } from '../file-pick.tsx';
import { TRACE_BYTES_MAX } from '../../../engine/model/file-text.ts';

export function TraceForm({ desk, state }: { readonly desk: ScenarioDesk; readonly state: ScenarioState }): JSX.Element | null {
  const pools = ((valueAt(state.document, 'fleet.cloud') ?? []) as readonly { readonly id?: unknown }[]).map(({ id }) => String(id)), pool = useSignal(''), kind = useSignal<'prices' | 'trace'>('prices'), part = useSignal(''), error = useSignal<ErrorData | undefined>(undefined);
  if (pools.length === 0) return null;
  const take = async (file: File): Promise<void> => {
    error.value = undefined;
    await desk.trace(pools.includes(pool.value) ? pool.value : pools[0]!, kind.value, part.value.trim(), await readFile(file, TRACE_BYTES_MAX));
  };
  return (
    <section class="panel" aria-labelledby="trace-title">
      <h2 id="trace-title">Spot market from a recording <span class="soft">AWS price history, price tables, availability and instance logs</span></h2>
      <div class="row">
        <select aria-label="Pool" value={pools.includes(pool.value) ? pool.value : pools[0]} onChange={(event) => { pool.value = event.currentTarget.value; }}>{pools.map((id) => <option key={id} value={id}>{id}</option>)}</select>
        <select aria-label="What is recorded" value={kind.value} onChange={(event) => { kind.value = event.currentTarget.value as 'prices' | 'trace'; }}><option value="prices">prices</option><option value="trace">availability, losses</option></select>
        <input type="text" aria-label="Zone, VM size or unit in the file" title="Where a file has several: a zone or VM size for prices, seconds or hours for counts" placeholder="zone, size, unit" style={{ width: '10rem' }} value={part.value} onInput={(event) => { part.value = event.currentTarget.value; }} />
        <FilePick label="File …" name="Recording file" onPick={(file) => { take(file).catch((thrown: unknown) => { error.value = workErrorData(thrown); }); }} />
      </div>
      {error.value !== undefined && <ErrorBox error={error.value} />}
    </section>
  );
}
