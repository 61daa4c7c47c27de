// What is said of a forecast that had no spread: that nothing was covered says nothing.
import { expect, it } from 'vitest';
import type { Fidelity } from '../../../../engine/experiment/fidelity.ts';
import { fidelityReport } from '../../../../engine/cli/report/fidelity-report.ts';

const outcome = (name: string, p10: number, p90: number, actual: number) => ({ name, band: { p10, p50: p10, p90 }, actual, covered: actual >= p10 && actual <= p90 });
const fidelity = (p10: number, p90: number): Fidelity => ({
  forecast: { at: 0, futures: 10, unfinished: {}, finish: { p10, p50: p10, p90 }, cost: { p10: 0, p50: 0, p90: 0 }, jobs: [] }, finish: outcome('end of the run', p10, p90, 1020), cost: outcome('cost', 0, 0, 0),
  jobs: [outcome('job', p10, p90, 1020)], coverage: 1020 <= p90 ? 1 : 0, parts: [], tasks: [],
});

it('a band of one instant that is missed says that this says nothing; any other is judged by its coverage', () => {
  expect(fidelityReport(fidelity(1000, 1000), false)).toContain('that none is covered says nothing');
  for (const p10 of [1000, 1020]) expect(fidelityReport(fidelity(p10, Math.max(1020, p10)), false)).toContain('the bands cover the end of 100 % of the jobs');
});
