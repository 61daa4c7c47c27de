// The run by job and by resource.
import type { JSX } from 'preact';
import { clockText, dollarText, durationText, numberText, timeUnit } from '../../../engine/metrics/figure-text.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { ScrollBox } from '../scroll-box.tsx';

const ROWS_MAX = 200;

/** `1d 14:05`, to the minute. */
const minuteText = (ms: number): string => clockText(Math.round(ms / 60_000) * 60_000).replace(/:\d\d$/, '');

export function JobTable({ picture: { jobs } }: { readonly picture: RunPicture }): JSX.Element {
  const shown = jobs.slice(0, ROWS_MAX);
  return (
    <section class="panel" aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs</h2>
      <ScrollBox label="Jobs">
        <table>
          <thead><tr><th scope="col" class="text">job</th><th scope="col" class="text">outcome</th><th scope="col">tasks</th><th scope="col">submitted</th><th scope="col">completed</th><th scope="col">flow time</th><th scope="col">deadline</th><th scope="col">late</th><th scope="col">cost</th></tr></thead>
          <tbody>
            {shown.map((row) => {
              const late = row.completedAt - row.deadline;
              return (
                <tr key={row.job}>
                  <th scope="row">{row.job}</th><td class="text">{row.outcome}</td><td>{row.tasks}</td><td>{minuteText(row.submittedAt)}</td><td>{minuteText(row.completedAt)}</td>
                  <td>{durationText(row.completedAt - row.submittedAt)}</td><td>{minuteText(row.deadline)}</td>
                  <td>{row.deadline === Infinity ? '–' : late > 0 ? <span class="worse">{durationText(late)}</span> : late <= 0 ? 'in time' : '–'}</td><td>{dollarText(row.costMicroUsd)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      {jobs.length > ROWS_MAX && <p class="soft">The first {ROWS_MAX} of {jobs.length}.</p>}
    </section>
  );
}

export function ResourceTable({ picture: { resources } }: { readonly picture: RunPicture }): JSX.Element {
  const used = resources.filter((row) => row.attempts > 0 || row.offeredMs > 0), shown = used.slice(0, ROWS_MAX), { name: unit, ms } = timeUnit(used.reduce((most, row) => Math.max(most, row.offeredMs), 0));
  return (
    <section class="panel" aria-labelledby="resources-title">
      <h2 id="resources-title">Resources</h2>
      <ScrollBox label="Resources">
        <table>
          <thead><tr><th scope="col" class="text">resource</th><th scope="col" class="text">kind</th><th scope="col">attempts</th>{['offered', 'busy', 'idle'].map((name) => <th scope="col" key={name}>{name} <span class="unit">{unit}</span></th>)}<th scope="col">utilisation <span class="unit">%</span></th><th scope="col">cost <span class="unit">$</span></th><th scope="col">per h <span class="unit">$</span></th></tr></thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.unit}>
                <th scope="row">{row.unit}</th><td class="text">{row.kind}</td><td>{row.attempts}</td>{[row.offeredMs, row.busyMs, row.idleMs].map((value, k) => <td key={k}>{numberText(value / ms, 2)}</td>)}
                <td>{numberText(row.utilisation * 100, 1)}</td><td>{(row.costMicroUsd / 1e6).toFixed(2)}</td><td>{(row.costPerHourMicroUsd / 1e6).toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {used.length > ROWS_MAX && <p class="soft">The first {ROWS_MAX} of {used.length}.</p>}
    </section>
  );
}
