// The fleet as tables of fields, one row an entry: machines, cloud pools, APIs, people. Rows can be doubled and taken away;
// what a field means is its title, from the scenario's schema.
import type { JSX } from 'preact';
import { SCENARIO_SCHEMA } from '../../../engine/model/schema.ts';
import type { JsonSchema } from '../../../engine/model/schema.ts';
import { valueAt } from '../../state/document-path.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { distributionText, readDistribution } from '../../state/distribution-line.ts';
import { WorkingHours } from './person-calendar.tsx';
import { ValueField } from './value-field.tsx';

interface Column {
  /** Below the entry: `spot.price`. */
  readonly key: string;
  readonly title: string;
  readonly unit?: string;
  readonly width: number;
  readonly isText?: boolean;
  readonly usual?: string;
  readonly form?: 'words' | 'distribution';
}

type Entry = Readonly<Record<string, unknown>>;

interface Sort {
  readonly key: 'local' | 'cloud' | 'api' | 'human';
  readonly title: string;
  readonly noun: string;
  readonly columns: readonly Column[];
  /** A first entry, when there is none to double. */
  readonly fresh: Entry;
}

const ID: Column = { key: 'id', title: 'id', width: 11, isText: true };
const SIZE: readonly Column[] = [
  { key: 'cores', title: 'cores', width: 5, usual: '∞' }, { key: 'memory', title: 'memory', width: 6, usual: '∞' }, { key: 'gpu', title: 'GPU', width: 3, usual: '0' }, { key: 'slots', title: 'slots', width: 4, usual: '∞' }, { key: 'speed', title: 'speed', width: 4, usual: '1' },
];

