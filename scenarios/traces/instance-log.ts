// Lives of spot instances out of the polling logs of D. Narayanan et al. (DISPA 2020): `[ISO instant] Created instance ID
// with N GPU(s) of type T in zone Z`, `Instance ID running`, `Instance ID not running`, `... creation failed`.
// A loss is seen at the first poll that misses the instance, so a life is up to one poll too long. "Not running" after a
// failed creation is no loss. Names may be used again after a loss.
import { parseInstant } from '../../engine/model/instant.ts';
import { readRows } from './rows.ts';

export interface InstanceLife {
  readonly instance: string;
  readonly type: string;
  readonly gpus: number;
  readonly zone: string;
  /** ms since the first line of the log. */
  readonly start: number;
  /** When it was seen lost, or last seen alive when it never was. */
  readonly end: number;
  readonly lost: boolean;
}

export interface InstanceLog {
  readonly lives: readonly InstanceLife[];
  /** Creations that failed. */
  readonly failures: number;
  /** Losses per hour of observed life, over all instances: the maximum-likelihood rate of constant hazard. */
  readonly hazardPerHour: number;
  /** From the first line to the last. */
  readonly lengthMs: number;
}

const LINE = /^\[([^\]]+)\] (.+)$/;
const CREATED = /^Created instance (\S+) with (\d+) GPU\(s\) of type (\S+) in zone (\S+)$/;
const SEEN = /^Instance (\S+) (running|not running) in zone \S+$/;
const FAILED = /^Instance (?:\S+|with \d+ GPU\(s\) of type \S+) creation failed$/;
const DELETED = /^Successfully deleted instance \S+$/;

/** Throws `InputError` with the line of everything that is not such a log line, or goes back in time. */
export function readInstanceLog(text: string): InstanceLog {
  const lives: InstanceLife[] = [];
  const open = new Map<string, InstanceLife>();
  let first = -1, last = 0, failures = 0;
  const close = (life: InstanceLife, end: number, lost: boolean): void => {
    lives.push({ ...life, end, lost });
    open.delete(life.instance);
  };
  const lines = text.split(/\r\n|\n/).flatMap((raw, i) => (raw.trim() === '' ? [] : [{ line: i + 1, cells: [raw] }]));
  readRows(lines, 'bad-instance-log', ({ cells: [raw] }) => {
    const [, time, message] = LINE.exec(raw!) ?? [];
    if (time === undefined || message === undefined) throw new Error('not a line like "[2020-03-15T10:07:33.000Z] Instance ..."');
    const ms = parseInstant(time);
    if (first < 0) first = ms;
    const at = ms - first;
    if (at < last) throw new Error('earlier than the line before it');
    last = at;
    const created = CREATED.exec(message), seen = SEEN.exec(message);
    if (created !== null) {
      const [, instance, gpus, type, zone] = created as unknown as [string, string, string, string, string];
      const before = open.get(instance);
      if (before !== undefined) close(before, before.end, false);
      open.set(instance, { instance, type, gpus: Number(gpus), zone, start: at, end: at, lost: false });
    } else if (seen !== null) {
      const life = open.get(seen[1]!);
      if (life !== undefined && seen[2] === 'running') open.set(life.instance, { ...life, end: at });
      else if (life !== undefined) close(life, at, true);
    } else if (FAILED.test(message)) failures++;
    else if (!DELETED.test(message)) throw new Error('a message of another kind');
  });
  for (const life of [...open.values()]) close(life, life.end, false);
  const hours = lives.reduce((sum, life) => sum + life.end - life.start, 0) / 3_600_000;
  const hazard = hours === 0 ? 0 : lives.filter((life) => life.lost).length / hours;
  return { lives: lives.sort((a, b) => a.start - b.start), failures, hazardPerHour: Math.round(hazard * 1e6) / 1e6, lengthMs: last };
}
