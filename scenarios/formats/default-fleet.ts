// Resources for task graphs that bring none: a workstation and two pools of cloud machines. Every figure is stated
// here and repeated in the report of each import; none is measured on the graph's own machines.
//
// Prices: AWS EC2 on demand, us-east-1, Linux, m6i.2xlarge and m6i.8xlarge (0.048 dollars per vCPU and hour); spot is
// on-demand less the savings of the AWS Spot Instance Advisor of 2025-06-28 (58 and 60 per cent). The Advisor puts both
// among the more often interrupted types (over 15 per cent a month); observed lives of GPU spot machines are far
// shorter (medians of 0.2 to 8 h in the traces of Narayanan et al., "Analysis and exploitation of dynamic pricing in
// the public cloud for ML training", 2020). One kill in 20 h lies between the two.
import { inputError } from '../../engine/model/errors.ts';
import type { FleetFile, LocalFile } from '../../engine/model/scenario.ts';

export const DEFAULT_FLEET: FleetFile = {
  local: [{ id: 'workstation', memory: '40GB', cores: 10 }],
  cloud: [
    {
      id: 'standard', memory: '32GB', cores: 8, max: 16,
      spinUp: { lognormal: { median: '60s', sigma: 0.3 } },
      onDemand: { price: 0.384 },
      spot: { price: 0.161, notice: '2m', interruptions: { hazardPerHour: 0.05 } },
      billing: { granularity: '1s', minimum: '60s' },
    },
    {
      id: 'large', memory: '128GB', cores: 32, max: 4,
      spinUp: { lognormal: { median: '60s', sigma: 0.3 } },
      onDemand: { price: 1.536 },
      spot: { price: 0.614, notice: '2m', interruptions: { hazardPerHour: 0.05 } },
      billing: { granularity: '1s', minimum: '60s' },
    },
  ],
  network: { bandwidth: '1Gbps' },
};

export const DEFAULT_FLEET_NOTES: readonly string[] = [
  'fleet: one workstation (10 cores, 40 GB), no people, no APIs',
  'fleet: cloud pool standard, up to 16 machines of 8 cores and 32 GB at $0.384/h on demand, $0.161/h spot',
  'fleet: cloud pool large, up to 4 machines of 32 cores and 128 GB at $1.536/h on demand, $0.614/h spot',
  'fleet: cloud machines start in 60 s (median), are billed by the second (60 s at least); spot is lost once in 20 h, with 2 min notice',
  'fleet: 1 Gbps between resources, no latency',
];

const PROCESSORS_MAX = 10_000;

/**
 * `count` identical resources `p0`, `p1`, ... that run one task at a time, whatever it needs. With `bytesPerSecond`
 * data moves between them at that rate without contention; else at no cost. Throws `InputError` `bad-count`.
 */
export function processorFleet(count: number, bytesPerSecond?: number): FleetFile {
  return {
    local: slotResources('p', count),
    ...(bytesPerSecond === undefined ? {} : { network: { bandwidth: bytesPerSecond } }),
  };
}

/** Local resources `<prefix>0`, `<prefix>1`, ... of one slot each. */
export function slotResources(prefix: string, count: number): LocalFile[] {
  if (!Number.isInteger(count) || count < 1 || count > PROCESSORS_MAX) {
    throw inputError('bad-count', '', `the number of processors or machines is a whole number from 1 to ${PROCESSORS_MAX}`, { value: count });
  }
  return Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}`, slots: 1 }));
}
