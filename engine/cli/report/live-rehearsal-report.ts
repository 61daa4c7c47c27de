// What came of faults that were injected into a live run, for people at a terminal.
import type { LiveRehearsal } from '../../experiment/rehearsal/live-rehearsal.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import { faultWords } from '../../model/fault-words.ts';
import { paint } from '../output/table-text.ts';
import { metricText } from './measure.ts';
import { rehearsalLines } from './rehearsal-report.ts';

const REALLY: readonly MetricKey[] = ['makespanMs', 'costMicroUsd', 'interruptions', 'lostWorkMs', 'tasksCompleted'];

/** `identical`: the journal replays to the same commands. */
export function liveRehearsalReport(name: string, plan: FaultPlanFile, { recorded, rehearsal, left, failed, provenance }: LiveRehearsal, color: boolean): string {
  return [
    paint('bold', `${name}, rehearsed live: ${plan.name}`, color),
    `really: ${REALLY.map((key) => `${METRIC_BY_KEY[key].title.toLowerCase()} ${metricText(METRIC_BY_KEY[key], recorded[key])}`).join(', ')}`,
    'both runs below are the model\'s, in the world the journal showed, with what was injected and without; what was hit and lost is real', '',
    ...rehearsalLines(rehearsal, [], color), '', ...provenance.heldFixed.map((line, k) => `${(k === 0 ? 'held fixed' : '').padEnd(16)}${line}`), '',
    ...failed.map(({ fault, reason }) => paint('red', `could not be injected: ${faultWords(plan.faults[fault]!)} (${reason})`, color)),
    left.length === 0 ? paint('green', 'nothing is left injected: every fault that took effect has ended, by the journal', color)
      : paint('red', `still injected, by the journal: ${left.map((number) => faultWords(plan.faults[number]!)).join('; ')}`, color),
  ].join('\n');
}
