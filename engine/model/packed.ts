// A compiled scenario in the form that runs fast. Its typed arrays lie behind one another in one buffer: a run reads a little
// of each of some seventy arrays; apart, they do not fit a processor's cache when many problems take turns. And its objects are
// made by classes that name every field, in one order: all problems then have one hidden class with all fields inside the
// object, and the compiler need not ask, at each of the hundreds of reads of an event, which of several shapes it meets.
import type { Problem, Truth } from './problem.ts';

const ELEMENT_TYPES = [Float64Array, Int32Array, Uint32Array, Uint8Array] as const;
type Elements = Float64Array | Int32Array | Uint32Array | Uint8Array;
/** The copy of an array in the common buffer. */
type Placed = <T extends Elements>(array: T) => T;
const isArray = (value: unknown): value is Elements => ELEMENT_TYPES.some((type) => value instanceof type);

/** Copies of both whose typed arrays lie in one buffer, widest elements first so that all are aligned. An array that both share stays one. */
export function packed(problem: Problem, truth: Truth): [Problem, Truth] {
  const arrays = [...new Set([...Object.values(problem), ...Object.values(truth)].filter(isArray))].sort((x, y) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT);
  const buffer = new ArrayBuffer(arrays.reduce((bytes, array) => bytes + array.byteLength, 0)), copies = new Map<Elements, Elements>();
  let at = 0;
  for (const array of arrays) {
    const copy = new (array.constructor as Float64ArrayConstructor)(buffer, at, array.length);
    copy.set(array as Float64Array);
    copies.set(array, copy);
    at += array.byteLength;
  }
  const placed: Placed = <T extends Elements>(array: T) => copies.get(array) as T;
  return [new PackedProblem(problem, placed), new PackedTruth(truth, placed)];
}

class PackedProblem implements Problem {
  readonly name: Problem['name']; readonly epochMs: Problem['epochMs']; readonly tickMs: Problem['tickMs'];
  readonly eventDriven: Problem['eventDriven']; readonly horizonMs: Problem['horizonMs']; readonly budget: Problem['budget'];
  readonly taskCount: Problem['taskCount']; readonly jobCount: Problem['jobCount']; readonly poolCount: Problem['poolCount'];
  readonly unitCount: Problem['unitCount']; readonly profileCount: Problem['profileCount']; readonly groupCount: Problem['groupCount'];
  readonly dimensionCount: Problem['dimensionCount']; readonly taskIds: Problem['taskIds']; readonly taskKinds: Problem['taskKinds'];
  readonly taskJob: Problem['taskJob']; readonly taskProfile: Problem['taskProfile']; readonly taskWork: Problem['taskWork'];
  readonly taskPriority: Problem['taskPriority']; readonly taskRank: Problem['taskRank']; readonly successorFirst: Problem['successorFirst'];
  readonly successors: Problem['successors']; readonly predecessorFirst: Problem['predecessorFirst']; readonly predecessors: Problem['predecessors'];
  readonly predecessorBytes: Problem['predecessorBytes']; readonly jobIds: Problem['jobIds']; readonly jobFirst: Problem['jobFirst'];
  readonly jobRelease: Problem['jobRelease']; readonly jobDeadline: Problem['jobDeadline']; readonly jobBudget: Problem['jobBudget'];
  readonly jobWeight: Problem['jobWeight']; readonly jobReference: Problem['jobReference']; readonly optionFirst: Problem['optionFirst'];
  readonly optionPool: Problem['optionPool']; readonly optionScale: Problem['optionScale']; readonly profileGroup: Problem['profileGroup'];
  readonly groupFirst: Problem['groupFirst']; readonly demand: Problem['demand']; readonly profileRequests: Problem['profileRequests'];
  readonly profileTokens: Problem['profileTokens']; readonly profileAttempts: Problem['profileAttempts'];
  readonly profileBatch: Problem['profileBatch']; readonly profileCheckpointInterval: Problem['profileCheckpointInterval'];
  readonly profileCheckpointCost: Problem['profileCheckpointCost']; readonly profileInterruptible: Problem['profileInterruptible'];
  readonly batchKeys: Problem['batchKeys']; readonly batchSetup: Problem['batchSetup']; readonly poolIds: Problem['poolIds'];
  readonly poolKind: Problem['poolKind']; readonly poolSpeed: Problem['poolSpeed']; readonly poolFirst: Problem['poolFirst'];
  readonly capacity: Problem['capacity']; readonly poolSlots: Problem['poolSlots']; readonly poolPrice: Problem['poolPrice'];
  readonly poolSpotPrice: Problem['poolSpotPrice']; readonly poolSpinUp: Problem['poolSpinUp']; readonly poolHazard: Problem['poolHazard'];
  readonly poolRefusal: Problem['poolRefusal']; readonly poolNotice: Problem['poolNotice'];
  readonly poolBillingGranularity: Problem['poolBillingGranularity']; readonly poolBillingMinimum: Problem['poolBillingMinimum'];
  readonly poolFreeIfInterruptedWithin: Problem['poolFreeIfInterruptedWithin']; readonly poolRequestRate: Problem['poolRequestRate'];
  readonly poolRequestBurst: Problem['poolRequestBurst']; readonly poolTokenRate: Problem['poolTokenRate'];
  readonly poolTokenBurst: Problem['poolTokenBurst']; readonly poolCallPrice: Problem['poolCallPrice'];
  readonly poolTokenPrice: Problem['poolTokenPrice']; readonly poolResponse: Problem['poolResponse']; readonly poolDecline: Problem['poolDecline'];
  readonly unitIds: Problem['unitIds']; readonly unitPool: Problem['unitPool']; readonly unitKind: Problem['unitKind'];
  readonly unitAlways: Problem['unitAlways']; readonly calendarFirst: Problem['calendarFirst']; readonly calendarStart: Problem['calendarStart'];
  readonly calendarEnd: Problem['calendarEnd']; readonly calendarBefore: Problem['calendarBefore']; readonly dimensionNames: Problem['dimensionNames'];
  readonly networkBandwidth: Problem['networkBandwidth']; readonly networkLatency: Problem['networkLatency'];

