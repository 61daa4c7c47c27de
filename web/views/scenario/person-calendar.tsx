// When people work: the sort of calendar, its weekly hours as one line, and a picture of the week that came of it.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { isWithin, valueAt } from '../../state/document-path.ts';
import { hoursText, readHours } from '../../state/weekly-hours.ts';
import type { WeeklyRule } from '../../state/weekly-hours.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import type { PersonWeek } from '../../worker/scenario-protocol.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { ValueField } from './value-field.tsx';

type Calendar = Readonly<Record<string, unknown>> | undefined;
type Kind = 'always' | 'weekly' | 'ics' | 'intervals';

const NEW: Readonly<Record<'always' | 'weekly', object | undefined>> = { always: undefined, weekly: { timeZone: 'UTC', weekly: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' }] } };
const TITLES: Readonly<Record<Kind, string>> = { always: 'always', weekly: 'weekly', ics: 'iCalendar', intervals: 'intervals' };

/** A row a person, of the first `most`. */
export function WorkingHours({ desk, state, most }: { readonly desk: ScenarioDesk; readonly state: ScenarioState; readonly most: number }): JSX.Element | null {
  const found = valueAt(state.document, 'fleet.human'), people = Array.isArray(found) ? found as readonly { readonly id?: unknown }[] : [];
  if (people.length === 0) return null;
  return (
    <section class="panel fleet" aria-labelledby="hours-title">
      <h2 id="hours-title">Working hours <span class="soft">the picture is the week in UTC: the share of each half hour that is worked, over the first eight weeks</span></h2>
      <ScrollBox label="Working hours">
        <table>
          <thead><tr><th scope="col" class="text">person</th><th scope="col" class="text">calendar, hours, time zone, days off</th><th scope="col" class="text"><WeekHead /></th><th scope="col">hours a week</th></tr></thead>
          <tbody>{people.slice(0, most).map(({ id }, k) => <tr key={k}><th scope="row">{String(id)}</th><PersonCalendar desk={desk} state={state} path={`fleet.human[${k}].calendar`} id={String(id)} /></tr>)}</tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

/** Three cells of the person's row. */
function PersonCalendar({ desk, state, path, id }: { readonly desk: ScenarioDesk; readonly state: ScenarioState; readonly path: string; readonly id: string }): JSX.Element {
  const calendar = valueAt(state.document, path) as Calendar, kind = kindOf(calendar), week = state.summary?.weeks.find((one) => one.id === id);
  const kinds: readonly Kind[] = kind === 'ics' || kind === 'intervals' ? [kind, 'weekly', 'always'] : ['weekly', 'always'];
  return (
    <>
      <td class="text">
        <div class="row">
          <select aria-label={`${id}: calendar`} value={kind} onChange={(event) => { const chosen = event.currentTarget.value as Kind; if (chosen === 'always' || chosen === 'weekly') desk.set(path, NEW[chosen]); }}>
            {kinds.map((one) => <option key={one} value={one}>{TITLES[one]}</option>)}
          </select>
          {kind === 'weekly' && <Hours desk={desk} state={state} path={path} id={id} calendar={calendar} />}
          {kind === 'ics' && <span class="soft" title={week?.notes.join('\n')}>{week?.notes[0] ?? ''}</span>}
        </div>
      </td>
      <td class="week"><WeekPicture week={week} /></td>
      <td>{week === undefined ? '–' : week.hoursPerWeek.toFixed(1)}</td>
    </>
  );
}

function kindOf(calendar: Calendar): Kind {
  return calendar === undefined || 'always' in calendar ? 'always' : 'weekly' in calendar ? 'weekly' : 'ics' in calendar ? 'ics' : 'intervals';
}

function Hours({ desk, state, path, id, calendar }: { readonly desk: ScenarioDesk; readonly state: ScenarioState; readonly path: string; readonly id: string; readonly calendar: Calendar }): JSX.Element {
  const rules = calendar?.['weekly'], text = Array.isArray(rules) ? hoursText(rules as readonly WeeklyRule[]) : '', typed = useSignal<string | undefined>(undefined);
  const refused = typed.value !== undefined && readHours(typed.value) === undefined, wrong = refused || state.faults.some((fault) => isWithin(fault.path, `${path}.weekly`));
  return (
    <>
      <input type="text" class="value text" style={{ width: '30ch' }} aria-label={`${id}: hours`} aria-invalid={wrong} title="Like MO-FR 09:00-12:30, 13:15-17:45; SA 10:00-14:00, local times of the zone" value={typed.value ?? text}
        onInput={(event) => { typed.value = event.currentTarget.value; }}
        onChange={(event) => { const read = readHours(event.currentTarget.value); if (read === undefined) return; typed.value = undefined; desk.set(`${path}.weekly`, read); }} />
      <ValueField desk={desk} state={state} path={`${path}.timeZone`} label={`${id}: time zone`} width={18} isText title="IANA name, such as Europe/Berlin" />
      <ValueField desk={desk} state={state} path={`${path}.except`} label={`${id}: days off`} width={26} isText title="Local dates without work, such as 2026-04-03" placeholder="days off" show={datesText} read={readDates} />
    </>
  );
}

const datesText = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '');
const readDates = (text: string): unknown => { const dates = text.split(/[\s,]+/).filter((date) => date !== ''); return dates.length === 0 ? undefined : dates; };

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'], DAY_WIDTH = 48, HEIGHT = 16;

/** The days above the pictures. */
function WeekHead(): JSX.Element {
  return (
    <svg class="week" viewBox={`0 0 ${7 * DAY_WIDTH} 14`} role="img" aria-label="The week in UTC, Monday first">
      {DAYS.map((day, k) => <text key={day} x={k * DAY_WIDTH + 2} y="11">{day}</text>)}
    </svg>
  );
}

function WeekPicture({ week }: { readonly week: PersonWeek | undefined }): JSX.Element {
  const runs = week === undefined ? [] : runsOf(week.share);
  return (
    <svg class="week" viewBox={`0 0 ${7 * DAY_WIDTH} ${HEIGHT}`} role="img" aria-label={week === undefined ? 'not known' : week.always ? 'always' : `${week.hoursPerWeek.toFixed(1)} hours a week`}>
      <rect class="ground" width={7 * DAY_WIDTH} height={HEIGHT} />
      {runs.map(({ from, to, share }) => <rect class="works" key={from} x={from} y={HEIGHT * (1 - share)} width={to - from} height={HEIGHT * share} />)}
      {DAYS.map((day, k) => <line key={day} x1={k * DAY_WIDTH} x2={k * DAY_WIDTH} y1="0" y2={HEIGHT} />)}
    </svg>
  );
}

/** Neighbouring half hours of one share; those without work are left out. */
function runsOf(share: Float32Array): { from: number; to: number; share: number }[] {
  const runs: { from: number; to: number; share: number }[] = [];
  share.forEach((value, cell) => {
    const last = runs.at(-1);
    if (value === 0) return;
    if (last !== undefined && last.to === cell && last.share === value) last.to = cell + 1; else runs.push({ from: cell, to: cell + 1, share: value });
  });
  return runs;
}
