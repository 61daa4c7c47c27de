// All that changes during a run, as typed arrays over two buffers: copying a state is two memory copies, which is what lets
// policies and forecasts fork a run hundreds of times. Nothing outside this folder knows the layout; static facts stay in the
// Problem, shared by all copies. Invariant: a task has a slot exactly while it is placed (SCHEDULED or RUNNING), and no two
// tasks have the same.
import type { PreparedPolicy } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { ARCHIVED, COMPLETED, RUNNING, SCHEDULED } from '../model/states.ts';
import { fixedKeys } from './task-places.ts';

type ArrayOf = Float64Array | Int32Array | Uint8Array;

/**
 * What is kept of a task for good: a row of 16 bytes, which `taskF` sees as 2^TASK_F floats, `taskI` as 2^TASK_I integers. DONE:
 * COMPLETED: when it ended; before: checkpointed progress, parts per million. UNIT: of the present or last attempt, -1 before.
 * ATTEMPT: number of the present or last attempt, 0 before the first; a placement starts one. Sizes are binary logarithms:
 * `task << TASK_I | UNIT` is one that the compiler need not check for overflow.
 */
export const TASK_F = 1, TASK_I = 2;
export const DONE = 0, UNIT = 2, ATTEMPT = 3;

/**
 * What matters only while a task is placed: a row of 64 bytes, a slot, which is given back when its attempt ends. As many are in use
 * as tasks are placed at once, so that they stay in the processor's cache however large the project is, and cost it no memory. Rows,
 * not columns: of a task that is not in the cache each column would be a line to wait for. Columns are for what is asked of many
 * tasks that are not placed (states, places), of which a line holds more.
 */
export const SLOT_F = 3, SLOT_I = 4;
/**
 * Floats. SINCE: SCHEDULED: expected start; RUNNING: started when. FINISH: expected end. COMMITTED: the micro-dollars it is
 * expected to cost, as far as budgets had to be looked at, else 0. Integers, behind the floats. TASK: whose it is. NEXT, PREVIOUS:
 * neighbours among the slots of one unit, -1 at the ends; in a free slot NEXT is the next free one.
 */
export const SINCE = 0, FINISH = 1, COMMITTED = 2, TASK = 6, NEXT = 7, PREVIOUS = 8;

/** Slots there is room for at first: seldom too few, for arrays that are never replaced are read faster (kernel.ts). */
const SLOTS_MIN = 256;

export class KernelState {
  // --- tasks ---
  readonly taskState: Uint8Array;
  /**
   * By its state. QUEUED: unfinished predecessors, plus one until the job is submitted. ELIGIBLE: place in the heap of its group, where
   * that is one. SCHEDULED, RUNNING: slot. Otherwise nothing of use.
   */
  readonly taskAt: Int32Array;
  readonly taskF: Float64Array;
  readonly taskI: Int32Array;
  /** New arrays whenever a placement finds no free slot: to be read again after one. */
  slotF = new Float64Array(SLOTS_MIN << SLOT_F);
  slotI = new Int32Array(this.slotF.buffer);
  readonly failures: Int32Array;
  readonly interruptions: Int32Array;

  // --- ready queues (ready-queues.ts) ---
  readonly queueSize: Int32Array;
  /** As heaps: the order key beside each task of the queue: a comparison looks at no task. */
  readonly queueKey: Float64Array;
  readonly queue: Int32Array;
  /** In a fixed order: eligible tasks as bits at their places, words of which not all bits are 0, and of each group the place of its first task and the key of that. */
  readonly placeBits: Int32Array;
  readonly wordBits: Int32Array;
  readonly headPlace: Int32Array;
  readonly headKey: Float64Array;
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
  /** Slot of the task placed last of those on the unit, -1 without one. */
  readonly firstSlot: Int32Array;
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
  /** How often a unit of the pool has come to have more room, or an API was said to be limited: `mayFit` looks there again. */
  readonly roomGrown: Int32Array;
  readonly spotPrice: Float64Array;
  readonly refusedUntil: Float64Array;

  readonly memory: Float64Array;

  private slotsUsed = 0;
  private freeSlot = -1;
  private readonly buffer: ArrayBuffer;
  private readonly bytes: Uint8Array;
  readonly capacity: Capacity;

