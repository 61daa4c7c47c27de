// The generators by name, with what each can be told: for forms and for whoever generates by name. Values come as people
// type them; everything that is wrong with them is reported at once.
import { InputError, fault, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { suggestion } from '../../engine/model/suggestion.ts';
import { parseDuration } from '../../engine/model/units.ts';
import { generateChain } from './chain.ts';
import { generateFeatures } from './feature.ts';
import { SMALLEST_FEATURE } from './feature-template.ts';
import { generateForkJoin } from './fork-join.ts';
import { generateLayered } from './layered.ts';

export interface GeneratorParameter {
  readonly key: string;
  readonly label: string;
  /** A duration has no limits. */
  readonly limits?: readonly [min: number, max: number];
  /** Empty: the generator decides. */
  readonly usual: string;
  readonly meaning: string;
}

export interface Generator {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly GeneratorParameter[];
}

const TASKS_MAX = 100_000;
const whole = (key: string, label: string, usual: string, limits: readonly [number, number], meaning: string): GeneratorParameter => ({ key, label, limits, usual, meaning });
const duration = (key: string, label: string, usual: string, meaning: string): GeneratorParameter => ({ key, label, usual, meaning });
const SEED = whole('seed', 'Seed', '7', [0, 2_147_483_647], 'Of everything that is drawn.');

/** What a generator is given: numbers, and durations as texts; what is left out is missing. */
interface Values {
  number(key: string): number;
  text(key: string): string;
  has(key: string): boolean;
}

const MAKERS: readonly (Generator & { readonly make: (values: Values) => ScenarioFile })[] = [
  {
    name: 'features', summary: 'Features of a software product with a machine-learning part: people, cloud, APIs; the family of feature-120.',
    parameters: [
      whole('features', 'Features', '5', [1, 4000], 'Jobs, each a feature.'),
      whole('tasksPerFeature', 'Tasks a feature', '24', [SMALLEST_FEATURE, 100], `At least ${SMALLEST_FEATURE}, one of each step.`),
      whole('people', 'People', '', [5, 500], 'Empty: five for every twelve features, at least five.'),
      whole('releaseDays', 'Release days', '4', [0, 60], 'The features are released evenly over so many days.'), SEED,
    ],
    make: (v) => generateFeatures({
      features: v.number('features'), tasksPerFeature: v.number('tasksPerFeature'), seed: v.number('seed'), releaseDays: v.number('releaseDays'), ...(v.has('people') ? { people: v.number('people') } : {}),
    }),
  },
  {
    name: 'layered', summary: 'A random layered graph after Tobita and Kasahara, on one workstation.',
    parameters: [
      whole('tasks', 'Tasks', '50', [1, TASKS_MAX], 'In all.'), whole('width', 'Width', '5', [1, 1000], 'Mean tasks in a layer.'),
      whole('degree', 'Degree', '3', [1, 20], 'Most predecessors of a task.'), SEED,
    ],
    make: (v) => generateLayered({ tasks: v.number('tasks'), width: v.number('width'), degree: v.number('degree'), seed: v.number('seed') }),
  },
  {
    name: 'fork-join', summary: 'A fork, equal tasks side by side, and a join: its makespan can be worked out on paper.',
    parameters: [
      whole('width', 'Width', '8', [1, TASKS_MAX], 'Tasks side by side.'), whole('machines', 'Machines', '4', [1, 10_000], 'Of one slot each.'),
      duration('branch', 'Branch', '10m', 'What each task takes.'), duration('ends', 'Fork, join', '5m', 'What fork and join take.'),
    ],
    make: (v) => generateForkJoin({ width: v.number('width'), machines: v.number('machines'), branch: v.text('branch'), ends: v.text('ends') }),
  },
  {
    name: 'chain', summary: 'Tasks in a row on one machine: the makespan is their sum.',
    parameters: [whole('tasks', 'Tasks', '10', [1, TASKS_MAX], 'In a row.'), duration('duration', 'Duration', '10m', 'Of each task.')],
    make: (v) => generateChain({ tasks: v.number('tasks'), duration: v.text('duration') }),
  },
];

/** What can be generated. */
export const GENERATORS: readonly Generator[] = MAKERS.map(({ name, summary, parameters }) => ({ name, summary, parameters }));

/** Generates by name. Values that are missing or empty are the usual ones. Throws `InputError`: unknown-generator, unknown-key, out-of-range, bad-duration. */
export function generateScenario(name: string, given: Readonly<Record<string, string>>): ScenarioFile {
  const maker = MAKERS.find((entry) => entry.name === name), faults: Fault[] = [];
  if (maker === undefined) throw inputError('unknown-generator', 'generator', 'no generator of this name', { value: name, hint: suggestion(name, GENERATORS.map((entry) => entry.name)) });
  const known = maker.parameters.map(({ key }) => key), texts = new Map(maker.parameters.map(({ key, usual }) => [key, (given[key] ?? '').trim() || usual]));
  for (const key of Object.keys(given)) if (!known.includes(key)) faults.push(fault('unknown-key', key, 'is not a parameter of this generator', { value: given[key], hint: suggestion(key, known) }));
  for (const parameter of maker.parameters) { const wrong = faultOf(parameter, texts.get(parameter.key)!); if (wrong !== undefined) faults.push(wrong); }
  if (faults.length > 0) throw new InputError(faults);
  return maker.make({ number: (key) => Number(texts.get(key)), text: (key) => texts.get(key)!, has: (key) => texts.get(key) !== '' });
}

function faultOf({ key, limits, usual, meaning }: GeneratorParameter, text: string): Fault | undefined {
  if (text === '' && usual === '') return undefined;
  if (limits !== undefined) {
    const [min, max] = limits, value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? undefined : fault('out-of-range', key, `is not a whole number from ${min} to ${max}`, { value: text, hint: meaning });
  }
  try {
    parseDuration(text);
    return undefined;
  } catch (error) {
    return fault('bad-duration', key, (error as Error).message, { value: text, hint: 'for example 90s, 15m, 8h' });
  }
}
