// The project's own scenario family: features of a software product with a machine-learning part, worked on by one team.
// A feature is the template of `feature-template.ts` with seeded sizes and extra steps; features of a team of five share
// a library build, a staging environment and a labelled data set. Feature k of a seed is the same however many there are.
//
// Deadlines are set against the feature's own longest path of means, human steps stretched to calendar time.
import type { BytesText, DistributionText, JobFile, PredecessorText, ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';
import { parseDuration } from '../../engine/model/units.ts';
import { inputError } from '../../engine/model/errors.ts';
import { dice, type Dice } from './dice.ts';
import { FEATURE_EPOCH, featureFleet } from './feature-fleet.ts';
import { BATCHES, SMALLEST_FEATURE, STEPS, type Step } from './feature-template.ts';

export interface FeatureOptions {
  readonly features: number;
  /** At least 19, one of each step that is always there. */
  readonly tasksPerFeature: number;
  readonly seed: number;
  /** At least 5. Default: five for every twelve features, but at least five. */
  readonly people?: number;
  readonly name?: string;
  /** Released evenly over so many days. Default 4. */
  readonly releaseDays?: number;
  /** Default "61d": two months of calendars. */
  readonly horizon?: string;
}

const TEAM = 5;
const HOUR = 3_600_000, DAY = 24 * HOUR;
/** 24 hours against 8 of work: what a working hour is on the wall clock of a working day. */
const CALENDAR_STRETCH = 3;

/** A scenario of `features` jobs `f1`, `f2`, ... with `tasksPerFeature` tasks each, ids like `f2-train-14`. Calendars are `weekly`. */
export function generateFeatures(options: FeatureOptions): ScenarioFile {
  const { features, tasksPerFeature, seed } = options;
  const people = options.people ?? Math.max(TEAM, TEAM * Math.round(features / 12));
  atLeast('features', features, 1);
  atLeast('tasksPerFeature', tasksPerFeature, SMALLEST_FEATURE);
  atLeast('people', people, 5);
  const jobs = Array.from({ length: features }, (_, k) => feature(k, options));
  return {
    twinclock: 'scenario/1',
    name: options.name ?? `feature-${features * tasksPerFeature}`,
    description: `${features} features of ${tasksPerFeature} tasks: ${people} people, one fleet, seed ${seed}.`,
    epoch: FEATURE_EPOCH,
    horizon: options.horizon ?? '61d',
    budget: budgetFor(jobs),
    batches: BATCHES,
    jobs,
    fleet: featureFleet({ features, people }),
    assumptions: [
      'Generated: durations, people and rates are invented; prices are those of AWS us-east-1.',
      'Staff are salaried and cost nothing by the hour; freelancers do.',
    ],
  };
}

function atLeast(key: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) throw inputError('bad-count', key, `not a whole number of at least ${least}`, { value });
}

/** An instant counted in working days of 24 hours, put on the calendar: five days pass, then a weekend. The epoch is a Monday. */
function withWeekends(working: number): number {
  return working + 2 * DAY * Math.floor(working / (5 * DAY));
}

/** Where the copies of each step of one feature are, as task ids in the order of the template. */
type Places = ReadonlyMap<string, readonly string[]>;

function feature(k: number, { features, tasksPerFeature, seed, releaseDays = 4 }: FeatureOptions): JobFile {
  const d = dice(seed, 'feature', k);
  const id = `f${k + 1}`;
  const places = placesOf(k, tasksPerFeature, seed);
  const tasks: TaskFile[] = [];
  for (const step of STEPS) {
    for (const taskId of places.get(step.kind)!) {
      const after = afterOf(step, places, k, seed, tasksPerFeature), size = 0.7 + 0.7 * d.unit();
      tasks.push(withEstimate(d, { id: taskId, kind: step.kind, ...after, ...step.needs(d, size) }));
    }
  }
  const release = Math.floor((k * releaseDays) / features) * DAY + d.int(7, 13) * HOUR;
  const slack = d.pick([1.5, 1.9, 2.3, 3]);
  const due = Math.ceil((release + slack * longestPath(tasks)) / HOUR) * HOUR;
  return { id, release: withWeekends(release) / 1000, deadline: withWeekends(due) / 1000, weight: d.pick([1, 1, 2, 3]), tasks };
}

