// A counterfactual for people at a terminal: what was recorded, what the model makes of it, what the change would have made,
// and what all of that stands on.
import type { WhatIf } from '../../experiment/what-if.ts';
import { auditOutcome } from '../../experiment/run-once.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import type { FaultFile } from '../../model/fault-plan.ts';
import { faultWords } from '../../model/fault-words.ts';
import { paint, tableText } from '../output/table-text.ts';
import { metricText } from './measure.ts';
import { plain, right } from './text-columns.ts';

const SHOWN: readonly MetricKey[] = ['objective', 'makespanMs', 'costMicroUsd', 'deadlineMisses', 'interruptions', 'lostWorkMs', 'queueWaitMeanMs', 'utilisation'];

export function whatIfReport({ recorded, modelled, changed, provenance }: WhatIf, color: boolean): string {
  const rows = SHOWN.map((key) => {
    const spec = METRIC_BY_KEY[key], text = (value: number) => metricText(spec, value), before = modelled.metrics[key], after = changed.metrics[key], by = after - before;
    return [spec.title, text(recorded[key]), text(before), text(after), Number.isNaN(by) || by === 0 ? '' : `${by > 0 ? '+' : '−'}${text(Math.abs(by))}`];
  });
  const failed = [['the model\'s run', modelled], ['the changed run', changed]] as const;
  return [
    tableText([...plain('figure'), right('recorded'), right('modelled'), right('changed'), right('difference')], rows, { color }), '',
    ...failed.filter(([, { run }]) => run.cause !== 'finished').map(([name, { run }]) => paint('yellow', `${name} ended by ${run.cause}${run.explanation === '' ? '' : `: ${run.explanation}`}`, color)),
    ...failed.filter(([, { audit }]) => !audit.clean).map(([name, { audit }]) => paint('red', `${name} breaks a law: ${auditOutcome(audit)}`, color)),
    'difference: changed against modelled, so that what the model gets wrong stands on both sides.', '',
    ...list('held fixed', provenance.heldFixed), ...list('drawn anew', provenance.resampled), ...list('cannot be known', provenance.unknowable),
  ].join('\n');
}

const list = (title: string, lines: readonly string[]): string[] => lines.map((line, k) => `${k === 0 ? title.padEnd(16) : ' '.repeat(16)}${line}`);

/** Everything that went wrong, by the numbers `--without-fault` takes. */
export function faultsReport(faults: readonly FaultFile[]): string {
  return faults.length === 0 ? 'nothing went wrong in this run' : faults.map((fault, k) => `${String(k + 1).padStart(4)}  ${faultWords(fault)}`).join('\n');
}

export function whatIfJson({ recorded, modelled, changed, faults, provenance }: WhatIf): object {
  const run = ({ run: { policy, parameters, weights, cause, hash }, metrics, audit }: WhatIf['changed']) => ({ policy, parameters, weights, cause, journalHash: hash, audit: auditOutcome(audit), metrics });
  return { recorded, modelled: run(modelled), changed: run(changed), faults: faults.map((fault, k) => ({ number: k + 1, ...fault })), provenance };
}
