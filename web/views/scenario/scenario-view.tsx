// A scenario: where it comes from, whether it is sound and what it comes to, its fleet as tables that can be changed, its
// text, and the ways on from it.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { countText, dollarText, durationText } from '../../../engine/metrics/figure-text.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import type { ScenarioSummary } from '../../worker/scenario-protocol.ts';
import { ErrorBox, FaultList } from '../fault-list.tsx';
import type { Bench } from '../open-view.ts';
import { CalendarGift } from './calendar-gift.tsx';
import { FleetTables } from './fleet-tables.tsx';
import { GeneralFields } from './general-fields.tsx';
import { ScenarioControls } from './scenario-controls.tsx';
import { TraceForm } from './trace-form.tsx';

export function ScenarioView({ bench, desk }: { readonly bench: Bench; readonly desk: ScenarioDesk }): JSX.Element | null {
  const state = desk.state.value;
  if (state === undefined) return null;
  const { error, faults, document, calendar } = state;
  return (
    <>
      <ScenarioControls bench={bench} desk={desk} state={state} />
      {error !== undefined && <ErrorBox error={error} />}
      <StatusLine state={state} />
      {calendar !== undefined && <CalendarGift desk={desk} document={document} calendar={calendar} />}
      {faults.length > 0 && <FaultList title={`${countText(faults.length, 'fault')} in this scenario`} faults={faults} />}
      {document !== undefined && (
        <>
          <FleetTables desk={desk} state={state} />
          <div class="scenario-grid">
            <GeneralFields desk={desk} state={state} />
            <Shape summary={state.summary} />
            <TraceForm desk={desk} state={state} />
            <Assumptions state={state} />
          </div>
          <Jobs summary={state.summary} />
          <TextEditor desk={desk} state={state} />
        </>
      )}
    </>
  );
}

function StatusLine({ state: { status, summary, origin, changed, faults } }: { readonly state: ScenarioState }): JSX.Element {
  const about = summary === undefined ? '' : Object.entries(summary.counts).map(([noun, count]) => countText(count, noun.slice(0, -1))).join(', ');
  return (
    <section class={`status ${status === 'sound' ? 'won' : status === 'faulty' ? 'lost' : ''}`} aria-label="Whether it is sound">
      <span class="verdict" role="status" data-status={status}>
        {status === 'sound' ? <><strong class="better">Sound</strong>: {about}</> : status === 'faulty' ? <><strong class="worse">Not sound</strong>: {countText(faults.length, 'fault')}</> : status === 'failed' ? 'Nothing to show' : status === 'opening' ? 'Opening …' : 'Checking …'}
      </span>
      <span class="soft">{origin}{changed && ', not saved'}{status === 'sound' && <> · hash <code id="scenario-hash">{summary!.hash}</code></>}</span>
    </section>
  );
}

/** The graph in numbers, and what no schedule can beat. */
function Shape({ summary }: { readonly summary: ScenarioSummary | undefined }): JSX.Element {
  if (summary === undefined) return <section class="panel placeholder">…</section>;
  const { shape, kinds, bounds, counts } = summary;
  return (
    <section class="panel" aria-labelledby="shape-title">
      <h2 id="shape-title">Graph and bounds</h2>
      <dl class="facts">
        <dt>Tasks</dt><dd>{counts.tasks} in {countText(counts.jobs, 'job')}, {countText(counts.edges, 'edge')}</dd>
        <dt>Shape</dt><dd>{countText(shape.levels, 'level')}, at most {countText(shape.width, 'task')} wide; {countText(shape.sources, 'source')}, {countText(shape.sinks, 'sink')}</dd>
        <dt>Kinds</dt><dd>{kinds.slice(0, 12).map(({ kind, tasks }) => `${kind === '' ? 'no kind' : kind} ${tasks}`).join(', ')}{kinds.length > 12 && ` and ${kinds.length - 12} more`}</dd>
        <dt title="On the estimates, which are what a scheduler knows">No schedule ends before</dt>
        <dd>{durationText(bounds.makespanMs)} <span class="soft">{bounds.parts.slice(0, 4).map(({ name, makespanMs, detail }) => `${detail === '' ? name : detail} ${durationText(makespanMs)}`).join(' · ')}</span></dd>
        <dt>None costs less than</dt><dd>{dollarText(bounds.costMicroUsd)}</dd>
      </dl>
    </section>
  );
}

function Assumptions({ state: { summary, report } }: { readonly state: ScenarioState }): JSX.Element {
  const lines = summary?.assumptions ?? [];
  return (
    <section class="panel" aria-labelledby="assumed-title">
      <h2 id="assumed-title">What was supposed {report !== undefined && <span class="soft">read as {report.format}, {Object.entries(report.counts).map(([noun, count]) => countText(count, noun.replace(/s$/, ''))).join(', ')}</span>}</h2>
      {lines.length === 0 ? <p class="soft">Nothing: the scenario says everything itself.</p> : <ul id="assumptions" class="lines">{lines.map((line) => <li key={line}>{line}</li>)}</ul>}
    </section>
  );
}

function Jobs({ summary }: { readonly summary: ScenarioSummary | undefined }): JSX.Element | null {
  if (summary === undefined) return null;
  const time = (ms: number): string => (Number.isFinite(ms) ? durationText(ms) : '–');
  return (
    <details class="panel">
      <summary>Jobs <span class="soft">{summary.counts.jobs}</span></summary>
      <table>
        <thead><tr><th scope="col" class="text">job</th><th scope="col">tasks</th><th scope="col">release</th><th scope="col">deadline</th><th scope="col">budget</th></tr></thead>
        <tbody>{summary.jobs.map(({ id, tasks, release, deadline, budget }) => <tr key={id}><th scope="row">{id}</th><td>{tasks}</td><td>{time(release)}</td><td>{time(deadline)}</td><td>{Number.isFinite(budget) ? dollarText(budget) : '–'}</td></tr>)}</tbody>
      </table>
      {summary.jobs.length < summary.counts.jobs && <p class="soft">The first {summary.jobs.length} of {summary.counts.jobs}.</p>}
    </details>
  );
}

/** Longer texts are edited elsewhere: a text box of megabytes helps nobody. */
const EDITABLE = 1_000_000;

function TextEditor({ desk, state: { text } }: { readonly desk: ScenarioDesk; readonly state: ScenarioState }): JSX.Element {
  const open = useSignal(false);
  return (
    <details class="panel" onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary>The file as text <span class="soft">{(text.length / 1000).toFixed(1)} kB</span></summary>
      {open.value && (text.length > EDITABLE ? <p class="soft">Too long to be edited here: download it, change it, drop it on the page.</p>
        : <textarea class="mono source" spellcheck={false} aria-label="Scenario as JSON" value={text} onInput={(event) => { desk.write(event.currentTarget.value); }} />)}
    </details>
  );
}