const SORTS: readonly Sort[] = [
  {
    key: 'cloud', title: 'Cloud pools', noun: 'pool', fresh: { id: 'cloud', max: 4, cores: 8, memory: '32GB', spinUp: '90s', onDemand: { price: 0.384 } },
    columns: [
      ID, { key: 'max', title: 'VMs', width: 4 }, ...SIZE, { key: 'onDemand.price', title: 'on demand', unit: '$/h', width: 6, usual: 'not sold' }, { key: 'spot.price', title: 'spot', unit: '$/h', width: 7, usual: 'not sold' },
      { key: 'spot.interruptions.hazardPerHour', title: 'kills', unit: '/h', width: 5, usual: '0' }, { key: 'spot.notice', title: 'notice', width: 5, usual: '2m' }, { key: 'spot.refusal', title: 'refusals', unit: 'share', width: 5, usual: '0' }, { key: 'spinUp', title: 'spin-up', width: 28, form: 'distribution' },
    ],
  },
  {
    key: 'local', title: 'Workstations', noun: 'machine', fresh: { id: 'workstation', cores: 10, memory: '40GB' },
    columns: [ID, { key: 'count', title: 'count', width: 5, usual: '1' }, ...SIZE, { key: 'energyPrice', title: 'energy', unit: '$/h', width: 6, usual: '0' }],
  },
  {
    key: 'api', title: 'APIs', noun: 'API', fresh: { id: 'api', requestsPerMinute: 60, latency: '5s' },
    columns: [
      ID, { key: 'requestsPerMinute', title: 'requests', unit: '/min', width: 6, usual: '∞' }, { key: 'tokensPerMinute', title: 'tokens', unit: '/min', width: 8, usual: '∞' }, { key: 'concurrency', title: 'at once', width: 5, usual: '∞' },
      { key: 'pricePerCall', title: 'a call', unit: '$', width: 6, usual: '0' }, { key: 'pricePerToken', title: 'a token', unit: '$', width: 8, usual: '0' }, { key: 'latency', title: 'latency', width: 34, form: 'distribution' },
      { key: 'errorRate', title: 'errors', unit: 'share', width: 5, usual: '0' }, { key: 'actualShare', title: 'allows', unit: 'share', width: 5, usual: '1' },
    ],
  },
  {
    key: 'human', title: 'People', noun: 'person', fresh: { id: 'person', calendar: { timeZone: 'UTC', weekly: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' }] } },
    columns: [
      ID, { key: 'skills', title: 'skills', width: 42, form: 'words' }, { key: 'costPerHour', title: 'cost', unit: '$/h', width: 4, usual: '0' }, { key: 'concurrency', title: 'at once', width: 3, usual: '1' },
      { key: 'responseDelay', title: 'answers after', width: 28, usual: '0', form: 'distribution' }, { key: 'decline', title: 'declines', unit: 'share', width: 5, usual: '0' }, { key: 'speed', title: 'speed', width: 4, usual: '1' },
    ],
  },
];

export function FleetTables({ desk, state }: { readonly desk: ScenarioDesk; readonly state: ScenarioState }): JSX.Element {
  return <>{SORTS.map((sort) => <FleetTable key={sort.key} desk={desk} state={state} sort={sort} />)}<WorkingHours desk={desk} state={state} most={ROWS_MAX} /></>;
}

/** More are changed in the text. */
const ROWS_MAX = 30;

function FleetTable({ desk, state, sort: { key, title, noun, columns, fresh } }: { readonly desk: ScenarioDesk; readonly state: ScenarioState; readonly sort: Sort }): JSX.Element {
  const at = `fleet.${key}`, found = valueAt(state.document, at), entries = Array.isArray(found) ? found as readonly Entry[] : [];
  const add = (entry: Entry | undefined): void => { if (entry !== undefined) desk.append(at, (now) => ({ ...entry, id: freeId(String(entry.id ?? noun), (now as readonly Entry[]).map(({ id }) => String(id))) })); };
  return (
    <section class="panel fleet" aria-labelledby={`${key}-title`}>
      <h2 id={`${key}-title`}>{title} <span class="soft">{entries.length === 0 ? 'none' : entries.length === 1 ? '1 entry' : `${entries.length} entries`}</span>
        {entries.length === 0 && <button type="button" class="small" onClick={() => { add(fresh); }}>Add one</button>}</h2>
      {entries.length > 0 && (
        <ScrollBox label={title}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => <th scope="col" class={sideOf(column)} key={column.key} title={meaningOf(key, column.key)}>{column.title}{column.unit !== undefined && <span class="unit"> {column.unit}</span>}</th>)}
                <th scope="col"><span class="visually-hidden">change the list</span></th>
              </tr>
            </thead>
            <tbody>
              {entries.slice(0, ROWS_MAX).map((entry, k) => (
                <tr key={k}>
                  {columns.map((column) => <td class={sideOf(column)} key={column.key}><ValueField desk={desk} state={state} path={`${at}[${k}].${column.key}`} label={`${String(entry.id)}: ${column.title}`} width={column.width} title={meaningOf(key, column.key)} isText={column.isText === true} placeholder={column.usual ?? ''} {...(column.form === undefined ? {} : FORMS[column.form])} /></td>)}
                  <td class="acts"><button type="button" class="small" aria-label={`Double ${String(entry.id)}`} title="Double" onClick={() => { add(desk.entryNow(at, k, state.document) as Entry | undefined); }}>+</button><button type="button" class="small" aria-label={`Remove ${String(entry.id)}`} title="Remove" onClick={() => { desk.remove(at, k, state.document); }}>✕</button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {entries.length > ROWS_MAX && <p class="soft">The first {ROWS_MAX} of {entries.length}; the others are changed in the text below.</p>}
    </section>
  );
}

const sideOf = ({ isText, form }: Column): string => (isText === true || form !== undefined ? 'text' : '');

/** How values that are no numbers and no texts are written. */
const FORMS = {
  words: {
    isText: true, show: (value: unknown): string => (Array.isArray(value) ? value.join(', ') : ''),
    read: (text: string): unknown => { const words = text.split(/[\s,]+/).filter((word) => word !== ''); return words.length === 0 ? undefined : words; },
  },
  distribution: { isText: true, show: distributionText, read: readDistribution },
} as const;

function freeId(id: string, taken: readonly string[]): string {
  if (!taken.includes(id)) return id;
  const stem = id.replace(/\d+$/, '');
  for (let k = 2; ; k++) if (!taken.includes(`${stem}${k}`)) return `${stem}${k}`;
}

/** The schema's words for a field of an entry, followed through references. */
function meaningOf(sort: string, key: string): string | undefined {
  let schema: JsonSchema | undefined = definition(sort), said: string | undefined;
  for (const part of key.split('.')) {
    const inner: JsonSchema | undefined = schema?.properties?.[part], name = inner?.['$ref'];
    said = inner?.description;
    schema = typeof name === 'string' ? definition(name.split('/').at(-1)!) : inner;
    said ??= schema?.description;
    if (schema?.anyOf !== undefined && part === 'interruptions') schema = definition('hazard');
  }
  return said;
}

const definition = (name: string): JsonSchema | undefined => SCENARIO_SCHEMA.$defs?.[name];
