// An iCalendar file that was opened: whose working time is it?
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { valueAt } from '../../state/document-path.ts';
import type { ReadFile } from '../../state/read-file.ts';
import type { ScenarioDesk } from '../../state/scenario-desk.ts';

export function CalendarGift({ desk, document, calendar }: { readonly desk: ScenarioDesk; readonly document: unknown; readonly calendar: ReadFile }): JSX.Element {
  const people = (valueAt(document, 'fleet.human') ?? []) as readonly { readonly id?: unknown }[], chosen = useSignal(0);
  return (
    <section class="panel controls" aria-label="A calendar was opened">
      <strong>{calendar.name} is a calendar.</strong>
      <label class="row"><span>It is the working time of</span>
        <select value={chosen.value} onChange={(event) => { chosen.value = Number(event.currentTarget.value); }}>
          {people.map(({ id }, k) => <option key={k} value={k}>{String(id)}</option>)}
          <option value={people.length}>a new person</option>
        </select>
      </label>
      <button type="button" onClick={() => { desk.giveCalendar(chosen.value); }}>Use it</button>
      <button type="button" onClick={() => { desk.giveCalendar(undefined); }}>Leave it</button>
    </section>
  );
}
