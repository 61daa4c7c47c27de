// In which unit a figure reads best: one unit for a whole column or axis, as the command line's tables do.
import { timeUnit } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';

export interface MetricScale {
  /** Empty for plain numbers. */
  readonly unit: string;
  /** What a value is divided by. */
  readonly scale: number;
  /** After the point. */
  readonly digits: number;
}

/** `largest`: the largest value to be shown. */
export function metricScale(metric: MetricKey, largest: number): MetricScale {
  switch (METRIC_BY_KEY[metric].unit) {
    case 'ms': {
      const { name, ms } = metric.startsWith('decisionMs') ? { name: 'ms', ms: 1 } : timeUnit(largest);
      return { unit: name, scale: ms, digits: name === 'ms' ? 3 : 2 };
    }
    case 'micro-dollars': return { unit: '$', scale: 1e6, digits: 2 };
    case 'share': return { unit: '%', scale: 0.01, digits: 1 };
    case 'ratio': return { unit: '', scale: 1, digits: 3 };
    case 'count': return { unit: '', scale: 1, digits: 2 };
  }
}
