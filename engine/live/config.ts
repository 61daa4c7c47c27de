// The live configuration, `live/1`: which scenario is run, by which policy, which driver serves each fleet entry, where the
// run is kept and where it listens. Validated like a scenario: all faults at once, with suggestions; nothing is read from disk here.
import { DRIVER_KINDS } from './drivers/registry.ts';
import type { DriverKind } from './driver.ts';
import type { Json } from './json.ts';
import { LIVE_VERSION, liveSchema } from './config-schema.ts';
import { inputError } from '../model/errors.ts';
import { FaultList } from '../model/fault-list.ts';
import { joinPath } from '../model/fault-path.ts';
import type { Weights } from '../model/policy.ts';
import type { DurationText, FleetFile, ResourceKind, ScenarioFile } from '../model/scenario.ts';
import { ShapeChecker } from '../model/shape-faults.ts';
import { RESOURCE_KINDS } from '../model/states.ts';
import { suggestion } from '../model/suggestion.ts';

/** How one fleet entry is served: `driver`, and that driver's options. */
export interface PoolConfig {
  readonly driver: string;
  readonly [option: string]: Json;
}

export interface ListenConfig {
  /** Default "127.0.0.1". Any other than loopback needs `tokenFile`. */
  readonly address?: string;
  /** Default 7311; 0 for any that is free. */
  readonly port?: number;
  /** A file with the bearer token, 0600. Made with a random token when it is not there. */
  readonly tokenFile?: string;
  /** Bytes of a request body. Default 16 MiB. */
  readonly bodyBytes?: number;
  /** Requests a second from one address. Default 200. */
  readonly requestsPerSecond?: number;
}

export interface LiveFile {
  readonly twinclock: typeof LIVE_VERSION;
  /** Names the run: letters, digits, `.`, `_`, `-`. One run of a name at a time; started again, it goes on. */
  readonly name: string;
  readonly description?: string;
  /** A name of the catalogue, a file, or the scenario itself. Its jobs are the first submission; there may be none. */
  readonly scenario: string | ScenarioFile;
  /** `"weighted"`, `"weighted:theta=0.8"`. Default: the first of the registry. */
  readonly policy?: string;
  readonly weights?: Weights;
  /** Of the policy's own stream. Default 1. */
  readonly seed?: number;
  /** Dollars; wins over the scenario's. */
  readonly budget?: number;
  readonly tick?: DurationText;
  readonly mode?: 'tick' | 'event';
  /** By id of the fleet entry. Every entry of the fleet needs one. */
  readonly pools: Readonly<Record<string, PoolConfig>>;
  readonly listen?: ListenConfig;
  /** A `postgres://` address. Default: an SQLite file in `directory`. */
  readonly store?: string;
  /** Where the run is kept. Default "twinclock-live/<name>", from where the daemon was started. */
  readonly directory?: string;
  /** How often an attempt whose fate is not known is asked for again. Default "10s". */
  readonly probeEvery?: DurationText;
  /** After so long without a word an unknown attempt counts as lost, and its late result is refused. Default: never. */
  readonly lostAfter?: DurationText;
}

/** The value itself, as a live configuration. Throws one InputError with every fault found. The scenario is checked by its own rules. */
export function validateLive(value: unknown, kinds: readonly DriverKind[] = DRIVER_KINDS): LiveFile {
  const version = typeof value === 'object' && value !== null ? (value as { twinclock?: unknown }).twinclock : undefined;
  if (version !== LIVE_VERSION) {
    throw inputError('unsupported-version', 'twinclock', version === undefined ? 'is missing' : 'is not a live configuration this program reads', {
      value: version, hint: `a live configuration begins with "twinclock": "${LIVE_VERSION}"`,
    });
  }
  const found = new FaultList(new ShapeChecker(liveSchema(kinds)).check(value)), file = value as LiveFile;
  if (found.count === 0) {
    found.duration(file.tick, 'tick', { positive: true });
    found.duration(file.probeEvery, 'probeEvery', { positive: true });
    found.duration(file.lostAfter, 'lostAfter', { positive: true });
    checkListen(file.listen ?? {}, found);
  }
  found.raise();
  return file;
}

function checkListen({ address = '127.0.0.1', tokenFile }: ListenConfig, found: FaultList): void {
  if (isLoopback(address) || tokenFile !== undefined) return;
  found.add('token-needed', 'listen.tokenFile', 'is missing', { hint: `others can reach ${address}: name a file for the bearer token, or listen on 127.0.0.1` });
}

export const isLoopback = (address: string): boolean => address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);

/**
 * Whether the pools serve this fleet: no entry without a driver, no driver that cannot serve its entry, and, unless `spare`, no pool
 * of an entry that does not exist. Throws one InputError.
 */
export function checkPools(pools: LiveFile['pools'], fleet: FleetFile, kinds: readonly DriverKind[] = DRIVER_KINDS, { spare = false }: { readonly spare?: boolean } = {}): void {
  const found = new FaultList([]), entries = entryKinds(fleet);
  for (const [entry, config] of Object.entries(pools)) {
    const kind = entries.get(entry), driver = kinds.find(({ name }) => name === config.driver);
    if (kind === undefined && spare) continue;
    if (kind === undefined) found.add('unknown-entry', joinPath('pools', entry), 'is no entry of the fleet', { hint: suggestion(entry, [...entries.keys()]) });
    else if (driver !== undefined && !driver.serves.includes(kind)) {
      const fitting = kinds.filter(({ serves }) => serves.includes(kind)).map(({ name }) => name);
      found.add('wrong-driver', `${joinPath('pools', entry)}.driver`, `cannot serve a ${kind} entry`, { value: config.driver, hint: `one of ${fitting.join(', ')}` });
    }
  }
  for (const [entry, kind] of entries) {
    if (Object.hasOwn(pools, entry)) continue;
    const fitting = kinds.filter(({ serves }) => serves.includes(kind)).map(({ name }) => `"${entry}": {"driver": "${name}"}`);
    found.add('no-driver', 'pools', `has nothing for the ${kind} entry "${entry}"`, { hint: fitting.length === 0 ? 'no driver serves this kind' : `add ${fitting.join(' or ')}` });
  }
  found.raise();
}

/** Kinds of the fleet's entries by id, in file order. */
export function entryKinds(fleet: FleetFile): ReadonlyMap<string, ResourceKind> {
  return new Map(RESOURCE_KINDS.flatMap((kind) => (fleet[kind] ?? []).map(({ id }) => [id, kind] as const)));
}
