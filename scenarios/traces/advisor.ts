// Hazard and price of spot out of the AWS spot advisor's table (spot-advisor-data.json): for each region, system and type
// a class of monthly interruption rate and the saving over on-demand. The rate is read as the chance p that an instance
// kept for a month of 730 hours is interrupted, under a constant hazard: λ = -ln(1 - p) / 730 per hour.
import { inputError } from '../../engine/model/errors.ts';
import { unknownName } from '../unknown-name.ts';
import { ln } from '../../engine/model/exact-math.ts';
import { isRecord, parseTraceJson } from './rows.ts';

export interface SpotAdvice {
  /** Goes into `spot.interruptions`: kills per hour at the middle of the class, to 10^-6. */
  readonly hazardPerHour: number;
  /** At the ends of the class. */
  readonly hazardRange: readonly [number, number];
  /** Share of the on-demand price saved, in [0, 1]. */
  readonly saving: number;
  readonly cores: number;
  readonly memoryGiB: number;
}

export interface AdviceOptions {
  readonly region: string;
  readonly type: string;
  /** Default Linux. */
  readonly system?: 'Linux' | 'Windows';
}

const MONTH_HOURS = 730;
/** Lower and upper bound of the five classes. The last is open in the table; 40 % is a choice made here. */
const CLASSES = [[0, 0.05], [0.05, 0.1], [0.1, 0.15], [0.15, 0.2], [0.2, 0.4]] as const;

/** What the table says of one instance type. Throws `InputError` for an unknown region or type, or another table. */
export function readSpotAdvisor(json: string, { region, type, system = 'Linux' }: AdviceOptions): SpotAdvice {
  const root = parseTraceJson(json);
  const advice = entry(root, ['spot_advisor', region, system, type]);
  const index = advice['r'], saving = advice['s'];
  if (typeof index !== 'number' || CLASSES[index] === undefined) throw inputError('bad-advisor', 'r', 'not a class from 0 to 4', { value: index });
  if (typeof saving !== 'number' || !(saving >= 0 && saving <= 100)) throw inputError('bad-advisor', 's', 'not a saving in percent', { value: saving });
  const size = entry(root, ['instance_types', type]);
  const [low, high] = CLASSES[index];
  return {
    hazardPerHour: hourly((low + high) / 2), hazardRange: [hourly(low), hourly(high)], saving: saving / 100,
    cores: Number(size['cores']), memoryGiB: Number(size['ram_gb']),
  };
}

/** Kills per hour when a share p of instances is lost within a month. */
export function hourly(p: number): number {
  return Math.round((-ln(1 - p) / MONTH_HOURS) * 1e6) / 1e6;
}

function entry(from: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  let at = from, where = '';
  for (const key of keys) {
    if (!isRecord(at)) throw inputError('bad-advisor', where, 'not the table of the spot advisor');
    if (!isRecord(at[key])) throw unknownName('bad-advisor', where, 'the table has no such entry', key, Object.keys(at));
    at = at[key];
    where = where === '' ? key : `${where}.${key}`;
  }
  return at as Readonly<Record<string, unknown>>;
}
