// The fleet of the feature family: one workstation, a staging machine, two cloud pools, two rate-limited APIs, five people.
// More of each for larger instances, in proportion to the features but scarcer, so that queues form.
//
// Prices: m5.2xlarge (8 cores, 32 GB) and p3.2xlarge (1 V100, 8 cores, 61 GB) of AWS us-east-1: on demand as in the AWS price
// list (0.384 and 3.06 USD/h); spot at the median of the recorded history of December 2019 to February 2020 (p3, 0.94) and
// at the saving of 54 % in the spot advisor's table of 2025-06-28 (m5, 0.177). Hazards are harsher than that table says, so
// that a project of two weeks meets interruptions. Rates and prices of the APIs are of the size vendors publish; people are invented.
import type { ApiFile, CalendarFile, CloudFile, FleetFile, HumanFile, LocalFile } from '../../engine/model/scenario.ts';

export interface FleetSize {
  /** Features that share the fleet. */
  readonly features: number;
  readonly people: number;
}

/** Epoch of the family: a Monday. New York changes its clocks in the first week, Berlin in the fourth. */
export const FEATURE_EPOCH = '2026-03-02T00:00:00Z';

const OFFICE: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR'];
const week = (timeZone: string, [from, noon, afternoon, to]: readonly [string, string, string, string], except: readonly string[]): CalendarFile =>
  ({ timeZone, weekly: [{ days: OFFICE, from, to: noon }, { days: OFFICE, from: afternoon, to }], except });

/** Staff are salaried, so their work adds no cost; the two freelancers are paid by the hour. Public holidays are those of March and April 2026. */
const PEOPLE: readonly Omit<HumanFile, 'id'>[] = [
  {
    skills: ['product', 'label', 'approve'],
    calendar: week('Africa/Lagos', ['08:30', '12:30', '13:30', '17:30'], ['2026-03-20', '2026-04-03', '2026-04-06']),
    responseDelay: { lognormal: { mean: '25m', sigma: 0.8 } },
  },
  {
    skills: ['backend', 'label', 'review'], costPerHour: 36,
    calendar: week('America/Sao_Paulo', ['09:00', '12:00', '13:00', '18:00'], ['2026-04-03', '2026-04-21']),
    responseDelay: { lognormal: { mean: '15m', sigma: 0.8 } }, decline: 0.04,
  },
  {
    skills: ['label', 'review'], costPerHour: 24,
    calendar: week('Asia/Singapore', ['09:00', '12:30', '13:30', '18:00'], ['2026-03-20', '2026-04-03']),
    responseDelay: { lognormal: { mean: '15m', sigma: 0.8 } }, decline: 0.03,
  },
  {
    skills: ['product', 'architecture', 'backend', 'review', 'approve'],
    calendar: week('Europe/Berlin', ['09:00', '12:30', '13:15', '17:45'], ['2026-04-03', '2026-04-06']),
    responseDelay: { lognormal: { mean: '40m', sigma: 0.9 } }, decline: 0.02,
  },
  {
    skills: ['architecture', 'backend', 'review'],
    calendar: week('America/New_York', ['09:30', '12:30', '13:30', '18:00'], []),
    responseDelay: { lognormal: { mean: '30m', sigma: 0.9 } }, decline: 0.02,
  },
];
const NAMES = ['amara', 'bruno', 'chen', 'dana', 'eli'];

/** The fleet for so many features and people (at least five people, one of each profile). */
export function featureFleet(size: FleetSize): FleetFile {
  const teams = Math.max(1, Math.ceil(size.features / 5));
  return {
    local: locals(teams), cloud: clouds(teams), api: apis(teams),
    human: Array.from({ length: size.people }, (_, i) => ({ id: personName(i), ...PEOPLE[i % PEOPLE.length]! })),
    network: { bandwidth: '2Gbps', latency: '200ms' },
  };
}

/** `amara` .. `eli`, then `amara2` and so on. */
export function personName(index: number): string {
  const round = Math.floor(index / NAMES.length);
  return NAMES[index % NAMES.length]! + (round === 0 ? '' : String(round + 1));
}

function locals(teams: number): LocalFile[] {
  const machines = Math.ceil(teams / 4);
  return [
    { id: 'workstation', memory: '40GB', cores: 10, energyPrice: 0.012, ...(machines > 1 ? { count: machines } : {}) },
    { id: 'staging', memory: '16GB', cores: 4, slots: 1, ...(machines > 1 ? { count: machines } : {}) },
  ];
}

function clouds(teams: number): CloudFile[] {
  const share = Math.ceil((teams + 1) / 2);
  return [
    {
      id: 'cpu', memory: '32GB', cores: 8, speed: 0.8, max: 4 * share, spinUp: { lognormal: { mean: '95s', sigma: 0.35 } }, onDemand: { price: 0.384 },
      spot: { price: 0.177, notice: '30s', interruptions: { hazardPerHour: 0.06 }, refusal: 0.05 }, billing: { granularity: '1s', minimum: '60s' },
    },
    {
      id: 'gpu', memory: '60GB', cores: 8, gpu: 1, max: 2 * share, spinUp: { lognormal: { mean: '140s', sigma: 0.35 } }, onDemand: { price: 3.06 },
      spot: { price: 0.94, notice: '2m', interruptions: { hazardPerHour: 0.12 }, refusal: 0.05 }, billing: { granularity: '1s', minimum: '60s' },
    },
  ];
}

function apis(teams: number): ApiFile[] {
  return [
    {
      id: 'llm', requestsPerMinute: 30 * teams, requestBurst: 30 * teams, tokensPerMinute: 20_000 * teams, tokenBurst: 120_000 * teams,
      concurrency: 4 * teams,      pricePerToken: 0.000006,
      latency: { lognormal: { mean: '40s', sigma: 0.6 } }, errorRate: 0.01, actualShare: 0.9, retryAfter: '30s',
    },
    {
      id: 'scan', requestsPerMinute: 2 * teams, requestBurst: 2 * teams, concurrency: 2 * teams, pricePerCall: 0.35,
      latency: { triangular: { min: '3m', mode: '6m', max: '20m' } }, errorRate: 0.02, retryAfter: '60s',
    },
  ];
}