  constructor(from: Problem, placed: Placed) {
    // What the events of a run read comes first: V8 remembers what it has loaded only of the first 29 fields of an object.
    this.taskCount = from.taskCount; this.unitCount = from.unitCount; this.poolCount = from.poolCount; this.dimensionCount = from.dimensionCount;
    this.tickMs = from.tickMs; this.eventDriven = from.eventDriven; this.taskProfile = placed(from.taskProfile); this.taskJob = placed(from.taskJob);
    this.taskWork = placed(from.taskWork); this.successorFirst = placed(from.successorFirst); this.successors = placed(from.successors);
    this.predecessorBytes = placed(from.predecessorBytes); this.optionFirst = placed(from.optionFirst); this.optionPool = placed(from.optionPool);
    this.optionScale = placed(from.optionScale); this.profileGroup = placed(from.profileGroup); this.groupFirst = placed(from.groupFirst);
    this.demand = placed(from.demand); this.profileRequests = placed(from.profileRequests); this.profileTokens = placed(from.profileTokens);
    this.batchSetup = placed(from.batchSetup); this.poolKind = placed(from.poolKind); this.poolFirst = placed(from.poolFirst);
    this.poolSlots = placed(from.poolSlots); this.unitPool = placed(from.unitPool); this.unitKind = placed(from.unitKind);
    this.jobFirst = placed(from.jobFirst); this.taskIds = from.taskIds; this.jobCount = from.jobCount;
    this.name = from.name; this.epochMs = from.epochMs; this.horizonMs = from.horizonMs; this.budget = from.budget;
    this.profileCount = from.profileCount; this.groupCount = from.groupCount; this.taskKinds = from.taskKinds;
    this.taskPriority = placed(from.taskPriority); this.taskRank = placed(from.taskRank); this.predecessorFirst = placed(from.predecessorFirst);
    this.predecessors = placed(from.predecessors); this.jobIds = from.jobIds; this.jobRelease = placed(from.jobRelease);
    this.jobDeadline = placed(from.jobDeadline); this.jobBudget = placed(from.jobBudget); this.jobWeight = placed(from.jobWeight);
    this.jobReference = placed(from.jobReference); this.profileAttempts = placed(from.profileAttempts); this.profileBatch = placed(from.profileBatch);
    this.profileCheckpointInterval = placed(from.profileCheckpointInterval); this.profileCheckpointCost = placed(from.profileCheckpointCost);
    this.profileInterruptible = placed(from.profileInterruptible); this.batchKeys = from.batchKeys; this.poolIds = from.poolIds;
    this.poolSpeed = placed(from.poolSpeed); this.capacity = placed(from.capacity); this.poolPrice = placed(from.poolPrice);
    this.poolSpotPrice = placed(from.poolSpotPrice); this.poolSpinUp = placed(from.poolSpinUp); this.poolHazard = placed(from.poolHazard);
    this.poolRefusal = placed(from.poolRefusal); this.poolNotice = placed(from.poolNotice);
    this.poolBillingGranularity = placed(from.poolBillingGranularity); this.poolBillingMinimum = placed(from.poolBillingMinimum);
    this.poolFreeIfInterruptedWithin = placed(from.poolFreeIfInterruptedWithin); this.poolRequestRate = placed(from.poolRequestRate);
    this.poolRequestBurst = placed(from.poolRequestBurst); this.poolTokenRate = placed(from.poolTokenRate);
    this.poolTokenBurst = placed(from.poolTokenBurst); this.poolCallPrice = placed(from.poolCallPrice);
    this.poolTokenPrice = placed(from.poolTokenPrice); this.poolResponse = placed(from.poolResponse); this.poolDecline = placed(from.poolDecline);
    this.unitIds = from.unitIds; this.unitAlways = placed(from.unitAlways); this.calendarFirst = placed(from.calendarFirst);
    this.calendarStart = placed(from.calendarStart); this.calendarEnd = placed(from.calendarEnd); this.calendarBefore = placed(from.calendarBefore);
    this.dimensionNames = from.dimensionNames; this.networkBandwidth = from.networkBandwidth; this.networkLatency = from.networkLatency;
  }
}

class PackedTruth implements Truth {
  readonly taskWork: Truth['taskWork']; readonly optionScale: Truth['optionScale']; readonly optionShape: Truth['optionShape'];
  readonly shapes: Truth['shapes']; readonly profileFailureRate: Truth['profileFailureRate']; readonly taskKey: Truth['taskKey'];
  readonly unitKey: Truth['unitKey']; readonly pools: Truth['pools'];

  constructor(from: Truth, placed: Placed) {
    this.taskWork = placed(from.taskWork); this.optionScale = placed(from.optionScale); this.optionShape = placed(from.optionShape);
    this.shapes = from.shapes; this.profileFailureRate = placed(from.profileFailureRate); this.taskKey = placed(from.taskKey);
    this.unitKey = placed(from.unitKey); this.pools = from.pools;
  }
}
