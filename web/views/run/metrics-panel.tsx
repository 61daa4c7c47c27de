// The figures of a run beside their bounds, with their definitions as titles.
import type { JSX } from 'preact';
import { dollarText, durationText, metricText } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import type { RunPicture } from '../../worker/protocol.ts';

const SHOWN: readonly MetricKey[] = [
  'objective', 'objectiveLatency', 'objectiveCost', 'objectiveFragmentation', 'makespanMs', 'makespanGap', 'flowMeanMs', 'flowP95Ms', 'weightedTardinessMs', 'deadlineMisses', 'costMicroUsd', 'budgetShare',
  'costCloudMicroUsd', 'costApiMicroUsd', 'costHumanMicroUsd', 'costIdleMicroUsd', 'costPerHourMicroUsd', 'utilisation', 'humanUtilisation', 'strandedShare', 'interruptions', 'lostWorkMs', 'recoveryMs',
  'checkpointMs', 'spinUpPaidMs', 'failures', 'attempts', 'queueWaitMeanMs', 'humanWaitMs', 'rateLimitWaitMs', 'setupSavedMs', 'queueDepthMean', 'queueDepthMax', 'refusals',
];

export function MetricsPanel({ picture: { metrics, bounds } }: { readonly picture: RunPicture }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="figures-title">
      <h2 id="figures-title">Figures</h2>
      <dl class="figures">
        {SHOWN.map((key) => {
          const { title, definition, unit } = METRIC_BY_KEY[key];
          return <><dt key={key} title={definition}>{title}</dt><dd data-metric={key}>{metricText({ unit: key === 'budgetShare' || key === 'makespanGap' ? 'share' : unit }, metrics[key])}</dd></>;
        })}
      </dl>
      <p class="soft">No run of this seed ends before {durationText(bounds.makespanMs)} ({bounds.parts[0]?.name ?? 'no bound'}) or costs less than {dollarText(bounds.costMicroUsd)}.</p>
    </section>
  );
}
