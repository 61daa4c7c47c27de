// A project in which far more can be done than there is room for: two thirds of the tasks wait for nothing, the others for
// one to three earlier ones. The fleet is of all kinds; machines hold several tasks, so that room is scarce in shapes.
import { compileScenario } from '../../engine/model/compile.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';
import { dice, type Dice } from '../../scenarios/generators/dice.ts';

/** Demands of computing tasks: cores, memory, whether a GPU is needed. */
const SHAPES = [
  { cores: 1, memory: '2GB' }, { cores: 2, memory: '8GB' }, { cores: 4, memory: '8GB' }, { cores: 4, memory: '24GB' }, { cores: 8, memory: '16GB' },
] as const;
const SKILLS = ['review', 'label', 'approve'] as const;

/** `tasks` tasks on `resources` units (at least 16). Different seeds give different graphs. */
export function steadyInstance(tasks: number, resources: number, seed: number): Instance {
  const d = dice(seed, 'steady', tasks, resources);
  const scenario: ScenarioFile = {
    twinclock: 'scenario/1', name: `steady-${tasks}x${resources}`, budget: 1_000 + 10 * tasks, horizon: '3650d',
    jobs: [{ id: 'steady', tasks: Array.from({ length: tasks }, (_, t) => task(t, d)) }],
    fleet: fleet(resources),
  };
  return compileScenario(scenario);
}

function task(t: number, d: Dice): TaskFile {
  const after = new Set<number>();
  for (let k = t > 0 && t % 3 === 2 ? d.int(1, 3) : 0; k > 0; k--) after.add(d.int(0, t - 1));
  return {
    id: `t${t}`, ...(after.size === 0 ? {} : { after: [...after].map((p) => `t${p}`) }),
    ...kindOf(d),
  };
}

/** Lengths and shares are such that every kind of resource is busy for about as long. */
function kindOf(d: Dice): Pick<TaskFile, 'duration'> & Partial<TaskFile> {
  const share = d.unit(), long = { lognormal: { mean: d.int(300, 3600), sigma: 0.4 } };
  if (share < 0.65) return { duration: long, on: ['local', 'cpu'], demand: d.pick(SHAPES) };
  if (share < 0.75) return { duration: long, on: ['gpu'], demand: { cores: 4, memory: '16GB', gpu: 1 } };
  if (share < 0.85) return { duration: { lognormal: { mean: d.int(20, 120), sigma: 0.4 } }, on: ['api'], tokens: 100 * d.int(1, 8) };
  return { duration: long, on: ['human'], skills: [d.pick(SKILLS)] };
}

function fleet(resources: number): FleetFile {
  const eighth = Math.floor(resources / 8), people = resources - 6 * eighth - 2;
  return {
    local: [
      { id: 'workstation', cores: 16, memory: '64GB', count: eighth, energyPrice: 0.02 },
      { id: 'edge', cores: 8, memory: '32GB', speed: 0.5, count: eighth, energyPrice: 0.01 },
    ],
    cloud: [
      {
        id: 'cpu', cores: 8, memory: '32GB', speed: 0.8, max: 3 * eighth, spinUp: '95s',
        onDemand: { price: 0.384 }, spot: { price: 0.177, interruptions: { hazardPerHour: 0.06 } },
      },
      {
        id: 'gpu', cores: 8, memory: '60GB', gpu: 1, max: eighth, spinUp: '140s',
        onDemand: { price: 3.06 }, spot: { price: 0.94, interruptions: { hazardPerHour: 0.12 } },
      },
    ],
    api: ['llm', 'scan'].map((id) => ({ id, tokensPerMinute: 5 * resources, tokenBurst: 1_000 + 10 * resources, concurrency: resources, pricePerToken: 0.000006 })),
    human: Array.from({ length: people }, (_, k) => ({ id: `p${k}`, skills: k % 2 === 0 ? ['review', 'approve'] : ['label', 'approve'], responseDelay: '60s' })),
  };
}
