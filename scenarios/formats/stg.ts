// Reads the Standard Task Graph set (`.stg`): the number of tasks, then `id time #predecessors predecessor...` per row.
// The current form has a dummy entry row 0 and a dummy exit row; the prototype form (`proto*.stg`) starts at 1, has an
// exit row only, and names the number of processors behind the number of tasks. No communication, identical processors.
// Source: T. Tobita, H. Kasahara, "A standard task graph set for fair evaluation of multiprocessor scheduling
// algorithms", J. Scheduling 5 (2002) 379-394; kasahara.cs.waseda.ac.jp/schedule/format_e.html and proto_e.html.
import { fault, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { withoutDummies } from './dummy-tasks.ts';
import { chooseFleet, onFleet } from './graph-fleet.ts';
import { importedScenario, notes, refuseFaults } from './imported.ts';
import type { ImportedScenario, ProcessorsOption } from './imported.ts';
import { IntegerReader, linesOf } from './integer-reader.ts';

interface Row {
  readonly id: string;
  readonly path: string;
  readonly duration: number;
  readonly after: readonly string[];
}

/**
 * Whole time units become seconds. Runs on `options.fleet`, else on `options.processors` or the number in a prototype
 * header, else on the default fleet with one core a task. Throws `InputError` with the line and what was expected there.
 */
export function readStg(text: string, options: ProcessorsOption = {}): ImportedScenario {
  const reader = new IntegerReader(linesOf(text));
  const size = reader.next('the number of tasks');
  const ownProcessors = reader.atLineEnd ? undefined : reader.next('the number of processors');
  reader.endRecord('the header');
  const rows = readRows(reader, size);
  refuseFaults(edgeFaults(rows));
  const trimmed = withoutDummies(rows);
  const chosen = chooseFleet({ ...options, ...(ownProcessors === undefined ? {} : { processors: options.processors ?? ownProcessors }) });
  const { processors } = chosen;
  const { tasks, assumed } = onFleet(trimmed.rows.map(({ id, duration, after }) => ({ id, duration, ...(after.length > 0 ? { after } : {}) })), chosen);
  return importedScenario({
    format: ownProcessors === undefined ? 'stg' : 'stg/prototype', name: options.name ?? 'stg', mode: 'event',
    description: `Standard task graph of ${tasks.length} tasks${processors === undefined ? '' : ` on ${processors} processors`}`,
    jobs: [{ id: 'graph', tasks }], fleet: chosen.fleet,
    assumed: ['one time unit is one second', ...assumed],
    dropped: notes(
      trimmed.dummies > 0 && 'entry and exit dummies: they take no time',
      ownProcessors !== undefined && processors !== ownProcessors && `the ${ownProcessors} processors of the header`,
    ),
    invented: chosen.invented,
    counts: { dummies: trimmed.dummies, dummyEdges: trimmed.dummyEdges, ...(processors === undefined ? {} : { processors }) },
  });
}

function readRows(reader: IntegerReader, size: number): Row[] {
  const rows: Row[] = [];
  while (!reader.done) {
    const id = reader.next('a task number'), expected = rows.length === 0 ? Math.min(id, 1) : Number(rows[0]!.id) + rows.length;
    if (id !== expected) throw inputError('out-of-order', reader.path, `expected task number ${expected}`, { value: id });
    const path = reader.path, duration = reader.next(`the processing time of task ${id}`);
    const after = reader.list(reader.next(`the number of predecessors of task ${id}`), `a predecessor of task ${id}`).map(String);
    reader.endRecord(`the predecessors of task ${id}`);
    rows.push({ id: String(id), path, duration, after });
  }
  if (rows.length < size || rows.length > size + 2) {
    const hint = 'the first line counts the tasks without dummies';
    throw inputError('truncated', reader.path, `expected ${size} rows of tasks and at most two dummies, found ${rows.length}`, { hint });
  }
  return rows;
}

function edgeFaults(rows: readonly Row[]): Fault[] {
  const known = new Set(rows.map((row) => row.id));
  return rows.flatMap(({ id, path, after }) => after.flatMap((p, i) => {
    if (!known.has(p)) return [fault('unknown-task', path, `task ${id} names a predecessor that does not exist`, { value: p })];
    return after.indexOf(p) < i ? [fault('duplicate-edge', path, `task ${id} names a predecessor twice`, { value: p })] : [];
  }));
}
