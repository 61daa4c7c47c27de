// The fleet's columns of Problem, and what of it only the world knows. Prices become micro-dollars per hour, defaults
// those documented in scenario.ts. Price steps are restated from time 0 and without steps that change nothing, so that
// every later step is an event.
import { DEFAULT_GRANULARITY, DEFAULT_MINIMUM, DEFAULT_NOTICE, DEFAULT_RETRY_AFTER } from './defaults.ts';
import { fixed } from './distribution.ts';
import { parseDistribution } from './distribution-text.ts';
import { hashString32 } from './ids.ts';
import type { Pool } from './fleet-pools.ts';
import type { PoolTruth, Problem } from './problem.ts';
import type { CalendarFile, InterruptionsFile, PriceText } from './scenario.ts';
import { API, CLOUD, HUMAN, LOCAL } from './states.ts';
import { parseDollars, parseDuration } from './units.ts';

const HOUR_MS = 3_600_000;

type PoolColumns = Pick<Problem, 'poolCount' | 'poolIds' | 'poolKind' | 'poolSpeed' | 'poolFirst' | 'capacity' | 'poolSlots' | 'poolPrice'
  | 'poolSpotPrice' | 'poolSpinUp' | 'poolHazard' | 'poolRefusal' | 'poolNotice' | 'poolBillingGranularity' | 'poolBillingMinimum'
  | 'poolFreeIfInterruptedWithin' | 'poolRequestRate' | 'poolRequestBurst' | 'poolTokenRate' | 'poolTokenBurst' | 'poolCallPrice' | 'poolTokenPrice'
  | 'poolResponse' | 'poolDecline'>;
type UnitColumns = Pick<Problem, 'unitCount' | 'unitIds' | 'unitPool' | 'unitKind' | 'unitAlways' | 'calendarFirst' | 'calendarStart' | 'calendarEnd' | 'calendarBefore'>;

/** One row of the pool columns, filled per kind over the defaults of a pool that is none of it. */
interface PoolNumbers {
  price: number; spotPrice: number; spinUp: number; hazard: number; refusal: number; notice: number;
  granularity: number; minimum: number; freeWithin: number;
  requestRate: number; requestBurst: number; tokenRate: number; tokenBurst: number; callPrice: number; tokenPrice: number;
  response: number; decline: number;
}
const NEUTRAL: PoolNumbers = {
  price: 0, spotPrice: -1, spinUp: 0, hazard: 0, refusal: 0, notice: 0, granularity: 1, minimum: 0, freeWithin: 0,
  requestRate: Infinity, requestBurst: Infinity, tokenRate: Infinity, tokenBurst: Infinity, callPrice: 0, tokenPrice: 0, response: 0, decline: 0,
};
const NEUTRAL_TRUTH: PoolTruth = {
  spinUp: fixed(0), priceSteps: [], hazardByHour: [], killTimes: [], refusal: 0, availability: [], errorRate: 0, actualShare: 1,
  retryAfter: 0, outages: [], response: fixed(0), decline: 0,
};

/** Columns of pools. `kept`: the dimensions, as positions in the pools' capacity vectors, that Problem keeps. */
export function compilePools(pools: readonly Pool[], kept: readonly number[]): PoolColumns {
  const rows = pools.map(poolNumbers);
  const column = (of: keyof PoolNumbers) => Float64Array.from(rows, (row) => row[of]);
  const poolFirst = new Int32Array(pools.length + 1);
  pools.forEach((pool, p) => { poolFirst[p + 1] = poolFirst[p]! + pool.units.length; });
  return {
    poolCount: pools.length, poolIds: pools.map((pool) => pool.id), poolKind: Uint8Array.from(pools, (pool) => pool.kind),
    poolSpeed: Float64Array.from(pools, (pool) => pool.speed), poolFirst,
    capacity: Int32Array.from(pools.flatMap((pool) => kept.map((d) => pool.capacity[d]!))), poolSlots: Int32Array.from(pools, (pool) => pool.slots),
    poolPrice: column('price'), poolSpotPrice: column('spotPrice'), poolSpinUp: column('spinUp'), poolHazard: column('hazard'),
    poolRefusal: column('refusal'), poolNotice: column('notice'), poolBillingGranularity: column('granularity'),
    poolBillingMinimum: column('minimum'), poolFreeIfInterruptedWithin: column('freeWithin'),
    poolRequestRate: column('requestRate'), poolRequestBurst: column('requestBurst'), poolTokenRate: column('tokenRate'),
    poolTokenBurst: column('tokenBurst'), poolCallPrice: column('callPrice'), poolTokenPrice: column('tokenPrice'),
    poolResponse: column('response'), poolDecline: column('decline'),
  };
}

