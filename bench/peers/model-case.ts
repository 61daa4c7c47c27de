// The case that every peer simulator is asked (its MODEL.md): random layered graphs on two local slots, ten VMs, five
// people and one token bucket, critical-path list scheduling on a 30 s tick. Here it runs through the full kernel with all
// its checks. The engine's clock counts half-milliseconds in this case, because a VM halves works given in whole ms.
import { compileScenario } from '../../engine/model/compile.ts';
import type { Policy, PolicyView } from '../../engine/model/policy.ts';
import type { Instance, Problem } from '../../engine/model/problem.ts';
import type { ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';
import { API, CLOUD, HUMAN, LOCAL, ON_DEMAND } from '../../engine/model/states.ts';

/** Engine ms per second of the case. */
export const UNITS_PER_SECOND = 2_000;
const STRETCH = UNITS_PER_SECOND / 1_000;

/** The text of the peers' graph generator (`TASKS EDGES`, then `kind work tokens count p1 p2 ...` a task) as a scenario. */
export function modelCase(text: string, scale = 1): Instance {
  const lines = text.split('\n'), count = Number(lines[0]!.split(' ')[0]);
  const tasks: TaskFile[] = [];
  for (let i = 0; i < count; i++) {
    const [kind, work, tokens, , ...predecessors] = lines[i + 1]!.split(' ').map(Number) as [number, number, number, number, ...number[]];
    tasks.push({
      id: `t${i}`, after: predecessors.map((p) => `t${p}`), duration: work * STRETCH, on: [['local', 'cloud'], ['api'], ['human']][kind]!,
      ...(kind === 0 ? { demand: { cores: 1 } } : {}), ...(kind === 1 ? { requests: 0, tokens } : {}),
    });
  }
  const scenario: ScenarioFile = {
    twinclock: 'scenario/1', name: 'peers', tick: 30 * STRETCH, jobs: [{ id: 'graph', tasks }],
    fleet: {
      local: [{ id: 'local', cores: 2 * scale }],
      cloud: [{ id: 'vm', cores: 1, speed: 2, max: 10 * scale, spinUp: 95 * STRETCH, onDemand: { price: 0.1 } }],
      api: [{ id: 'api', tokensPerMinute: 30 * scale / STRETCH, tokenBurst: 30 * scale }],
      human: Array.from({ length: 5 * scale }, (_, k) => ({ id: `p${k}` })),
    },
  };
  return compileScenario(scenario);
}

const IDLE = 300 * UNITS_PER_SECOND;

/** The priority of each task, written into `path`: the longest path of work that begins with it, in seconds. */
export function workPaths({ taskCount, successorFirst, successors, taskWork }: Problem, path: Float64Array): Float64Array {
  for (let t = taskCount - 1; t >= 0; t--) {
    let longest = 0;
    for (let k = successorFirst[t]!, end = successorFirst[t + 1]!; k < end; k++) { const next = path[successors[k]!]!; if (next > longest) longest = next; }
    // In seconds, as the peers add them up: whole ms would not make their rounding errors, and so break some ties the other way.
    path[t] = taskWork[t]! / UNITS_PER_SECOND + longest;
  }
  return path;
}

/** The peers' list scheduler: longest work path first; a free VM, else a free local slot, else more VMs; idle VMs go after 300 s. */
export const modelPolicy: Policy = {
  name: 'peers-list',
  summary: 'The critical-path list scheduler of the peers\' common case',
  parameters: {},
  prepare(problem) {
    const { poolKind, poolFirst, optionFirst, optionPool, taskProfile } = problem;
    const path = workPaths(problem, new Float64Array(problem.taskCount)), firstPool = Uint8Array.from({ length: problem.profileCount }, (_, profile) => optionPool[optionFirst[profile]!]!);
    const pool = (kind: number) => poolKind.indexOf(kind), local = pool(LOCAL), cloud = pool(CLOUD), api = pool(API), human = pool(HUMAN);
    const apiUnit = poolFirst[api]!, vmLimit = poolFirst[cloud + 1]! - poolFirst[cloud]!;
    const keys = path.map((length) => -length);
    return {
      order: (_view, task) => keys[task]!,
      keys,
      decide(view: PolicyView) {
        let waiting = 0;
        for (let t = view.next(); t >= 0; t = view.next()) {
          const first = firstPool[taskProfile[t]!]!;
          if (first === api) {
            if (view.tokensLeft(apiUnit) >= problem.profileTokens[taskProfile[t]!]!) view.placeOn(t, apiUnit, ON_DEMAND); else view.closeGroup(t);
          } else if (first === human) {
            const unit = view.firstRoom(human, t);
            if (unit >= 0) view.placeOn(t, unit, ON_DEMAND); else view.closeGroup(t);
          } else {
            const vm = view.firstRoom(cloud, t), unit = vm >= 0 ? vm : view.firstRoom(local, t);
            if (unit >= 0) view.placeOn(t, unit, ON_DEMAND); else { waiting = view.alike(t); view.closeGroup(t); }
          }
        }
        for (let more = Math.min(waiting, vmLimit - view.vmCount()); more > 0; more--) view.requestVm(cloud, ON_DEMAND);
        if (view.now < view.memory[0]!) return;
        let due = view.now + IDLE; // of what idles from now on
        for (let k = view.vmCount() - 1, idle = view.idleVmCount(); idle > 0; k--) {
          const unit = view.vmAt(k), since = view.idleSince(unit);
          if (since === Infinity) continue;
          idle--;
          if (view.now - since >= IDLE) view.releaseVm(unit);
          else if (since + IDLE < due) due = since + IDLE;
        }
        view.memory[0] = due;
      },
      everyTick: true,
      /** When the next VM can have been idle for long enough. */
      memory: 1,
    };
  },
};
