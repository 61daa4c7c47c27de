// The run by resource and by job, with what each waited for by cause, sortable. Causes that nobody waited for are left out.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { WAIT_CAUSES } from '../../../engine/metrics/cause-names.ts';
import { dollarText, durationText, numberText, timeUnit } from '../../../engine/metrics/figure-text.ts';
import type { RunPicture, WaitFigures } from '../../worker/protocol.ts';
import { DataTable } from './data-table.tsx';
import type { DataColumn } from './data-table.tsx';
import { tableInstant } from './hover-card.tsx';
import { waitText } from './wait-text.ts';

type ResourceLine = RunPicture['resources'][number];
type JobLine = RunPicture['jobs'][number];

/** One column for each cause that anybody waited for, then what was cut off, if anything was. */
function waitColumns<T extends WaitFigures>(rows: readonly T[]): DataColumn<T>[] {
  const unit = timeUnit(rows.reduce((most, { waitMs }) => Math.max(most, ...waitMs), 0));
  const waits = WAIT_CAUSES.flatMap((cause, c): DataColumn<T>[] => (rows.every(({ waitMs }) => waitMs[c] === 0) ? [] : [{
    title: waitText(cause), unit: unit.name, hint: `Time in which attempts waited ${waitText(cause)}${cause === 'decision' ? ', for want of room or by choice of the policy' : ''}, summed over attempts`, value: ({ waitMs }) => waitMs[c]!, text: ({ waitMs }) => numberText(waitMs[c]! / unit.ms, 2),
  }]));
  const cuts: DataColumn<T>[] = rows.every(({ interruptions, lostMs }) => interruptions === 0 && lostMs === 0) ? [] : [
    { title: 'interrupted', hint: 'Attempts that were cut off while they ran', value: ({ interruptions }) => interruptions, text: ({ interruptions }) => String(interruptions) },
    { title: 'lost work', hint: 'Work that had to be done again', value: ({ lostMs }) => lostMs, text: ({ lostMs }) => durationText(lostMs) },
  ];
  return [...waits, ...cuts];
}

export function resourceColumns(rows: readonly ResourceLine[]): DataColumn<ResourceLine>[] {
  const { name: unit, ms } = timeUnit(rows.reduce((most, row) => Math.max(most, row.offeredMs), 0)), time = (title: string, hint: string, of: (row: ResourceLine) => number): DataColumn<ResourceLine> => ({ title, unit, hint, value: of, text: (row) => numberText(of(row) / ms, 2) });
  return [
    { title: 'resource', value: (row) => row.unit, text: (row) => row.unit }, { title: 'kind', value: (row) => row.kind, text: (row) => row.kind }, { title: 'attempts', value: (row) => row.attempts, text: (row) => String(row.attempts) },
    time('offered', 'Time in which it could work', (row) => row.offeredMs), time('busy', 'Time in which at least one task ran on it', (row) => row.busyMs), time('idle', 'Offered, and nothing ran', (row) => row.idleMs),
    { title: 'utilisation', unit: '%', hint: 'Largest share of its capacity in use, averaged over offered time', value: (row) => row.utilisation, text: (row) => numberText(row.utilisation * 100, 1) },
    { title: 'cost', unit: '$', value: (row) => row.costMicroUsd, text: (row) => (row.costMicroUsd / 1e6).toFixed(2) },
    { title: 'per h', unit: '$', hint: 'Cost per offered hour', value: (row) => row.costPerHourMicroUsd, text: (row) => (row.costPerHourMicroUsd / 1e6).toFixed(3) },
    ...waitColumns(rows),
  ];
}

export function jobColumns(rows: readonly JobLine[]): DataColumn<JobLine>[] {
  const late = (row: JobLine): number => (row.deadline === Infinity ? NaN : row.completedAt - row.deadline), lateText = (row: JobLine): string => (Number.isNaN(late(row)) ? '–' : late(row) > 0 ? durationText(late(row)) : 'in time');
  const written = tableInstant(Math.max(...rows.flatMap(({ submittedAt, completedAt, deadline }) => [submittedAt, completedAt, deadline]).filter(Number.isFinite)));
  const instant = (title: string, of: (row: JobLine) => number): DataColumn<JobLine> => ({ title, value: of, text: (row) => written(of(row)) });
  return [
    { title: 'job', value: (row) => row.job, text: (row) => row.job }, { title: 'outcome', value: (row) => row.outcome, text: (row) => row.outcome }, { title: 'tasks', value: (row) => row.tasks, text: (row) => String(row.tasks) },
    instant('submitted', (row) => row.submittedAt), instant('completed', (row) => row.completedAt),
    { title: 'flow time', hint: 'Completed less submitted', value: (row) => row.completedAt - row.submittedAt, text: (row) => durationText(row.completedAt - row.submittedAt) },
    instant('deadline', (row) => row.deadline), { title: 'late', value: late, text: lateText, cell: (row) => (late(row) > 0 ? <span class="worse">{lateText(row)}</span> : lateText(row)) },
    { title: 'cost', hint: 'Its calls and people, and its share of machines while its tasks ran', value: (row) => row.costMicroUsd, text: (row) => dollarText(row.costMicroUsd) },
    ...waitColumns(rows),
  ];
}

export function ResourceTable({ picture: { resources } }: { readonly picture: RunPicture }): JSX.Element {
  const used = useMemo(() => resources.filter((row) => row.attempts > 0 || row.offeredMs > 0), [resources]), columns = useMemo(() => resourceColumns(used), [used]);
  return (
    <section class="panel" aria-labelledby="resources-title">
      <h2 id="resources-title">Resources <span class="soft">{used.length === resources.length ? used.length : `${used.length} of ${resources.length} used`}</span></h2>
      <DataTable label="Resources" rows={used} columns={columns} keyOf={(row) => row.unit} />
    </section>
  );
}

export function JobTable({ picture: { jobs } }: { readonly picture: RunPicture }): JSX.Element {
  const columns = useMemo(() => jobColumns(jobs), [jobs]);
  return (
    <section class="panel" aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs <span class="soft">{jobs.length}</span></h2>
      <DataTable label="Jobs" rows={jobs} columns={columns} keyOf={(row) => row.job} />
    </section>
  );
}