/** Draws how many copies of each step there are, and numbers them in the order of the template. */
function placesOf(k: number, tasksPerFeature: number, seed: number): Places {
  const d = dice(seed, 'shape', k);
  const copies = STEPS.map((step) => step.copies);
  for (let missing = tasksPerFeature - SMALLEST_FEATURE; missing > 0; missing--) {
    const weights = STEPS.map((step, i) => (copies[i]! < step.most ? step.weight : 0));
    const all = weights.reduce((a, b) => a + b, 0);
    if (all === 0) throw inputError('bad-count', 'tasksPerFeature', 'more tasks than a feature can have', { value: tasksPerFeature });
    let ticket = d.unit() * all;
    copies[weights.findIndex((w) => (ticket -= w) < 0)]!++;
  }
  let number = 0;
  return new Map(STEPS.map((step, i) => [step.kind, Array.from({ length: copies[i]! }, () => `f${k + 1}-${step.kind}-${++number}`)]));
}

function afterOf(step: Step, own: Places, k: number, seed: number, tasksPerFeature: number): { after?: readonly PredecessorText[] } {
  const edge = (task: string, data: BytesText | undefined): PredecessorText => (data === undefined ? task : { task, data });
  const after = step.after.flatMap((kind) => own.get(kind)!.map((task) => edge(task, step.data?.[kind])));
  const first = k - (k % TEAM);
  if (k !== first) {
    const shared = SHARED[step.kind];
    if (shared !== undefined && dice(seed, 'shared', step.kind, k).chance(shared.chance)) {
      after.push(edge(placesOf(first, tasksPerFeature, seed).get(shared.of)![0]!, shared.data));
    }
  }
  return after.length === 0 ? {} : { after };
}

/** What a later feature of a team needs of the team's first: its library, its staging environment, its labelled data. */
const SHARED: Readonly<Record<string, { of: string; data?: string; chance: number }>> = {
  build: { of: 'build', data: '400MB', chance: 1 },
  stage: { of: 'stage', chance: 0.5 },
  prepare: { of: 'label', data: '300MB', chance: 0.5 },
};

/** People guess: a third of the durations are told 20 % too low up to 30 % too high. Only where one model serves every class. */
function withEstimate(d: Dice, task: TaskFile): TaskFile {
  const factor = d.chance(1 / 3) ? 0.8 + 0.5 * d.unit() : 1;
  if (factor === 1 || typeof task.duration === 'object' && 'by' in task.duration) return task;
  return { ...task, estimate: Math.round(meanOf(task.duration) * factor / 1000) };
}

/** Longest path in ms of means on the first class of each task, human steps in calendar time. Tasks come in topological order. */
function longestPath(tasks: readonly TaskFile[]): number {
  const end = new Map<string, number>();
  for (const task of tasks) {
    const start = Math.max(0, ...(task.after ?? []).map((p) => end.get(typeof p === 'string' ? p : p.task) ?? 0));
    end.set(task.id, start + meanOf(firstModel(task)) * (task.on?.[0] === 'human' ? CALENDAR_STRETCH : 1));
  }
  return Math.max(...end.values());
}

function firstModel(task: TaskFile): DistributionText {
  return typeof task.duration === 'object' && 'by' in task.duration ? Object.values(task.duration.by)[0]! : task.duration;
}

/** Mean in ms of the kinds of distribution the template uses. */
function meanOf(d: DistributionText): number {
  if (typeof d !== 'object') return parseDuration(d);
  if ('triangular' in d) return (parseDuration(d.triangular.min) + parseDuration(d.triangular.mode) + parseDuration(d.triangular.max)) / 3;
  if ('lognormal' in d) return parseDuration(d.lognormal.mean!);
  if ('gamma' in d) return parseDuration(d.gamma.mean);
  if ('empirical' in d) return d.empirical.reduce<number>((sum, v) => sum + parseDuration(v), 0) / d.empirical.length;
  throw new Error('not a distribution of the template');
}

/** Whole dollars: every GPU hour on demand, tokens twice, and freelancers for six tenths of what people do. */
function budgetFor(jobs: readonly JobFile[]): number {
  let gpuHours = 0, humanHours = 0, tokens = 0;
  for (const task of jobs.flatMap((job) => job.tasks)) {
    const hours = meanOf(firstModel(task)) / HOUR;
    if (task.demand?.['gpu'] !== undefined) gpuHours += hours;
    if (task.on?.[0] === 'human') humanHours += hours;
    tokens += task.tokens ?? 0;
  }
  return Math.ceil((gpuHours * 3.06 + humanHours * 0.6 * 30 + tokens * 2 * 0.000006) / 10) * 10;
}