function poolNumbers(pool: Pool): PoolNumbers {
  switch (pool.kind) {
    case LOCAL: return { ...NEUTRAL, price: parseDollars(pool.file.energyPrice ?? 0) };
    case HUMAN: return {
      ...NEUTRAL, price: parseDollars(pool.file.costPerHour ?? 0), decline: pool.file.decline ?? 0,
      response: Math.round(parseDistribution(pool.file.responseDelay ?? 0).mean),
    };
    case API: return {
      ...NEUTRAL, requestRate: pool.file.requestsPerMinute ?? Infinity, requestBurst: pool.requestBurst,
      tokenRate: pool.file.tokensPerMinute ?? Infinity, tokenBurst: pool.tokenBurst,
      callPrice: smallPrice(pool.file.pricePerCall ?? 0), tokenPrice: smallPrice(pool.file.pricePerToken ?? 0),
    };
    case CLOUD: {
      const { onDemand, spot, billing, spinUp } = pool.file;
      return {
        ...NEUTRAL, price: onDemand === undefined ? -1 : parseDollars(onDemand.price),
        spotPrice: spot === undefined ? -1 : priceSteps(spot.price)[0]![1], spinUp: Math.round(parseDistribution(spinUp).mean),
        hazard: spot === undefined ? 0 : spot.estimatedHazardPerHour ?? meanHazard(spot.interruptions), refusal: spot?.refusal ?? 0,
        notice: spot === undefined ? 0 : parseDuration(spot.notice ?? DEFAULT_NOTICE),
        granularity: parseDuration(billing?.granularity ?? DEFAULT_GRANULARITY), minimum: parseDuration(billing?.minimum ?? DEFAULT_MINIMUM),
        freeWithin: parseDuration(billing?.freeIfInterruptedWithin ?? 0),
      };
    }
  }
}

/** Dollars as micro-dollars, kept to a millionth of one: a token costs 0.15 micro-dollars, not 0.15000000000000002. */
function smallPrice(dollars: number): number {
  return Math.round(dollars * 1e12) / 1e6;
}

/** Steps in ms and micro-dollars per hour: the first at 0 with the price in force then, the others real changes. */
function priceSteps(price: PriceText): (readonly [number, number])[] {
  if (typeof price === 'number') return [[0, parseDollars(price)]];
  const all = price.steps.map(([at, dollars]) => [at, parseDollars(dollars)] as const);
  const inForce = all.filter(([at]) => at <= 0).at(-1) ?? all[0]!;
  const steps: (readonly [number, number])[] = [[0, inForce[1]]];
  for (const [at, rate] of all) {
    if (at > 0 && rate !== steps.at(-1)![1]) steps.push([at, rate]);
  }
  return steps;
}

/** Kills per hour that a history of interruptions implies: the mean rate, or kills per list and hour up to the last kill. */
function meanHazard(interruptions: InterruptionsFile | undefined): number {
  if (interruptions === undefined) return 0;
  if ('hazardPerHour' in interruptions) {
    const rates = hazardByHour(interruptions);
    return rates.length === 0 ? 0 : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  }
  const kills = interruptions.times.reduce((sum, list) => sum + list.length, 0);
  const span = interruptions.times.reduce((latest, list) => Math.max(latest, list.at(-1) ?? 0), 0);
  return span === 0 ? 0 : kills / (interruptions.times.length * span / HOUR_MS);
}

