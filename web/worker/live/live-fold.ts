// A live run as its rows tell it so far, folded by the same code as a run that was simulated here. Rows are kept as numbers;
// a new scenario (jobs came in, the fleet is another one) renumbers them. What only the scenario decides is made once.
import { lowerBounds } from '../../../engine/bounds/bounds.ts';
import type { Bounds } from '../../../engine/bounds/bounds.ts';
import { compiledScenario } from '../../../engine/experiment/recording.ts';
import { reviewRun } from '../../../engine/experiment/run-once.ts';
import { DecisionLog } from '../../../engine/journal/decision-log.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import type { RecordView } from '../../../engine/journal/record-view.ts';
import { renumbered } from '../../../engine/journal/revisions.ts';
import { RowReader } from '../../../engine/journal/row-reader.ts';
import type { EndCause, RunRecord } from '../../../engine/journal/run-record.ts';
import { timeOfRow } from '../../../engine/journal/record-view.ts';
import type { RehearsalsJson, RunJson } from '../../../engine/live/api/answers.ts';
import { RunFold } from '../../../engine/metrics/attempts.ts';
import { hourlyCost } from '../../../engine/metrics/ledger.ts';
import type { Instance } from '../../../engine/model/problem.ts';
import type { FleetFile } from '../../../engine/model/scenario.ts';
import { injectedMarks } from '../run-faults.ts';
import { runPicture, stillPicture } from '../run-picture.ts';
import type { StillPicture } from '../run-picture.ts';
import type { LiveTelling, MovingPicture } from './live-protocol.ts';

export class LiveFold {
  readonly instance: Instance;
  private log: RecordLog;
  private readonly reader: RowReader;
  private readonly fold: RunFold;
  private readonly reference: Bounds;
  private readonly still: StillPicture;
  private stillTold = false;
  private hasBegun: boolean;

  /** `scenario`: as the daemon has it now. `fleet`: its fleet with what has gone, if anything has. `before`: the fold it takes over from. Throws `InputError` for a scenario of another version. */
  constructor(scenario: object, fleet: FleetFile | undefined, before?: LiveFold) {
    this.instance = compiledScenario(scenario, fleet);
    const { problem } = this.instance;
    this.log = before === undefined ? new RecordLog(1024) : renumbered(before.log, before.instance.problem, [], problem);
    this.hasBegun = before?.hasBegun ?? false;
    this.reader = new RowReader(problem);
    this.fold = new RunFold(problem);
    this.reference = lowerBounds(this.instance);
    this.still = stillPicture(problem);
  }

  /** Rows so far. */
  get count(): number { return this.log.count; }

  /** Takes the record, which must be the next one. Throws `RunError` for a name that the scenario does not know. */
  take(record: RecordView): void {
    this.reader.append(this.log, record);
    if (record.name === 'job-submitted') this.hasBegun = true;
  }

  /** The picture at run ms `now`, and what has not been told of its still parts. */
  tell(run: RunJson, now: number, faults: RehearsalsJson): Pick<LiveTelling, 'picture' | 'still' | 'hourly' | 'rows'> {
    const { instance: { problem }, log, still } = this, record = this.record(run, now), rows = log.count;
    if (!this.hasBegun) return { picture: undefined, still: undefined, hourly: new Float64Array(0), rows };
    const done = reviewRun(record, this.fold, this.reference, this.reference), { graph: _, planned: __, tasks: { ids, kinds, ...tasks }, ...moving } = runPicture(done, this.instance, run.policy.name, undefined, still);
    const picture: MovingPicture = { ...moving, tasks, faultMarks: injectedMarks(record, faults) }, isNew = !this.stillTold;
    this.stillTold = true;
    // A copy of the still parts: what is told is handed over.
    return { picture, still: isNew ? structuredClone({ ids: problem.taskIds, kinds: problem.taskKinds, ...still }) : undefined, hourly: hourlyCost(this.fold.ledger, record.endedAt), rows };
  }

  private record({ policy, weights, tasks, vms }: RunJson, now: number): RunRecord {
    const { log, instance: { problem } } = this, last = timeOfRow(log, log.count - 1), open = (tasks['queued'] ?? 0) + (tasks['eligible'] ?? 0) + (tasks['scheduled'] ?? 0) + (tasks['running'] ?? 0);
    const cause: EndCause = open > 0 || problem.taskCount === 0 ? 'open' : (tasks['failed'] ?? 0) > 0 ? 'task-failed' : 'finished';
    return {
      problem, policy: policy.name, parameters: policy.parameters, weights, seed: 0, log, decisions: NO_DECISIONS, cause, explanation: '',
      // Time stands still when everything has ended and nothing is billed any more.
      endedAt: open > 0 || vms > 0 ? Math.max(last, Math.floor(now)) : last, hash: '', measured: true, decisionMs: NOT_TIMED,
    };
  }
}

const NO_DECISIONS = new DecisionLog(), NOT_TIMED = new Float64Array(0);
