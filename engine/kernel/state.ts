// All that changes during a run, as typed arrays over ONE buffer: copying a state is one memory copy, which is what lets
// policies and forecasts fork a run hundreds of times. Nothing outside this file knows the layout; static facts stay in the Problem,
// shared by all copies. Invariant: the few that a task's row repeats are those of the problem for which the state was last `reset`,
// or of the state it is a copy of, which is one of the same problem.
import type { Problem } from '../model/problem.ts';

type ArrayOf = Float64Array | Int32Array | Uint8Array;

/**
 * A task's row of 64 bytes, a line of cache: `taskF` sees it as 2^TASK_F floats, `taskI` as 2^TASK_I integers. What placing and
 * ending a task read and write lies together; in columns each of them would be a line of its own, and a project of 100,000
 * tasks waits for memory at every one. So some facts of the problem are repeated here. What is asked of tasks that are not being
 * placed (states, predecessors left) stands in columns, of which more tasks fit into a line. Sizes are binary logarithms:
 * `task << TASK_I | UNIT` is one that the compiler need not check for overflow.
 */
export const TASK_F = 3, TASK_I = 4;
/**
 * Floats. SINCE: SCHEDULED: expected start; RUNNING: started when. FINISH: placed: expected end; COMPLETED: when it ended. COMMITTED:
 * placed: the micro-dollars it is expected to cost, as far as budgets had to be looked at.
 */
export const SINCE = 0, FINISH = 1, COMMITTED = 2;
/**
 * Integers, behind the floats. ATTEMPT: number of the present or last attempt, 0 before the first; a placement starts one.
 * UNIT: of the present or last attempt, -1 before. NEXT, PREVIOUS: neighbours among the tasks placed on one unit, -1 at the ends.
 * PPM: checkpointed progress, parts per million. PROFILE, GROUP, JOB, and SUCCESSORS up to SUCCESSORS_END: the problem's.
 */
export const ATTEMPT = 6, UNIT = 7, NEXT = 8, PREVIOUS = 9, PPM = 10, PROFILE = 11, GROUP = 12, JOB = 13, SUCCESSORS = 14, SUCCESSORS_END = 15;

export class KernelState {
  private readonly buffer: ArrayBuffer;
  private readonly bytes: Uint8Array;
  private readonly capacity: Capacity;

  // --- tasks ---
  readonly taskF: Float64Array;
  readonly taskI: Int32Array;
  readonly taskState: Uint8Array;
  /** Unfinished predecessors, plus one until the job is submitted. */
  readonly pending: Int32Array;
  readonly failures: Int32Array;
  readonly interruptions: Int32Array;

  // --- ready queues (ready-queues.ts) ---
  /** The order key beside each task of the queue: a comparison looks at no task. */
  readonly queueKey: Float64Array;
  readonly queue: Int32Array;
  /** Per eligible task: its place in the queue of its group. Close together, for a heap that changes writes it of many tasks. */
  readonly queueAt: Int32Array;
  readonly queueSize: Int32Array;
  readonly activeGroups: Int32Array;
  readonly activePosition: Int32Array;
  readonly round: Int32Array;
  readonly roundPosition: Int32Array;
  /** Tasks of the group that have not ended. */
  readonly groupPending: Int32Array;

  // --- jobs ---
  readonly jobOpen: Int32Array;
  readonly jobSubmitted: Uint8Array;
  /** Micro-dollars committed for the job's placements, at their estimates; those that cost nothing are given back. */
  readonly jobCommitted: Float64Array;

  // --- units ---
  readonly vmState: Uint8Array;
  readonly vmLife: Int32Array;
  readonly market: Uint8Array;
  /** Tasks placed (SCHEDULED or RUNNING), and RUNNING ones. */
  readonly load: Int32Array;
  readonly running: Int32Array;
  readonly firstOnUnit: Int32Array;
  /** Row-major, `unitCount x dimensionCount`. */
  readonly free: Int32Array;
  /** Batch key the unit is warm for, -1 for none. */
  readonly warm: Int32Array;
  /** VM: expected or actual instant of READY. */
  readonly readyAt: Float64Array;
  readonly idleSince: Float64Array;
  /** Expected end of the present load; 0 without one. */
  readonly freeAt: Float64Array;
  readonly killAt: Float64Array;
  readonly billedFrom: Float64Array;
  readonly accruedTo: Float64Array;
  readonly accrued: Float64Array;
  /** Local machines: since when busy. */
  readonly busySince: Float64Array;
  readonly requestLevel: Float64Array;
  readonly tokenLevel: Float64Array;
  readonly levelAt: Float64Array;
  readonly requestsHeld: Float64Array;
  readonly tokensHeld: Float64Array;
  readonly requestRate: Float64Array;
  readonly tokenRate: Float64Array;
  readonly limitedUntil: Float64Array;
  readonly awayUntil: Float64Array;