function hazardByHour(interruptions: InterruptionsFile | undefined): readonly number[] {
  if (interruptions === undefined || !('hazardPerHour' in interruptions)) return [];
  const { hazardPerHour } = interruptions;
  const rates = typeof hazardPerHour === 'number' ? new Array<number>(24).fill(hazardPerHour) : hazardPerHour;
  return rates.some((rate) => rate > 0) ? rates : [];
}

/** Retry-After counts whole seconds; with none at all, a client would ask for ever at one instant. */
const RETRY_AFTER_MIN_MS = 1_000;

/** What only the world knows of a pool. */
export function compilePoolTruth(pool: Pool): PoolTruth {
  switch (pool.kind) {
    case LOCAL: return NEUTRAL_TRUTH;
    case HUMAN: return { ...NEUTRAL_TRUTH, response: parseDistribution(pool.file.responseDelay ?? 0), decline: pool.file.decline ?? 0 };
    case API: {
      const { errorRate = 0, actualShare = 1, retryAfter = DEFAULT_RETRY_AFTER, outages = [] } = pool.file;
      const windows = outages.map((outage) => ({ at: parseDuration(outage.at), until: parseDuration(outage.at) + parseDuration(outage.for) }));
      windows.sort((a, b) => a.at - b.at || a.until - b.until);
      return { ...NEUTRAL_TRUTH, errorRate, actualShare, retryAfter: Math.max(RETRY_AFTER_MIN_MS, parseDuration(retryAfter)), outages: windows };
    }
    case CLOUD: {
      const { spot, spinUp } = pool.file, truth = { ...NEUTRAL_TRUTH, spinUp: parseDistribution(spinUp) };
      if (spot === undefined) return truth;
      const { interruptions, refusal = 0, availability = [] } = spot;
      const killTimes = interruptions !== undefined && 'times' in interruptions ? interruptions.times : [];
      return { ...truth, priceSteps: priceSteps(spot.price), hazardByHour: hazardByHour(interruptions), killTimes, refusal, availability };
    }
  }
}

/** Columns of units with their calendars, and the keys of their random streams. */
export function compileUnits(pools: readonly Pool[]): { readonly columns: UnitColumns; readonly unitKey: Uint32Array } {
  const unitIds = pools.flatMap((pool) => pool.units), unitCount = unitIds.length;
  const unitPool = new Int32Array(unitCount), unitKind = new Uint8Array(unitCount), unitAlways = new Uint8Array(unitCount).fill(1), calendarFirst = new Int32Array(unitCount + 1);
  const starts: number[] = [], ends: number[] = [], before: number[] = [];
  let unit = 0;
  pools.forEach((pool, p) => {
    pool.units.forEach((_, k) => {
      unitPool[unit] = p;
      unitKind[unit] = pool.kind;
      const intervals = pool.kind === HUMAN ? workingIntervals(pool.calendars[k]!) : undefined;
      if (intervals !== undefined) {
        unitAlways[unit] = 0;
        let worked = 0;
        for (const [start, end] of intervals) {
          starts.push(start); ends.push(end); before.push(worked);
          worked += end - start;
        }
      }
      calendarFirst[++unit] = starts.length;
    });
  });
  const columns: UnitColumns = {
    unitCount, unitIds, unitPool, unitKind, unitAlways, calendarFirst,
    calendarStart: Float64Array.from(starts), calendarEnd: Float64Array.from(ends), calendarBefore: Float64Array.from(before),
  };
  return { columns, unitKey: Uint32Array.from(unitIds, hashString32) };
}

function workingIntervals(calendar: CalendarFile): readonly (readonly [number, number])[] | undefined {
  return 'intervals' in calendar ? calendar.intervals.filter(([start, end]) => end > start) : undefined;
}
