// The steps of one software feature with a machine-learning part: what each needs, how long it takes, what comes before
// it. A feature is drawn from these by `feature.ts`. A believable DAG is a template with variation, not random layers:
//
//   plan -> design -> spec -> code* -> build -> test* -> integrate -------> review -> approve -> deploy
//     \         \-> ingest -> prepare -> train* -> tune -> evaluate ----/
//      \-> label* ------------/                              docs, scan, stage, load-test
//
// Starred steps come in several copies. Durations are invented, of the size teams report; none is a measurement.
import type { DistributionText, TaskFile } from '../../engine/model/scenario.ts';
import type { Dice } from './dice.ts';

/** A step before it gets its number: `after` names steps of the same feature (all copies of each that were drawn). */
export interface Step {
  readonly kind: string;
  readonly after: readonly string[];
  /** Bytes that move along the edge from each named step. */
  readonly data?: Readonly<Record<string, string>>;
  /** Copies in every feature, and how likely another copy is to fill the feature up (weight; 0: never). */
  readonly copies: number;
  readonly weight: number;
  /** No more copies than this. */
  readonly most: number;
  /** Needs and durations of one copy; `size` in [0.7, 1.4] is the copy's own size. */
  readonly needs: (dice: Dice, size: number) => Omit<TaskFile, 'id' | 'kind' | 'after'>;
}

const MINUTE = 60;

/** Seconds, to the whole half minute, so that files stay readable and exact. */
const minutes = (amount: number, size: number): number => Math.max(1, Math.round(amount * size * 2)) * (MINUTE / 2);
const lognormal = (mean: number, sigma: number, size: number): DistributionText => ({ lognormal: { mean: minutes(mean, size), sigma } });
const gamma = (mean: number, shape: number, size: number): DistributionText => ({ gamma: { mean: minutes(mean, size), shape } });
const triangular = (min: number, mode: number, max: number, size: number): DistributionText =>
  ({ triangular: { min: minutes(min, size), mode: minutes(mode, size), max: minutes(max, size) } });
const empirical = (values: readonly number[], size: number): DistributionText => ({ empirical: values.map((v) => minutes(v, size)) });

const human = (duration: DistributionText, skill: string) => ({ on: ['human'], duration, skills: [skill] });
const compute = (duration: DistributionText, cores: number, memory: string) => ({ on: ['workstation', 'cpu'], duration, demand: { cores, memory } });
const tokens = (dice: Dice, thousands: number) => ({ requests: dice.int(4, 12), tokens: Math.round(thousands * (0.7 + 0.6 * dice.unit())) * 1000 });
const prompt = (dice: Dice, duration: DistributionText, thousands: number) => ({ on: ['llm'], duration, ...tokens(dice, thousands), attempts: ATTEMPTS });

/** So many that a task practically never fails for good, which would make runs incomparable. */
const ATTEMPTS = 8;

