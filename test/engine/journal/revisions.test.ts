// Journals that were revised on the way: written and read back bit for bit, in the names of each stretch; and refused when the
// change does not lead to what the record says.
import { describe, expect, it } from 'vitest';
import { decodeJournal, encodeJournal } from '../../../engine/journal/codec.ts';
import { journalHash } from '../../../engine/journal/journal-hash.ts';
import { journalHeader } from '../../../engine/journal/journal-header.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import { JOB_SUBMITTED, REVISED, TASK_CANCELLED, TICK } from '../../../engine/journal/records.ts';
import { renumbered } from '../../../engine/journal/revisions.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { revisedScenario, revisionMarks, type Change } from '../../../engine/model/revision.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';

const task = (id: string) => ({ id, duration: '1m', on: ['ws'] });
const FIRST: ScenarioFile = { twinclock: 'scenario/1', name: 'x', jobs: [{ id: 'm', tasks: [task('m1')] }], fleet: { local: [{ id: 'ws' }] } };
const CHANGE: Change = { jobs: [{ id: 'a', tasks: [task('a1'), task('a2')] }] };
const POLICY = { name: 'fifo', parameters: {} }, SECOND = revisedScenario(FIRST, CHANGE);
const before = compileScenario(FIRST), after = compileScenario(SECOND);

function written(): string[] {
  const log = new RecordLog(), marks = revisionMarks(after.hash, POLICY);
  log.append(JOB_SUBMITTED, 0, 0, 0, 0, 0);
  log.append(TASK_CANCELLED, 5, 0, 0, 0, 0); // m1 by its first number
  log.append(REVISED, 10, 1, ...marks);
  log.append(JOB_SUBMITTED, 10, 0, 0, 0, 0); // job a by its number now
  log.append(TASK_CANCELLED, 20, 1, 0, 0, 0); // a2
  log.append(TICK, 30, 0, 0, 0, 0);
  const run: RunRecord = {
    problem: before.problem, policy: 'fifo', parameters: {}, weights: DEFAULT_WEIGHTS, seed: 1, log, decisions: undefined as never, cause: 'open', explanation: '', endedAt: 30,
    hash: journalHash(before.hash, 'fifo', {}, DEFAULT_WEIGHTS, 1, log), decisionMs: new Float64Array(0),
  };
  return [...encodeJournal(journalHeader(run, { engine: 'test', scenario: FIRST, scenarioHash: before.hash }), run, [{ row: 2, change: CHANGE, problem: after.problem }])];
}

const read = (lines: readonly string[]) => decodeJournal(lines, (header) => compileScenario(header.scenario));
function faultOf(lines: readonly string[]): string {
  try { read(lines); return ''; } catch (error) { return (error as InputError).faults.map(({ code, path }) => `${code} ${path}`).join('; '); }
}

describe('a revised journal', () => {
  it('is written in the names of each stretch, and read back the same', () => {
    const lines = written(), decoded = read(lines);
    expect(lines.map((line) => (JSON.parse(line) as { task?: string; job?: string }).task ?? (JSON.parse(line) as { job?: string }).job)).toEqual([undefined, 'm', 'm1', undefined, 'a', 'a2', undefined, undefined]);
    expect(JSON.parse(lines[3]!)).toMatchObject({ event: 'revised', revision: 1, change: CHANGE });
    expect(decoded.revisions.map(({ row, change, instance }) => [row, change, instance.hash])).toEqual([[2, CHANGE, after.hash]]);
    expect(decoded.instance.hash).toBe(before.hash);
  });

  it('speaks in the numbers of the last problem when asked to', () => {
    const { rows, instance, revisions } = read(written()), last = renumbered(rows, instance.problem, revisions.map(({ row, change, instance: { problem } }) => ({ row, change, problem })), after.problem);
    const named = (n: number) => after.problem.taskIds[last.rows[n * 6 + 2]!];
    expect([named(1), named(4), last.rows[2]]).toEqual(['m1', 'a2', after.problem.jobIds.indexOf('m')]);
    expect(last.rows.slice(12, 18)).toEqual(rows.rows.slice(12, 18));
  });

  it.each([
    ['another change', (line: string) => line.replace('"a2"', '"a3"'), 'scenario-mismatch line 4.change'],
    ['no change', (line: string) => line.replace(/,"change":.*$/, '}'), 'bad-value line 4.change'],
    ['an unknown part', (line: string) => line.replace('"jobs"', '"job"'), 'bad-value line 4.change'],
    ['another mark', (line: string) => line.replace('"mark1":', '"mark1":1'), 'scenario-mismatch line 4.change'],
    ['another key', (line: string) => line.replace('"change":', '"chance":'), 'unknown-key line 4; bad-value line 4.change'],
  ])('is refused with %s', (_, edit, fault) => {
    const lines = written();
    lines[3] = edit(lines[3]!);
    expect(faultOf(lines)).toBe(fault);
  });
});