  /** Arrays for any problem within the capacity. `reset` them for one. */
  constructor(capacity: Capacity) {
    const [n, g, j, u, p, room, memory, heap, places] = capacity;
    const plan: [new (b: ArrayBuffer, o: number, l: number) => ArrayOf, number][] = [];
    const f64 = (length: number) => plan.push([Float64Array, length]) - 1;
    const i32 = (length: number) => plan.push([Int32Array, length]) - 1;
    const u8 = (length: number) => plan.push([Uint8Array, length]) - 1;
    const rows = f64(n << TASK_F), queueKey = f64(heap), headKey = f64(g), jobCommitted = f64(j);
    const readyAt = f64(u), idleSince = f64(u), freeAt = f64(u), killAt = f64(u), billedFrom = f64(u), accruedTo = f64(u), accrued = f64(u), busySince = f64(u),
      requestLevel = f64(u), tokenLevel = f64(u), levelAt = f64(u), requestsHeld = f64(u), tokensHeld = f64(u), requestRate = f64(u), tokenRate = f64(u),
      limitedUntil = f64(u), awayUntil = f64(u), spotPrice = f64(p), refusedUntil = f64(p), memoryAt = f64(memory);
    const taskAt = i32(n), failures = i32(n), interruptions = i32(n), queue = i32(heap), placeBits = i32((places + 31) >> 5), wordBits = i32((places + 1023) >> 10), headPlace = i32(g), queueSize = i32(g), activeGroups = i32(g), activePosition = i32(g), round = i32(g), roundPosition = i32(g),
      groupPending = i32(g), jobOpen = i32(j), vmLife = i32(u), load = i32(u), running = i32(u), firstSlot = i32(u), free = i32(room), warm = i32(u),
      vms = i32(u), vmPosition = i32(u), offHeap = i32(u), offCount = i32(p), roomFrom = i32(p), roomGrown = i32(p);
    const taskState = u8(n), jobSubmitted = u8(j), vmState = u8(u), market = u8(u);

    let size = 0;
    const offsets = plan.map(([type, length]) => { const at = size; size += length * (type as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT; return at; });
    const buffer = new ArrayBuffer(size), view = <T extends ArrayOf>(k: number): T => new plan[k]![0](buffer, offsets[k]!, plan[k]![1]) as T;

    this.taskF = view(rows); this.taskI = new Int32Array(buffer, offsets[rows], n << TASK_I); this.taskState = view(taskState);
    this.taskAt = view(taskAt); this.queueKey = view(queueKey); this.queue = view(queue);
    this.placeBits = view(placeBits); this.wordBits = view(wordBits); this.headPlace = view(headPlace); this.headKey = view(headKey);
    this.queueSize = view(queueSize); this.activeGroups = view(activeGroups); this.activePosition = view(activePosition); this.round = view(round);
    this.roundPosition = view(roundPosition); this.groupPending = view(groupPending); this.jobOpen = view(jobOpen); this.vmState = view(vmState);
    this.load = view(load); this.running = view(running); this.firstSlot = view(firstSlot); this.free = view(free); this.freeAt = view(freeAt);
    this.idleSince = view(idleSince); this.busySince = view(busySince); this.roomFrom = view(roomFrom); this.roomGrown = view(roomGrown); this.requestsHeld = view(requestsHeld);
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
    this.slotsUsed = 0; this.freeSlot = -1;
    const { taskCount, jobCount, unitCount, poolCount, groupCount, dimensionCount: dims, predecessorFirst, groupFirst, poolFirst, unitPool, capacity, jobFirst } = problem;
    this.activePosition.fill(-1);
    this.roundPosition.fill(-1); this.firstSlot.fill(-1); this.warm.fill(-1); this.vmPosition.fill(-1);
    this.killAt.fill(Infinity); this.idleSince.fill(Infinity);
    const { taskI, taskAt, groupPending } = this;
    for (let t = 0, from = 0; t < taskCount; t++) {
      const to = predecessorFirst[t + 1]!;
      taskI[t << TASK_I | UNIT] = -1;
      taskAt[t] = to - from + 1;
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

  /** Takes over a task of another state, at another number. Its unit is the caller's to set; so is what its slot says, if it has one. */
  takeTask(to: number, from: KernelState, task: number): void {
    this.taskF[to << TASK_F | DONE] = from.taskF[task << TASK_F | DONE]!;
    this.taskI[to << TASK_I | ATTEMPT] = from.taskI[task << TASK_I | ATTEMPT]!;
    for (const column of ['failures', 'interruptions', 'taskState', 'taskAt'] as const) this[column][to] = from[column][task]!;
  }

  /** A free slot for a task that is placed: COMMITTED is 0, the rest is the caller's to write. May replace `slotF` and `slotI`. */
  takeSlot(): number {
    const free = this.freeSlot;
    if (free < 0) return this.nextSlot();
    this.freeSlot = this.slotI[free << SLOT_I | NEXT]!;
    return free;
  }

  private nextSlot(): number {
    const slot = this.slotsUsed++;
    if (slot << SLOT_F === this.slotF.length) this.growSlots(2 * slot);
    this.slotF[slot << SLOT_F | COMMITTED] = 0; // of an earlier run
    return slot;
  }

  /** The task of the slot is not placed any more. */
  returnSlot(slot: number): void {
    this.slotI[slot << SLOT_I | NEXT] = this.freeSlot;
    this.slotF[slot << SLOT_F | COMMITTED] = 0;
    this.freeSlot = slot;
  }

  private growSlots(room: number): void {
    const old = this.slotF;
    this.slotF = new Float64Array(room << SLOT_F);
    this.slotI = new Int32Array(this.slotF.buffer);
    this.slotF.set(old);
  }

  /** Makes the slots a copy of another state's. */
  takeSlots(other: KernelState): void {
    const { slotsUsed } = other;
    if (slotsUsed << SLOT_F > this.slotF.length) this.growSlots(other.slotF.length >> SLOT_F);
    this.slotF.set(other.slotF.subarray(0, slotsUsed << SLOT_F));
    this.slotsUsed = slotsUsed;
    this.freeSlot = other.freeSlot;
  }

  isPlaced(task: number): boolean { const state = this.taskState[task]; return state === SCHEDULED || state === RUNNING; }
  isCompleted(task: number): boolean { const state = this.taskState[task]; return state === COMPLETED || state === ARCHIVED; }
  attemptOf(task: number): number { return this.taskI[task << TASK_I | ATTEMPT]!; }
  unitOf(task: number): number { return this.taskI[task << TASK_I | UNIT]!; }
  /** Checkpointed progress, parts per million. */
  ppmOf(task: number): number { return this.isCompleted(task) ? 1_000_000 : this.taskF[task << TASK_F | DONE]!; }
  /** Of a completed task: when it ended. */
  endOf(task: number): number { return this.taskF[task << TASK_F | DONE]!; }
  /** Of a placed task: when it is expected to end. */
  finishOf(task: number): number { return this.slotF[this.taskAt[task]! << SLOT_F | FINISH]!; }
  /** Of a placed task: expected or actual start. */
  sinceOf(task: number): number { return this.slotF[this.taskAt[task]! << SLOT_F | SINCE]!; }
  /** Of a placed task. */
  committedOf(task: number): number { return this.slotF[this.taskAt[task]! << SLOT_F | COMMITTED]!; }
  /** The task placed last of those on the unit, and of a placed task the one before it there; -1 when there is none. */
  firstOnUnit(unit: number): number { return this.taskIn(this.firstSlot[unit]!); }
  nextOnUnit(task: number): number { return this.taskIn(this.slotI[this.taskAt[task]! << SLOT_I | NEXT]!); }
  private taskIn(slot: number): number { return slot < 0 ? -1 : this.slotI[slot << SLOT_I | TASK]!; }

  /** `other` must have the same layout. */
  copyFrom(other: KernelState): void {
    this.bytes.set(other.bytes);
    this.takeSlots(other);
  }

  /** Bytes of the whole state. */
  get byteLength(): number { return this.buffer.byteLength + this.slotF.byteLength; }
}

/** Tasks, groups, jobs, units, pools, units x dimensions, numbers of policy memory; tasks in heaps, tasks with a fixed place. */
export type Capacity = readonly [number, number, number, number, number, number, number, number, number];

export const capacityFor = (p: Problem, policy: Pick<PreparedPolicy, 'memory' | 'keys'>): Capacity => {
  const fixed = fixedKeys(p, policy) !== undefined;
  return [p.taskCount, p.groupCount, p.jobCount, p.unitCount, p.poolCount, p.unitCount * p.dimensionCount, policy.memory ?? 0, fixed ? 0 : p.taskCount, fixed ? p.taskCount : 0];
};

/** Room for either. */
export const largerOf = (a: Capacity, b: Capacity): Capacity => a.map((amount, k) => Math.max(amount, b[k]!)) as readonly number[] as Capacity;