/** In an order in which every step comes after the ones it names. */
export const STEPS: readonly Step[] = [
  { kind: 'plan', after: [], copies: 1, weight: 0, most: 1, needs: (_, size) => human(triangular(90, 180, 480, size), 'product') },
  { kind: 'design', after: ['plan'], copies: 1, weight: 0, most: 1, needs: (_, size) => human(lognormal(420, 0.45, size), 'architecture') },
  { kind: 'spec', after: ['design'], copies: 1, weight: 0, most: 1, needs: (dice, size) => prompt(dice, gamma(5, 4, size), 40) },
  {
    kind: 'label', after: ['plan'], copies: 1, weight: 2, most: 6,
    needs: (_, size) => human(empirical([110, 150, 175, 195, 220, 245, 270, 310, 390, 560], size), 'label'),
  },
  { kind: 'ingest', after: ['design'], copies: 1, weight: 0, most: 1, needs: (_, size) => compute(lognormal(50, 0.4, size), 2, '8GB') },
  {
    kind: 'prepare', after: ['ingest', 'label'], data: { ingest: '12GB', label: '200MB' }, copies: 1, weight: 0, most: 1,
    needs: (_, size) => ({ ...compute(lognormal(100, 0.4, size), 8, '28GB'), checkpoint: { interval: '20m', cost: '20s' } }),
  },
  {
    kind: 'code', after: ['spec'], copies: 1, weight: 3, most: 40,
    // Some code is left to people; the rest may also be drafted by the language model.
    needs: (dice, size) => dice.chance(0.3) ? human(lognormal(480, 0.5, size), 'backend') : {
      duration: { by: { llm: gamma(14, 3, size), human: lognormal(360, 0.5, size) } },
      ...tokens(dice, 90), skills: ['backend'], failureRate: 0.1, attempts: ATTEMPTS,
    },
  },
  {
    kind: 'build', after: ['code'], copies: 1, weight: 0, most: 1,
    needs: (dice, size) => (
      { ...compute(triangular(8, 14, 30, size), dice.pick([4, 6]), '8GB'), batchKey: 'docker-build', failureRate: 0.04, attempts: ATTEMPTS }),
  },
  {
    kind: 'test', after: ['build'], data: { build: '900MB' }, copies: 1, weight: 4, most: 60,
    needs: (dice, size) => (
      { ...compute(gamma(22, 3, size), dice.pick([2, 2, 4]), dice.pick(['4GB', '6GB', '8GB'])), failureRate: 0.05, attempts: ATTEMPTS }),
  },
  {
    kind: 'security-scan', after: ['build'], data: { build: '900MB' }, copies: 1, weight: 0, most: 1,
    needs: (_, size) => ({ on: ['scan'], duration: triangular(4, 7, 25, size), attempts: ATTEMPTS }),
  },
  { kind: 'docs', after: ['spec', 'code'], copies: 1, weight: 1, most: 4, needs: (dice, size) => prompt(dice, gamma(6, 4, size), 60) },
  {
    kind: 'train', after: ['prepare'], data: { prepare: '25GB' }, copies: 1, weight: 5, most: 60,
    needs: (dice, size) => ({
      duration: { by: { gpu: lognormal(dice.pick([480, 720, 1080]), 0.3, size) } }, demand: { gpu: 1, cores: 6, memory: '40GB' },
      batchKey: 'gpu-train', checkpoint: { interval: '20m', cost: '40s' }, failureRate: 0.03, attempts: ATTEMPTS,
    }),
  },
  {
    kind: 'tune', after: ['train'], data: { train: '3GB' }, copies: 1, weight: 1, most: 8,
    needs: (_, size) => ({
      duration: { by: { gpu: lognormal(540, 0.35, size) } }, demand: { gpu: 1, cores: 8, memory: '48GB' },
      batchKey: 'gpu-train', checkpoint: { interval: '15m', cost: '30s' },
    }),
  },
  {
    kind: 'evaluate', after: ['tune'], data: { tune: '3GB' }, copies: 1, weight: 1, most: 8,
    // Inference also runs, slowly, without a GPU.
    needs: (_, size) => ({
      duration: { by: { gpu: gamma(60, 4, size), workstation: gamma(220, 4, size), cpu: gamma(300, 4, size) } }, demand: { cores: 6, memory: '20GB' },
    }),
  },
  {
    kind: 'stage', after: ['test', 'evaluate'], data: { evaluate: '3GB' }, copies: 1, weight: 0, most: 1,
    needs: (_, size) => ({ on: ['staging'], duration: triangular(6, 10, 20, size), batchKey: 'staging-env' }),
  },
  {
    kind: 'load-test', after: ['stage'], copies: 0, weight: 2, most: 1,
    needs: (_, size) => ({ on: ['cpu'], duration: gamma(55, 6, size), demand: { cores: 8, memory: '24GB' } }),
  },
  {
    kind: 'integrate', after: ['stage'], copies: 1, weight: 0, most: 1,
    needs: (_, size) => ({ ...compute(lognormal(45, 0.4, size), 6, '24GB'), failureRate: 0.08, attempts: ATTEMPTS }),
  },
  {
    kind: 'review', after: ['test', 'security-scan', 'docs'], copies: 1, weight: 2, most: 6,
    needs: (_, size) => human(empirical([50, 70, 85, 100, 120, 140, 160, 195, 260, 420], size), 'review'),
  },
  {
    kind: 'approve', after: ['review', 'integrate', 'load-test'], copies: 1, weight: 0, most: 1,
    needs: (_, size) => ({ ...human(triangular(8, 15, 45, size), 'approve'), priority: 1 }),
  },
  {
    kind: 'deploy', after: ['approve'], copies: 1, weight: 0, most: 1,
    needs: (_, size) => ({ on: ['staging'], duration: triangular(8, 12, 40, size), batchKey: 'release-train', priority: 1 }),
  },
];

/** Set-up that tasks of one key share when run back to back on one resource. */
export const BATCHES = {
  'docker-build': { setup: '5m' },
  'gpu-train': { setup: '9m' },
  'staging-env': { setup: '6m' },
  'release-train': { setup: '10m' },
} as const;

/** Tasks in the smallest feature: one of each step that is always there. */
export const SMALLEST_FEATURE = STEPS.reduce((sum, step) => sum + step.copies, 0);
