// All that changes during a run, as typed arrays over ONE buffer: copying a state is one memory copy, which is what lets
// policies and forecasts fork a run hundreds of times. Nothing outside this file knows the layout; static facts stay in
// the Problem, shared by all copies.
import type { Problem } from '../model/problem.ts';

type ArrayOf = Float64Array | Int32Array | Uint8Array;

export class KernelState {
  private readonly buffer: ArrayBuffer;
  private readonly bytes: Uint8Array;
  private readonly capacity: Capacity;

  // --- tasks ---
  readonly taskState: Uint8Array;
  /** Number of the present or last attempt; 0 before the first. A placement starts an attempt. */
  readonly attempt: Int32Array;
  readonly failures: Int32Array;
  readonly interruptions: Int32Array;
  /** Unit of the present or last attempt, -1 before. */
  readonly unit: Int32Array;
  /** Unfinished predecessors, plus one until the job is submitted. */
  readonly pending: Int32Array;
  /** Checkpointed progress, parts per million of the task. */
  readonly ppm: Int32Array;
  /** Neighbours among the tasks placed on one unit; -1 at the ends. */
  readonly nextOnUnit: Int32Array;
  readonly previousOnUnit: Int32Array;
  /** ELIGIBLE: since when. SCHEDULED: expected start. RUNNING: started when. */
  readonly since: Float64Array;
  /** Placed: expected end. COMPLETED: when it ended. */
  readonly finish: Float64Array;
  /** Placed: the micro-dollars it is expected to cost, as far as budgets had to be looked at. */
  readonly committed: Float64Array;

  // --- ready queues (ready-queues.ts) ---
  readonly orderKey: Float64Array;
  readonly queue: Int32Array;
  readonly queuePosition: Int32Array;
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
  readonly spotPrice: Float64Array;
  readonly refusedUntil: Float64Array;

  readonly memory: Float64Array;

  /** Arrays for any problem within the capacity. `reset` them for one. */
  constructor(capacity: Capacity) {
    const [n, g, j, u, p, room, memory] = capacity;
    this.capacity = capacity;
    const plan: [new (b: ArrayBuffer, o: number, l: number) => ArrayOf, number][] = [];
    const f64 = (length: number) => plan.push([Float64Array, length]) - 1;
    const i32 = (length: number) => plan.push([Int32Array, length]) - 1;
    const u8 = (length: number) => plan.push([Uint8Array, length]) - 1;
    const since = f64(n), finish = f64(n), committed = f64(n), orderKey = f64(n), jobCommitted = f64(j);
    const readyAt = f64(u), idleSince = f64(u), freeAt = f64(u), killAt = f64(u), billedFrom = f64(u), accruedTo = f64(u), accrued = f64(u), busySince = f64(u),
      requestLevel = f64(u), tokenLevel = f64(u), levelAt = f64(u), requestsHeld = f64(u), tokensHeld = f64(u), requestRate = f64(u), tokenRate = f64(u),
      limitedUntil = f64(u), awayUntil = f64(u), spotPrice = f64(p), refusedUntil = f64(p), memoryAt = f64(memory);
    const attempt = i32(n), failures = i32(n), interruptions = i32(n), unit = i32(n), pending = i32(n), ppm = i32(n), nextOnUnit = i32(n), previousOnUnit = i32(n),
      queue = i32(n), queuePosition = i32(n), queueSize = i32(g), activeGroups = i32(g), activePosition = i32(g), round = i32(g), roundPosition = i32(g),
      groupPending = i32(g), jobOpen = i32(j), vmLife = i32(u), load = i32(u), running = i32(u), firstOnUnit = i32(u), free = i32(room), warm = i32(u),
      vms = i32(u), vmPosition = i32(u), offHeap = i32(u), offCount = i32(p);
    const taskState = u8(n), jobSubmitted = u8(j), vmState = u8(u), market = u8(u);

    let size = 0;
    const offsets = plan.map(([type, length]) => { const at = size; size += length * (type as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT; return at; });
    this.buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(this.buffer);
    const view = <T extends ArrayOf>(k: number): T => new plan[k]![0](this.buffer, offsets[k]!, plan[k]![1]) as T;

    this.since = view(since); this.finish = view(finish); this.committed = view(committed); this.orderKey = view(orderKey); this.jobCommitted = view(jobCommitted);
    this.readyAt = view(readyAt); this.idleSince = view(idleSince); this.freeAt = view(freeAt); this.killAt = view(killAt); this.billedFrom = view(billedFrom);
    this.accruedTo = view(accruedTo); this.accrued = view(accrued); this.busySince = view(busySince); this.requestLevel = view(requestLevel);
    this.tokenLevel = view(tokenLevel); this.levelAt = view(levelAt); this.requestsHeld = view(requestsHeld); this.tokensHeld = view(tokensHeld);
    this.requestRate = view(requestRate); this.tokenRate = view(tokenRate); this.limitedUntil = view(limitedUntil); this.awayUntil = view(awayUntil);
    this.spotPrice = view(spotPrice); this.refusedUntil = view(refusedUntil); this.memory = view(memoryAt);
    this.attempt = view(attempt); this.failures = view(failures); this.interruptions = view(interruptions); this.unit = view(unit); this.pending = view(pending);
    this.ppm = view(ppm); this.nextOnUnit = view(nextOnUnit); this.previousOnUnit = view(previousOnUnit); this.queue = view(queue);
    this.queuePosition = view(queuePosition); this.queueSize = view(queueSize); this.activeGroups = view(activeGroups); this.activePosition = view(activePosition);
    this.round = view(round); this.roundPosition = view(roundPosition); this.groupPending = view(groupPending); this.jobOpen = view(jobOpen);
    this.vmLife = view(vmLife); this.load = view(load); this.running = view(running); this.firstOnUnit = view(firstOnUnit); this.free = view(free);
    this.warm = view(warm); this.vms = view(vms); this.vmPosition = view(vmPosition); this.offHeap = view(offHeap); this.offCount = view(offCount);
    this.taskState = view(taskState); this.jobSubmitted = view(jobSubmitted); this.vmState = view(vmState); this.market = view(market);
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
    const { taskCount, jobCount, unitCount, poolCount, dimensionCount: dims, predecessorFirst, taskProfile, profileGroup, poolFirst, unitPool, capacity, jobFirst } = problem;
    this.unit.fill(-1); this.nextOnUnit.fill(-1); this.previousOnUnit.fill(-1); this.queuePosition.fill(-1); this.activePosition.fill(-1);
    this.roundPosition.fill(-1); this.firstOnUnit.fill(-1); this.warm.fill(-1); this.vmPosition.fill(-1);
    this.killAt.fill(Infinity); this.idleSince.fill(Infinity);
    for (let t = 0; t < taskCount; t++) {
      this.pending[t] = predecessorFirst[t + 1]! - predecessorFirst[t]! + 1;
      this.groupPending[profileGroup[taskProfile[t]!]!]!++;
    }
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
      this.spotPrice[p] = problem.poolSpotPrice[p]!;
      if (problem.poolKind[p] !== 1) continue;
      const first = poolFirst[p]!, count = poolFirst[p + 1]! - first;
      for (let k = 0; k < count; k++) this.offHeap[first + k] = first + k; // ascending is a heap
      this.offCount[p] = count;
    }
  }

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