  // --- VMs that are not OFF, and the OFF slots of each pool as a heap of unit numbers ---
  readonly vms: Int32Array;
  readonly vmPosition: Int32Array;
  readonly offHeap: Int32Array;
  readonly offCount: Int32Array;

  // --- pools ---
  /** No unit of the pool before this one can take a task now: each is full, or a VM that is not READY. */
  readonly roomFrom: Int32Array;
  readonly spotPrice: Float64Array;
  readonly refusedUntil: Float64Array;

  readonly memory: Float64Array;

  /** Arrays for any problem within the capacity. `reset` them for one. */
  constructor(capacity: Capacity) {
    const [n, g, j, u, p, room, memory] = capacity;
    const plan: [new (b: ArrayBuffer, o: number, l: number) => ArrayOf, number][] = [];
    const f64 = (length: number) => plan.push([Float64Array, length]) - 1;
    const i32 = (length: number) => plan.push([Int32Array, length]) - 1;
    const u8 = (length: number) => plan.push([Uint8Array, length]) - 1;
    const rows = f64(n << TASK_F), queueKey = f64(n), jobCommitted = f64(j);
    const readyAt = f64(u), idleSince = f64(u), freeAt = f64(u), killAt = f64(u), billedFrom = f64(u), accruedTo = f64(u), accrued = f64(u), busySince = f64(u),
      requestLevel = f64(u), tokenLevel = f64(u), levelAt = f64(u), requestsHeld = f64(u), tokensHeld = f64(u), requestRate = f64(u), tokenRate = f64(u),
      limitedUntil = f64(u), awayUntil = f64(u), spotPrice = f64(p), refusedUntil = f64(p), memoryAt = f64(memory);
    const pending = i32(n), failures = i32(n), interruptions = i32(n), queue = i32(n), queueAt = i32(n), queueSize = i32(g), activeGroups = i32(g), activePosition = i32(g), round = i32(g), roundPosition = i32(g),
      groupPending = i32(g), jobOpen = i32(j), vmLife = i32(u), load = i32(u), running = i32(u), firstOnUnit = i32(u), free = i32(room), warm = i32(u),
      vms = i32(u), vmPosition = i32(u), offHeap = i32(u), offCount = i32(p), roomFrom = i32(p);
    const taskState = u8(n), jobSubmitted = u8(j), vmState = u8(u), market = u8(u);

    let size = 0;
    const offsets = plan.map(([type, length]) => { const at = size; size += length * (type as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT; return at; });
    const buffer = new ArrayBuffer(size), view = <T extends ArrayOf>(k: number): T => new plan[k]![0](buffer, offsets[k]!, plan[k]![1]) as T;

    this.taskF = view(rows); this.taskI = new Int32Array(buffer, offsets[rows], n << TASK_I); this.taskState = view(taskState);
    this.pending = view(pending); this.queueKey = view(queueKey); this.queue = view(queue); this.queueAt = view(queueAt);
    this.queueSize = view(queueSize); this.activeGroups = view(activeGroups); this.activePosition = view(activePosition); this.round = view(round);
    this.roundPosition = view(roundPosition); this.groupPending = view(groupPending); this.jobOpen = view(jobOpen); this.vmState = view(vmState);
    this.load = view(load); this.running = view(running); this.firstOnUnit = view(firstOnUnit); this.free = view(free); this.freeAt = view(freeAt);
    this.idleSince = view(idleSince); this.busySince = view(busySince); this.roomFrom = view(roomFrom); this.requestsHeld = view(requestsHeld);
    this.tokensHeld = view(tokensHeld); this.warm = view(warm); this.tokenLevel = view(tokenLevel); this.levelAt = view(levelAt);
    this.jobCommitted = view(jobCommitted); this.readyAt = view(readyAt); this.killAt = view(killAt);
    this.billedFrom = view(billedFrom); this.accruedTo = view(accruedTo); this.accrued = view(accrued); this.requestLevel = view(requestLevel);
    this.requestRate = view(requestRate); this.tokenRate = view(tokenRate); this.limitedUntil = view(limitedUntil); this.awayUntil = view(awayUntil);
    this.spotPrice = view(spotPrice); this.refusedUntil = view(refusedUntil); this.memory = view(memoryAt); this.failures = view(failures);
    this.interruptions = view(interruptions); this.vmLife = view(vmLife); this.vms = view(vms); this.vmPosition = view(vmPosition);
    this.offHeap = view(offHeap); this.offCount = view(offCount); this.jobSubmitted = view(jobSubmitted); this.market = view(market);
    this.buffer = buffer; this.bytes = new Uint8Array(buffer); this.capacity = capacity;
  }

  /** Whether this state's arrays are large enough for the problem. */
  fits(needed: Capacity): boolean {
    return needed.every((amount, k) => amount <= this.capacity[k]!);
  }

  /** New arrays of the same layout, into which this state can be copied. */
  twin(): KernelState { return new KernelState(this.capacity); }

  hasLayoutOf(other: KernelState): boolean { return this.capacity.every((amount, k) => amount === other.capacity[k]); }

  /** Back to the instant before the first event. */
  reset(problem: Problem): void {
    this.bytes.fill(0);
    const { taskCount, jobCount, unitCount, poolCount, groupCount, dimensionCount: dims, predecessorFirst, successorFirst, groupFirst, poolFirst, unitPool, capacity, jobFirst, taskProfile, profileGroup, taskJob } = problem;
    this.activePosition.fill(-1);
    this.roundPosition.fill(-1); this.firstOnUnit.fill(-1); this.warm.fill(-1); this.vmPosition.fill(-1);
    this.killAt.fill(Infinity); this.idleSince.fill(Infinity);
    const { taskI, pending, groupPending } = this;
    for (let t = 0, from = 0, successor = 0; t < taskCount; t++) {
      const to = predecessorFirst[t + 1]!;
      const row = t << TASK_I, profile = taskProfile[t]!;
      taskI[row | UNIT] = -1;
      taskI[row | PROFILE] = profile;
      taskI[row | GROUP] = profileGroup[profile]!;
      taskI[row | JOB] = taskJob[t]!;
      taskI[row | SUCCESSORS] = successor;
      successor = successorFirst[t + 1]!;
      taskI[row | SUCCESSORS_END] = successor;
      pending[t] = to - from + 1;
      from = to;
    }
    for (let g = 0; g < groupCount; g++) groupPending[g] = groupFirst[g + 1]! - groupFirst[g]!;
    for (let j = 0; j < jobCount; j++) this.jobOpen[j] = jobFirst[j + 1]! - jobFirst[j]!;
    for (let u = 0; u < unitCount; u++) {
      const p = unitPool[u]!;
      for (let d = 0; d < dims; d++) this.free[u * dims + d] = capacity[p * dims + d]!;
      this.requestLevel[u] = problem.poolRequestBurst[p]!;
      this.tokenLevel[u] = problem.poolTokenBurst[p]!;
      this.requestRate[u] = problem.poolRequestRate[p]! / 60_000;
      this.tokenRate[u] = problem.poolTokenRate[p]! / 60_000;
    }
    for (let p = 0; p < poolCount; p++) {
      this.roomFrom[p] = poolFirst[p]!;
      this.spotPrice[p] = problem.poolSpotPrice[p]!;
      if (problem.poolKind[p] !== 1) continue;
      const first = poolFirst[p]!, count = poolFirst[p + 1]! - first;
      for (let k = 0; k < count; k++) this.offHeap[first + k] = first + k; // ascending is a heap
      this.offCount[p] = count;
    }
  }

  /** Takes over a task of another state, at another number. Its unit and its neighbours on it are the caller's to set. */
  takeTask(to: number, from: KernelState, task: number): void {
    for (const column of [SINCE, FINISH, COMMITTED]) this.taskF[to << TASK_F | column] = from.taskF[task << TASK_F | column]!;
    for (const column of [ATTEMPT, PPM]) this.taskI[to << TASK_I | column] = from.taskI[task << TASK_I | column]!;
    for (const column of ['failures', 'interruptions', 'taskState', 'pending'] as const) this[column][to] = from[column][task]!;
  }

  attemptOf(task: number): number { return this.taskI[task << TASK_I | ATTEMPT]!; }
  unitOf(task: number): number { return this.taskI[task << TASK_I | UNIT]!; }
  nextOnUnit(task: number): number { return this.taskI[task << TASK_I | NEXT]!; }
  sinceOf(task: number): number { return this.taskF[task << TASK_F | SINCE]!; }
  finishOf(task: number): number { return this.taskF[task << TASK_F | FINISH]!; }
  committedOf(task: number): number { return this.taskF[task << TASK_F | COMMITTED]!; }
  ppmOf(task: number): number { return this.taskI[task << TASK_I | PPM]!; }
  profileOf(task: number): number { return this.taskI[task << TASK_I | PROFILE]!; }
  groupOf(task: number): number { return this.taskI[task << TASK_I | GROUP]!; }
  jobOf(task: number): number { return this.taskI[task << TASK_I | JOB]!; }

  /** `other` must have the same layout. */
  copyFrom(other: KernelState): void {
    this.bytes.set(other.bytes);
  }

  /** Bytes of the whole state. */
  get byteLength(): number { return this.buffer.byteLength; }
}

/** Tasks, groups, jobs, units, pools, units x dimensions, numbers of policy memory. */
export type Capacity = readonly [number, number, number, number, number, number, number];

export const capacityFor = (p: Problem, memory: number): Capacity =>
  [p.taskCount, p.groupCount, p.jobCount, p.unitCount, p.poolCount, p.unitCount * p.dimensionCount, memory];
